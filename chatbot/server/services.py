"""What every route needs, made once for an app and handed to routes by FastAPI."""

from dataclasses import dataclass, field
from time import monotonic
from typing import Annotated

from fastapi import Depends, Request

from chatbot.memory_store import MemoryStore
from chatbot.server.errors import ApiError
from chatbot.server.lane import Lane
from chatbot.server.memories import Memories
from chatbot.server.metrics import Metrics
from chatbot.server.model_host import ModelHost
from chatbot.server.settings import Settings


@dataclass(frozen=True)
class Services:
    """The settings, the model, its two lanes, people's memories and the counters."""

    settings: Settings
    host: ModelHost
    answers: Lane
    suggestions: Lane
    metrics: Metrics
    memories: Memories
    begun: float = field(default_factory=monotonic)  # seconds

    @classmethod
    def make(cls, host: ModelHost, settings: Settings) -> "Services":
        answers = Lane("answers", settings.generations, settings.queue_size)
        suggestions = Lane("suggestions", settings.suggestions, settings.queue_size)
        metrics = Metrics()
        metrics.watch(answers)
        metrics.watch(suggestions)
        memories = Memories(MemoryStore(settings.memory))
        return cls(settings, host, answers, suggestions, metrics, memories)

    def check_limit(self, field: str, value: int, most: int) -> None:
        """Raise ApiError 400 when a number of a request is above what the operator allows."""
        if value > most:
            raise ApiError(400, f"{field}: the most is {most}, got {value}", "invalid_value")

    def check_length(self, characters: int) -> None:
        """Raise ApiError 413 when a request's text is longer than the operator allows."""
        most = self.settings.max_prompt_chars
        if characters > most:
            message = f"the text may have {most} characters, got {characters}"
            raise ApiError(413, message, "text_too_long")


async def _services(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


Serving = Annotated[Services, Depends(_services)]
