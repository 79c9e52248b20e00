"""POST /v1/suggest: what a person may be about to type, as edits."""

import time
from typing import Any

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import JSONResponse

from chatbot import LanguageModel, PersonalMemory, Suggestion
from chatbot.server.fields import Body, Text
from chatbot.server.memories import Memories
from chatbot.server.services import Serving

router = APIRouter()


class SuggestRequest(Body):
    """What stands before the cursor, and what was said before it."""

    text: Text = Field(description="the text up to the cursor")
    n: int = Field(3, ge=1, description="most suggestions to give")
    turns: list[Text] = Field([], description="the conversation so far, oldest first")
    max_words: int = Field(1, ge=1, le=16, description="most words a suggestion may have")
    session: Text | None = Field(
        None, min_length=1, max_length=128, description="whose memory to use; its name is its key"
    )
    learn: bool = Field(False, description="whether the session may remember this text")
    avoid: list[Text] = Field([], max_length=64, description="words that were refused here")
    phrase_words: int = Field(0, ge=0, le=20, description="most words of the phrase; 0: none")
    after: Text = Field("", description="the text after the cursor")


@router.post("/v1/suggest")
async def suggest(body: SuggestRequest, services: Serving) -> JSONResponse:
    """Answer {"suggestions": [{text, insert, replace: [start, end], probability}]}.

    `replace` counts code points of the request's text.
    """
    services.check_limit("n", body.n, services.settings.max_suggestions)
    services.check_length(len(body.text) + sum(map(len, body.turns)))
    model, lane = services.host.get(), services.suggestions
    begun = time.perf_counter()
    async with lane.place():
        found = await lane.run(_find, services.memories, model, body)
        answer: dict[str, Any] = {"suggestions": [_edit(suggestion) for suggestion in found]}
        if body.phrase_words:
            # STUB until the engine's own is merged: the phrase by a second call, `after` unused.
            more = {"n": 1, "max_words": max(2, min(16, body.phrase_words)), "learn": False}
            phrases = await lane.run(_find, services.memories, model, body.model_copy(update=more))
            answer["phrase"] = _edit(phrases[0]) if phrases else None
    services.metrics.suggestion_seconds.observe(time.perf_counter() - begun)
    return JSONResponse(answer)


def _find(memories: Memories, model: LanguageModel, body: SuggestRequest) -> list[Suggestion]:
    def ask(personal: PersonalMemory | None) -> list[Suggestion]:
        return model.suggest(
            body.text, body.n, body.turns, body.max_words, personal, avoid=body.avoid
        )

    if body.session is None:
        return ask(None)
    if body.learn:
        memories.hear(model, body.session, body.text, body.turns)
    return memories.read(body.session, ask)


def _edit(suggestion: Suggestion) -> dict[str, Any]:
    return {
        "text": suggestion.text,
        "insert": suggestion.insert,
        "replace": list(suggestion.replace),
        "probability": suggestion.probability,
    }
