"""The server's settings: arguments first, then INKLING_* environment variables, then defaults.

It knows nothing of the model's own options, which a request carries.
"""

import os
from pathlib import Path
from typing import Annotated, Any, ClassVar

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from chatbot.offensive import KINDS, OffensiveWords

Names = Annotated[list[str], NoDecode]


def _memory_file() -> Path:
    data = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(data) / "inkling" / "memory.sqlite3"


class Settings(BaseSettings):
    """What an operator may set; an unknown argument or INKLING_* variable is refused."""

    PREFIX: ClassVar[str] = "INKLING_"
    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    host: str = Field(default="127.0.0.1", description="address to listen on; 0.0.0.0: all")
    port: int = Field(default=7860, ge=0, le=65_535, description="TCP port; 0 takes a free one")
    checkpoint: Path | None = Field(
        default=None, description="checkpoint folder; none: bundled one"
    )
    memory: Path | None = Field(
        default_factory=_memory_file,
        description="file that keeps what people's sessions learned; empty: nothing on disk",
    )
    allowed_hosts: Names = Field(
        default=[],
        description="names a request may be addressed to, beside localhost and IP addresses; "
        "'*.example.com' takes subdomains, '*' everything",
    )
    allowed_origins: Names = Field(
        default=[], description="origins (https://host) of other pages that may call; '*' for all"
    )
    offensive: Names = Field(
        default=list(KINDS),
        description=f"kinds of words that nobody is offered who didn't write them, of "
        f"{', '.join(KINDS)}; empty: none",
    )
    max_body_bytes: int = Field(default=1024 * 1024, ge=1024, description="largest body, bytes")
    max_prompt_chars: int = Field(
        default=100_000,
        ge=1,
        description="longest text of a request, turns included, code points",
    )
    max_tokens: int = Field(default=1024, ge=1, description="most tokens one answer may have")
    max_choices: int = Field(default=8, ge=1, description="most answers (n) of one request")
    max_suggestions: int = Field(default=20, ge=1, description="most suggestions (n) at once")
    generations: int = Field(default=16, ge=1, description="answers written at once")
    suggestions: int = Field(default=16, ge=1, description="suggestions computed at once")
    queue_size: int = Field(default=64, ge=0, description="requests of a kind that wait")
    body_seconds: float = Field(default=30, gt=0, description="longest wait for a body, seconds")
    keep_alive_seconds: int = Field(default=10, ge=1, description="idle connection's life, seconds")
    shutdown_seconds: int = Field(default=5, ge=0, description="open answers' time to end, seconds")

    @field_validator("memory", mode="before")
    @classmethod
    def _nothing(cls, value: Any) -> Any:
        """Read an empty variable as no file."""
        return value or None

    @field_validator("allowed_hosts", "allowed_origins", "offensive", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        """Read 'a, b' as a list: an environment variable has no lists."""
        if isinstance(value, str):
            return [name.strip() for name in value.split(",") if name.strip()]
        return value

    @field_validator("allowed_hosts")
    @classmethod
    def _hosts(cls, names: list[str]) -> list[str]:
        for name in names:
            if "*" in name and name != "*" and ("*" in name[1:] or not name.startswith("*.")):
                raise ValueError(f"a host is 'name', '*.name' or '*', not {name!r}")
        return [name.lower() for name in names]

    @field_validator("allowed_origins")
    @classmethod
    def _origins(cls, names: list[str]) -> list[str]:
        for name in names:
            if name != "*" and not name.startswith(("http://", "https://")):
                raise ValueError(f"an origin is 'https://host[:port]' or '*', not {name!r}")
        return [name.lower().rstrip("/") for name in names]

    @field_validator("offensive")
    @classmethod
    def _kinds(cls, names: list[str]) -> list[str]:
        return list(OffensiveWords(names).kinds)

    @model_validator(mode="after")
    def _no_unknown_variable(self) -> "Settings":
        """Refuse a misspelt variable, which would otherwise silently do nothing."""
        known = {self.PREFIX + name.upper() for name in type(self).model_fields}
        given = {name for name in os.environ if name.upper().startswith(self.PREFIX)}
        unknown = sorted(name for name in given if name.upper() not in known)
        if unknown:
            raise ValueError(f"unknown {', '.join(unknown)}; there are {', '.join(sorted(known))}")
        return self
