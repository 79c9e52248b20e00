"""The Chat tab: say something, read the answer as it is written, take it back, ask again."""

import html
from collections.abc import AsyncGenerator
from contextlib import aclosing
from functools import partial
from typing import Any

import gradio as gr

from chatbot import Generation
from chatbot.server.errors import as_api_error, bad_request
from chatbot.server.generating import stream
from chatbot.server.model_host import Status
from chatbot.server.page.transcript import (
    KEPT,
    PENDING,
    Said,
    checked,
    from_chat,
    last_question,
    to_chat,
    to_turns,
)
from chatbot.server.sampling import Options
from chatbot.server.services import Services

LONGEST = 4000  # characters of one message
MOST_DIGITS = 18  # of a seed
EXAMPLES = (
    "hi, how are you today?",
    "what do you do for fun?",
    "have you seen any good movies?",
    "tell me something about yourself",
)
INVITATION = "**Say hello.**\n\nIt is a small model: good company, not an encyclopedia."
PLACEHOLDER = {
    "ready": "Say something…",
    "loading": "The model is loading…",
    "failed": "The model did not load",
}
# Nothing here is for programs: they have /v1/chat/completions.
FOCUS = "() => document.querySelector('#ink-box textarea')?.focus()"
QUICK: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}
# Through the queue: without it gr.Info and gr.Warning reach the terminal, not the person.
SPOKEN = {**QUICK, "queue": True}

History = list[Said]


