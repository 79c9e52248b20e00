"""The words of a corpus, for the lexicon of the network that learns from it."""

from __future__ import annotations

from chatbot.lexicon import Lexicon
from chatbot.word_counts import cut
from training.base import Base
from training.pack import Pack

__all__ = ["known_words", "lexicon_of"]


def lexicon_of(pack: Pack, base: Base | None) -> Lexicon | None:
    """Give the words that a network has read which went on from `base` with `pack`.

    None where those of the base are not known: all others would be strangers to it.
    """
    before = base.checkpoint.lexicon if base else None
    return None if base and not before else Lexicon.of(known_words(pack), more=before)


def known_words(pack: Pack) -> set[str]:
    """Give every word of the training text, in lower case."""
    pieces = [piece or b"\n" for piece in pack.tokenizer.pieces]  # between turns, say
    found = set[str]()
    for i in range(len(pack.train.index)):
        ids = pack.train.conversation(i).tolist()
        text = b"".join(map(pieces.__getitem__, ids)).decode("utf-8", "replace")
        found.update(word.lower() for word in cut(text) if word[0].isalnum())
    return found
