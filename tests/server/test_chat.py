"""POST /v1/chat/completions."""

from typing import Any

import pytest
from conftest import FakeModel, error_of
from fastapi.testclient import TestClient
from test_completions import events

URL = "/v1/chat/completions"


def said(*messages: tuple[str, Any]) -> dict[str, Any]:
    return {"messages": [{"role": role, "content": content} for role, content in messages]}


def test_the_shape_is_openais(client: TestClient) -> None:
    answer = client.post(URL, json=said(("user", "one two"))).json()
    assert answer.pop("id").startswith("chatcmpl-")
    assert isinstance(answer.pop("created"), int)
    message = {"role": "assistant", "content": "two one", "refusal": None}
    assert answer == {
        "object": "chat.completion",
        "model": "fake",
        "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 2, "completion_tokens": 2, "total_tokens": 4},
    }


def test_streamed_is_whole(client: TestClient) -> None:
    body = said(("user", "a b c"))
    whole = client.post(URL, json=body).json()["choices"][0]
    chunks = events(client.post(URL, json=body | {"stream": True}))
    assert {chunk["object"] for chunk in chunks} == {"chat.completion.chunk"}
    deltas = [chunk["choices"][0]["delta"] for chunk in chunks]
    assert deltas[0] == {"role": "assistant", "content": ""}
    assert deltas[-1] == {}
    assert "".join(delta.get("content", "") for delta in deltas) == whole["message"]["content"]
    assert chunks[-1]["choices"][0]["finish_reason"] == whole["finish_reason"]


def test_messages_become_alternating_turns(client: TestClient, model: FakeModel) -> None:
    parts = [{"type": "text", "text": "d"}, {"type": "text", "text": "e"}]
    body = said(
        ("system", "be kind"),
        ("user", "a"),
        ("user", "b"),
        ("developer", "be brief"),
        ("assistant", "c"),
        ("assistant", " "),
        ("user", parts),
    )
    assert client.post(URL, json=body).status_code == 200
    assert model.calls[0]["turns"] == ["a\nb", "c", "de"]
    assert model.calls[0]["max_tokens"] == 96


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "messages: this field is required"),
        ({"messages": []}, "messages: "),
        (said(("system", "a")), "the last must be the user's, got system"),
        (said(("user", "a"), ("assistant", "b")), "the last must be the user's, got assistant"),
        (said(("user", " \n")), "the last message is empty"),
        (said(("tool", "a")), "messages[0].role: "),
        (said(("user", None)), "messages[0].content: "),
        (said(("user", [{"type": "image_url", "image_url": {}}])), "messages[0].content: "),
        (said(("user", "a")) | {"tools": [{}]}, "'tools'"),
        (said(("user", "a")) | {"response_format": {"type": "json_object"}}, "'response_format'"),
        ({"messages": "hello"}, "messages: "),
    ],
)
def test_a_wrong_conversation_is_explained(client: TestClient, body: Any, words: str) -> None:
    response = client.post(URL, json=body)
    assert response.status_code == 400
    assert words in error_of(response)["message"]


def test_a_long_conversation_is_413(client: TestClient) -> None:
    response = client.post(URL, json=said(("assistant", "a" * 100_000), ("user", "b")))
    assert response.status_code == 413
    assert error_of(response)["code"] == "text_too_long"
