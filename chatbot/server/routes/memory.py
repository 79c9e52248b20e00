"""/v1/memory: what was learned of a session's person; theirs to see, to mend and to take along."""

from collections.abc import Callable
from functools import partial
from typing import Any

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import JSONResponse

from chatbot import PersonalMemory
from chatbot.server.fields import Body, Text
from chatbot.server.services import Services, Serving
from chatbot.server.writing import Writing

router = APIRouter()

Json = dict[str, Any]
Use = Callable[[PersonalMemory], Json]


class SessionRequest(Body):
    """Whose memory."""

    session: Text = Field(min_length=1, max_length=128, description="as in /v1/suggest")


class WordRequest(SessionRequest):
    """A word of theirs."""

    word: Text = Field(min_length=1, max_length=128, description="in any case")


class MessageRequest(SessionRequest):
    """A message that was sent, or a text that was left."""

    text: Text = Field(description="the whole message")
    left: bool = Field(
        False, description="it was not sent: it may end within a word, and be gone on with"
    )
    turns: list[Text] = Field([], description="the conversation before it, as in /v1/suggest")


class ImportRequest(SessionRequest):
    """A memory from elsewhere."""

    memory: dict[str, Any] = Field(description="what /v1/memory/export gave")


@router.post("/v1/memory")
async def show(body: SessionRequest, services: Serving) -> JSONResponse:
    """Answer {"words": [{text, times}], "weight", "size"}, the most frequent word first."""
    return await _read(services, body.session, _summary)


@router.post("/v1/memory/learn")
async def learn(body: MessageRequest, services: Serving) -> JSONResponse:
    """Learn a message, as /v1/suggest does by itself once another text begins."""
    services.check_length(len(body.text) + sum(map(len, body.turns)))
    model, lane = services.host.get(), services.suggestions
    arrival = services.memories.arrive()
    take = services.memories.leave if body.left else services.memories.finish
    async with lane.place():
        await lane.run(partial(take, model, body.session, body.text, body.turns, arrival=arrival))
    return await _read(services, body.session, _summary)


@router.post("/v1/memory/forget")
async def forget(body: WordRequest, services: Serving) -> JSONResponse:
    """Forget a word for good; answer {"known": whether it was there}."""
    return await _change(services, body.session, lambda m: {"known": m.forget(body.word)})


@router.post("/v1/memory/undo")
async def undo(body: SessionRequest, services: Serving) -> JSONResponse:
    """Take back the last change; answer {"undone": whether there was one}."""
    return await _change(services, body.session, lambda m: {"undone": m.undo()}, Writing.reopen)


@router.post("/v1/memory/clear")
async def clear(body: SessionRequest, services: Serving) -> JSONResponse:
    """Forget all of a session, and what is being written: it is learned if it is sent."""
    return await _change(services, body.session, _cleared, Writing.pass_over)


@router.post("/v1/memory/export")
async def export(body: SessionRequest, services: Serving) -> JSONResponse:
    """Answer all that is kept."""
    return await _read(services, body.session, PersonalMemory.export)


@router.post("/v1/memory/import")
async def take(body: ImportRequest, services: Serving) -> JSONResponse:
    """Put an exported memory in place of what is there; what was forgotten stays forgotten."""

    def put(memory: PersonalMemory) -> dict[str, Any]:
        memory.restore(body.memory)
        return _summary(memory)

    return await _change(services, body.session, put, Writing.pass_over)


def _summary(memory: PersonalMemory) -> dict[str, Any]:
    words = [{"text": word.text, "times": word.times} for word in memory.words()]
    return {"words": words, "weight": memory.weight, "size": memory.size}


def _cleared(memory: PersonalMemory) -> dict[str, Any]:
    memory.clear()
    return _summary(memory)


async def _read(services: Services, session: str, use: Use) -> JSONResponse:
    return await _answer(services, partial(services.memories.read, session, use))


async def _change(
    services: Services, session: str, use: Use, then: Callable[[Writing], None] | None = None
) -> JSONResponse:
    return await _answer(services, partial(services.memories.change, session, use, then=then))


async def _answer(services: Services, call: Callable[[], Json]) -> JSONResponse:
    async with services.suggestions.place():
        return JSONResponse(await services.suggestions.run(call))
