"""The words of a corpus, for the lexicon of the network that learns from it."""

from __future__ import annotations

from chatbot.word_counts import cut
from training.pack import Pack

__all__ = ["known_words"]


def known_words(pack: Pack) -> set[str]:
    """Give every word of the training text, in lower case."""
    pieces = [piece or b"\n" for piece in pack.tokenizer.pieces]  # between turns, say
    found = set[str]()
    for i in range(len(pack.train.index)):
        ids = pack.train.conversation(i).tolist()
        text = b"".join(map(pieces.__getitem__, ids)).decode("utf-8", "replace")
        found.update(word.lower() for word in cut(text) if word[0].isalnum())
    return found
