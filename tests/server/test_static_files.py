"""The widget's builds and the demo page, as the server sends them."""

import re

import pytest
from fastapi.testclient import TestClient

from chatbot.server.static_file import STATIC


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/widget.js", "text/javascript"),
        ("/widget.mjs", "text/javascript"),
        ("/widget.d.ts", "text/plain"),
        ("/demo.js", "text/javascript"),
        ("/learned.js", "text/javascript"),
        ("/saved.js", "text/javascript"),
        ("/demo.css", "text/css"),
    ],
)
def test_files_are_sent_as_they_are(client: TestClient, path: str, kind: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == f"{kind}; charset=utf-8"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.content == (STATIC / path[1:]).read_bytes()
    again = client.get(path, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", ["/widget.js", "/widget.mjs", "/demo", "/demo.css"])
def test_they_are_packed_for_who_can_read_that(client: TestClient, path: str) -> None:
    packed, plain = (
        client.get(path, headers={"Accept-Encoding": how}) for how in ("gzip, br", "identity")
    )
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.content == plain.content
    assert int(packed.headers["content-length"]) < len(plain.content) / 2
    assert packed.headers["etag"] != plain.headers["etag"]
    for each in (packed, plain):
        assert "Accept-Encoding" in each.headers["vary"]
        again = {"If-None-Match": each.headers["etag"]}
        assert client.get(path, headers=dict(each.request.headers) | again).status_code == 304


@pytest.mark.parametrize("path", ["/widget.js", "/widget.mjs"])
def test_other_pages_may_load_the_widget(client: TestClient, path: str) -> None:
    assert client.get(path).headers["cross-origin-resource-policy"] == "cross-origin"


def test_the_demo_has_a_strict_policy_and_nothing_inline(client: TestClient) -> None:
    answer = client.get("/demo")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert {"default-src 'none'", "script-src 'self'", "style-src 'self'"} <= set(
        policy.split("; ")
    )
    assert not re.findall(r"<style|style=|\son\w+=|<script(?! src)", answer.text)
    assert not re.findall(r"https?://", answer.text)
