"""Take values out of JSON that may be anything, with errors for a person."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, TypeVar

__all__ = ["called", "take", "within"]

T = TypeVar("T")
_NAMES: dict[type, str] = {
    dict: "an object",
    list: "a list",
    str: "a string",
    bool: "true or false",
    int: "a number",
    float: "a number",
    Decimal: "a number",
    type(None): "null",
}


def called(value: Any) -> str:
    """Name the JSON kind of a value: an object, a list, ..."""
    return _NAMES.get(type(value), type(value).__name__)


def within(value: Any, kind: type[T], what: str) -> T:
    """Return `value` if it is of `kind`. Raises ValueError otherwise."""
    if not isinstance(value, kind):
        raise ValueError(f"{what} must be {_NAMES[kind]}; got {called(value)}")
    return value


def take(record: Mapping[str, Any], key: str, kind: type[T]) -> T:
    """Return record[key] if it is of `kind`. Raises ValueError naming the key otherwise."""
    if key not in record:
        raise ValueError(f"no {key!r} key")
    return within(record[key], kind, repr(key))
