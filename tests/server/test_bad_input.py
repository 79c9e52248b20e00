"""What no route should have to think of: bodies, paths, hosts and origins that are wrong."""

import json
from collections.abc import Iterator

import pytest
from conftest import FakeModel, client_of, error_of
from fastapi.testclient import TestClient

from chatbot.server import Settings

JSON = {"Content-Type": "application/json"}
POSTS = ("/v1/suggest", "/v1/completions", "/v1/chat/completions")


@pytest.mark.parametrize("url", POSTS)
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"text"',
        b'{"text": "\xff"}',
        b"[" * 100_000,
        b'{"text": "a", "prompt": "a", "n": NaN}',
        b'{"text": "a", "prompt": "a", "n": Infinity}',
        b'{"text": "a", "prompt": "a", "n": 1e999}',
        b'{"text": "\\ud800", "prompt": "\\ud800", "messages": "\\ud800"}',
        b'{"text": "a", "\\ud800": 1}',
    ],
    ids=lambda body: ascii(body[:24]),
)
def test_a_body_that_is_no_request_is_400(client: TestClient, url: str, body: bytes) -> None:
    response = client.post(url, content=body, headers=JSON)
    assert response.status_code == 400
    assert error_of(response)["type"] == "invalid_request_error"
    json.loads(response.text, parse_constant=pytest.fail)


@pytest.mark.parametrize(
    "body",
    [b'{"prompt": "a", "temperature": NaN}', b'{"prompt": "a", "top_p": Infinity}'],
)
def test_numbers_that_are_none_are_400(client: TestClient, body: bytes) -> None:
    response = client.post("/v1/completions", content=body, headers=JSON)
    assert response.status_code == 400
    assert "finite" in error_of(response)["message"]


@pytest.mark.parametrize(
    ("url", "body", "where"),
    [
        ("/v1/suggest", b'{"text": "ab\\udfff"}', "text: "),
        ("/v1/suggest", b'{"text": "a", "turns": ["\\ud800"]}', "turns[0]: "),
        ("/v1/completions", b'{"prompt": "\\ud83d"}', "prompt: "),
        ("/v1/completions", b'{"prompt": "a", "stop": ["\\ud83d"]}', "stop[0]: "),
        (
            "/v1/chat/completions",
            b'{"messages": [{"role": "user", "content": "\\ud800"}]}',
            "messages[0].content: ",
        ),
    ],
)
def test_half_a_character_is_named(client: TestClient, url: str, body: bytes, where: str) -> None:
    response = client.post(url, content=body, headers=JSON)
    error = error_of(response)
    assert response.status_code == 400
    assert error["message"].startswith(where)
    assert "surrogate" in error["message"]


def test_a_wrong_value_is_shown_short(client: TestClient) -> None:
    response = client.post("/v1/suggest", json={"text": "a", "n": "x" * 10_000})
    assert len(error_of(response)["message"]) < 200


@pytest.mark.parametrize(
    ("method", "url", "status"),
    [
        ("GET", "/nothing", 404),
        ("GET", "/v1/nothing", 404),
        ("POST", "/v1/models/other", 405),
        ("GET", "/v1/models/other", 404),
        ("GET", "/v1/suggest", 405),
        ("GET", "/v1/completions", 405),
        ("DELETE", "/v1/chat/completions", 405),
        ("POST", "/health", 405),
        ("PUT", "/widget.js", 405),
        ("POST", "/gradio_api/upload", 404),
        ("GET", "/docs", 404),
    ],
)
def test_a_wrong_path_or_method(client: TestClient, method: str, url: str, status: int) -> None:
    response = client.request(method, url)
    assert response.status_code == status
    error = error_of(response)
    assert error["type"] == "invalid_request_error"
    if status == 405:
        assert response.headers["allow"] in error["message"]


@pytest.fixture(scope="module")
def small() -> Iterator[TestClient]:
    with client_of(FakeModel(), Settings(max_body_bytes=1024)) as client:
        yield client


@pytest.mark.parametrize("url", [*POSTS, "/gradio_api/queue/join", "/nothing"])
def test_a_declared_body_too_large_is_413(small: TestClient, url: str) -> None:
    response = small.post(url, content=b"x" * 1025, headers=JSON)
    assert response.status_code == 413
    assert error_of(response)["code"] == "body_too_large"


def test_a_chunked_body_too_large_is_413_before_its_end(small: TestClient) -> None:
    sent = 0

    def body() -> Iterator[bytes]:
        nonlocal sent
        for _ in range(1000):
            sent += 100
            yield b"x" * 100

    response = small.post("/v1/suggest", content=body(), headers=JSON)
    assert response.status_code == 413
    assert error_of(response)["code"] == "body_too_large"


def test_a_chunked_body_within_the_limit_is_read_whole(small: TestClient) -> None:
    pieces = iter([b'{"te', b'xt": "a', b'"}'])
    assert small.post("/v1/suggest", content=pieces, headers=JSON).status_code == 200


def test_a_foreign_host_is_400(client: TestClient) -> None:
    for host in ("evil.example", "localhost.evil.example", "", "a:b:c"):
        response = client.get("/health", headers={"Host": host})
        assert response.status_code == 400
        assert error_of(response)["code"] == "bad_host"


@pytest.mark.parametrize("host", ["localhost:7860", "127.0.0.1", "192.168.1.5:80", "[::1]:7860"])
def test_an_address_is_no_foreign_host(client: TestClient, host: str) -> None:
    assert client.get("/health", headers={"Host": host}).status_code == 200


def test_hosts_may_be_allowed(model: FakeModel) -> None:
    with client_of(model, Settings(allowed_hosts=["*.example.com", "box"])) as client:
        for host, status in (("a.example.com", 200), ("BOX:80", 200), ("example.org", 400)):
            assert client.get("/health", headers={"Host": host}).status_code == status


@pytest.mark.parametrize("url", [*POSTS, "/gradio_api/queue/join"])
def test_another_page_may_not_post(client: TestClient, url: str) -> None:
    for origin in ("https://evil.example", "null", "http://localhost:1"):
        response = client.post(url, json={"text": "a"}, headers={"Origin": origin})
        assert response.status_code == 403
        assert error_of(response)["code"] == "bad_origin"
        assert "access-control-allow-origin" not in response.headers


def test_the_own_page_may_post(client: TestClient) -> None:
    for headers in (
        {"Origin": "http://localhost"},
        {"Origin": "https://behind.a.proxy", "Sec-Fetch-Site": "same-origin"},
    ):
        assert client.post("/v1/suggest", json={"text": "a"}, headers=headers).status_code == 200


def test_an_allowed_page_may_post_and_read(model: FakeModel) -> None:
    site = "https://site.example"
    with client_of(model, Settings(allowed_origins=[site])) as client:
        ask = {"Origin": site, "Access-Control-Request-Method": "POST"}
        preflight = client.options("/v1/suggest", headers=ask)
        answer = client.post("/v1/suggest", json={"text": "a"}, headers={"Origin": site})
        other = client.get("/", headers={"Origin": "https://evil.example"})
    assert preflight.status_code == 200
    assert answer.headers["access-control-allow-origin"] == site
    assert "access-control-allow-credentials" not in answer.headers
    assert "access-control-allow-origin" not in other.headers
