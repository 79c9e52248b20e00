"""Text to ids and back, over a trained sentencepiece model.

Knows pieces, bytes and control symbols; knows nothing of torch, of the network or of training.
Decoding is by bytes and is our own, because sentencepiece drops and merges spaces.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Literal, get_args

import sentencepiece

from tokenizer.errors import TokenizerError
from tokenizer.text import SPACE_SIGN, mend, segments, units
from tokenizer.turns import Turn, join_speakers

__all__ = ["CONTROL_SYMBOLS", "KINDS", "Kind", "Tokenizer", "load"]

Kind = Literal["char", "word", "unigram", "bpe"]
KINDS: tuple[Kind, ...] = get_args(Kind)
CONTROL_SYMBOLS = ("<unk>", "<s>", "</s>", "<turn>")
"""Ids 0 to 3. They have no text: typed "<turn>" is six characters, never id 3."""


class Tokenizer:
    """Turn text into ids of a closed vocabulary and ids into the same text.

    Any text round-trips: `decode(encode(text)) == text` for every string of Unicode characters.
    """

    unk, bos, eos, turn = range(4)

    def __init__(self, proto: bytes, *, kind: Kind = "unigram") -> None:
        if kind not in KINDS:
            raise TokenizerError(f"tokenizer kind must be one of {', '.join(KINDS)}; got {kind!r}")
        self.kind: Kind = kind
        self._proto = proto
        self._pieces = sentencepiece.SentencePieceProcessor()
        try:
            self._pieces.LoadFromSerializedProto(proto)
        except RuntimeError as error:
            raise TokenizerError(f"not a sentencepiece model ({len(proto):,} bytes)") from error
        found = tuple(self._pieces.IdToPiece(i) for i in range(len(CONTROL_SYMBOLS)))
        if found != CONTROL_SYMBOLS:
            raise TokenizerError(f"ids 0 to 3 must be {CONTROL_SYMBOLS}; the model has {found}")
        self._byte_ids = [self._pieces.PieceToId(f"<0x{byte:02X}>") for byte in range(256)]
        if self.unk in self._byte_ids:
            raise TokenizerError("the sentencepiece model was trained without byte fallback")

    @property
    def vocab_size(self) -> int:
        """Count the ids, control symbols and bytes included (V)."""
        return int(self._pieces.GetPieceSize())

    @cached_property
    def pieces(self) -> tuple[bytes, ...]:
        """Give the bytes of every id: b"" for control symbols, b" hello" for a word-initial one."""
        return tuple(self._bytes_of(i) for i in range(self.vocab_size))

    @cached_property
    def scores(self) -> tuple[float, ...]:
        """Give what every id weighs when a text is cut (unigram: log-probabilities, nats)."""
        return tuple(float(self._pieces.GetScore(i)) for i in range(self.vocab_size))

    @property
    def byte_ids(self) -> tuple[int, ...]:
        """Give the id of each of the 256 bytes."""
        return tuple(self._byte_ids)

    def encode(self, text: str, *, mid_line: bool = False) -> list[int]:
        """Turn text into ids, without control symbols.

        `mid_line=True` encodes what follows a text that ended at a word: the ids of both joined are
        those of the joined text, if this one begins with a space or a newline.
        """
        ids: list[int] = []
        for segment in segments(mend(text), mid_line=mid_line):
            if segment in ("\n", SPACE_SIGN):
                ids.extend(self._encode_bytes(segment))
            elif self.kind == "word":
                ids.extend(self._encode_words(segment))
            else:
                ids.extend(self._pieces.EncodeAsIds(segment))
        return ids

    def decode(self, ids: Iterable[int]) -> str:
        """Turn ids into text; control symbols vanish, broken UTF-8 becomes U+FFFD."""
        from tokenizer.decoder import IncrementalDecoder

        decoder = IncrementalDecoder(self)
        return "".join([decoder.push(i) for i in ids]) + decoder.flush()

    def render(self, turns: Sequence[Turn | str], *, complete: bool = True) -> list[int]:
        """Turn a dialogue into ids: bos, then <turn> and text for each turn, then eos.

        Plain strings alternate between two speakers. With `complete=False` there is no eos and the
        last turn stays open: what the network says next continues it (an empty last turn asks for
        a reply). Training and serving both call this, and nothing else renders turns.
        """
        ids = [self.bos]
        for text in join_speakers(turns):
            ids.append(self.turn)
            ids.extend(self.encode(text))
        return [*ids, self.eos] if complete else ids

    def save(self, path: Path | str) -> None:
        """Write the sentencepiece model."""
        Path(path).write_bytes(self._proto)

    def _encode_words(self, segment: str) -> Iterable[int]:
        for unit in units(segment):
            piece = self._pieces.PieceToId(unit.replace(" ", SPACE_SIGN))
            yield from self._encode_bytes(unit) if piece == self.unk else (piece,)

    def _encode_bytes(self, text: str) -> Iterable[int]:
        return (self._byte_ids[byte] for byte in text.encode())

    def _bytes_of(self, i: int) -> bytes:
        if self._pieces.IsControl(i) or self._pieces.IsUnknown(i):
            return b""
        if self._pieces.IsByte(i):
            return bytes([int(self._pieces.IdToPiece(i)[3:5], 16)])
        return bytes(self._pieces.IdToPiece(i).replace(SPACE_SIGN, " ").encode())


def load(path: Path | str, *, kind: Kind = "unigram") -> Tokenizer:
    """Read a sentencepiece model that `train` wrote; `kind` is the one it was trained as."""
    try:
        proto = Path(path).read_bytes()
    except OSError as error:
        raise TokenizerError(f"can't read the tokenizer {path}: {error.strerror}") from error
    return Tokenizer(proto, kind=kind)
