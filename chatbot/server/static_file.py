"""A file of chatbot/static/, sent packed where that is read, or as 304 to who has this version."""

import gzip
import hashlib
from functools import lru_cache
from pathlib import Path

from fastapi import Request
from starlette.responses import Response

from chatbot.server.errors import ApiError

__all__ = ["STATIC", "packed_or_not", "read_tagged", "static_file", "tagged"]

STATIC = Path(__file__).parents[1] / "static"
MEDIA_TYPES = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".ts": "text/plain",
    ".css": "text/css",
    ".html": "text/html",
    ".wasm": "application/wasm",
}


def static_file(request: Request, name: str, headers: dict[str, str] | None = None) -> Response:
    """Return the file `name` with `headers` and those that every file has; 404 where it is not.

    It is sent packed to whoever can read that; a large one lies there packed (`name`.gz).
    """
    try:
        packed, tag = _read_packed(STATIC / name)
    except FileNotFoundError:
        raise ApiError(404, f"{name} has not been built; widget/ says how", "not_found") from None
    content, tag, encoding = packed_or_not(request, packed, tag)
    extra = {"Vary": "Accept-Encoding"} | (headers or {}) | encoding
    return tagged(request, content, tag, MEDIA_TYPES[Path(name).suffix], extra)


def _read_packed(path: Path) -> tuple[bytes, str]:
    """Return a file packed, and the tag of that form."""
    packed = path.with_name(f"{path.name}.gz")
    if packed.is_file():
        return read_tagged(packed)
    content, tag = read_tagged(path)
    return _pack(content), tag


@lru_cache(maxsize=16)
def _pack(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)


def packed_or_not(request: Request, packed: bytes, tag: str) -> tuple[bytes, str, dict[str, str]]:
    """Give gzipped bytes as the browser takes them, the tag of that form, and its header."""
    accepted = request.headers.get("accept-encoding", "").replace(" ", "").split(",")
    if "gzip" in accepted or "*" in accepted:
        return packed, tag, {"Content-Encoding": "gzip"}
    return _unpacked(packed), f'{tag[:-1]}-plain"', {}


@lru_cache(maxsize=16)
def _unpacked(packed: bytes) -> bytes:
    return gzip.decompress(packed)


def tagged(
    request: Request,
    content: bytes,
    tag: str,
    media_type: str,
    headers: dict[str, str] | None = None,
) -> Response:
    """Return `content`, or 304 to a browser that has the version `tag` of it."""
    sent = {
        "ETag": tag,
        "Cache-Control": "no-cache",  # ask each time: a new version must not wait
        "X-Content-Type-Options": "nosniff",
        **(headers or {}),
    }
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=sent)
    return Response(content, headers=sent, media_type=media_type)


def read_tagged(path: Path) -> tuple[bytes, str]:
    """Return a file and its ETag, read again when its time of change is another."""
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=16)
def _read(path: Path, _: int) -> tuple[bytes, str]:
    content = path.read_bytes()
    return content, f'"{hashlib.sha256(content).hexdigest()[:32]}"'
