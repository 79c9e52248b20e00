"""What the offline mode downloads: its scripts, the runtime, and the checkpoint's own files."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from chatbot import LanguageModel, load
from chatbot.offensive import listed_words
from chatbot.server import Settings, create_app
from chatbot.server.static_file import STATIC

FILES = (
    "/offline.mjs",
    "/offline.worker.mjs",
    "/onnxruntime.wasm",
    "/v1/offline/model.onnx?format=3",
    "/v1/offline/tokenizer.json?format=3",
)
PLAIN = {"Accept-Encoding": "identity"}


@pytest.fixture(scope="module")
def real(lm: LanguageModel) -> Iterator[TestClient]:
    app = create_app(lambda: lm, Settings())
    with TestClient(app, base_url="http://localhost") as client:
        assert app.state.services.host.wait(10)
        yield client


@pytest.mark.parametrize("path", FILES)
def test_each_has_a_tag_that_saves_sending_it_again(real: TestClient, path: str) -> None:
    answer = real.get(path)
    assert answer.status_code == 200
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert answer.headers["access-control-expose-headers"] == "ETag"
    tag = answer.headers["etag"]
    assert real.head(path).headers["etag"] == tag
    again = real.get(path, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", ["/onnxruntime.wasm", "/v1/offline/tokenizer.json?format=3"])
def test_what_is_large_is_sent_packed_to_who_can_read_that(real: TestClient, path: str) -> None:
    packed, plain = real.get(path), real.get(path, headers=PLAIN)
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.content == plain.content
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"])
    assert all("Accept-Encoding" in each.headers["vary"] for each in (packed, plain))


def test_the_runtime_is_wasm(real: TestClient) -> None:
    answer = real.get("/onnxruntime.wasm")
    assert answer.headers["content-type"] == "application/wasm"
    assert answer.content == gzip.decompress((STATIC / "onnxruntime.wasm.gz").read_bytes())
    assert answer.content.startswith(b"\0asm")


@pytest.mark.parametrize("name", ["offline.mjs", "offline.worker.mjs"])
def test_a_script_may_be_kept(real: TestClient, name: str) -> None:
    answer = real.get(f"/{name}")
    assert answer.content == (STATIC / name).read_bytes()
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["cache-control"] == "max-age=600, stale-while-revalidate=604200"


@pytest.mark.parametrize("path", ["/v1/offline/model.onnx", "/v1/offline/tokenizer.json"])
def test_a_script_of_before_an_upgrade_keeps_what_it_has(real: TestClient, path: str) -> None:
    """It asked for no format, got a graph that it could not feed, and had thrown its own away."""
    answer = real.get(path)
    assert answer.status_code == 410
    assert answer.json()["error"]["message"] == "format: offline files are of format 3, got 1"
    assert real.head(path).status_code == 410


def test_the_model_and_its_tokenizer_belong_together(real: TestClient, lm: LanguageModel) -> None:
    model = real.get("/v1/offline/model.onnx?format=3")
    assert model.content == lm.checkpoint.step_function.read_bytes()
    sent = real.get("/v1/offline/tokenizer.json?format=3").json()
    assert sent["model"] == model.headers["etag"]
    tokenizer = lm.checkpoint.tokenizer
    assert [piece.encode() for piece in sent["pieces"] if piece is not None] == [
        piece
        for i, piece in enumerate(tokenizer.pieces)
        if piece and i not in set(tokenizer.byte_ids)
    ]
    assert [tokenizer.pieces[i] for i in sent["bytes"]] == [bytes([byte]) for byte in range(256)]
    assert len(sent["scores"]) == tokenizer.vocab_size
    assert sent["goes_on"] == lm.checkpoint.signs.goes_on.tolist()
    assert "fuck*" in sent["offensive"]
    assert json.dumps(sent, allow_nan=False)


def test_only_the_kinds_that_the_server_lists_are_sent(checkpoint: Path) -> None:
    app = create_app(lambda: load(checkpoint, offensive=["slurs"]), Settings(offensive=["slurs"]))
    with TestClient(app, base_url="http://localhost") as client:
        assert app.state.services.host.wait(10)
        sent = client.get("/v1/offline/tokenizer.json?format=3").json()
    assert sent["offensive"] == list(listed_words("slurs"))
