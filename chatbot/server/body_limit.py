"""Requests' bodies, read whole before anything else: bounded in bytes and in seconds.

A body that is too large is refused from its Content-Length, or, chunked, at the first byte too
many; a body that never ends is refused when its time is up.
"""

import anyio
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chatbot.server.errors import ApiError


class BodyLimit:
    """ASGI middleware: 413 above `max_bytes`, 408 after `seconds`."""

    def __init__(self, app: ASGIApp, max_bytes: int, seconds: float) -> None:
        self.app = app
        self.max_bytes = max_bytes
        self.seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        try:
            self._check_declared(Headers(scope=scope))
            with anyio.fail_after(self.seconds):
                body = await self._read(receive)
        except TimeoutError:
            error = ApiError(408, f"the body took over {self.seconds:g} s", "timeout")
            await error.response({"Connection": "close"})(scope, receive, send)
        except ApiError as error:
            # the rest of the body is not read, so the connection can't be used again
            await error.response({"Connection": "close"})(scope, receive, send)
        else:
            if body is not None:
                await self.app(scope, _replay(body, receive), send)

    def _check_declared(self, headers: Headers) -> None:
        declared = headers.get("content-length", "")
        if declared.isdecimal() and int(declared) > self.max_bytes:
            raise self._too_large(declared)

    async def _read(self, receive: Receive) -> bytes | None:
        """Return the whole body, or None when the client left before its end."""
        body = bytearray()
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None
            body += message.get("body", b"")
            if len(body) > self.max_bytes:
                raise self._too_large(f"at least {len(body)}")
            if not message.get("more_body", False):
                return bytes(body)

    def _too_large(self, got: str) -> ApiError:
        message = f"the body may have {self.max_bytes} bytes, got {got}"
        return ApiError(413, message, "body_too_large")


def _replay(body: bytes, receive: Receive) -> Receive:
    """Return a receive that gives the body once and then what the server says."""
    first: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return first.pop() if first else await receive()

    return replay
