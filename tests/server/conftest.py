"""A tiny fake model, and the server around it: in process, and on a real socket."""

import socket
import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient

from chatbot import Generation, InklingError, Offer, PersonalMemory, Suggestion
from chatbot.server import Settings, create_app

WAIT = 10.0  # seconds after which a test gives up on something that should happen at once


class FakeModel:
    """Answer with the words of the prompt, backwards; remember the calls and what was closed."""

    name = "fake"
    created = 1_700_000_000

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget what happened: most tests share one model, for an app takes half a second."""
        self.calls: list[dict[str, Any]] = []
        self.opened = 0
        self.closed = 0
        self.endless = False
        self.gate = threading.Event()  # nothing is written while it is clear
        self.gate.set()
        self.lock = threading.Lock()

    def stream(self, prompt: str, **options: Any) -> Generator[str, None, Generation]:
        self.calls.append({"prompt": prompt, **options})
        if "refuse" in prompt:
            raise InklingError("prompt: this one is refused")
        return self._pieces(prompt, **options)

    def stream_reply(
        self, turns: Sequence[str], **options: Any
    ) -> Generator[str, None, Generation]:
        self.calls.append({"turns": list(turns), **options})
        return self._pieces(turns[-1], **options)

    def suggest(
        self,
        text: str,
        n: int = 3,
        turns: Sequence[str] = (),
        max_words: int = 1,
        personal: PersonalMemory | None = None,
        *,
        avoid: Sequence[str] = (),
        after: str = "",
    ) -> list[Suggestion]:
        if text == "crash":
            raise RuntimeError("a secret of the server")
        given = {"text": text, "n": n, "turns": list(turns), "max_words": max_words}
        self.calls.append(given | {"avoid": list(avoid), "after": after})
        end = len(text)
        return [Suggestion(f"word{i}", f"word{i}", (end, end), 0.5**i) for i in range(1, n + 1)]

    def offer(
        self,
        text: str,
        n: int = 3,
        turns: Sequence[str] = (),
        phrase_words: int = 4,
        personal: PersonalMemory | None = None,
        **more: Any,
    ) -> Offer:
        words = self.suggest(text, n, turns, 1, personal, **more)
        end = len(text)
        phrase = Suggestion("a phrase", "a phrase", (end, end), 0.1)  # too unsure to be shown
        return Offer(words, phrase if phrase_words > 1 else None)

    def _pieces(
        self, prompt: str, max_tokens: int, seed: int | None = None, **_: Any
    ) -> Generator[str, None, Generation]:
        self._count("opened")
        written: list[str] = []
        try:
            words = prompt.split()[::-1] or ["…"]
            while len(written) < max_tokens and (self.endless or len(written) < len(words)):
                self.gate.wait(WAIT)
                piece = words[len(written) % len(words)] + (f"#{seed}" if seed is not None else "")
                written.append(piece if not written else " " + piece)
                yield written[-1]
        finally:
            self._count("closed")
        reason = "stop" if len(written) == len(words) else "length"
        return Generation(
            text="".join(written),
            finish_reason=reason,  # type: ignore[arg-type]
            prompt_tokens=len(words),
            completion_tokens=len(written),
            nats=1.0,
        )

    def _count(self, what: str) -> None:
        with self.lock:
            setattr(self, what, getattr(self, what) + 1)


def wait_ready(app: FastAPI) -> None:
    """Wait until the model has loaded or failed to."""
    assert app.state.services.host.wait(WAIT)


@contextmanager
def client_of(model: Any, settings: Settings | None = None, **options: Any) -> Iterator[TestClient]:
    """Return a client of an app that has started and whose model has loaded."""
    app = create_app(lambda: model, settings or Settings())
    with TestClient(app, base_url="http://localhost", **options) as client:
        wait_ready(app)
        yield client


def eventually(true: Callable[[], bool]) -> bool:
    """Look until something has come true; False when it has not after WAIT seconds."""
    end = time.monotonic() + WAIT
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(0.002)
    return True


@pytest.fixture(scope="session")
def shared() -> Iterator[tuple[FakeModel, TestClient]]:
    model = FakeModel()
    with client_of(model) as client:
        yield model, client


@pytest.fixture
def model(shared: tuple[FakeModel, TestClient]) -> Iterator[FakeModel]:
    model, _ = shared
    model.reset()
    yield model
    model.gate.set()


@pytest.fixture
def client(shared: tuple[FakeModel, TestClient], model: FakeModel) -> TestClient:
    return shared[1]


@contextmanager
def running(app: FastAPI) -> Iterator[int]:
    """Serve an app on a socket, as in life; return the port."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(
        uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1, lifespan="on")
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield int(listener.getsockname()[1])  # it listens already: early callers wait in line
    finally:
        server.should_exit = True
        thread.join(WAIT)
        listener.close()
    assert not thread.is_alive()


def error_of(response: Any) -> dict[str, str]:
    """Return an error's inside after a look at its shape."""
    body = response.json()
    assert set(body) == {"error"}
    assert set(body["error"]) == {"message", "type", "code"}
    assert all(isinstance(value, str) and value for value in body["error"].values())
    error: dict[str, str] = body["error"]
    return error
