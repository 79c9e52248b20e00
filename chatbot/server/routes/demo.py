"""GET /demo: a page that shows the widget, with the code to copy.

It is made of static files alone, so that its policy can be as strict as any page's.
"""

from fastapi import APIRouter, Request
from starlette.responses import Response

from chatbot.server.static_file import static_file

router = APIRouter()

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "img-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
    )
)


@router.api_route("/demo", methods=["GET", "HEAD"], include_in_schema=False)
async def demo(request: Request) -> Response:
    """Send the page."""
    headers = {"Content-Security-Policy": POLICY, "Referrer-Policy": "same-origin"}
    return static_file(request, "demo.html", headers)


@router.api_route("/demo.css", methods=["GET", "HEAD"], include_in_schema=False)
@router.api_route("/demo.js", methods=["GET", "HEAD"], include_in_schema=False)
@router.api_route("/learned.js", methods=["GET", "HEAD"], include_in_schema=False)
@router.api_route("/saved.js", methods=["GET", "HEAD"], include_in_schema=False)
async def part(request: Request) -> Response:
    """Send the page's style or script, or what the Write tab has too: learned words, a count."""
    return static_file(request, request.url.path.rpartition("/")[2])
