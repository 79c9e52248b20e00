"""Hang the Gradio app below everything the API doesn't answer, with safer settings than its own.

Gradio's mount at / would swallow every path, and with it the API's own 404 and 405. As the
router's default it gets only what no route wants.
"""

import asyncio
from pathlib import Path

import gradio as gr
from fastapi import FastAPI
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chatbot.server.errors import answer_error
from chatbot.server.page.layout import build
from chatbot.server.page.theme import THEME
from chatbot.server.services import Services

HERE = Path(__file__).parent

# Gradio needs inline scripts and eval; what matters here is that nothing comes from elsewhere.
POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "frame-ancestors 'self'",
    )
)

# The API is not the page's, and the page has nothing to upload.
CLOSED = ("/v1/", "/gradio_api/upload")


def mount_page(app: FastAPI, services: Services) -> None:
    """Put the page at / of the app."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        # outside of a loop Gradio makes one for each of its locks and never closes it
        asyncio.run(_mount_inside(app, services))
    else:
        _mount(app, services)


async def _mount_inside(app: FastAPI, services: Services) -> None:
    _mount(app, services)


def _mount(app: FastAPI, services: Services) -> None:
    gr.mount_gradio_app(
        app,
        build(services),
        path="/",
        footer_links=[],
        run_history=False,  # else what people type stays in their browser's storage
        show_error=False,
        max_file_size=services.settings.max_body_bytes,
        ssr_mode=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=False,
        theme=THEME,
        css_paths=HERE / "page.css",
        head=_head(),
    )
    mount = app.router.routes.pop()
    if not isinstance(mount, Mount):
        raise TypeError(f"Gradio's mount should be the last route, got {mount!r}")
    page = mount.app
    if isinstance(page, FastAPI):
        page.add_exception_handler(HTTPException, _answer_page_error)
    app.router.default = _Page(page)


def _head() -> str:
    script = (HERE / "page.js").read_text(encoding="utf-8")
    sources = ("/widget.js", "/learned.js", "/saved.js")
    tags = [f'<script src="{source}" defer></script>' for source in sources]
    return "\n".join([*tags, f"<script>{script}</script>"])


async def _answer_page_error(request: Request, error: Exception) -> Response:
    """Answer in this server's shape where a person asked, in Gradio's where its script did."""
    if request.url.path.startswith("/gradio_api/"):
        from fastapi.exception_handlers import http_exception_handler

        assert isinstance(error, HTTPException)
        return await http_exception_handler(request, error)
    return await answer_error(request, error)


class _Page:
    """ASGI app: Gradio's, less the closed paths, with a policy against other hosts."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith(CLOSED):
            raise HTTPException(404)

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Content-Security-Policy"] = POLICY
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Referrer-Policy"] = "same-origin"
            await send(message)

        await self.app(scope, receive, guarded)
