"""Remember how one person writes: their words, with no training, theirs to list and to forget.

    me = PersonalMemory()
    lm.learn("Dear Zhanna, the Voskhod report is ready.", me)
    lm.suggest("Dear Zh", personal=me)            Zhanna

What is kept are messages, cut into words (`export` shows all of it). How much it counts is learned:
its weight is the share of the person's words that the memory, and not the network, foretold
(expectation-maximisation for a mixture, a step a word; Jelinek 1980).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from chatbot.errors import OptionError
from chatbot.word_counts import Expectation, WordCounts, cut, expect

__all__ = ["LearnedWord", "PersonalConfig", "PersonalMemory"]

_FORMAT = 1
Message = tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class PersonalConfig:
    """Say what is kept and how its weight is learned."""

    weight: float = 0.1
    """Share of the memory in a word's probability before anything is known of the person."""
    prior_words: int = 100
    """Words of evidence that this first weight is worth."""
    least_weight: float = 0.01
    most_weight: float = 0.5
    orders: int = 3
    """Words that are looked at together: 3 counts a word after the two before it."""
    most_words: int = 20_000
    """Words and signs that are kept; the oldest messages go first."""
    longest_word: int = 32
    """Characters; what is longer is no word to suggest."""
    most_digits: int = 4
    """A word with more digits may be a number of a card, a telephone, an account: never kept."""
    undos: int = 20
    """Changes that can be taken back."""


class LearnedWord(NamedTuple):
    """A word that was learned."""

    text: str
    """As it was last written."""
    times: int


class _State(NamedTuple):
    messages: tuple[Message, ...]
    forgotten: frozenset[str]
    credit: float
    """Sum over words of the chance that the memory foretold it, and not the network."""
    judged: int
    """Words that were judged so."""


class PersonalMemory:
    """One person's words. Not for several threads at once."""

    def __init__(self, *, config: PersonalConfig | None = None) -> None:
        self.config = config or PersonalConfig()
        self._state = _State((), frozenset(), 0.0, 0)
        self._before: list[_State] = []
        self._counts = WordCounts(orders=self.config.orders)

    @property
    def weight(self) -> float:
        """How much the memory counts, 0 to 1; 0 while it is empty."""
        if not self._state.messages:
            return 0.0
        config, state = self.config, self._state
        evidence = config.prior_words * config.weight + state.credit
        weight = evidence / (config.prior_words + state.judged)
        return min(max(weight, config.least_weight), config.most_weight)

    @property
    def size(self) -> int:
        """Count the words and signs that are kept."""
        return self._counts.total(())

    def learn(self, text: str, chances: Sequence[float] | None = None) -> None:
        """Remember a message.

        `chances` are the network's probabilities of its words and signs, in order (`cut`); without
        them the weight stays as it is. `LanguageModel.learn` knows them.
        """
        words = cut(text)
        if chances is not None and len(chances) != len(words):
            raise OptionError(f"chances must be {len(words)}, one a word; got {len(chances)}")
        credit, judged = self._judge(words, chances or ())
        messages = tuple(self._clean(words))
        if not messages:
            return
        state = self._state
        kept = _newest((*state.messages, *messages), self.config.most_words)
        dropped = len(state.messages) + len(messages) - len(kept)
        after = _State(kept, state.forgotten, state.credit + credit, state.judged + judged)
        self._change(after, recount=False)
        for message in state.messages[:dropped]:
            self._counts.remove(message)
        for message in messages[max(dropped - len(state.messages), 0) :]:
            self._counts.add(message)

    def expect(self, before: Sequence[str], half: str) -> Expectation:
        """Say which words that begin with `half` the person writes after the words `before`."""
        return expect([self._counts], before, half)

    def words(self) -> list[LearnedWord]:
        """List what was learned, the most frequent first."""
        found = [
            LearnedWord(self._counts.spelling(word) or word, times)
            for word, times in self._counts.anywhere().items()
            if word[0].isalnum()
        ]
        return sorted(found, key=lambda word: (-word.times, word.text))

    def wrote(self, word: str) -> bool:
        """Tell whether the person wrote `word`, in any case."""
        return word.lower() in self._counts.anywhere()

    def forgot(self, word: str) -> bool:
        """Tell whether `word` was forgotten on demand, in any case."""
        return word.lower() in self._state.forgotten

    def forget(self, word: str) -> bool:
        """Forget a word for good: it is never learned again. Tells whether it was known."""
        (asked,) = [cut(word)] if len(cut(word)) == 1 else [(word,)]
        known, word = self.wrote(asked[0]), asked[0].lower()
        forgotten = self._state.forgotten | {word}
        messages = tuple(
            part for message in self._state.messages for part in _without(message, {word})
        )
        self._change(self._state._replace(messages=messages, forgotten=forgotten))
        return known

    def clear(self) -> None:
        """Forget all, and what was to be forgotten too."""
        self._change(_State((), frozenset(), 0.0, 0))

    def undo(self) -> bool:
        """Take back the last change; tells whether there was one."""
        if not self._before:
            return False
        self._state = self._before.pop()
        self._recount()
        return True

    def forget_changes(self) -> None:
        """Begin anew with what can be undone: nothing."""
        self._before = []

    def export(self) -> dict[str, Any]:
        """Give all that is kept, as JSON can hold it. Undo is not kept."""
        state = self._state
        return {
            "format": _FORMAT,
            "messages": [list(message) for message in state.messages],
            "forgotten": sorted(state.forgotten),
            "credit": state.credit,
            "judged": state.judged,
        }

    def restore(self, exported: dict[str, Any]) -> None:
        """Take what `export` gave in place of what is here. Raises OptionError for the rest."""
        self._change(_read(exported))

    def _judge(self, words: Message, chances: Sequence[float]) -> tuple[float, int]:
        """Say how many of `words` the memory foretold rather than the network, out of how many."""
        credit, judged, weight = 0.0, 0, self.weight
        if not weight:
            return 0.0, 0
        for i, chance in enumerate(chances):
            if words[i][0].isalnum():
                ours = weight * self._chance(words[:i], words[i])
                credit += ours / max(ours + (1 - weight) * chance, 1e-30)
                judged += 1
        return credit, judged

    def _chance(self, before: Message, word: str) -> float:
        """Give the probability of `word`: that of all that begin so, less that of the others."""
        expected = self.expect(before, word)
        return expected.mass - sum(expected.chances.values())

    def _clean(self, words: Message) -> Iterator[Message]:
        config = self.config
        unfit = {
            word.lower()
            for word in words
            if len(word) > config.longest_word
            or sum(map(str.isdigit, word)) > config.most_digits
            or self.forgot(word)
        }
        return _without(words, unfit)

    def _change(self, state: _State, *, recount: bool = True) -> None:
        self._before = [*self._before, self._state][-self.config.undos :]
        self._state = state
        if recount:
            self._recount()

    def _recount(self) -> None:
        self._counts = WordCounts(orders=self.config.orders)
        for message in self._state.messages:
            self._counts.add(message)


