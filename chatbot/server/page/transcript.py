"""The conversation as the page keeps it: Gradio's messages, checked, as turns for the model."""

import html
import re
from collections.abc import Sequence
from typing import Any, Literal, TypedDict

KEPT = 200  # messages the browser remembers
PENDING = "…"  # stands for an answer of which there is no word yet

# Gradio renders HTML even with render_markdown=False. Only what HTML would take for a tag or an
# entity is escaped, for the copy button copies what was escaped: "<3" and "rock & roll" stay.
MARKUP = re.compile(r"<(?=[A-Za-z/!?])|&(?=#?\w+;)")
ESCAPED = re.compile(r"&lt;(?=[A-Za-z/!?])|&amp;(?=#?\w+;)")


class Said(TypedDict):
    """One message: who said it and the plain text."""

    role: Literal["user", "assistant"]
    content: str


def checked(value: Any) -> list[Said]:
    """Return the messages of what a browser sent, anything that is not one left out."""
    messages: list[Said] = []
    for item in value if isinstance(value, list) else []:
        text = _text(item.get("content")) if isinstance(item, dict) else None
        if text is None:
            continue
        if item.get("role") == "user":
            messages.append({"role": "user", "content": text})
        elif item.get("role") == "assistant" and text != PENDING:
            messages.append({"role": "assistant", "content": text})
    return messages


def from_chat(value: Any) -> list[Said]:
    """Return the messages of a Chatbot's value."""
    return [
        Said(role=said["role"], content=ESCAPED.sub(_unescape, said["content"]))
        for said in checked(value)
    ]


def to_chat(messages: Sequence[Said]) -> list[Said]:
    """Return the messages for a Chatbot to show as plain text; from_chat undoes it."""
    return [
        Said(role=said["role"], content=MARKUP.sub(_escape, said["content"])) for said in messages
    ]


def _escape(found: re.Match[str]) -> str:
    return html.escape(found.group())


def _unescape(found: re.Match[str]) -> str:
    return html.unescape(found.group())


def _text(content: Any) -> str | None:
    """Return a message's text; Gradio hands it back as [{"type": "text", "text": ...}]."""
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        return None
    parts = [part.get("text") for part in content if isinstance(part, dict)]
    return "".join(part for part in parts if isinstance(part, str))


def to_turns(messages: Sequence[Said], most: int) -> list[str]:
    """Return the last turns that have at most `most` characters together, the last one always.

    What one speaker said in a row is one turn, joined by newlines, and empty answers are none.
    """
    turns: list[str] = []
    speaker = ""
    for message in messages:
        if not message["content"].strip():
            continue
        if message["role"] == speaker:
            turns[-1] += "\n" + message["content"]
        else:
            turns.append(message["content"])
        speaker = message["role"]
    left = most
    for index in range(len(turns) - 1, -1, -1):
        left -= len(turns[index])
        if left < 0:
            return turns[index + 1 :] or turns[-1:]
    return turns


def last_question(messages: Sequence[Said]) -> int:
    """Return the index of the last message that is the user's, or -1."""
    questions = [at for at, said in enumerate(messages) if said["role"] == "user"]
    return questions[-1] if questions else -1
