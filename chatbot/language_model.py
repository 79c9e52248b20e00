"""The library's front door: one object that completes, suggests, scores and answers.

Safe for threads: steps wanted at the same time are run as one batch.
"""

from __future__ import annotations

from collections.abc import Collection, Generator, Sequence
from pathlib import Path
from typing import Any, Literal, TypeVar

from chatbot.chat import Chat
from chatbot.checkpoint import Checkpoint, open_checkpoint
from chatbot.context import Context, ContextCache
from chatbot.draft import Draft
from chatbot.errors import OptionError
from chatbot.following import FollowingConfig
from chatbot.gap import space_is_due
from chatbot.generation import Generation, Limits, Writer
from chatbot.hidden_keys import HiddenKeys
from chatbot.offensive import KINDS, OffensiveWords
from chatbot.personal import PersonalMemory
from chatbot.reading import Reader
from chatbot.reply import Replier, check_candidates
from chatbot.runners import BatchingRunner, OnnxRunner, Runner
from chatbot.sampling import Sampling
from chatbot.scoring import Score, score
from chatbot.slips import SlipConfig
from chatbot.suggestion import Offer, Suggester, Suggestion
from chatbot.trie import ByteTrie
from chatbot.word_memory import MemoryConfig, WordMemories
from chatbot.word_search import SearchConfig
from chatbot.words import half_typed

__all__ = ["LanguageModel", "load"]

RunnerName = Literal["onnx", "torch"]
_Texts = TypeVar("_Texts", bound=Collection[str])
_REPLY: dict[str, Any] = {"temperature": 0.7, "top_p": 0.9, "repetition_penalty": 1.15}
"""How replies are sampled unless told otherwise: a little surer than free completion."""


def load(
    path: str | Path | None = None,
    *,
    runner: RunnerName = "onnx",
    offensive: Collection[str] = KINDS,
) -> LanguageModel:
    """Load a checkpoint folder, or the bundled one.

    `offensive` are the kinds of words that are not suggested unless the person wrote them.
    Raises CheckpointError for a folder that is missing, incomplete or changed, OptionError for an
    unknown kind.
    """
    checkpoint, listed = open_checkpoint(path), OffensiveWords(offensive)
    if runner == "onnx":
        step_function = OnnxRunner(checkpoint.step_function)
        return LanguageModel(checkpoint, step_function, offensive=listed)
    if runner == "torch":
        from chatbot.runners.torch import TorchRunner

        return LanguageModel(checkpoint, TorchRunner(checkpoint.model()), offensive=listed)
    raise OptionError(f"runner must be onnx or torch; got {runner!r}")


