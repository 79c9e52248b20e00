"""The part that completions and chat completions share: how to sample, in OpenAI's words.

Beside OpenAI's fields there are three of ours: top_k, min_p and repetition_penalty.
"""

from collections.abc import Mapping
from typing import Any, ClassVar, TypedDict

from pydantic import Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from chatbot.server.fields import Body, Text
from chatbot.server.services import Services

# What OpenAI's clients send as a matter of course and what changes nothing here.
IGNORED = frozenset(
    {
        "user",
        "presence_penalty",
        "frequency_penalty",
        "logit_bias",
        "store",
        "metadata",
        "service_tier",
        "best_of",
        "parallel_tool_calls",
        "safety_identifier",
        "prompt_cache_key",
        "prompt_cache_retention",
        "reasoning_effort",
        "verbosity",
        "top_logprobs",
        "prediction",
    }
)

# What would change the answer's shape or meaning: ignored only when it asks for nothing.
UNSUPPORTED = frozenset(
    {
        "tools",
        "tool_choice",
        "functions",
        "function_call",
        "logprobs",
        "echo",
        "suffix",
        "audio",
        "web_search_options",
        "response_format",
        "modalities",
    }
)
NEUTRAL: tuple[Any, ...] = (None, False, [], {}, "", "none", {"type": "text"}, ["text"])


class Options(TypedDict, total=False):
    """Keyword arguments of LanguageModel.stream and its kin; it has defaults for the others."""

    max_tokens: int
    temperature: float
    top_k: int
    top_p: float
    min_p: float
    repetition_penalty: float
    stop: list[str]
    seed: int | None


class StreamOptions(Body):
    """Ask for a last event with the tokens used."""

    include_usage: bool | None = None
    include_obfuscation: bool | None = None  # accepted, without effect


class SamplingRequest(Body):
    """The fields both kinds of completion take; without a value the model's own default holds."""

    usual_tokens: ClassVar[int] = 64  # the longest answer when a request names no length

    model: Text | None = Field(None, description="any name: there is one model, and it answers")
    max_tokens: int | None = Field(None, ge=1, description="most tokens to write")
    max_completion_tokens: int | None = Field(None, ge=1, description="the same, its newer name")
    temperature: float | None = Field(None, ge=0, le=2, description="0: always the likeliest")
    top_p: float | None = Field(None, ge=0, le=1, description="sample from this much probability")
    top_k: int | None = Field(None, ge=0, description="sample from the k likeliest; 0: all")
    min_p: float | None = Field(None, ge=0, le=1, description="drop what is below this x the best")
    repetition_penalty: float | None = Field(None, ge=1, le=10, description="1: none")
    stop: list[Text] = Field([], max_length=16, description="strings to end before")
    seed: int | None = Field(None, ge=-(2**63), lt=2**63, description="repeats the same answer")
    n: int | None = Field(None, ge=1, description="how many answers")
    stream: bool | None = Field(None, description="send the answer as it is written")
    stream_options: StreamOptions | None = None

    @model_validator(mode="before")
    @classmethod
    def _drop_what_does_not_apply(cls, data: Any) -> Any:
        if not isinstance(data, Mapping):
            return data
        for name in UNSUPPORTED & data.keys():
            if not any(type(data[name]) is type(none) and data[name] == none for none in NEUTRAL):
                raise PydanticCustomError(
                    "unsupported", "this model has no '{field}'; leave it out", {"field": name}
                )
        unwanted = IGNORED | UNSUPPORTED
        return {name: value for name, value in data.items() if name not in unwanted}

    @field_validator("stop", mode="before")
    @classmethod
    def _one_stop(cls, value: Any) -> Any:
        if value is None:
            return []
        return [value] if isinstance(value, str) else value

    @field_validator("stop")
    @classmethod
    def _no_empty_stop(cls, value: list[str]) -> list[str]:
        if not all(value):
            raise ValueError("a stop string can't be empty")
        return value

    @property
    def choices(self) -> int:
        return self.n or 1

    @property
    def wants_usage(self) -> bool:
        return bool(self.stream_options and self.stream_options.include_usage)

    def options(self, services: Services) -> list[Options]:
        """Return the engine's arguments for each answer; ApiError 400 above the limits."""
        most = services.settings.max_tokens
        name = "max_tokens" if self.max_completion_tokens is None else "max_completion_tokens"
        asked = self.max_completion_tokens or self.max_tokens
        services.check_limit(name, asked or 1, most)
        services.check_limit("n", self.choices, services.settings.max_choices)
        common: Options = {"max_tokens": asked or min(self.usual_tokens, most), "stop": self.stop}
        for field in ("temperature", "top_p", "top_k", "min_p", "repetition_penalty"):
            if (value := getattr(self, field)) is not None:
                common[field] = value
        return [common | {"seed": self._seed(index)} for index in range(self.choices)]

    def _seed(self, index: int) -> int | None:
        """Return another seed for each answer, or n answers would be the same; none below 0."""
        return None if self.seed is None else (self.seed + index) % 2**63
