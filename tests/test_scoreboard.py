"""Scores straight from a pack: its ids become turns once more, and score as the corpus would."""

from __future__ import annotations

import json
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from tokenizer import Tokenizer
from training.cleaning import AS_TYPED
from training.errors import TrainingError
from training.evaluation import evaluate_corpus
from training.pack import Pack, write_pack
from training.scoreboard import held_out_conversations, scoreboard


def packed(
    folder: Path, tokenizer: Tokenizer, dialogues: dict[str, list[list[str]]], split: str = "valid"
) -> tuple[Pack, dict[str, Path]]:
    """Pack dialogues of several sources in `split`, and one more to train on."""
    folder.mkdir(exist_ok=True)
    files = {source: folder / f"{source}.jsonl" for source in dialogues}
    for source, held in dialogues.items():
        records = [
            {"id": f"{i}", "source": source, "split": split, "turns": turns(texts)}
            for i, texts in enumerate(held)
        ]
        files[source].write_text("".join(json.dumps(r) + "\n" for r in records))
    learned = {"id": "t", "source": "learned", "split": "train", "turns": turns(["Hello!"])}
    (folder / "learned.jsonl").write_text(json.dumps(learned) + "\n")
    paths = [*files.values(), folder / "learned.jsonl"]
    return write_pack(paths, folder / "pack", tokenizer=tokenizer, cleaning=AS_TYPED), files


def turns(texts: list[str]) -> list[dict[str, str]]:
    return [{"speaker": "AB"[i % 2], "text": text} for i, text in enumerate(texts)]


TALK = [
    ["Hello!", "Hello, how are you?", "I'm fine, thanks. Do you like tea?"],
    ["Good morning.", "Hi there\nHow are you? 🙂", ":)", "I like rain."],
]


def test_ids_become_the_turns_they_were(tokenizer: Tokenizer, tmp_path: Path) -> None:
    pack, _ = packed(tmp_path, tokenizer, {"talk": TALK})
    found = held_out_conversations(pack, pack.sources.index("talk"), ids=10_000)
    assert sorted([t.text for t in c.turns] for c in found) == sorted(TALK)
    assert {c.source for c in found} == {"talk"}
    assert all(a.speaker != b.speaker for c in found for a, b in pairwise(c.turns))


def test_long_conversations_are_cut_after_a_whole_turn(
    tokenizer: Tokenizer, tmp_path: Path
) -> None:
    long = [f"I like the number {i}, and dogs." for i in range(200)]
    prose = ["Il pleut 🌧 à Zürich. " * 100]
    pack, _ = packed(tmp_path, tokenizer, {"long": [long], "prose": [prose]})
    sources = [pack.sources.index(name) for name in ("long", "prose")]
    (cut,), (text,) = (held_out_conversations(pack, source, ids=10_000) for source in sources)
    texts = [turn.text for turn in cut.turns]
    assert 1 < len(texts) < 200
    assert texts == long[: len(texts)]
    (alone,) = text.turns
    assert 50 < len(alone.text) < len(prose[0])
    assert prose[0].startswith(alone.text)


def test_no_more_is_read_than_asked_for(pack: Pack) -> None:
    few, all_of_it = (held_out_conversations(pack, 0, ids=n) for n in (60, 10**9))
    assert 1 <= len(few) < 5 < len(all_of_it) == len(pack.valid.index)
    assert few == all_of_it[: len(few)]


def test_the_scores_are_those_of_the_corpus(
    checkpoint: Path, tokenizer: Tokenizer, tmp_path: Path
) -> None:
    from chatbot import load

    pack, files = packed(tmp_path, tokenizer, {"talk": [TALK[0]]})
    (found,) = scoreboard(checkpoint, pack, words=500)  # all there are
    amounts = {"words": 500, "characters": 10_000}
    known = evaluate_corpus(load(checkpoint), files["talk"], split="valid", **amounts)
    assert found == pytest.approx(asdict(known))
    assert found["words"] == 12
    assert found["top_3"] > 0


def test_four_corpora_with_the_most_text_held_out(
    checkpoint: Path, tokenizer: Tokenizer, tmp_path: Path
) -> None:
    names = [f"corpus {i}" for i in range(6)]
    dialogues = {name: [[f"{'I like dogs. ' * (i + 1)}"]] for i, name in enumerate(names)}
    pack, _ = packed(tmp_path, tokenizer, dialogues)
    found = scoreboard(checkpoint, pack, words=2)
    assert [score["corpus"] for score in found] == names[:1:-1]
    assert all(score["words"] == 2 and score["split"] == "valid" for score in found)
    assert all(0 <= score["top_1"] <= score["top_3"] <= 100 for score in found)
    assert all(np.isfinite(score["bits_per_character"]) for score in found)


def test_turns_of_signs_alone_hold_no_word(
    checkpoint: Path, tokenizer: Tokenizer, tmp_path: Path
) -> None:
    pack, _ = packed(tmp_path, tokenizer, {"signs": [[":)", "...", "!"]]})
    (score,) = scoreboard(checkpoint, pack, words=5)
    assert score["words"] == 0
    assert score["top_1"] is None
    assert score["bits_per_character"] > 0


def test_nothing_asked_for_or_nothing_held_out_is_no_score(
    checkpoint: Path, pack: Pack, tokenizer: Tokenizer, tmp_path: Path
) -> None:
    assert scoreboard(checkpoint, pack, words=0) == []
    nothing, _ = packed(tmp_path, tokenizer, {"talk": TALK}, split="train")
    assert scoreboard(checkpoint, nothing, words=5) == []
    with pytest.raises(TrainingError, match="words must be at least 0; got -1"):
        scoreboard(checkpoint, pack, words=-1)
