"""GET /widget.js, /widget.mjs: what puts suggestions into a text area, here or on another page.

The first is for a script tag, the second for `import`, /widget.d.ts its types.
"""

from fastapi import APIRouter, Request
from starlette.responses import Response

from chatbot.server.static_file import static_file

router = APIRouter()

ANYWHERE = {"Cross-Origin-Resource-Policy": "cross-origin"}


@router.api_route("/widget.js", methods=["GET", "HEAD"], include_in_schema=False)
@router.api_route("/widget.mjs", methods=["GET", "HEAD"], include_in_schema=False)
@router.api_route("/widget.d.ts", methods=["GET", "HEAD"], include_in_schema=False)
async def widget(request: Request) -> Response:
    """Send the build, or 304 to a browser that has this version of it."""
    return static_file(request, request.url.path.rpartition("/")[2], ANYWHERE)
