"""Say what a person may have meant to type, if a finger or the spelling slipped once.

    typed "teh"      meant "the" (swapped), "eh" (a key too many), "tech" (a key missed), "ten" (the
                     key beside) ...          each with p(typed | meant)

A noisy channel (Kernighan 1990, C90-2036 of the ACL's anthology): what was meant is as probable as
the network holds it to be, times how easily it is typed so. The rates are stated, not learned: no
corpus here says what was meant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

__all__ = ["Slip", "SlipConfig", "may_be_mended", "slips"]

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_VOWELS = "aeiou"
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, kw_only=True)
class SlipConfig:
    """Say how often a half-typed word holds a slip, and of which kind."""

    rate: float = 0.03
    """Of half-typed words that hold one."""
    least_letters: int = 3
    """Shorter ones are taken as they are: too much is one slip away from them."""
    most_letters: int = 24
    swapped: float = 0.2
    neighbour: float = 0.3
    vowel: float = 0.1
    """Another vowel: "seperate"."""
    other_key: float = 0.05
    missed: float = 0.1
    extra: float = 0.1
    doubled: float = 0.1
    """Once for twice, twice for once: "embarass", "untill"; or both: "tommorow"."""
    both: float = 0.05
    """Shares of the kinds; they add up to one."""
    habit: float = 0.15
    """p(typed | meant) of a listed misspelling: of contractions, in the corpora here, 0.07 to 0.28
    have no apostrophe."""


@dataclass(frozen=True)
class Slip:
    """What may have been meant."""

    meant: str
    probability: float
    """p(typed | meant)."""


def slips(
    typed: str, config: SlipConfig, *, begins: Callable[[str], bool] = lambda text: True
) -> list[Slip]:
    """Give what may have been meant by the letters `typed`, each once, by one slip of any kind; of
    doubled letters there may be two.

    Case is kept where a letter is. Who knows which words there are says whether any `begins` with
    a text: what begins none is left out.
    """
    if not may_be_mended(typed, config):
        return []
    found: dict[str, float] = {}
    for meant, share in _ways(typed, typed.lower(), config, begins):
        if meant != typed and begins(meant):
            found[meant] = found.get(meant, 0.0) + share * config.rate
    return [Slip(meant, probability) for meant, probability in found.items()]


def may_be_mended(typed: str, config: SlipConfig) -> bool:
    """Tell words from what is too short, too long, or holds more than the letters a to z."""
    fits = config.least_letters <= len(typed) <= config.most_letters
    return bool(config.rate) and fits and typed.isascii() and typed.isalpha()


def _ways(
    typed: str, low: str, config: SlipConfig, begins: Callable[[str], bool]
) -> Iterator[tuple[str, float]]:
    """Undo each kind of slip at each place; the first letter is the surest, so it stays."""
    places = range(1, len(typed))
    each = 1 / len(typed)
    for i in places:
        before, after = typed[:i], typed[i + 1 :]
        yield before + after, config.extra * each / len(_LETTERS)
        beside = _BESIDE[low[i]]
        for letter in filter(lambda letter: begins(before + letter), _LETTERS):
            if letter != low[i]:
                near = letter in beside
                share = config.neighbour / len(beside) if near else config.other_key / 20
                if low[i] in _VOWELS and letter in _VOWELS:
                    share += config.vowel / (len(_VOWELS) - 1)
                yield before + letter + after, share * each
            yield before + letter + typed[i:], config.missed * each
        if i + 1 < len(typed):
            yield before + typed[i + 1] + typed[i] + typed[i + 2 :], config.swapped * each
    once = list(_doublings(typed))
    yield from ((meant, config.doubled * each) for meant in once)
    for meant in once:
        yield from ((twice, config.both * each * each) for twice in _doublings(meant))


def _doublings(typed: str) -> Iterator[str]:
    """Make two of each letter, and one of each two; the first letter stays."""
    for i in range(1, len(typed)):
        yield typed[: i + 1] + typed[i:]
        if typed[i] == typed[i - 1]:
            yield typed[:i] + typed[i + 1 :]


def _beside() -> dict[str, str]:
    """List the keys around each letter: left, right, and those that touch it above and below."""
    found = {}
    for y, row in enumerate(_ROWS):
        for x, letter in enumerate(row):
            near = [
                other[i]
                for dy, shifts in ((-1, (0, 1)), (0, (-1, 1)), (1, (-1, 0)))
                if 0 <= y + dy < len(_ROWS)
                for other in [_ROWS[y + dy]]
                for i in (x + shift for shift in shifts)
                if 0 <= i < len(other)
            ]
            found[letter] = "".join(near)
    return found


_BESIDE = _beside()
