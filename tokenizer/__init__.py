"""Text to ids and back. Knows sentencepiece; knows nothing of torch or of the network."""

from tokenizer.decoder import IncrementalDecoder
from tokenizer.errors import TokenizerError
from tokenizer.model import KINDS, Kind, Tokenizer, load
from tokenizer.text import mend, settle
from tokenizer.train import TokenizerConfig, train
from tokenizer.turns import Turn, join_speakers

__all__ = [
    "KINDS",
    "IncrementalDecoder",
    "Kind",
    "Tokenizer",
    "TokenizerConfig",
    "TokenizerError",
    "Turn",
    "join_speakers",
    "load",
    "mend",
    "settle",
    "train",
]
