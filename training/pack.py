"""Encode a corpus once into a folder of memory-mapped ids, and read it back.

pack/  pack.json          what it was made from: sources, vocabulary, counts, cleaning report
       tokenizer.model
       train.ids  train.index.npy      uint16 ids; a row a conversation: start, length, source,
       valid.ids  valid.index.npy      characters. Eval conversations are never packed.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chatbot.atomic import write_json
from tokenizer import Tokenizer, TokenizerConfig, TokenizerError, join_speakers
from tokenizer import load as load_tokenizer
from tokenizer import train as train_tokenizer
from training.cleaning import Cleaning, CleaningReport, clean
from training.conversation import Conversation
from training.corpus import BadLines, read
from training.errors import CorpusError
from training.splits import assign

__all__ = ["Pack", "Shard", "open_pack", "write_pack"]

FORMAT = 1
_PACKED = ("train", "valid")


@dataclass(frozen=True)
class Shard:
    """The ids of one split, memory-mapped."""

    ids: NDArray[np.uint16]
    index: NDArray[np.int64]
    """(conversations, 4): start, length, source number, characters of the raw text."""

    def conversation(self, i: int) -> NDArray[np.uint16]:
        """Give the ids of conversation i, bos to eos."""
        start, length = self.index[i, :2]
        return self.ids[start : start + length]


@dataclass(frozen=True)
class Pack:
    """A corpus as ids, with the vocabulary it was encoded with."""

    tokenizer: Tokenizer
    sources: tuple[str, ...]
    train: Shard
    valid: Shard
    facts: dict[str, Any]

    @property
    def fingerprint(self) -> str:
        """Identify the ids and the vocabulary: a run resumes only on the same."""
        return str(self.facts["fingerprint"])


def write_pack(
    paths: Sequence[Path | str],
    folder: Path,
    *,
    tokenizer: Tokenizer | TokenizerConfig,
    bad_lines: BadLines | None = None,
    cleaning: Cleaning | None = None,
    on_progress: Callable[[str, int], None] = lambda stage, count: None,
) -> Pack:
    """Read, clean, learn a vocabulary if none is given, encode, and write the folder.

    The corpus is streamed twice and never held in memory. Raises CorpusError when nothing is left.
    """
    bad_lines, cleaning = bad_lines or BadLines(), cleaning or Cleaning()
    if isinstance(tokenizer, TokenizerConfig):
        seen = BadLines(bad_lines.on_bad_line)
        texts = _texts(clean(read(paths, seen), CleaningReport(), cleaning), on_progress)
        try:
            vocabulary = train_tokenizer(texts, tokenizer)
        except TokenizerError as error:
            raise CorpusError(f"{', '.join(map(str, paths))}: {error}") from error
    else:
        vocabulary = tokenizer
    folder.mkdir(parents=True, exist_ok=True)
    vocabulary.save(folder / "tokenizer.model")
    report = CleaningReport()
    with closing(_Writer(folder, vocabulary)) as writer:
        for count, conversation in enumerate(clean(read(paths, bad_lines), report, cleaning), 1):
            writer.add(conversation)
            if count % 1000 == 0:
                on_progress("encoding", count)
    facts = writer.finish() | {
        "cleaning": asdict(cleaning) | asdict(report),
        "bad_lines": bad_lines.count,
    }
    if not writer.counts["train"]:
        raise CorpusError(f"no text to train on in {', '.join(map(str, paths))}")
    write_json(folder / "pack.json", facts)
    return open_pack(folder)


def open_pack(folder: Path) -> Pack:
    """Map a folder that `write_pack` wrote."""
    try:
        facts = json.loads((folder / "pack.json").read_text())
    except OSError as error:
        raise CorpusError(f"no packed corpus in {folder}: pack.json is missing") from error
    tokenizer = load_tokenizer(folder / "tokenizer.model", kind=facts["tokenizer_kind"])
    shards = {split: _map(folder, split) for split in _PACKED}
    return Pack(tokenizer, tuple(facts["sources"]), facts=facts, **shards)


def _map(folder: Path, split: str) -> Shard:
    index = np.load(folder / f"{split}.index.npy")
    path = folder / f"{split}.ids"
    empty = path.stat().st_size == 0
    ids = np.zeros(0, np.uint16) if empty else np.memmap(path, dtype=np.uint16, mode="r")
    return Shard(ids, index)


def _texts(
    conversations: Iterable[Conversation], on_progress: Callable[[str, int], None]
) -> Iterator[str]:
    for count, conversation in enumerate(conversations, 1):
        if conversation.split == "train":
            yield from (turn.text for turn in conversation.turns)
        if count % 1000 == 0:
            on_progress("reading", count)


class _Writer:
    """Append conversations to the shards."""

    def __init__(self, folder: Path, tokenizer: Tokenizer) -> None:
        self.counts: Counter[str] = Counter()
        self._folder, self._tokenizer = folder, tokenizer
        self._files = {split: (folder / f"{split}.ids").open("wb") for split in _PACKED}
        self._rows: dict[str, list[tuple[int, ...]]] = {split: [] for split in _PACKED}
        self._ends = dict.fromkeys(_PACKED, 0)
        self._sources: dict[str, int] = {}
        self._hash = hashlib.blake2b(digest_size=16)

    def add(self, conversation: Conversation) -> None:
        split = assign(conversation)
        self.counts[split] += 1
        if split not in _PACKED:
            return
        ids = np.asarray(self._tokenizer.render(conversation.turns), np.uint16)
        characters = sum(len(text) for text in join_speakers(conversation.turns))
        source = self._sources.setdefault(conversation.source, len(self._sources))
        self._rows[split].append((self._ends[split], len(ids), source, characters))
        self._ends[split] += len(ids)
        data = ids.tobytes()
        self._hash.update(data)
        self._files[split].write(data)

    def close(self) -> None:
        for file in self._files.values():
            file.close()

    def finish(self) -> dict[str, Any]:
        self._hash.update("".join(map(repr, self._tokenizer.pieces)).encode())
        for split in _PACKED:
            rows = np.asarray(self._rows[split], np.int64).reshape(-1, 4)
            np.save(self._folder / f"{split}.index.npy", rows)
        return {
            "format": FORMAT,
            "fingerprint": self._hash.hexdigest(),
            "tokenizer_kind": self._tokenizer.kind,
            "vocab_size": self._tokenizer.vocab_size,
            "sources": list(self._sources),
            "tokens": dict(self._ends),
            "conversations": dict(self.counts),
        }


def unigram_counts(shard: Shard, vocab_size: int) -> NDArray[np.int64]:
    """Count every id of a shard: (V,)."""
    counts = np.zeros(vocab_size, np.int64)
    for chunk in _chunks(shard.ids):
        counts += np.bincount(chunk, minlength=vocab_size)
    return counts


def _chunks(ids: NDArray[np.uint16], size: int = 1 << 24) -> Iterable[NDArray[np.uint16]]:
    return (ids[i : i + size] for i in range(0, len(ids), size))
