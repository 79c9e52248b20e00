"""The engine's blocking iterators, run from the event loop and closed whatever happens."""

import threading
from collections.abc import AsyncGenerator, Callable, Generator, Sequence

import anyio

from chatbot import Generation
from chatbot.server.lane import Lane

Pieces = Generator[str, None, Generation]
Start = Callable[[], Pieces]


async def stream(lane: Lane, start: Start) -> AsyncGenerator[str | Generation, None]:
    """Yield the pieces as they are written, then the whole Generation.

    Closing this generator, or cancelling its task, closes the engine's at its next piece.
    """
    async with lane.place():
        pieces = _Shared(await lane.run(start))
        try:
            while True:
                piece = await lane.run(pieces.next)
                yield piece
                if isinstance(piece, Generation):
                    return
        finally:
            with anyio.CancelScope(shield=True):
                await lane.run(pieces.close)


async def every(lane: Lane, starts: Sequence[Start]) -> list[Generation]:
    """Return all the Generations, written side by side: the engine makes one batch of them."""
    if len(starts) == 1:
        return [await _whole(lane, starts[0])]
    results: dict[int, Generation] = {}
    errors: list[Exception] = []
    async with anyio.create_task_group() as group:

        async def one(index: int, start: Start) -> None:
            try:
                results[index] = await _whole(lane, start)
            except Exception as error:
                errors.append(error)
                group.cancel_scope.cancel()

        for index, start in enumerate(starts):
            group.start_soon(one, index, start)
    if errors:
        raise errors[0]
    return [results[index] for index in range(len(starts))]


async def _whole(lane: Lane, start: Start) -> Generation:
    """Return the Generation; cancelling the task stops the engine at its next piece."""
    gone = threading.Event()
    async with lane.place():
        try:
            return await anyio.to_thread.run_sync(
                _drain, start, gone, limiter=lane.threads, abandon_on_cancel=True
            )
        finally:
            gone.set()


class _Shared:
    """The engine's generator under a lock.

    A task that asyncio itself cancels, as Gradio and uvicorn do, leaves its thread running: to
    close the generator then would raise "generator already executing", so close waits its turn.
    """

    def __init__(self, pieces: Pieces) -> None:
        self.pieces = pieces
        self.lock = threading.Lock()

    def next(self) -> str | Generation:
        """Return the next piece, or the whole Generation after the last."""
        with self.lock:
            try:
                return next(self.pieces)
            except StopIteration as end:
                result: Generation = end.value
                return result

    def close(self) -> None:
        with self.lock:
            self.pieces.close()


def _drain(start: Start, gone: threading.Event) -> Generation:
    """Run to the end in one thread: a hop to it for each piece would cost more than the piece."""
    pieces = _Shared(start())
    try:
        while not gone.is_set():
            if isinstance(piece := pieces.next(), Generation):
                return piece
    finally:
        pieces.close()
    raise InterruptedError("nobody waits for this answer")
