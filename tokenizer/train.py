"""Learn a vocabulary from a stream of text.

The stream is read once and only word counts are kept (pruned when they grow too many), so a corpus
larger than memory works. Sentencepiece then learns from the counted words, so pieces can't cross a
space.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import sentencepiece

from tokenizer.errors import TokenizerError
from tokenizer.model import CONTROL_SYMBOLS, KINDS, Kind, Tokenizer
from tokenizer.text import SPACE_SIGN, mend, segments, units

__all__ = ["TokenizerConfig", "train"]

_FIXED = len(CONTROL_SYMBOLS) + 256
_LONGEST_WORD = 100


@dataclass(frozen=True, kw_only=True)
class TokenizerConfig:
    """Say which vocabulary to learn."""

    kind: Kind = "unigram"
    vocab_size: int = 16_384
    """Pieces at most, control symbols and the 256 bytes included; a small corpus gives fewer."""
    max_piece_characters: int = 16
    max_words: int = 1_000_000
    """Different words kept in memory; above twice that, the rarest are forgotten."""
    max_occurrences: int = 4_000_000
    """Words that sentencepiece learns from, as it keeps each; above that, counts are scaled."""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise TokenizerError(f"kind must be one of {', '.join(KINDS)}; got {self.kind!r}")
        if not _FIXED < self.vocab_size <= 65_536:
            raise TokenizerError(
                f"vocab_size must be from {_FIXED + 1} to 65536 (ids are stored in 16 bits); "
                f"got {self.vocab_size}"
            )


def train(texts: Iterable[str], config: TokenizerConfig | None = None) -> Tokenizer:
    """Learn a vocabulary from `texts` (turns, any order) and return its tokenizer.

    Raises TokenizerError when the stream holds no words. Unigram: Kudo 2018,
    https://arxiv.org/abs/1804.10959; bpe: Sennrich 2016, https://arxiv.org/abs/1508.07909.
    """
    config = config or TokenizerConfig()
    counts = _count_words(texts, config)
    if not counts:
        raise TokenizerError("can't learn a vocabulary: the text holds no words")
    proto = io.BytesIO()
    try:
        _learn(_scaled(counts, config.max_occurrences), config, proto)
    except RuntimeError as error:
        raise TokenizerError(f"sentencepiece can't learn this vocabulary: {error}") from error
    return Tokenizer(proto.getvalue(), kind=config.kind)


def _count_words(texts: Iterable[str], config: TokenizerConfig) -> Counter[str]:
    counts: Counter[str] = Counter()
    for text in texts:
        for segment in segments(mend(text)):
            if segment in ("\n", SPACE_SIGN):
                continue
            words = units(segment) if config.kind == "word" else _spaced(segment)
            counts.update(word for word in words if len(word) <= _LONGEST_WORD)
        if len(counts) > 2 * config.max_words:
            counts = Counter(dict(counts.most_common(config.max_words)))
    counts.pop(" ", None)
    return counts


def _spaced(segment: str) -> Iterable[str]:
    return (" " + word for word in segment.split())


def _scaled(counts: Counter[str], most: int) -> Counter[str]:
    """Scale counts to a total of `most` or little more: a word that was met stays in.

    Sentencepiece 0.2.3 finds its first pieces among all occurrences, so that its memory grows with
    them, however few the different words. The rarest stay: in them it finds the pieces that words
    share.
    """
    if (total := counts.total()) <= most:
        return counts
    return Counter({word: max(1, round(n * most / total)) for word, n in counts.items()})


def _learn(counts: Counter[str], config: TokenizerConfig, proto: io.BytesIO) -> None:
    # Rarest words first would change nothing; sorting makes the result independent of the order.
    rows = (f"{word}\t{count}" for word, count in sorted(counts.items()) if "\t" not in word)
    sentencepiece.SentencePieceTrainer.Train(
        sentence_iterator=rows,
        input_format="tsv",
        model_writer=proto,
        model_type=config.kind,
        vocab_size=config.vocab_size,
        hard_vocab_limit=False,
        max_sentencepiece_length=config.max_piece_characters,
        character_coverage=0.9999,
        byte_fallback=True,
        split_digits=True,
        normalization_rule_name="identity",
        add_dummy_prefix=False,
        remove_extra_whitespaces=False,
        unk_id=0,
        bos_id=1,
        eos_id=2,
        pad_id=-1,
        control_symbols=["<turn>"],
        num_threads=2,
        minloglevel=2,
    )
