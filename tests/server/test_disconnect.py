"""A client that leaves frees what it held: on real sockets, for only they break off."""

import json
import socket
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from conftest import WAIT, FakeModel, eventually, running
from fastapi import FastAPI

from chatbot.server import Settings, create_app

STREAMS = 20


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[FastAPI, int, FakeModel]]:
    model = FakeModel()
    app = create_app(lambda: model, Settings(generations=STREAMS))  # type: ignore[arg-type,return-value]
    with running(app) as port:
        assert app.state.services.host.wait(WAIT)
        yield app, port, model


@pytest.fixture
def app(served: tuple[FastAPI, int, FakeModel]) -> FastAPI:
    return served[0]


@pytest.fixture
def port(served: tuple[FastAPI, int, FakeModel]) -> int:
    return served[1]


@pytest.fixture
def model(served: tuple[FastAPI, int, FakeModel]) -> Iterator[FakeModel]:
    model = served[2]
    model.reset()
    model.endless = True
    yield model
    model.gate.set()


def ask(port: int, url: str, body: dict[str, Any]) -> socket.socket:
    """Send a request and return its connection, nothing read."""
    content = json.dumps(body).encode()
    head = f"POST {url} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    connection = socket.create_connection(("127.0.0.1", port), WAIT)
    connection.sendall(f"{head}Content-Length: {len(content)}\r\n\r\n".encode() + content)
    return connection


@pytest.mark.parametrize(
    ("url", "body"),
    [
        ("/v1/completions", {"prompt": "a b", "stream": True}),
        (
            "/v1/chat/completions",
            {"messages": [{"role": "user", "content": "a b"}], "stream": True},
        ),
    ],
)
def test_twenty_broken_streams_are_all_closed(
    app: FastAPI, port: int, model: FakeModel, url: str, body: dict[str, Any]
) -> None:
    options = {"max_tokens": 1024, "n": 2}
    connections = [ask(port, url, body | options) for _ in range(STREAMS)]
    for connection in connections:
        assert b"200 OK" in connection.recv(4096)
        connection.close()
    assert eventually(lambda: model.opened == model.closed == STREAMS)
    assert freed(app)


def test_a_whole_answer_stops_when_nobody_waits_for_it(
    app: FastAPI, port: int, model: FakeModel
) -> None:
    model.gate.clear()
    connection = ask(port, "/v1/completions", {"prompt": "a b", "max_tokens": 1024})
    assert eventually(lambda: model.opened == 1)
    connection.close()
    assert freed(app)  # before the next piece, which the thread still waits for
    model.gate.set()
    assert eventually(lambda: model.closed == 1)


def test_who_leaves_the_queue_is_never_begun(app: FastAPI, port: int, model: FakeModel) -> None:
    model.gate.clear()
    body = {"prompt": "a b", "max_tokens": 1024, "stream": True}
    writing = [ask(port, "/v1/completions", body) for _ in range(STREAMS)]
    assert eventually(lambda: model.opened == STREAMS)
    lane = app.state.services.answers
    waiting = ask(port, "/v1/completions", body)
    assert eventually(lambda: lane.admitted == STREAMS + 1)
    waiting.close()
    assert eventually(lambda: lane.admitted == STREAMS)
    model.gate.set()
    for connection in writing:
        connection.close()
    assert eventually(lambda: model.closed == STREAMS)
    assert model.opened == STREAMS


# Gradio counts its events with an option that pandas 3 deprecates.
@pytest.mark.filterwarnings("ignore:'future.no_silent_downcasting'")
def test_the_page_frees_what_a_closed_tab_held(app: FastAPI, port: int, model: FakeModel) -> None:
    """Speak Gradio's protocol as its page does, then hang up in the middle of an answer."""
    base = f"http://127.0.0.1:{port}"
    config = httpx.get(f"{base}/config").json()
    index = next(
        i for i, event in enumerate(config["dependencies"]) if event["api_name"] == "answer"
    )
    said = [{"role": "user", "content": [{"type": "text", "text": "a b"}]}]
    event = {"fn_index": index, "session_hash": "tab", "data": [said, 0.7, 0.9, 256, ""]}
    joined = httpx.post(f"{base}/gradio_api/queue/join", json=event)
    assert joined.status_code == 200, joined.text
    url = f"{base}/gradio_api/queue/data?session_hash=tab"
    with httpx.stream("GET", url, timeout=WAIT) as events:
        for line in events.iter_lines():
            if "process_generating" in line:
                break
        else:
            pytest.fail("the page got no answer")
    assert eventually(lambda: model.opened == model.closed == 1)
    assert freed(app)


def freed(app: FastAPI) -> bool:
    """Tell whether every place is free again, or becomes so."""
    return eventually(lambda: app.state.services.answers.admitted == 0)
