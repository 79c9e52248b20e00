"""A file of chatbot/static/, sent as it is, or as 304 to a browser that has this version of it."""

import hashlib
from functools import lru_cache
from pathlib import Path

from fastapi import Request
from starlette.responses import Response

from chatbot.server.errors import ApiError

__all__ = ["STATIC", "static_file"]

STATIC = Path(__file__).parents[1] / "static"
MEDIA_TYPES = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".ts": "text/plain",
    ".css": "text/css",
    ".html": "text/html",
}


def static_file(request: Request, name: str, headers: dict[str, str] | None = None) -> Response:
    """Return the file `name` with `headers` and those that every file has; 404 where it is not."""
    path = STATIC / name
    try:
        content, tag = _read(path, path.stat().st_mtime_ns)
    except FileNotFoundError:
        raise ApiError(404, f"{name} has not been built; widget/ says how", "not_found") from None
    sent = {
        "ETag": tag,
        "Cache-Control": "no-cache",  # ask each time: a new version must not wait
        "X-Content-Type-Options": "nosniff",
        **(headers or {}),
    }
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=sent)
    return Response(content, headers=sent, media_type=MEDIA_TYPES[path.suffix])


@lru_cache(maxsize=16)
def _read(path: Path, _: int) -> tuple[bytes, str]:
    """Return the file and its ETag, read again when its time of change is another."""
    content = path.read_bytes()
    return content, f'"{hashlib.sha256(content).hexdigest()[:32]}"'
