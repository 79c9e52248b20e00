"""GET /v1/models: the one model there is, in OpenAI's shape."""

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter

from chatbot.server.errors import SHOWN, ApiError
from chatbot.server.services import Serving

if TYPE_CHECKING:
    from chatbot import LanguageModel

router = APIRouter()


@router.get("/v1/models")
async def models(services: Serving) -> dict[str, Any]:
    """List the model; 503 until it has loaded."""
    return {"object": "list", "data": [_card(services.host.get())]}


@router.get("/v1/models/{name:path}")
async def model(name: str, services: Serving) -> dict[str, Any]:
    """Describe the model; 404 for another's name."""
    there = services.host.get()
    if name != there.name:
        message = f"no model {name[:SHOWN]!r}; there is {there.name!r}"
        raise ApiError(404, message, "model_not_found")
    return _card(there)


def _card(model: "LanguageModel") -> dict[str, Any]:
    return {"id": model.name, "object": "model", "created": model.created, "owned_by": "inkling"}
