"""Loading, ready, failed; /health, /metrics, /v1/models, /widget.js."""

import threading
from pathlib import Path
from typing import Any

import pytest
from conftest import WAIT, FakeModel, client_of, error_of, eventually
from fastapi.testclient import TestClient

from chatbot import CheckpointError
from chatbot.server import Settings, create_app, static_file

REQUESTS: list[tuple[str, dict[str, Any]]] = [
    ("/v1/suggest", {"text": "a"}),
    ("/v1/completions", {"prompt": "a"}),
    ("/v1/completions", {"prompt": "a", "stream": True}),
    ("/v1/chat/completions", {"messages": [{"role": "user", "content": "a"}]}),
]


def test_nothing_loads_before_the_app_starts() -> None:
    create_app(lambda: pytest.fail("loaded too early"), Settings())


def test_while_loading_everything_says_so(model: FakeModel) -> None:
    let_go = threading.Event()

    def load() -> Any:
        assert let_go.wait(WAIT)
        return model

    app = create_app(load, Settings())
    with TestClient(app, base_url="http://localhost") as client:
        health = client.get("/health")
        assert health.status_code == 503
        assert health.json()["status"] == "loading"
        assert client.get("/").status_code == 200
        for url, body in REQUESTS:
            response = client.post(url, json=body)
            assert response.status_code == 503
            assert int(response.headers["retry-after"]) > 0
            assert error_of(response)["code"] == "model_loading"
        assert client.get("/v1/models").status_code == 503
        let_go.set()
        assert app.state.services.host.wait(WAIT)
        health = client.get("/health")
        assert health.status_code == 200
        assert health.json()["status"] == "ready"
        assert health.json()["model"] == "fake"
        assert health.json()["uptime_s"] >= 0


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (CheckpointError("model.safetensors differs"), "model.safetensors differs"),
        (KeyError("layers"), "KeyError: 'layers'"),
    ],
)
def test_a_failure_is_named(error: Exception, reason: str) -> None:
    def load() -> Any:
        raise error

    app = create_app(load, Settings())
    with TestClient(app, base_url="http://localhost") as client:
        assert app.state.services.host.wait(WAIT)
        health = client.get("/health")
        assert health.status_code == 503
        assert (health.json()["status"], health.json()["reason"]) == ("failed", reason)
        for url, body in REQUESTS:
            response = client.post(url, json=body)
            assert response.status_code == 503
            assert "retry-after" in response.headers
            assert reason in error_of(response)["message"]


def test_the_queue_has_an_end(model: FakeModel) -> None:
    """One answer is written, one waits, the third is refused."""
    model.endless = True
    model.gate.clear()
    settings = Settings(generations=1, queue_size=1)
    with client_of(model, settings) as client:
        lane = client.app.state.services.answers  # type: ignore[attr-defined]
        body = {"prompt": "a", "max_tokens": 2}
        statuses: list[int] = []

        def ask() -> None:
            statuses.append(client.post("/v1/completions", json=body).status_code)

        threads = [threading.Thread(target=ask) for _ in range(2)]
        for thread in threads:
            thread.start()
        assert eventually(lambda: lane.admitted == 2)
        refused = [
            client.post("/v1/completions", json=body | extra) for extra in ({}, {"stream": True})
        ]
        model.gate.set()
        for thread in threads:
            thread.join()
    for response in refused:
        assert response.status_code == 429
        assert int(response.headers["retry-after"]) > 0
        assert error_of(response) == {
            "message": "1 answers run and 1 wait; try again soon",
            "type": "rate_limit_error",
            "code": "queue_full",
        }
    assert statuses == [200, 200]
    assert lane.admitted == 0


def test_models(client: TestClient) -> None:
    card = {"id": "fake", "object": "model", "created": 1_700_000_000, "owned_by": "inkling"}
    assert client.get("/v1/models").json() == {"object": "list", "data": [card]}
    assert client.get("/v1/models/fake").json() == card
    assert error_of(client.get("/v1/models/gpt"))["code"] == "model_not_found"


def test_metrics_count_requests_by_route(model: FakeModel) -> None:
    with client_of(model) as client:
        client.post("/v1/suggest", json={"text": "a"})
        client.post("/v1/suggest", json={})
        client.post("/v1/completions", json={"prompt": "a b"})
        client.get("/made/up/by/a/client")
        text = client.get("/metrics").text
    for line in (
        'inkling_requests_total{method="POST",route="/v1/suggest",status="200"} 1.0',
        'inkling_requests_total{method="POST",route="/v1/suggest",status="400"} 1.0',
        'inkling_requests_total{method="GET",route="page",status="404"} 1.0',
        'inkling_tokens_total{kind="written"} 2.0',
        "inkling_suggestion_seconds_count 1.0",
        "inkling_answers_in_flight 0.0",
    ):
        assert line in text
    assert "made/up" not in text


def test_the_widget(client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = tmp_path / "widget.js"
    monkeypatch.setattr(static_file, "STATIC", tmp_path)
    assert "has not been built" in error_of(client.get("/widget.js"))["message"]
    script.write_text("let a = 1;")
    first = client.get("/widget.js")
    assert first.text == "let a = 1;"
    assert first.headers["content-type"] == "text/javascript; charset=utf-8"
    again = client.get("/widget.js", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.head("/widget.js").headers["etag"] == first.headers["etag"]
    script.write_text("let a = 22;")
    assert client.get("/widget.js").text == "let a = 22;"


def test_the_description_names_every_operation_once(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    names = [operation["operationId"] for path in paths.values() for operation in path.values()]
    assert len(names) == len(set(names))
    assert {"/v1/suggest", "/v1/offline/model.onnx", "/v1/memory/forget"} <= set(paths)
