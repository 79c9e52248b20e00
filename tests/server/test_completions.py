"""POST /v1/completions and what it shares with chat: options, streams, limits."""

import json
from typing import Any

import pytest
from conftest import FakeModel, client_of, error_of
from fastapi.testclient import TestClient

from chatbot.server import Settings

URL = "/v1/completions"


def events(response: Any) -> list[dict[str, Any]]:
    """Return a stream's events after a look at its frame."""
    assert response.headers["content-type"].startswith("text/event-stream")
    lines = [line for line in response.text.split("\n\n") if line]
    assert all(line.startswith("data: ") for line in lines)
    assert lines[-1] == "data: [DONE]"
    return [json.loads(line.removeprefix("data: ")) for line in lines[:-1]]


def test_the_shape_is_openais(client: TestClient) -> None:
    answer = client.post(URL, json={"prompt": "one two three", "model": "any"}).json()
    assert answer.pop("id").startswith("cmpl-")
    assert isinstance(answer.pop("created"), int)
    assert answer == {
        "object": "text_completion",
        "model": "fake",
        "choices": [
            {"index": 0, "text": "three two one", "logprobs": None, "finish_reason": "stop"}
        ],
        "usage": {"prompt_tokens": 3, "completion_tokens": 3, "total_tokens": 6},
    }


def test_streamed_is_whole(client: TestClient) -> None:
    body = {"prompt": "a b c d", "n": 2, "seed": 5, "max_tokens": 3}
    whole = client.post(URL, json=body).json()
    asked = body | {"stream": True, "stream_options": {"include_usage": True}}
    *chunks, last = events(client.post(URL, json=asked))
    assert last["choices"] == []
    assert last["usage"] == whole["usage"]
    assert len({chunk["id"] for chunk in chunks}) == 1
    for index, choice in enumerate(whole["choices"]):
        mine = [c["choices"][0] for c in chunks if c["choices"][0]["index"] == index]
        assert "".join(piece["text"] for piece in mine) == choice["text"]
        assert [piece["finish_reason"] for piece in mine[:-1]] == [None] * (len(mine) - 1)
        assert mine[-1]["finish_reason"] == choice["finish_reason"] == "length"


def test_options_reach_the_model(client: TestClient, model: FakeModel) -> None:
    options = {"temperature": 0, "top_p": 0.5, "top_k": 7, "min_p": 0.1, "repetition_penalty": 1.2}
    body = {"prompt": "a", "max_completion_tokens": 9, "max_tokens": 3, "stop": "x", "seed": 4}
    assert client.post(URL, json=options | body).status_code == 200
    assert model.calls == [{"prompt": "a", "max_tokens": 9, "stop": ["x"], "seed": 4, **options}]


def test_without_options_the_models_own_hold(client: TestClient, model: FakeModel) -> None:
    nothing = dict.fromkeys(("temperature", "top_p", "stop", "seed", "n", "stream", "max_tokens"))
    assert client.post(URL, json={"prompt": "a", **nothing}).status_code == 200
    assert model.calls == [{"prompt": "a", "max_tokens": 64, "stop": [], "seed": None}]


def test_answers_differ_in_their_seed(client: TestClient, model: FakeModel) -> None:
    assert client.post(URL, json={"prompt": "a", "n": 3, "seed": -1}).status_code == 200
    seeds = sorted(call["seed"] for call in model.calls)
    assert seeds == [0, 1, 2**63 - 1]  # the engine takes none below 0


def test_one_prompt_of_a_list(client: TestClient) -> None:
    assert client.post(URL, json={"prompt": ["a"]}).status_code == 200
    assert client.post(URL, json={"prompt": ["a", "b"]}).status_code == 400


@pytest.mark.parametrize(
    "extra",
    [
        {"user": "me", "presence_penalty": 1, "frequency_penalty": 1, "logit_bias": {"1": 2}},
        {"best_of": 1, "echo": False, "suffix": None, "logprobs": None, "service_tier": "auto"},
    ],
)
def test_openais_other_fields_are_accepted(client: TestClient, extra: dict[str, Any]) -> None:
    assert client.post(URL, json={"prompt": "a", **extra}).status_code == 200


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        ({"temperature": 2.1}, "temperature: "),
        ({"temperature": "1"}, "temperature: "),
        ({"top_p": 1.5}, "top_p: "),
        ({"n": 0}, "n: "),
        ({"n": 9}, "n: the most is 8, got 9"),
        ({"max_tokens": 0}, "max_tokens: "),
        ({"max_tokens": 1025}, "max_tokens: the most is 1024, got 1025"),
        ({"max_completion_tokens": 1025}, "max_completion_tokens: "),
        ({"stop": [""]}, "stop: "),
        ({"stop": ["a"] * 17}, "stop: "),
        ({"seed": 2**63}, "seed: "),
        ({"stream": "yes"}, "stream: "),
        ({"stream_options": {"x": 1}}, "stream_options.x: unknown field"),
        ({"temprature": 1}, "temprature: unknown field"),
        ({"logprobs": True}, "this model has no 'logprobs'"),
        ({"logprobs": 0}, "this model has no 'logprobs'"),
        ({"echo": True}, "this model has no 'echo'"),
    ],
)
def test_a_wrong_option_is_named(client: TestClient, extra: dict[str, Any], said: str) -> None:
    response = client.post(URL, json={"prompt": "a", **extra})
    assert response.status_code == 400
    assert error_of(response)["message"].startswith(said)


@pytest.mark.parametrize("stream", [True, False])
def test_the_models_own_refusal_is_400(client: TestClient, stream: bool) -> None:
    response = client.post(URL, json={"prompt": "refuse", "stream": stream})
    assert response.status_code == 400
    assert error_of(response)["message"] == "prompt: this one is refused"


def test_a_million_characters(client: TestClient) -> None:
    response = client.post(URL, json={"prompt": "a" * 1_000_000})
    assert response.status_code == 413
    assert "1000000" in error_of(response)["message"]


def test_a_prompt_at_the_limit_is_answered(model: FakeModel) -> None:
    with client_of(model, Settings(max_prompt_chars=1_000_000)) as client:
        assert client.post(URL, json={"prompt": "a" * 1_000_000}).status_code == 200