class ChatTab:
    """The tab's components and what happens between them; call inside a Blocks context."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.memory = gr.BrowserState([], storage_key="inkling-chat", secret="inkling")
        self.chat = gr.Chatbot(
            label="Conversation",
            show_label=False,
            elem_id="ink-chat",
            height="min(58vh, 560px)",
            buttons=["copy", "copy_all"],  # the default adds sharing on a public site
            placeholder=INVITATION,
            examples=[{"text": text} for text in EXAMPLES],
            feedback_options=None,
            render_markdown=False,  # what is said is text, never markup
            allow_tags=False,
            latex_delimiters=[],
        )
        self.box = self.box_for(services.host.status)
        self._settings()
        self.answers: list[Any] = []  # the events that a stop, an undo or a clear cancels

    def box_for(self, status: Status) -> gr.Textbox:
        """Return the text box as it is while the model loads, is ready or has failed."""
        return gr.Textbox(
            label="Your message",
            show_label=False,
            elem_id="ink-box",
            placeholder=PLACEHOLDER[status],
            interactive=status == "ready",
            submit_btn=True,
            stop_btn=False,
            max_lines=6,
        )

    def _free(self, text: str | None = None) -> Any:
        """Open the box again, with a text in it or with what it holds."""
        ready = self.services.host.status == "ready"
        state: dict[str, Any] = {"interactive": ready, "submit_btn": True, "stop_btn": False}
        return gr.update(**state) if text is None else gr.update(value=text, **state)

    def _settings(self) -> None:
        most = min(256, self.services.settings.max_tokens)
        with gr.Accordion("Settings", open=False):
            with gr.Row():
                self.temperature = gr.Slider(
                    0, 2, 0.7, step=0.05, label="Temperature", info="0: always the likeliest words"
                )
                self.top_p = gr.Slider(
                    0.05, 1, 0.9, step=0.05, label="Top-p", info="lower: fewer odd words"
                )
            with gr.Row():
                self.length = gr.Slider(
                    1, most, min(96, most), step=1, label="Longest answer", info="in tokens"
                )
                # not a gr.Number: an empty one shows 0, and says None
                self.seed = gr.Textbox(
                    label="Seed",
                    placeholder="any whole number",
                    info="empty: another answer each time",
                    max_lines=1,
                )

    def connect(self, blocks: gr.Blocks) -> None:
        """Wire the events; apart from the components, for `blocks` must hold both."""
        chat, box, memory = self.chat, self.box, self.memory
        blocks.load(lambda kept: to_chat(checked(kept)), memory, chat, **QUICK)
        self._answer_after(box.submit(self.ask, [box, chat], [box, chat], **SPOKEN))
        self._answer_after(chat.retry(self.retry, chat, [box, chat], **QUICK))
        self._answer_after(chat.example_select(self.example, chat, [box, chat], **SPOKEN))
        stops = {"cancels": self.answers, **QUICK}
        box.stop(self.finish, chat, [box, memory], **stops)
        chat.undo(self.undo, chat, [box, chat, memory], **stops)
        chat.clear(self.clear, None, [box, memory], **stops)

    def ask(self, text: str | None, value: Any) -> tuple[Any, Any]:
        """Put the message into the conversation and close the box, or say what is wrong."""
        if not text or not text.strip():
            gr.Info("Write something first.")
            return gr.skip(), gr.skip()
        if len(text) > LONGEST:
            gr.Warning(f"A message may have {LONGEST} characters; this one has {len(text)}.")
            return gr.skip(), gr.skip()
        return _busy(), to_chat([*from_chat(value), Said(role="user", content=text)])

    def example(self, value: Any, chosen: gr.SelectData) -> tuple[Any, Any]:
        """Say an example as if it had been typed."""
        return self.ask(chosen.value["text"], value)

    def retry(self, value: Any) -> tuple[Any, Any]:
        """Forget the last answer, for another one to come."""
        history = from_chat(value)
        return _busy(), to_chat(history[: last_question(history) + 1])

    def undo(self, value: Any) -> tuple[Any, Any, Any]:
        """Take the last message and its answer back, the message into the box."""
        history = from_chat(value)
        at = last_question(history)
        if at < 0:
            return gr.skip(), gr.skip(), gr.skip()
        return self._free(history[at]["content"]), to_chat(history[:at]), history[:at]

    def clear(self) -> tuple[Any, Any]:
        """Forget everything."""
        return self._free(), []

    def finish(self, value: Any) -> tuple[Any, Any]:
        """Open the box again and have the browser remember the conversation."""
        return self._free(), from_chat(value)[-KEPT:]

    async def answer(
        self, value: Any, temperature: float, top_p: float, length: int, seed: str | None
    ) -> AsyncGenerator[tuple[Any, Any], None]:
        """Yield the conversation with ever more of the answer; on an error give the text back."""
        history = from_chat(value)
        if not history or history[-1]["role"] != "user":
            yield gr.skip(), gr.skip()
            return
        try:
            options = _options(temperature, top_p, length, seed)
            yield _with(history, PENDING), gr.skip()
            async with aclosing(self._written(history, options)) as texts:
                async for text in texts:
                    yield _with(history, text), gr.skip()
        except Exception as error:
            gr.Warning(html.escape(as_api_error(error).message))
            yield to_chat(history[:-1]), gr.update(value=history[-1]["content"])

    async def _written(self, history: History, options: Options) -> AsyncGenerator[str, None]:
        """Yield the answer so far, each time there is more of it."""
        turns = to_turns(history, self.services.settings.max_prompt_chars)
        model = self.services.host.get()
        text = ""
        start = partial(model.stream_reply, turns, **options)
        async with aclosing(stream(self.services.answers, start)) as pieces:
            async for piece in pieces:
                text = piece.text if isinstance(piece, Generation) else text + piece
                yield text or PENDING

    def _answer_after(self, event: Any) -> None:
        inputs = [self.chat, self.temperature, self.top_p, self.length, self.seed]
        answering = event.success(
            self.answer,
            inputs,
            [self.chat, self.box],
            show_progress="hidden",
            api_visibility="private",
        )
        answering.then(self.finish, self.chat, [self.box, self.memory], **QUICK).then(
            None, None, None, js=FOCUS, **QUICK
        )
        self.answers.append(answering)


def _with(history: History, answer: str) -> History:
    """Return the conversation with an answer, as the Chatbot shows it."""
    return to_chat([*history, Said(role="assistant", content=answer)])


def _busy() -> Any:
    """Empty and close the box; made anew each time, for Gradio empties the update it is given."""
    return gr.update(value="", interactive=False, submit_btn=False, stop_btn=True)


def _options(temperature: float, top_p: float, length: int, seed: str | None) -> Options:
    """Return the sliders as the engine's options; ApiError 400 for a seed that is no number."""
    options = Options(temperature=temperature, top_p=top_p, max_tokens=int(length))
    seed = (seed or "").strip()  # a box that nobody has touched says None
    if not seed:
        return options
    if not (seed.isdecimal() and len(seed) <= MOST_DIGITS):
        raise bad_request("Seed", f"a whole number of at most {MOST_DIGITS} digits", seed)
    return options | {"seed": int(seed)}
