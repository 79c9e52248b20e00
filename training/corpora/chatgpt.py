"""ChatGPT's conversations.json: {"mapping": {id: {"message", "parent", "children"}}}.

A conversation is a tree, because a message may be edited and an answer asked for again; the branch
that was last on screen (`current_node`) is the one that is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from tokenizer import Turn
from training.corpora.checks import take, within

__all__ = ["turns"]

_SPEAKERS = ("user", "assistant")
_CITATION = re.compile("\ue200[^\ue201]*\ue201|\u3010[^\u3010\u3011]*\u2020[^\u3010\u3011]*\u3011")
"""Marks of where an answer was found: they are drawn as buttons, nobody reads them."""


def turns(record: Mapping[str, Any]) -> Iterator[Turn]:
    """Yield the turns of the last branch: text only, no tools, no reasoning, nothing hidden."""
    for node in _branch(record):
        message = node.get("message")
        if message is None:
            continue
        within(message, dict, "'message'")
        role = take(take(message, "author", dict), "role", str)
        if role in _SPEAKERS and _is_shown(message):
            text = _text(take(message, "content", dict))
            if text:
                yield Turn(role, text)


def _branch(record: Mapping[str, Any]) -> list[dict[str, Any]]:
    mapping = take(record, "mapping", dict)
    name = record.get("current_node")
    if not isinstance(name, str) or name not in mapping:
        name = _last_leaf(mapping)
    branch: list[dict[str, Any]] = []
    seen: set[str] = set()
    while isinstance(name, str) and name in mapping and name not in seen:
        seen.add(name)
        branch.append(within(mapping[name], dict, "a node of 'mapping'"))
        name = branch[-1].get("parent")
    return branch[::-1]


def _last_leaf(mapping: Mapping[str, Any]) -> str | None:
    leaves = [name for name, node in mapping.items() if isinstance(node, dict)]
    return next((name for name in reversed(leaves) if not mapping[name].get("children")), None)


def _is_shown(message: Mapping[str, Any]) -> bool:
    """Leave out calls of tools and what the page itself hides."""
    metadata = message.get("metadata")
    hidden = isinstance(metadata, dict) and metadata.get("is_visually_hidden_from_conversation")
    return not hidden and message.get("recipient", "all") in ("all", None)


def _text(content: Mapping[str, Any]) -> str:
    """Join the parts that are text or speech written down; pictures have none."""
    if content.get("content_type") not in ("text", "multimodal_text"):
        return ""
    texts = []
    for part in take(content, "parts", list):
        if isinstance(part, dict) and part.get("content_type") == "audio_transcription":
            part = part.get("text")
        if isinstance(part, str):
            texts.append(_CITATION.sub("", part).strip())
    return "\n".join(filter(None, texts))
