"""GET /widget.js: the script that puts suggestions into a text area, here or on another page."""

import hashlib
from functools import lru_cache
from pathlib import Path

from fastapi import APIRouter, Request
from starlette.responses import Response

from chatbot.server.errors import ApiError

router = APIRouter()

SCRIPT = Path(__file__).parents[2] / "static" / "widget.js"


@router.api_route("/widget.js", methods=["GET", "HEAD"])
async def widget(request: Request) -> Response:
    """Send the script, or 304 to a browser that has this version of it."""
    try:
        content, tag = _read(SCRIPT, SCRIPT.stat().st_mtime_ns)
    except FileNotFoundError:
        raise ApiError(
            404, f"{SCRIPT.name} has not been built; widget/ says how", "not_found"
        ) from None
    headers = {
        "ETag": tag,
        "Cache-Control": "no-cache",  # ask each time: a new version must not wait
        "Cross-Origin-Resource-Policy": "cross-origin",
        "X-Content-Type-Options": "nosniff",
    }
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers, media_type="text/javascript")


@lru_cache(maxsize=1)
def _read(path: Path, _: int) -> tuple[bytes, str]:
    """Return the file and its ETag, read again when its time of change is another."""
    content = path.read_bytes()
    return content, f'"{hashlib.sha256(content).hexdigest()[:32]}"'
