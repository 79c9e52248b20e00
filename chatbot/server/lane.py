"""A lane: so many calls at once, so many waiting, all in threads apart from the event loop.

Suggestions and answers have a lane each, so that a keystroke never waits behind an answer.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import TypeVar

import anyio
import anyio.to_thread

from chatbot.server.errors import ApiError

T = TypeVar("T")


class Lane:
    """Admit `running` calls at once and `waiting` more; refuse the next with 429."""

    def __init__(self, name: str, running: int, waiting: int) -> None:
        self.name = name
        self.running = running
        self.waiting = waiting
        self.admitted = 0
        self._places = anyio.CapacityLimiter(running)
        self.threads = anyio.CapacityLimiter(running)

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """Hold one of the places, after a wait for it; ApiError 429 when the queue is full."""
        if self.admitted >= self.running + self.waiting:
            message = f"{self.running} {self.name} run and {self.waiting} wait; try again soon"
            raise ApiError(429, message, "queue_full", retry_after=1)
        self.admitted += 1
        owner = object()  # a stream may leave from another task than the one that entered
        try:
            await self._places.acquire_on_behalf_of(owner)
            try:
                yield
            finally:
                self._places.release_on_behalf_of(owner)
        finally:
            self.admitted -= 1

    async def run(self, call: Callable[..., T], *args: object) -> T:
        """Return call(*args), run in one of the lane's threads; cancelling waits for it."""
        return await anyio.to_thread.run_sync(partial(call, *args), limiter=self.threads)
