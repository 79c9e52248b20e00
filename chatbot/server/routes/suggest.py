"""POST /v1/suggest: what a person may be about to type, as edits."""

import time
from typing import Any, Self

from fastapi import APIRouter
from pydantic import Field, model_validator
from starlette.responses import JSONResponse

from chatbot import LanguageModel, Offer, PersonalMemory, Suggestion
from chatbot.server.fields import Body, Text
from chatbot.server.json_body import JsonRoute
from chatbot.server.memories import Memories
from chatbot.server.services import Serving

router = APIRouter(route_class=JsonRoute)


class SuggestRequest(Body):
    """What stands before the cursor, and what was said before it."""

    text: Text = Field(description="the text up to the cursor")
    n: int = Field(3, ge=1, description="most suggestions to give")
    turns: list[Text] = Field(
        [],
        description="the conversation so far, oldest first; where it has no turn of the person's "
        "own, the last messages of their session go before it",
    )
    max_words: int = Field(1, ge=1, le=16, description="most words a suggestion may have")
    session: Text | None = Field(
        None, min_length=1, max_length=128, description="whose memory to use; its name is its key"
    )
    learn: bool = Field(False, description="whether the session may remember this text")
    avoid: list[Text] = Field([], max_length=64, description="words that were refused here")
    after: Text = Field("", description="what stands after the cursor")
    phrase_words: int = Field(0, ge=0, le=16, description="words of the phrase; 0: no phrase")

    @model_validator(mode="after")
    def _words_or_phrases(self) -> Self:
        if self.phrase_words and self.max_words > 1:
            raise ValueError(
                "phrase_words adds a phrase to a list of words: leave max_words at 1; "
                f"got {self.max_words}"
            )
        return self


@router.post("/v1/suggest")
async def suggest(body: SuggestRequest, services: Serving) -> JSONResponse:
    """Answer {"suggestions": [{text, insert, replace: [start, end], probability}]}.

    `replace` counts code points of the request's text. Where `phrase_words` asks for one,
    "phrase" is one more of them, or null.
    """
    services.check_limit("n", body.n, services.settings.max_suggestions)
    texts = [body.text, body.after, *body.turns, *body.avoid]
    services.check_length(sum(map(len, texts)))
    model, lane, arrival = services.host.get(), services.suggestions, services.memories.arrive()
    begun = time.perf_counter()
    async with lane.place():
        found = await lane.run(_find, services.memories, model, body, arrival)
    services.metrics.suggestion_seconds.observe(time.perf_counter() - begun)
    answer: dict[str, Any] = {"suggestions": [_edit(word) for word in found.words]}
    if body.phrase_words:
        answer["phrase"] = _edit(found.phrase) if found.phrase else None
    return JSONResponse(answer)


def _find(memories: Memories, model: LanguageModel, body: SuggestRequest, arrival: int) -> Offer:
    def ask(personal: PersonalMemory | None) -> Offer:
        asked = body.text, body.n, body.turns
        if body.phrase_words:
            return model.offer(
                *asked, body.phrase_words, personal, avoid=body.avoid, after=body.after
            )
        suggestions = model.suggest(
            *asked, body.max_words, personal, avoid=body.avoid, after=body.after
        )
        return Offer(suggestions, None)

    if body.session is None:
        return ask(None)
    if body.learn:
        memories.hear(model, body.session, body.text, body.turns, after=body.after, arrival=arrival)
    return memories.read(body.session, ask)


def _edit(suggestion: Suggestion) -> dict[str, Any]:
    return {
        "text": suggestion.text,
        "insert": suggestion.insert,
        "replace": list(suggestion.replace),
        "probability": suggestion.probability,
    }