class LanguageModel:
    """A checkpoint and the runner that steps it."""

    def __init__(
        self,
        checkpoint: Checkpoint,
        runner: Runner,
        *,
        search: SearchConfig | None = None,
        memory: MemoryConfig | None = None,
        offensive: OffensiveWords | None = None,
        slips: SlipConfig | None = None,
        following: FollowingConfig | None = None,
    ) -> None:
        self.checkpoint, self.offensive = checkpoint, offensive or OffensiveWords()
        self._tokenizer = checkpoint.tokenizer
        self._runner = BatchingRunner(runner)
        trie = ByteTrie(self._tokenizer.pieces)
        self._contexts = ContextCache(self._runner, self._tokenizer)
        self._writer = Writer(self._runner, self._tokenizer, trie)
        self._replier = Replier(
            self._runner,
            self._tokenizer,
            self._contexts,
            self._writer,
            opening=checkpoint.opening,
        )
        memories, keys = WordMemories(memory or MemoryConfig()), _keys(checkpoint)
        self._reader = Reader(self._runner, self._contexts, self._tokenizer, memories, keys)
        self._suggester = Suggester(
            self._runner,
            self._tokenizer,
            trie,
            self._contexts,
            signs=checkpoint.signs,
            memories=memories,
            keys=keys,
            search=search,
            offensive=self.offensive,
            lexicon=checkpoint.lexicon,
            slips=slips,
            following=following,
        )

    @property
    def name(self) -> str:
        """The checkpoint's name."""
        return self.checkpoint.name

    @property
    def created(self) -> int:
        """When it was saved, Unix time (s)."""
        return self.checkpoint.created

    def generate(
        self,
        prompt: str,
        max_tokens: int = 64,
        temperature: float = 0.8,
        top_k: int = 0,
        top_p: float = 1.0,
        stop: Sequence[str] | str | None = (),
        seed: int | None = None,
        n: int = 1,
        *,
        turns: Sequence[str] = (),
        **sampling: Any,
    ) -> list[Generation]:
        """Write on from `prompt`, n times in one batch.

        A half-typed last word is completed, not left standing. `turns` are what was said before, by
        two speakers in turn. `sampling` takes the other fields of `Sampling`: min_p,
        repetition_penalty, repetition_window. The same seed gives the same text, whether streamed,
        whole or beside others; the i-th text is that of `seed` + i. Raises OptionError for an
        option out of its range.
        """
        given = {"temperature": temperature, "top_k": top_k, "top_p": top_p, **sampling}
        choice, limits = _options(given, max_tokens, stop, seed)
        context = self._contexts.open(_turns(turns), _text("prompt", prompt))
        return self._writer.write(context, choice, limits, seed=seed, n=n)

    def stream(
        self,
        prompt: str,
        max_tokens: int = 64,
        temperature: float = 0.8,
        top_k: int = 0,
        top_p: float = 1.0,
        stop: Sequence[str] | str | None = (),
        seed: int | None = None,
        *,
        turns: Sequence[str] = (),
        **sampling: Any,
    ) -> Generator[str, None, Generation]:
        """Write on from `prompt`, yielding text as it comes; returns the whole Generation."""
        given = {"temperature": temperature, "top_k": top_k, "top_p": top_p, **sampling}
        choice, limits = _options(given, max_tokens, stop, seed)
        context = self._contexts.open(_turns(turns), _text("prompt", prompt))
        return self._writer.stream(context, choice, limits, seed=seed)

    def suggest(
        self,
        text: str,
        n: int = 3,
        turns: Sequence[str] = (),
        max_words: int = 1,
        personal: PersonalMemory | None = None,
        *,
        avoid: Collection[str] = (),
        after: str = "",
    ) -> list[Suggestion]:
        """Suggest how the last word of `text` goes on, or which comes next.

        `turns` are what was said before; words from there come again more easily
        (word_memory.py), words of `personal` too. Where there is one turn or none, the last
        messages of `personal` go before it (recent.py). A half-typed word with one slip of a finger
        is mended (slips.py). With `max_words` above 1, phrases for ghost text.
        `avoid` are words that are not wanted here: refused ones, say. `after` is what stands after
        the caret: words that lead there rise (following.py), and what is there is not offered.
        """
        draft = _draft(text, turns, personal, avoid, after)
        context = self._open(draft)
        return self._suggester.suggest(context, draft, n=n, max_words=max_words)

    def offer(
        self,
        text: str,
        n: int = 3,
        turns: Sequence[str] = (),
        phrase_words: int = 4,
        personal: PersonalMemory | None = None,
        *,
        avoid: Collection[str] = (),
        after: str = "",
    ) -> Offer:
        """Give what a keystroke needs at once: n words and a phrase of up to `phrase_words` words.

        From one search, so for less than two calls of `suggest`; the arguments are the same. Raises
        OptionError for one out of its range.
        """
        draft = _draft(text, turns, personal, avoid, after)
        context = self._open(draft)
        return self._suggester.offer(context, draft, n=n, phrase_words=phrase_words)

    def _open(self, draft: Draft) -> Context:
        gap = " " if space_is_due(draft.text) else ""
        return self._contexts.open(draft.read, draft.text + gap, window=True, lead=draft.lead)

    def learn(
        self,
        text: str,
        personal: PersonalMemory,
        turns: Sequence[str] = (),
        *,
        unfinished: bool = False,
    ) -> None:
        """Let `personal` remember a message, and how well it would have foretold it.

        `turns` are as for `suggest`. With `unfinished` it may have been left in
        the middle of a word, which is then left out. Takes a step an id.
        """
        draft = _draft(text, turns, personal)
        if unfinished and (half := half_typed(text)) and not personal.wrote(half):
            context = self._contexts.open(turns, text, window=True)
            if not self._suggester.is_whole(context, half):
                text = text.removesuffix(half)
        personal.learn(text, self._reader.read(text, draft.read, lead=draft.lead))

    def score(self, text: str, turns: Sequence[str] = ()) -> Score:
        """Say how surprising `text` is after `turns`."""
        text = _text("text", text)
        return score(self._runner, self._contexts, self._tokenizer, text, _turns(turns))

    def chat(self, session: Sequence[str] | None = None, **options: Any) -> Chat:
        """Begin a dialogue, or go on with the turns of `session`. Options as for `reply`."""
        self.stream_reply(["hello"], **options).close()  # a wrong option is told at once
        return Chat(self, _turns(session or ()), **options)

    def reply(self, turns: Sequence[str], **options: Any) -> Generation:
        """Answer the last of `turns`. Options as for `generate`, less n."""
        stream = self.stream_reply(turns, **options)
        while True:
            try:
                next(stream)
            except StopIteration as end:
                generation: Generation = end.value
                return generation

    def stream_reply(
        self,
        turns: Sequence[str],
        *,
        max_tokens: int = 96,
        stop: Sequence[str] | str | None = (),
        seed: int | None = None,
        candidates: int = 8,
        **sampling: Any,
    ) -> Generator[str, None, Generation]:
        """Answer the last of `turns`, yielding text as it comes; returns the whole Generation.

        The best of `candidates` replies is chosen first (reply.py); with 1 the only one is yielded
        while it is written.
        """
        if not turns:
            raise OptionError("a reply needs at least one turn to answer; got none")
        choice, limits = _options({**_REPLY, **sampling}, max_tokens, stop, seed, min_tokens=1)
        return self._replier.stream(
            _turns(turns), choice, limits, seed=seed, candidates=check_candidates(candidates)
        )


