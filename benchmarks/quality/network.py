"""Networks as predictors: our checkpoint as its library serves it, and any other that steps.

Both find words and phrases by the same search (chatbot/suggestion.py). On the scoreboard a phrase
always has N words: the thresholds under which ghost text stays away are off, as coverage does their
part.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks.quality.predictor import Guess, Ranking
from chatbot import LanguageModel, load
from chatbot.context import ContextCache
from chatbot.draft import Draft
from chatbot.gap import space_is_due
from chatbot.lexicon import Lexicon
from chatbot.phrases import PhraseConfig
from chatbot.runners import OnnxRunner, Runner
from chatbot.scoring import score
from chatbot.suggestion import Suggester, Suggestion
from chatbot.trie import ByteTrie
from tokenizer import Tokenizer

__all__ = ["LibraryPredictor", "RunnerPredictor", "megabytes"]

RANKING = Ranking(anywhere=0.75, per_character=True)
_SERVED = ("model.int8.onnx", "tokenizer.model", "config.json", "words.bloom")
_EVERY_PHRASE = PhraseConfig(most_ids=32, least_step=0.0, least_phrase=0.0)


class RunnerPredictor:
    """A runner and its tokenizer, searched as our checkpoint is."""

    def __init__(
        self,
        runner: Runner,
        tokenizer: Tokenizer,
        *,
        name: str,
        megabytes: float,
        lexicon: Lexicon | None = None,
    ) -> None:
        self.name, self.megabytes, self.ranking = name, megabytes, RANKING
        self._runner, self._tokenizer = runner, tokenizer
        self._contexts = ContextCache(runner, tokenizer)
        trie = ByteTrie(tokenizer.pieces)
        self._suggester = Suggester(
            runner, tokenizer, trie, self._contexts, phrases=_EVERY_PHRASE, lexicon=lexicon
        )

    def suggest(
        self, text: str, turns: Sequence[str], *, n: int, max_words: int = 1
    ) -> list[Guess]:
        """Search words or phrases."""
        gap = " " if space_is_due(text) else ""
        draft = Draft(text, turns)
        context = self._contexts.open(draft.read, text + gap)
        return _guesses(self._suggester.suggest(context, draft, n=n, max_words=max_words))

    def nats(self, text: str, turns: Sequence[str]) -> float:
        """Weigh the text's own spelling in pieces."""
        return score(self._runner, self._contexts, self._tokenizer, text, turns).nats


class LibraryPredictor:
    """A checkpoint through the library's front door, `chatbot.load`; phrases by the same search."""

    def __init__(self, checkpoint: Path | None = None) -> None:
        self._model: LanguageModel = load(checkpoint)
        folder = self._model.checkpoint.folder
        self.name, self.ranking = self._model.name, RANKING
        served = (folder / name for name in _SERVED)
        self.megabytes = megabytes(file for file in served if file.exists())
        checkpoint = self._model.checkpoint
        self._phrases = RunnerPredictor(
            OnnxRunner(checkpoint.step_function),
            checkpoint.tokenizer,
            name=self.name,
            megabytes=self.megabytes,
            lexicon=checkpoint.lexicon,
        )

    def suggest(
        self, text: str, turns: Sequence[str], *, n: int, max_words: int = 1
    ) -> list[Guess]:
        """Ask the library for words; search phrases without its thresholds."""
        if max_words > 1:
            return self._phrases.suggest(text, turns, n=n, max_words=max_words)
        return _guesses(self._model.suggest(text, n=n, turns=turns))

    def nats(self, text: str, turns: Sequence[str]) -> float:
        """Ask the library."""
        return self._model.score(text, turns).nats


def megabytes(files: Iterable[Path]) -> float:
    """Add up the sizes of files (MB of a million bytes)."""
    return sum(file.stat().st_size for file in files) / 1e6


def _guesses(suggestions: Sequence[Suggestion]) -> list[Guess]:
    return [Guess(s.text, s.probability) for s in suggestions]
