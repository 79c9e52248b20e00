"""POST /v1/chat/completions: answer a conversation, in OpenAI's shape."""

from functools import partial

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import Response

from chatbot.server.answering import answer
from chatbot.server.completion import ChatCompletion
from chatbot.server.conversation import Message, turns
from chatbot.server.generating import Start
from chatbot.server.sampling import SamplingRequest
from chatbot.server.services import Serving

router = APIRouter()


class ChatRequest(SamplingRequest):
    """A conversation whose last message is to be answered."""

    usual_tokens = 96

    messages: list[Message] = Field(min_length=1)


@router.post("/v1/chat/completions")
async def chat(body: ChatRequest, request: Request, services: Serving) -> Response:
    """Answer with a chat.completion, or with a stream of its chunks.

    System and developer messages are accepted and not used: the model has no such role.
    """
    options, said = body.options(services), turns(body.messages)
    services.check_length(sum(map(len, said)))
    model = services.host.get()
    starts: list[Start] = [partial(model.stream_reply, said, **each) for each in options]
    return await answer(services, request, body, ChatCompletion(model.name), starts)
