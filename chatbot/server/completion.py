"""OpenAI's answer objects, whole or in chunks, of text and of chat completions."""

import secrets
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar

from chatbot import Generation

Json = dict[str, Any]


class Shape(ABC):
    """One answer's object: its id and names; the kinds differ in where they put the text."""

    prefix: ClassVar[str]
    kind: ClassVar[str]
    chunk_kind: ClassVar[str]

    def __init__(self, model: str) -> None:
        self.model = model
        self.id = f"{self.prefix}-{secrets.token_hex(12)}"
        self.created = int(time.time())  # Unix seconds

    def whole(self, answers: Sequence[Generation]) -> Json:
        """Return the object that holds every answer and the tokens used."""
        choices = [
            _choice(index, self.text(answer.text), answer.finish_reason)
            for index, answer in enumerate(answers)
        ]
        return self._object(self.kind, choices) | {"usage": usage(answers)}

    def opening(self, index: int) -> Json | None:
        """Return the event before an answer's text, where the kind has one."""
        return None

    def chunk(self, index: int, text: str, reason: str | None = None) -> Json:
        """Return the event that adds some text to an answer, or ends it with a reason."""
        return self._object(self.chunk_kind, [_choice(index, self.delta(text), reason)])

    def last(self, answers: Sequence[Generation]) -> Json:
        """Return the event that says the tokens used."""
        return self._object(self.chunk_kind, []) | {"usage": usage(answers)}

    @abstractmethod
    def text(self, text: str) -> Json:
        """Return where a whole answer's text goes."""

    @abstractmethod
    def delta(self, text: str) -> Json:
        """Return where a piece of an answer goes."""

    def _object(self, kind: str, choices: list[Json]) -> Json:
        return {
            "id": self.id,
            "object": kind,
            "created": self.created,
            "model": self.model,
            "choices": choices,
        }


class TextCompletion(Shape):
    """The shape of /v1/completions."""

    prefix = "cmpl"
    kind = chunk_kind = "text_completion"

    def text(self, text: str) -> Json:
        return {"text": text}

    def delta(self, text: str) -> Json:
        return {"text": text}


class ChatCompletion(Shape):
    """The shape of /v1/chat/completions."""

    prefix = "chatcmpl"
    kind = "chat.completion"
    chunk_kind = "chat.completion.chunk"

    def opening(self, index: int) -> Json:
        delta = {"delta": {"role": "assistant", "content": ""}}
        return self._object(self.chunk_kind, [_choice(index, delta, None)])

    def text(self, text: str) -> Json:
        return {"message": {"role": "assistant", "content": text, "refusal": None}}

    def delta(self, text: str) -> Json:
        return {"delta": {"content": text} if text else {}}


def usage(answers: Sequence[Generation]) -> Json:
    """Return the tokens read (the prompt counts once) and written."""
    read = answers[0].prompt_tokens if answers else 0
    written = sum(answer.completion_tokens for answer in answers)
    return {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}


def _choice(index: int, content: Json, reason: str | None) -> Json:
    return {"index": index, **content, "logprobs": None, "finish_reason": reason}
