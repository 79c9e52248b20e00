"""POST /v1/suggest: what a person may be about to type, as edits."""

import time
from typing import Any

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import JSONResponse

from chatbot import Suggestion
from chatbot.server.fields import Body, Text
from chatbot.server.services import Serving

router = APIRouter()


class SuggestRequest(Body):
    """What stands before the cursor, and what was said before it."""

    text: Text = Field(description="the text up to the cursor")
    n: int = Field(3, ge=1, description="most suggestions to give")
    turns: list[Text] = Field([], description="the conversation so far, oldest first")
    max_words: int = Field(1, ge=1, le=16, description="most words a suggestion may have")
    session: Text | None = Field(None, max_length=128, description="reserved, without effect")
    learn: bool = Field(False, description="reserved, without effect")


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
        found = await lane.run(model.suggest, body.text, body.n, body.turns, body.max_words)
    services.metrics.suggestion_seconds.observe(time.perf_counter() - begun)
    return JSONResponse({"suggestions": [_edit(suggestion) for suggestion in found]})


def _edit(suggestion: Suggestion) -> dict[str, Any]:
    return {
        "text": suggestion.text,
        "insert": suggestion.insert,
        "replace": list(suggestion.replace),
        "probability": suggestion.probability,
    }
