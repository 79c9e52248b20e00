"""OpenAI's messages as the model's alternating turns.

The model has no role for instructions: system and developer messages are accepted and left out.
Messages of one speaker in a row are joined by a newline, for in the model's dialogues the
speakers alternate. The last message must be the user's: it is what gets answered.
"""

from collections.abc import Sequence
from typing import Any, Literal

from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError

from chatbot.server.errors import ApiError
from chatbot.server.fields import Body, Text

SPEAKERS = ("user", "assistant")


class Message(Body):
    """One message; its content is text, or parts that are all text."""

    role: Literal["system", "developer", "user", "assistant"]
    content: Text
    name: Text | None = Field(None, description="accepted, without effect")
    refusal: Text | None = Field(None, description="accepted, without effect")

    @field_validator("content", mode="before")
    @classmethod
    def _join_parts(cls, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        texts = [part["text"] for part in value if _is_text(part)]
        if value and len(texts) == len(value):
            return "".join(texts)
        raise PydanticCustomError("parts", "parts other than text are not supported")


def _is_text(part: Any) -> bool:
    """Tell whether a part is {"type": "text", "text": "..."}."""
    return (
        isinstance(part, dict) and part.get("type") == "text" and isinstance(part.get("text"), str)
    )


def turns(messages: Sequence[Message]) -> list[str]:
    """Return what was said, oldest first, the speakers alternating and the user last."""
    spoken = [message for message in messages if message.role in SPEAKERS]
    if not spoken or messages[-1].role != "user":
        got = messages[-1].role if messages else "none"
        raise ApiError(400, f"messages: the last must be the user's, got {got}", "invalid_value")
    if not messages[-1].content.strip():
        raise ApiError(400, "messages: the last message is empty", "invalid_value")
    merged: list[str] = []
    speaker = ""
    for message in spoken:
        if not message.content.strip():
            continue
        if message.role == speaker:
            merged[-1] += "\n" + message.content
        else:
            merged.append(message.content)
        speaker = message.role
    return merged
