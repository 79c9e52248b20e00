"""What the server counts, for Prometheus: requests, their time, suggestions, words written."""

import time

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chatbot.server.lane import Lane

KEYSTROKE = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1.0)
REQUEST = (0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 20.0, 60.0)


class Metrics:
    """One app's counters, in a registry of its own so that two apps don't clash."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "inkling_requests",
            "Requests answered.",
            ("route", "method", "status"),
            registry=self.registry,
        )
        self.seconds = Histogram(
            "inkling_request_seconds",
            "Time from a request's head to its answer's end.",
            ("route",),
            buckets=REQUEST,
            registry=self.registry,
        )
        self.suggestion_seconds = Histogram(
            "inkling_suggestion_seconds",
            "Time the engine took for a suggestion, its wait for a place included.",
            buckets=KEYSTROKE,
            registry=self.registry,
        )
        self.tokens = Counter(
            "inkling_tokens", "Tokens read and written.", ("kind",), registry=self.registry
        )

    def watch(self, lane: Lane) -> None:
        """Show how many calls of a lane run or wait."""
        name = f"inkling_{lane.name}_in_flight"
        gauge = Gauge(name, f"{lane.name} running or waiting.", registry=self.registry)
        gauge.set_function(lambda: lane.admitted)

    def page(self) -> bytes:
        """Return the text that Prometheus reads."""
        return generate_latest(self.registry)


class Timed:
    """ASGI middleware: count and time each request under its route."""

    def __init__(self, app: ASGIApp, metrics: Metrics, routes: frozenset[str]) -> None:
        self.app = app
        self.metrics = metrics
        self.routes = routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        status = 0  # stays 0 when the client left before an answer began

        async def note(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        begun = time.perf_counter()
        try:
            await self.app(scope, receive, note)
        finally:
            # a path a client makes up must not become a label: labels live for ever
            route = scope["path"] if scope["path"] in self.routes else "page"
            self.metrics.requests.labels(route, scope["method"], str(status)).inc()
            self.metrics.seconds.labels(route).observe(time.perf_counter() - begun)
