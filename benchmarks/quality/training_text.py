"""Write what our checkpoint learns from in the forms that the other systems learn from.

    turns.jsonl     a dialogue a line: the cleaned texts of its turns (speakers alternate)
    symbols.txt     a dialogue a line in the tokens of ngram_text.py, for lmplz
    letters.txt     a rare token a line, letter by letter, for a second lmplz
    spelling.json   case and spaces, counted
    presage.txt     a turn a line, lower-cased, with curly apostrophes

The same conversations as in training: every corpus of the folder, cleaned, split `train`. Streams:
what is in memory are the counts of tokens.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.quality.ngram_text import RARE, TURN, Token, cut
from benchmarks.quality.presage import as_presage_reads
from benchmarks.quality.spelling import Casing, Hand, Spacing
from chatbot.atomic import replacing
from tokenizer import join_speakers
from training.cleaning import CleaningReport, clean
from training.corpus import read
from training.splits import assign

__all__ = ["write_ngram_text", "write_presage_text", "write_turns"]


def write_turns(data: Path, target: Path) -> int:
    """Write the dialogues that are trained on; returns how many."""
    count = 0
    with replacing(target) as part, part.open("w", encoding="utf-8") as file:
        for conversation in clean(read([data]), CleaningReport()):
            if assign(conversation) == "train":
                texts = list(join_speakers(conversation.turns))
                file.write(json.dumps(texts, ensure_ascii=False) + "\n")
                count += 1
    return count


def write_ngram_text(turns: Path, folder: Path, *, vocabulary: int) -> None:
    """Write symbols.txt, letters.txt and spelling.json; all but `vocabulary` symbols are rare."""
    casing, spacing, counts = Casing(), Spacing(), Counter[str]()
    for dialogue in _dialogues(turns):
        hands = (Hand(), Hand())
        for i, text in enumerate(dialogue):
            _count(text, hands[i % 2].begin(), casing, spacing, counts)
    known = {symbol for symbol, _ in counts.most_common(vocabulary)}
    state = {"casing": casing.state(known), "spacing": spacing.state()}
    with replacing(folder / "spelling.json") as part:
        # No blanks: its size counts as the system's.
        part.write_text(json.dumps(state, ensure_ascii=False, separators=(",", ":")), "utf-8")
    with (
        replacing(folder / "symbols.txt") as symbols_part,
        replacing(folder / "letters.txt") as letters_part,
        symbols_part.open("w", encoding="utf-8") as symbols,
        letters_part.open("w", encoding="utf-8") as letters,
    ):
        for dialogue in _dialogues(turns):
            found = [[token.symbol for token in cut(text)] for text in dialogue]
            symbols.write(" ".join(_known(found, known)) + "\n")
            rare = (symbol for line in found for symbol in line if symbol not in known)
            letters.writelines(" ".join(symbol) + "\n" for symbol in rare)


def write_presage_text(turns: Path, target: Path) -> None:
    """Write presage.txt."""
    with replacing(target) as part, part.open("w", encoding="utf-8") as file:
        for dialogue in _dialogues(turns):
            file.writelines(as_presage_reads(text) + "\n" for text in dialogue)


def _dialogues(turns: Path) -> Iterator[list[str]]:
    with turns.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def _count(text: str, hand: Hand, casing: Casing, spacing: Spacing, counts: Counter[str]) -> None:
    before: Token | None = None
    for token in cut(text):
        counts[token.symbol] += 1
        spacing.add(before, token)
        if token.is_word:
            casing.add(token.raw, hand.place)
        hand.read([token])
        before = token


def _known(found: Sequence[Sequence[str]], known: set[str]) -> Iterator[str]:
    for line in found:
        yield from (symbol if symbol in known else RARE for symbol in line)
        yield TURN
