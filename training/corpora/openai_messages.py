"""OpenAI-style messages: {"messages": [{"role", "content"}]}."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tokenizer import Turn
from training.corpora.checks import called, take, within

__all__ = ["content_text", "turns"]

_LEFT_OUT = ("system", "tool", "developer", "function")
"""Roles that no person or assistant speaks in."""
_MAY_BE_EMPTY = ("tool_calls", "function_call", "refusal", "audio")
"""Keys of messages whose content is null by right."""


def turns(record: Mapping[str, Any]) -> Iterator[Turn]:
    """Yield what users and assistants say. Raises ValueError for what is malformed."""
    for each in take(record, "messages", list):
        message = within(each, dict, "a message")
        role = take(message, "role", str)
        if role in _LEFT_OUT:
            continue
        if message.get("content") is None and any(message.get(key) for key in _MAY_BE_EMPTY):
            continue
        if "content" not in message:
            raise ValueError("no 'content' key")
        yield Turn(role, content_text(message["content"]))


def content_text(content: Any) -> str:
    """Give the text of a content: a string, or parts of which those of text are joined."""
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        raise ValueError(f"'content' must be a string or a list of parts; got {called(content)}")
    parts = (within(part, dict, "a part of 'content'") for part in content)
    return "\n".join(take(part, "text", str) for part in parts if "text" in part)
