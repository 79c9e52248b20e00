"""The server over the real engine: HTTP says what the library says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from chatbot import LanguageModel, load
from chatbot.server import Settings, create_app

OPTIONS = {"max_tokens": 16, "temperature": 1.1, "seed": 3}


@pytest.fixture(scope="module")
def client(checkpoint: Path) -> Iterator[TestClient]:
    app = create_app(lambda: load(checkpoint), Settings())
    with TestClient(app, base_url="http://localhost") as client:
        assert app.state.services.host.wait(30)
        yield client


def streamed(client: TestClient, path: str, body: dict[str, Any]) -> list[dict[str, Any]]:
    answer = client.post(path, json={**body, "stream": True})
    lines = [line.removeprefix("data: ") for line in answer.text.splitlines() if line]
    assert lines[-1] == "[DONE]"
    return [json.loads(line)["choices"][0] for line in lines[:-1]]


@pytest.mark.parametrize("prompt", ["", "Hello, how are y", "I like ", "日本 🙂"])
def test_completions(client: TestClient, lm: LanguageModel, prompt: str) -> None:
    body = {"prompt": prompt, **OPTIONS}
    choices = client.post("/v1/completions", json={**body, "n": 3}).json()["choices"]
    expected = lm.generate(prompt, n=3, **OPTIONS)  # type: ignore[arg-type]
    assert [c["text"] for c in choices] == [g.text for g in expected]
    assert "".join(c["text"] for c in streamed(client, "/v1/completions", body)) == expected[0].text


def test_chat(client: TestClient, lm: LanguageModel) -> None:
    turns = ["Hello!", "Hello, how are you?", "I'm fine, thanks. Do you like tea?"]
    roles = ["user", "assistant", "user"]
    messages = [{"role": r, "content": t} for r, t in zip(roles, turns, strict=True)]
    body = {"messages": messages, **OPTIONS}
    whole = client.post("/v1/chat/completions", json=body).json()["choices"][0]["message"]
    deltas = streamed(client, "/v1/chat/completions", body)
    text = "".join(d["delta"].get("content") or "" for d in deltas)
    assert text == whole["content"] == lm.reply(turns, **OPTIONS).text


def test_suggestions(client: TestClient, lm: LanguageModel) -> None:
    body = {"text": "Hello, how are y", "n": 2, "turns": ["Hi there"], "max_words": 1}
    found = client.post("/v1/suggest", json=body).json()["suggestions"]
    expected = lm.suggest("Hello, how are y", n=2, turns=["Hi there"])
    assert [(f["text"], f["insert"], tuple(f["replace"])) for f in found] == [
        (s.text, s.insert, s.replace) for s in expected
    ]
