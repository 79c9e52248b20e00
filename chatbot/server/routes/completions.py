"""POST /v1/completions: go on with a text, in OpenAI's shape."""

from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from pydantic import field_validator
from pydantic_core import PydanticCustomError
from starlette.responses import Response

from chatbot.server.answering import answer
from chatbot.server.completion import TextCompletion
from chatbot.server.fields import Text
from chatbot.server.generating import Start
from chatbot.server.sampling import SamplingRequest
from chatbot.server.services import Serving

router = APIRouter()


class CompletionRequest(SamplingRequest):
    """A text to go on with; of a list of texts, the only one."""

    prompt: Text

    @field_validator("prompt", mode="before")
    @classmethod
    def _only_one(cls, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        if len(value) != 1:
            raise PydanticCustomError("one_prompt", "a request takes one prompt")
        return value[0]


@router.post("/v1/completions")
async def completions(body: CompletionRequest, request: Request, services: Serving) -> Response:
    """Answer with a text_completion, or with a stream of them."""
    options = body.options(services)
    services.check_length(len(body.prompt))
    model = services.host.get()
    starts: list[Start] = [partial(model.stream, body.prompt, **each) for each in options]
    return await answer(services, request, body, TextCompletion(model.name), starts)
