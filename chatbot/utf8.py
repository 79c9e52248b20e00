"""Which bytes may follow in UTF-8: a network that spells by bytes may end a character nowhere.

    b""            a byte that begins a character
    b"\\xd0"        one of its second half
    b"\\xe2\\x82"    one of its third

Knows the encoding (RFC 3629), nothing of networks.
"""

from __future__ import annotations

__all__ = ["following", "unfinished"]

_SECOND = {0xE0: range(0xA0, 0xC0), 0xED: range(0x80, 0xA0), 0xF0: range(0x90, 0xC0)}
_SECOND |= {0xF4: range(0x80, 0x90)}
"""Where not every continuation may come second: too long a spelling, a surrogate, no character."""
_NEVER = frozenset((0xC0, 0xC1, *range(0xF5, 0x100)))


def following(begun: bytes) -> frozenset[int]:
    """Give the bytes that may come after the unfinished character `begun`."""
    if not begun:
        return frozenset(range(0x100)) - frozenset(range(0x80, 0xC0)) - _NEVER
    if len(begun) == 1:
        return frozenset(_SECOND.get(begun[0], range(0x80, 0xC0)))
    return frozenset(range(0x80, 0xC0))


def unfinished(begun: bytes, piece: bytes) -> bytes:
    """Give what is unfinished at the end of `begun` and then `piece`."""
    if len(piece) != 1 or piece[0] < 0x80:
        return b""
    begun += piece
    lead = begun[0]
    length = 2 if lead < 0xE0 else 3 if lead < 0xF0 else 4
    return begun if len(begun) < length else b""
