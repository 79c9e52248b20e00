"""A stream of server-sent events that ends, and lets go of the engine, when the client leaves."""

import json
from collections.abc import AsyncGenerator
from typing import Any

import anyio
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from chatbot.server.connection import while_connected
from chatbot.server.errors import as_api_error

DONE = "[DONE]"


class EventStream(Response):
    """Send each object of `events` as `data: {...}`, then `data: [DONE]`.

    Until the first event an error is an answer of its own with its status; later it is an event
    {"error": ...} and the stream ends without [DONE].
    """

    media_type = "text/event-stream"

    def __init__(self, events: AsyncGenerator[dict[str, Any], None]) -> None:
        self.events = events
        self.status_code = 200
        self.background = None
        # no-transform and X-Accel-Buffering keep proxies from holding the words back
        self.init_headers({"Cache-Control": "no-cache, no-transform", "X-Accel-Buffering": "no"})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await while_connected(receive, lambda: self._send_all(send))
        except ClientDisconnect:
            pass
        finally:
            with anyio.CancelScope(shield=True):
                await self.events.aclose()

    async def _send_all(self, send: Send) -> None:
        first = await anext(self.events)
        head = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        await send(head)
        await self._event(send, first)
        try:
            async for event in self.events:
                await self._event(send, event)
        except Exception as error:
            await self._event(send, as_api_error(error).body())
        else:
            await self._event(send, DONE)
        await send({"type": "http.response.body", "body": b""})

    async def _event(self, send: Send, event: dict[str, Any] | str) -> None:
        text = event if isinstance(event, str) else json.dumps(event)
        body = f"data: {text}\n\n".encode()
        await send({"type": "http.response.body", "body": body, "more_body": True})
