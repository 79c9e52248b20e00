"""Who may call: the names this server answers to, and the pages that may post to it.

Without the first, a page elsewhere could point its own name at this machine and read the answers
(DNS rebinding); without the second, any page could have this machine do work. The headers that
let another page read answers are CORSMiddleware's.
"""

from collections.abc import Sequence
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from chatbot.server.errors import SHOWN, ApiError

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


class SameOrigin:
    """ASGI middleware: 400 for a foreign Host, 403 for a post from a foreign page."""

    def __init__(self, app: ASGIApp, hosts: Sequence[str], origins: Sequence[str]) -> None:
        self.app = app
        self.hosts = ["localhost", "*.localhost", *hosts]
        self.origins = origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            headers = Headers(scope=scope)
            error = self._wrong_host(headers) or self._wrong_origin(scope["method"], headers)
            if error is not None:
                await error.response()(scope, receive, send)
                return
        await self.app(scope, receive, send)

    def _wrong_host(self, headers: Headers) -> ApiError | None:
        host = _name(headers.get("host", ""))
        if any(_matches(host, pattern) for pattern in self.hosts) or _is_address(host):
            return None
        hint = "the operator may add it to INKLING_ALLOWED_HOSTS"
        return ApiError(400, f"this server is not called {host[:SHOWN]!r}; {hint}", "bad_host")

    def _wrong_origin(self, method: str, headers: Headers) -> ApiError | None:
        origin = headers.get("origin", "").lower()
        if method in SAFE_METHODS or not origin or self._allowed(origin, headers):
            return None
        hint = "the operator may add it to INKLING_ALLOWED_ORIGINS"
        message = f"a page of {origin[:SHOWN]!r} may not call this server; {hint}"
        return ApiError(403, message, "bad_origin")

    def _allowed(self, origin: str, headers: Headers) -> bool:
        if "*" in self.origins or origin in self.origins:
            return True
        # a browser's own word, right even where a proxy has rewritten Host
        if headers.get("sec-fetch-site") == "same-origin":
            return True
        return origin.partition("://")[2] == headers.get("host", "").lower()


def _name(host: str) -> str:
    """Return the name in 'name:port', lower-case, or '' for nonsense."""
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def _matches(host: str, pattern: str) -> bool:
    if pattern.startswith("*"):
        return host.endswith(pattern[1:])
    return host == pattern


def _is_address(host: str) -> bool:
    """Tell an IP address, which needs no guard: rebinding takes a name."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
