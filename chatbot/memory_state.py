"""What a personal memory knows at one moment, and the JSON that it is exported as."""

from __future__ import annotations

from typing import Any, NamedTuple

from chatbot.errors import OptionError
from chatbot.evidence import Evidence, read_evidence
from chatbot.messages import Message, export_messages, is_list_of_texts, read_messages
from chatbot.possessives import base_of
from chatbot.word_counts import cut

__all__ = ["MemoryState", "export_state", "read_state"]

_FORMAT = 5
_FIELDS = {"format", "messages", "keys", "forgotten", "evidence", "network"}
_OLDER_FIELDS = {
    1: {"format", "messages", "forgotten", "credit", "judged"},
    2: {"format", "messages", "keys", "forgotten", "credit", "judged", "network"},
    3: _FIELDS,
    4: _FIELDS,
}
"""The first had no keys, the first three other weights, which are learned anew, all longer keys."""


class MemoryState(NamedTuple):
    messages: tuple[Message, ...] = ()
    forgotten: frozenset[str] = frozenset()
    """As `base_of` gives them."""
    evidence: tuple[Evidence, ...] = ()
    """For the n-grams at each `Level`, then for the cache over hidden states."""
    network: str = ""
    """Whose hidden states the keys are."""


def export_state(state: MemoryState) -> dict[str, Any]:
    """Give all that is known, as JSON can hold it."""
    return {
        "format": _FORMAT,
        **export_messages(state.messages),
        "forgotten": sorted(state.forgotten),
        "evidence": [list(each) for each in state.evidence],
        "network": state.network,
    }


def read_state(exported: Any, *, voices: int) -> MemoryState:
    """Take what `export_state` gave, also in an older format. Raises OptionError for the rest.

    `voices` is the number of weights that are learned.
    """
    is_older = isinstance(exported, dict) and exported.get("format") != _FORMAT
    if is_older:
        exported = _from_older(exported, voices)
    if not isinstance(exported, dict) or set(exported) != _FIELDS:
        got = ", ".join(sorted(exported)) if isinstance(exported, dict) else type(exported).__name__
        raise OptionError(f"an exported memory has {', '.join(sorted(_FIELDS))}; got {got}")
    if type(exported["format"]) is not int or exported["format"] != _FORMAT:
        raise OptionError(
            f"the memory's format must be from 1 to {_FORMAT}; got {exported['format']!r}"
        )
    messages = read_messages(exported["messages"], exported["keys"], older_keys=is_older)
    forgotten, network = exported["forgotten"], exported["network"]
    if not is_list_of_texts(forgotten):
        raise OptionError("messages and forgotten words of a memory must be lists of words")
    if not isinstance(network, str):
        raise OptionError(f"the memory's network must be a text; got {network!r:.40}")
    evidence = read_evidence(exported["evidence"], voices)
    # What is no word was kept by mistake, and there may be such files: it never meant anything.
    bases = frozenset(base_of(word) for word in forgotten if len(cut(word)) == 1)
    return MemoryState(messages, bases, evidence, network)


def _from_older(exported: dict[str, Any], voices: int) -> dict[str, Any]:
    """Give a memory of an older format as one of this."""
    number = exported.get("format")
    if type(number) is not int or set(exported) != _OLDER_FIELDS.get(number):
        return exported
    keys = [""] * len(exported["messages"]) if isinstance(exported["messages"], list) else []
    first = {"keys": keys, "network": "", **exported}
    if number < 4:
        first["evidence"] = [[0.0, 0]] * voices
    return {name: first[name] for name in _FIELDS} | {"format": _FORMAT}
