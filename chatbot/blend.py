"""Mix what the network gives each word with what memories give it.

    p(word) = p(a word comes here) x (0.9 p_network(word | a word comes) + 0.1 p_memory(word))

Only the network knows turns that end and sentences that close: it alone says whether a word comes.
A memory says which, given that one does; so "See you later " is not followed by "see" because the
network holds any word to be improbable there.

P(word | typed) is the mix of what each gives the word, over the mix of what each gives all that
agrees with what is typed. So a typed name that the network holds to be nearly impossible, and a
memory does not, is the memory's to finish: no weight need change for that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chatbot.expectation import Voice
from chatbot.misspellings import corrected
from chatbot.word_search import FoundWord

__all__ = ["Candidate", "blend"]


@dataclass(frozen=True)
class Candidate:
    """A word that may be suggested."""

    text: str
    found: FoundWord
    """How the network gets there; nothing where a memory alone knows the word."""
    probability: float
    """Given what is typed."""


def blend(
    words: Mapping[str, FoundWord],
    mass: float,
    voices: Sequence[Voice],
    *,
    half: str,
    coming: float,
    least: float,
) -> list[Candidate]:
    """Give the words of all, each once whatever its case, the most probable first.

    `words` and `mass` are the network's, joint with what is typed; `coming` is its probability that
    a word comes here, whichever; `half` is what is typed of it. Less probable words than `least`
    are left out. The network's way of writing a word is kept before a memory's, but for the capital
    of a name that the person writes more than it does: "Cowley Road".
    """
    left = 1.0 - sum(voice.weight for voice in voices)
    voices = [voice._replace(weight=coming * voice.weight) for voice in voices]
    total = left * mass + sum(weight * expected.mass for weight, expected, _ in voices)
    if total <= 0:
        return []
    mixed = {word.lower(): left * found.probability for word, found in words.items()}
    for weight, expected, whole in voices:
        for word, chance in expected.chances.items():
            mixed[word] = mixed.get(word, 0.0) + weight * chance
        if whole and half.lower() in mixed:
            mixed[half.lower()] += weight * expected.exact
    _put_right(mixed, half.lower())
    ours = {word.lower(): (word, found) for word, found in words.items()}
    candidates, persons = list[Candidate](), [voice for voice in voices if voice.whole]
    for word, p in mixed.items():
        if p >= least * total:
            form, found = ours.get(word, ("", FoundWord()))
            if not form:
                form = _spelling(word, voices)
            elif form.islower():
                form = _as_name(word, left * found.probability, persons) or form
            candidates.append(Candidate(form, found, min(p / total, 1.0)))
    return sorted(candidates, key=lambda each: -each.probability)


def _as_name(word: str, share: float, persons: Sequence[Voice]) -> str | None:
    """Give `word` with the capital that the person writes, if more than the network's `share`."""
    if sum(each.weight * each.expectation.chances.get(word, 0.0) for each in persons) <= share:
        return None
    written = _spelling(word, persons)
    return written if written[0].isupper() and not written.isupper() else None  # no shout


def _put_right(mixed: dict[str, float], half: str) -> None:
    """Give a listed misspelling's share to its word where that is there too.

    A network spells both, and a memory learns both.

    To leave an apostrophe out is a manner: "dont" may stand beside "don't".
    """
    for word in list(mixed):
        right = corrected(word)
        if right is not None and right in mixed and word != half and "'" not in right:
            mixed[right] += mixed.pop(word)


def _spelling(word: str, voices: Sequence[Voice]) -> str:
    """Say how the first of the voices that knows a word writes it."""
    return next(each.spelling(word) for _, each, _ in voices if word in each.chances)
