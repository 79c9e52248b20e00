"""A tiny server with the widget, a page to try it on, and a fake /v1/suggest.

It knows nothing of the model: its suggestions follow from the text alone, so that a test can say
what must appear. A test can hold an answer back, or have every answer be something else.
"""

import json
import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]

STATIC = Path(__file__).parents[2] / "chatbot" / "static"
STRICT = "default-src 'self'"
FILES = {
    "/widget.js": ("widget.js", "text/javascript"),
    "/widget.mjs": ("widget.mjs", "text/javascript"),
    "/demo": ("demo.html", "text/html; charset=utf-8"),
    "/demo.css": ("demo.css", "text/css"),
    "/demo.js": ("demo.js", "text/javascript"),
    "/learned.js": ("learned.js", "text/javascript"),
    "/saved.js": ("saved.js", "text/javascript"),
}
WORDS = ["hello", "helper", "held", "how", "are", "you", "there", "שלום", "שלומך"]
FOLLOWS = {"hello": "how", "how": "are", "are": "you", "שלום": "לך", "לך": "גם"}
# On a busy machine even this server can be slow, which is not what most tests are about.
PATIENT = b'src="/widget.js"', b'src="/widget.js" data-inkling-timeout="30000"'
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>fields</title>
<meta name="viewport" content="width=device-width">
<link rel="stylesheet" href="/page.css">
<script src="/widget.js" data-inkling-timeout="30000"></script></head>
<body><h1>Write</h1>
<label>First <textarea id="first" data-inkling rows="6"></textarea></label>
<label>Second <textarea id="second" data-inkling rows="3"></textarea></label>
<label>Plain <textarea id="plain"></textarea></label>
<label>Line <input id="line" type="text" data-inkling></label>
</body></html>"""
MORE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>more fields</title>
<meta name="viewport" content="width=device-width">
<link rel="stylesheet" href="/page.css">
<script src="/widget.js" data-inkling-timeout="30000"></script></head>
<body><main><h1>More</h1>
<div id="rich" class="box" contenteditable="true" role="textbox" aria-label="Rich"
  aria-multiline="true" data-inkling></div>
<form id="form"><label>Own
<inkling-textarea id="own" name="own" data-inkling-n="2" rows="2">there </inkling-textarea>
</label></form>
<label>Hebrew <textarea id="hebrew" dir="rtl" data-inkling rows="2"></textarea></label>
<div id="shadow"><template shadowrootmode="open"><link rel="stylesheet" href="/page.css">
<label>Inner <textarea id="inner" class="inside" rows="2"></textarea></label>
<div id="deep" class="box inside" contenteditable="true" role="textbox" aria-label="Deep"></div>
</template></div>
<label>Module <textarea id="module"></textarea></label>
</main></body></html>"""
MODULE = """import { attach } from "/widget.mjs";
window.joined = attach(document.querySelector("#module"), { n: 1 });
"""
STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 24px; max-width: 560px; }
label { display: block; margin: 16px 0; }
textarea, input, .box { display: block; width: 100%; box-sizing: border-box; padding: 10px 12px;
    font: inherit; border: 1px solid #888; border-radius: 8px; }
div:not(.box, .box *), span { color: #c00; text-transform: uppercase; }
.dark textarea { color: #eee; background: #222; }
"""


def suggestions(text: str, n: int, max_words: int, avoid: Sequence[str] = ()) -> list[Json]:
    """Answer as the real server would: at most n edits, ranges in code points."""
    typed = re.search(r"[a-zא-ת]*$", text)
    assert typed
    partial, start = typed[0], typed.start()
    said = re.findall(r"[a-zא-ת]+", text[:start])
    expected = FOLLOWS.get(said[-1]) if said else None
    known = ([expected] if expected else []) + [word for word in WORDS if word != expected]
    known = [word for word in known if word not in avoid]
    found = [word for word in known if word.startswith(partial) and word != partial]
    if max_words > 1:
        found = [_phrase(word, max_words) for word in found[:1] if word in FOLLOWS]
    return [
        {
            "text": word,
            "insert": word,
            "replace": [start, len(text)],
            # words alone are too unlikely for ghost text (0.3), phrases are not
            "probability": round((0.25 if max_words == 1 else 0.6) / rank, 3),
        }
        for rank, word in enumerate(found[:n], 1)
    ]


def _phrase(word: str, max_words: int) -> str:
    words = [word]
    while len(words) < max_words and words[-1] in FOLLOWS:
        words.append(FOLLOWS[words[-1]])
    return " ".join(words)


def stream(*pieces: str) -> bytes:
    """Return an answer of chat as the server streams it."""
    events = [{"choices": [{"delta": {"content": piece}}]} for piece in pieces]
    events += [{"choices": [{"delta": {}, "finish_reason": "stop"}]}, {"choices": []}]
    lines = [json.dumps(event) for event in events] + ["[DONE]"]
    return "".join(f"data: {line}\n\n" for line in lines).encode()


class WidgetServer(ThreadingHTTPServer):
    """Serve the page on a free port of this machine, and remember what was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.page = PAGE
        self.policy = STRICT
        self.asked: list[Json] = []
        self.answered: list[str] = []
        self.avoids = True
        """Whether refused words are left out of answers, as they should be."""
        self.instead: tuple[int, bytes] | None = None
        self.said: list[Json] = []
        self.reply = (200, stream("Fine, and ", "you?"), "text/event-stream")
        self.learned: list[str] = []
        self.memory: list[Json] = []
        self._draft = ""
        self._held: dict[str, threading.Event] = {}

    @property
    def url(self) -> str:
        """Where the page is."""
        return f"http://127.0.0.1:{self.server_port}"

    @property
    def texts(self) -> list[str]:
        """Each text that was asked about, once, as they arrived: two at once in any order."""
        return list(dict.fromkeys(question["text"] for question in self.asked))

    def about(self, text: str) -> Json:
        """Give the last question about `text`: those about other texts arrive in any order."""
        asked = [question for question in self.asked if question["text"] == text]
        assert asked, f"nothing was asked about {text!r}, but about {self.texts}"
        return asked[-1]

    def hold(self, text: str) -> threading.Event:
        """Keep back the answers for `text` until the event is set."""
        return self._held.setdefault(text, threading.Event())

    def answer(self, question: Json) -> tuple[int, bytes]:
        """Return status and body for a question, after a wait where one was ordered."""
        self.asked.append(question)
        text = question["text"]
        self._hear(text, learn=question["learn"])
        if text in self._held:
            self._held[text].wait(10)
        if self.instead:
            return self.instead
        avoid = question["avoid"] if self.avoids else ()
        answer: Json = {"suggestions": suggestions(text, question["n"], 1, avoid)}
        if question["phrase_words"]:
            phrases = suggestions(text, 1, question["phrase_words"], avoid)
            answer["phrase"] = phrases[0] if phrases else None
        return 200, json.dumps(answer).encode()

    def _hear(self, text: str, *, learn: bool) -> None:
        """Learn the text before this one, where this one begins another."""
        if learn and not text.startswith(self._draft[:1]):
            self.learned += self._draft.split()
        self._draft = text if learn else ""

    def remember(self, act: str, question: Json) -> Json:
        """Do as /v1/memory does, with one text a word list and no more than that."""
        if act == "learn":
            self.learned += question["text"].split()
            self._draft = ""  # or it would be learned again when another begins
        elif act == "forget":
            self.learned = [word for word in self.learned if word != question["word"]]
        elif act == "clear":
            self.learned = []
        elif act == "undo":
            return {"undone": False}
        counts = {word: self.learned.count(word) for word in self.learned}
        return {"words": [{"text": word, "times": times} for word, times in counts.items()]}

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a browser that hangs up on a stale question is what is wanted."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: WidgetServer

    def do_GET(self) -> None:
        """Send the page, its style or the widget."""
        if self.path in FILES:
            name, kind = FILES[self.path]
            self._send(200, (STATIC / name).read_bytes().replace(*PATIENT), kind)
        elif self.path == "/module.js":
            self._send(200, MODULE.encode(), "text/javascript")
        elif self.path == "/more":
            self._send(200, MORE.encode(), "text/html; charset=utf-8")
        elif self.path == "/page.css":
            self._send(200, STYLE.encode(), "text/css")
        else:
            self._send(200, self.server.page.encode(), "text/html; charset=utf-8")

    def do_POST(self) -> None:
        """Answer /v1/suggest, or a turn of chat."""
        question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path.startswith("/v1/memory"):
            self.server.memory.append({"path": self.path, **question})
            answer = self.server.remember(self.path.rpartition("/")[2], question)
            self._send(200, json.dumps(answer).encode(), "application/json")
            return
        if self.path == "/v1/chat/completions":
            self.server.said.append(question)
            self._send(*self.server.reply)
            return
        status, body = self.server.answer(question)
        try:
            self._send(status, body, "application/json")
        finally:
            self.server.answered.append(question["text"])

    def _send(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", self.server.policy)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def serve() -> Iterator[WidgetServer]:
    """Run a WidgetServer for as long as the block lasts."""
    server = WidgetServer()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
