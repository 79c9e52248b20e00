"""From a request to its response, whole or streamed: the road both completions take."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from functools import partial

from fastapi import Request
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, Response

from chatbot import Generation
from chatbot.server.completion import Json, Shape, usage
from chatbot.server.connection import while_connected
from chatbot.server.events import EventStream
from chatbot.server.generating import Start, every, stream
from chatbot.server.sampling import SamplingRequest
from chatbot.server.services import Services

GONE = 499  # nginx' status for a client that left; nobody reads it but the counters


async def answer(
    services: Services, request: Request, body: SamplingRequest, shape: Shape, starts: list[Start]
) -> Response:
    """Return the response to a request whose answers `starts` begin."""
    if body.stream:
        return EventStream(_chunks(services, shape, starts, body.wants_usage))
    try:
        answers = await while_connected(request.receive, partial(every, services.answers, starts))
    except ClientDisconnect:
        return Response(status_code=GONE)
    _count(services, answers)
    return JSONResponse(shape.whole(answers))


async def _chunks(
    services: Services, shape: Shape, starts: list[Start], wants_usage: bool
) -> AsyncGenerator[Json, None]:
    """Yield a stream's events: the answers one after another, then the usage if asked for."""
    answers: list[Generation] = []
    for index, start in enumerate(starts):
        async with aclosing(_one(services, shape, index, start, answers)) as events:
            async for event in events:
                yield event
    _count(services, answers)
    if wants_usage:
        yield shape.last(answers)


async def _one(
    services: Services, shape: Shape, index: int, start: Start, answers: list[Generation]
) -> AsyncGenerator[Json, None]:
    """Yield one answer's events, and put it whole at the end of `answers`."""
    opening = shape.opening(index)
    async with aclosing(stream(services.answers, start)) as pieces:
        async for piece in pieces:
            if opening is not None:  # after the first piece: until then an error has a status
                yield opening
                opening = None
            if isinstance(piece, Generation):
                answers.append(piece)
                yield shape.chunk(index, "", piece.finish_reason)
            elif piece:
                yield shape.chunk(index, piece)


def _count(services: Services, answers: Sequence[Generation]) -> None:
    used = usage(answers)
    services.metrics.tokens.labels("read").inc(used["prompt_tokens"])
    services.metrics.tokens.labels("written").inc(used["completion_tokens"])
