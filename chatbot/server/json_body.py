"""Parse requests' JSON in a third of the standard library's time: of a long text that is felt."""

import json
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from pydantic_core import from_json


class JsonRoute(APIRoute):
    """A route whose requests' bodies are parsed so."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the route's handler, given a request that parses so."""
        handler = super().get_route_handler()

        async def handle(request: Request) -> Response:
            return await handler(_Request(request.scope, request.receive))

        return handle


class _Request(Request):
    async def json(self) -> Any:
        body = await self.body()
        try:
            return from_json(body)
        except ValueError:
            return json.loads(body)  # says where it is wrong, as the API answers it