def _keys(checkpoint: Checkpoint) -> HiddenKeys:
    config = checkpoint.config
    return HiddenKeys(
        network=f"{checkpoint.name} {checkpoint.created}",
        layers=config.layers,
        hidden_size=config.hidden_size,
    )


def _draft(
    text: str,
    turns: Sequence[str],
    personal: PersonalMemory | None,
    avoid: Collection[str] = (),
    after: str = "",
) -> Draft:
    if not (personal is None or isinstance(personal, PersonalMemory)):
        kind = type(personal).__name__
        raise OptionError(f"personal must be a PersonalMemory or None; got {kind}")
    return Draft(
        _text("text", text), _turns(turns), _text("after", after), personal, _texts("avoid", avoid)
    )


def _options(
    sampling: dict[str, Any],
    max_tokens: int,
    stop: Sequence[str] | str | None,
    seed: int | None,
    *,
    min_tokens: int = 0,
) -> tuple[Sampling, Limits]:
    known = set(Sampling.__dataclass_fields__)
    if unknown := set(sampling) - known:
        raise OptionError(
            f"unknown option {', '.join(sorted(unknown))}; there are {', '.join(sorted(known))}"
        )
    if seed is not None and (not isinstance(seed, int) or seed < 0):
        raise OptionError(f"seed must be a whole number from 0 on; got {seed!r}")
    stops = (stop,) if isinstance(stop, str) else tuple(stop or ())
    return Sampling(**sampling), Limits(max_tokens=max_tokens, stop=stops, min_tokens=min_tokens)


def _text(name: str, text: str) -> str:
    if not isinstance(text, str):
        raise OptionError(f"{name} must be a text; got {type(text).__name__}")
    return text


def _turns(turns: Sequence[str]) -> Sequence[str]:
    return _texts("turns", turns)


def _texts(name: str, texts: _Texts) -> _Texts:
    # A lone text would be taken letter by letter.
    if isinstance(texts, str) or not all(isinstance(text, str) for text in texts):
        order = ", oldest first" if name == "turns" else ""
        raise OptionError(f"{name} must be a list of texts{order}; got {texts!r:.60}")
    return texts
