"""POST /v1/suggest."""

import threading
from functools import partial

import pytest
from conftest import FakeModel, client_of, error_of, eventually
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from chatbot.server import Settings


def test_an_edit_comes_back(client: TestClient) -> None:
    body = {"text": "he", "n": 2}
    assert client.post("/v1/suggest", json=body).json() == {
        "suggestions": [
            {"text": "word1", "insert": "word1", "replace": [2, 2], "probability": 0.5},
            {"text": "word2", "insert": "word2", "replace": [2, 2], "probability": 0.25},
        ]
    }


def test_every_field_reaches_the_model(client: TestClient, model: FakeModel) -> None:
    body = {"text": "a", "n": 1, "turns": ["x", "y"], "max_words": 4, "session": None}
    body |= {"avoid": ["z"], "after": "b"}
    assert client.post("/v1/suggest", json=body | {"learn": True}).status_code == 200
    expected = {"text": "a", "n": 1, "turns": ["x", "y"], "max_words": 4, "avoid": ["z"]}
    assert model.calls == [expected | {"after": "b"}]


def test_words_and_a_phrase_come_in_one_answer(client: TestClient, model: FakeModel) -> None:
    body = {"text": "he", "n": 1, "phrase_words": 4, "avoid": ["z"], "after": "b"}
    answer = client.post("/v1/suggest", json=body).json()
    assert [word["text"] for word in answer["suggestions"]] == ["word1"]
    assert answer["phrase"]["text"] == "a phrase"
    expected = {"text": "he", "n": 1, "turns": [], "max_words": 1, "avoid": ["z"], "after": "b"}
    assert model.calls == [expected]
    assert client.post("/v1/suggest", json=body | {"phrase_words": 1}).json()["phrase"] is None


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "text"),
        ({"text": 1}, "text"),
        ({"text": "a", "n": 0}, "n"),
        ({"text": "a", "n": 21}, "n"),
        ({"text": "a", "n": "3"}, "n"),
        ({"text": "a", "max_words": 17}, "max_words"),
        ({"text": "a", "turns": [None]}, "turns[0]"),
        ({"text": "a", "session": "x" * 129}, "session"),
        ({"text": "a", "session": ""}, "session"),
        ({"text": "a", "avoid": [1]}, "avoid[0]"),
        ({"text": "a", "after": 1}, "after"),
        ({"text": "a", "phrase_words": -1}, "phrase_words"),
        ({"text": "a", "phrase_words": 17}, "phrase_words"),
        ({"text": "a", "txet": "b"}, "txet"),
    ],
)
def test_a_wrong_field_is_named(client: TestClient, body: object, field: str) -> None:
    response = client.post("/v1/suggest", json=body)
    error = error_of(response)
    assert response.status_code == 400
    assert error["type"] == "invalid_request_error"
    assert error["message"].startswith(f"{field}: ")


def test_a_phrase_beside_phrases_is_refused(client: TestClient) -> None:
    response = client.post("/v1/suggest", json={"text": "a", "max_words": 2, "phrase_words": 3})
    assert response.status_code == 400
    assert "leave max_words at 1; got 2" in error_of(response)["message"]


def test_a_long_text_is_413(model: FakeModel) -> None:
    with client_of(model, Settings(max_prompt_chars=10)) as client:
        assert client.post("/v1/suggest", json={"text": "a" * 10}).status_code == 200
        response = client.post("/v1/suggest", json={"text": "a" * 10, "turns": ["b"]})
        assert client.post("/v1/suggest", json={"text": "a" * 10, "after": "b"}).status_code == 413
    assert response.status_code == 413
    assert "10" in error_of(response)["message"]


def test_a_crash_is_500_without_its_reason(model: FakeModel) -> None:
    with client_of(model, raise_server_exceptions=False) as client:
        response = client.post("/v1/suggest", json={"text": "crash"})
    assert response.status_code == 500
    assert error_of(response)["type"] == "server_error"
    assert "secret" not in response.text


def test_keystrokes_do_not_wait_behind_answers(model: FakeModel) -> None:
    """Hold every place for answers, then suggest."""
    model.endless = True
    with client_of(model, Settings(generations=1, queue_size=0)) as client:
        body = {"prompt": "a b", "max_tokens": 1000}
        model.gate.clear()
        post = partial(client.post, "/v1/completions", json=body)
        answering = threading.Thread(target=post)
        answering.start()
        assert eventually(lambda: model.opened == 1)
        assert client.post("/v1/completions", json=body).status_code == 429
        assert client.post("/v1/suggest", json={"text": "a"}).status_code == 200
        model.gate.set()
        answering.join()


@given(text=st.text(max_size=50))
@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_unicode_is_answered(client: TestClient, model: FakeModel, text: str) -> None:
    assert client.post("/v1/suggest", json={"text": text}).status_code == 200
    assert model.calls[-1]["text"] == text