def _without(message: Message, words: set[str]) -> Iterator[Message]:
    """Cut a message at the words that are left out: what stood beside one was never together."""
    part: list[str] = []
    for word in message:
        if word.lower() not in words:
            part.append(word)
        elif part:
            yield tuple(part)
            part = []
    if part:
        yield tuple(part)


def _newest(messages: tuple[Message, ...], most_words: int) -> tuple[Message, ...]:
    """Drop the oldest messages where there are more than `most_words`."""
    total, first = sum(map(len, messages)), 0
    while total > most_words and first < len(messages) - 1:
        total -= len(messages[first])
        first += 1
    return messages[first:]


def _read(exported: Any) -> _State:
    expected = {"format", "messages", "forgotten", "credit", "judged"}
    if not isinstance(exported, dict) or set(exported) != expected:
        got = ", ".join(sorted(exported)) if isinstance(exported, dict) else type(exported).__name__
        raise OptionError(f"an exported memory has {', '.join(sorted(expected))}; got {got}")
    if exported["format"] != _FORMAT:
        raise OptionError(f"the memory's format must be {_FORMAT}; got {exported['format']!r}")
    messages, forgotten = exported["messages"], exported["forgotten"]
    lists = [forgotten, *messages] if isinstance(messages, list) else [None]
    if not all(
        isinstance(each, list) and all(isinstance(word, str) and word for word in each)
        for each in lists
    ):
        raise OptionError("messages and forgotten words of a memory must be lists of words")
    credit, judged = exported["credit"], exported["judged"]
    if not (isinstance(judged, int) and isinstance(credit, int | float) and 0 <= credit <= judged):
        raise OptionError(f"credit must be from 0 to judged; got {credit!r} of {judged!r}")
    kept = tuple(tuple(message) for message in messages if message)
    return _State(kept, frozenset(word.lower() for word in forgotten), float(credit), judged)
