"""What a personal memory knows at one moment, and the JSON that it is exported as."""

from __future__ import annotations

from typing import Any, NamedTuple

from chatbot.errors import OptionError
from chatbot.messages import Message, export_messages, is_list_of_words, read_messages

__all__ = ["MemoryState", "Weights", "export_state", "read_state"]

_FORMAT = 2
_FIRST_FORMAT = 1
_FIRST_FIELDS = {"format", "messages", "forgotten", "credit", "judged"}
"""The first format had no keys, and one voice."""


class Weights(NamedTuple):
    ngrams: float
    cache: float


class MemoryState(NamedTuple):
    messages: tuple[Message, ...] = ()
    forgotten: frozenset[str] = frozenset()
    credit: Weights = Weights(0.0, 0.0)
    """Of each voice, the sum over words of the chance that it foretold the word."""
    judged: int = 0
    """Words that were judged so."""
    network: str = ""
    """Whose hidden states the keys are."""


def export_state(state: MemoryState) -> dict[str, Any]:
    """Give all that is known, as JSON can hold it."""
    return {
        "format": _FORMAT,
        **export_messages(state.messages),
        "forgotten": sorted(state.forgotten),
        "credit": list(state.credit),
        "judged": state.judged,
        "network": state.network,
    }


def read_state(exported: Any) -> MemoryState:
    """Take what `export_state` gave, or gave in the first format. Raises OptionError for more."""
    expected = {"format", "messages", "keys", "forgotten", "credit", "judged", "network"}
    if isinstance(exported, dict) and set(exported) == _FIRST_FIELDS:
        exported = _from_first(exported)
    if not isinstance(exported, dict) or set(exported) != expected:
        got = ", ".join(sorted(exported)) if isinstance(exported, dict) else type(exported).__name__
        raise OptionError(f"an exported memory has {', '.join(sorted(expected))}; got {got}")
    if exported["format"] != _FORMAT:
        raise OptionError(
            f"the memory's format must be {_FIRST_FORMAT} or {_FORMAT}; got {exported['format']!r}"
        )
    messages = read_messages(exported["messages"], exported["keys"])
    forgotten, network = exported["forgotten"], exported["network"]
    if not is_list_of_words(forgotten):
        raise OptionError("messages and forgotten words of a memory must be lists of words")
    if not isinstance(network, str):
        raise OptionError(f"the memory's network must be a text; got {network!r:.40}")
    credit, judged = _credit(exported["credit"], exported["judged"])
    lower = frozenset(word.lower() for word in forgotten)
    return MemoryState(messages, lower, credit, judged, network)


def _credit(credit: Any, judged: Any) -> tuple[Weights, int]:
    if not (isinstance(judged, int) and isinstance(credit, list) and len(credit) == 2) or not all(
        isinstance(each, int | float) and 0 <= each <= judged for each in credit
    ):
        raise OptionError(
            f"credit must be two numbers from 0 to judged; got {credit!r} of {judged!r}"
        )
    return Weights(*map(float, credit)), judged


def _from_first(exported: dict[str, Any]) -> dict[str, Any]:
    """Give a memory of the first format as one of this: n-grams alone, their weight kept."""
    messages, credit = exported["messages"], [exported["credit"], 0.0]
    keys = [""] * len(messages) if isinstance(messages, list) else []
    new = {"format": _FORMAT, "keys": keys, "credit": credit, "network": ""}
    return {**exported, **new} if exported["format"] == _FIRST_FORMAT else exported
