"""A tokenizer as JSON, for the widget's offline mode (widget/src/offline/vocabulary.ts reads it).

Knows pieces and what they weigh; knows nothing of requests.
"""

import base64
import json
from collections.abc import Collection

from chatbot.lexicon import Lexicon
from chatbot.offensive import KINDS, Kind, listed_words
from chatbot.words import WordSigns
from tokenizer import Tokenizer

__all__ = ["FORMAT", "vocabulary"]

FORMAT = 3
"""Of this and of the graph, together."""


def vocabulary(
    tokenizer: Tokenizer,
    signs: WordSigns,
    model: str,
    lexicon: Lexicon | None = None,
    kinds: Collection[Kind] = KINDS,
) -> bytes:
    """Return what a page needs to make ids of text; `model` is the tag of the graph for them."""
    nameless = {*tokenizer.byte_ids, *(i for i, piece in enumerate(tokenizer.pieces) if not piece)}
    described = {
        "format": FORMAT,
        "kind": tokenizer.kind,
        "model": model,
        "bos": tokenizer.bos,
        "turn": tokenizer.turn,
        "bytes": tokenizer.byte_ids,
        "goes_on": signs.goes_on.tolist(),
        "pieces": [
            None if i in nameless else piece.decode() for i, piece in enumerate(tokenizer.pieces)
        ],
        # nine digits tell every fp32 number
        "scores": [float(f"{score:.9g}") for score in tokenizer.scores],
        "words": base64.b64encode(lexicon.bits).decode() if lexicon else "",
        "offensive": [word for kind in kinds for word in listed_words(kind)],
    }
    return json.dumps(described, ensure_ascii=False, separators=(",", ":")).encode()
