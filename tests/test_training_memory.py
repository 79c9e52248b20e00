"""Packing and training take memory that the size of the corpus hardly changes."""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
import time
from itertools import accumulate
from pathlib import Path

import pytest

MEGABYTE = 1 << 20
WORKER = '''
"""Pack a corpus and train on it, under a limit of memory (RLIMIT_DATA) if one is given."""
import resource, sys
from pathlib import Path
from chatbot.model_config import ModelConfig
from tokenizer import TokenizerConfig
from training.pack import write_pack
from training.recipe import Recipe
from training.repeats import BoundedCounter
from training.run import run

corpus, folder, limit = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
# What is bounded is bounded low, so that the small corpus fills it too.
BoundedCounter.__init__.__kwdefaults__["most"] = 10_000
vocabulary = TokenizerConfig(vocab_size=1000, max_words=10_000, max_occurrences=500_000)

class Quiet:
    def on_step(self, *_): pass
    def on_evaluation(self, *_): pass

if limit:
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
pack = write_pack([corpus], folder / "pack", tokenizer=vocabulary)
config = ModelConfig(vocab_size=pack.tokenizer.vocab_size, embedding_size=16, hidden_size=16)
recipe = Recipe(minutes=None, steps=50, lanes=16, window=16, evaluations=2, threads=1)
run(pack, folder / "run", config, recipe, Quiet())
print(len(pack.train.ids))
'''


def write_corpus(path: Path, megabytes: int) -> Path:
    """Write conversations of ten turns in 8,000 made-up words, a frequent few and many rare."""
    chance = random.Random(0)
    letters = "etaoinshrdlu"
    words = ["".join(chance.choices(letters, k=chance.randrange(3, 9))) for _ in range(8000)]
    shares = list(accumulate(1 / (rank + 10) for rank in range(len(words))))
    with path.open("w", encoding="utf-8") as file:
        number = 0
        while file.tell() < megabytes * MEGABYTE:
            for _ in range(200):
                texts = [
                    " ".join(chance.choices(words, cum_weights=shares, k=12)) for _ in range(10)
                ]
                turns = [{"speaker": "AB"[i % 2], "text": text} for i, text in enumerate(texts)]
                file.write(json.dumps({"id": str(number), "turns": turns}) + "\n")
                number += 1
    return path


def pack_and_train(corpus: Path, folder: Path, limit: int) -> tuple[int, int]:
    """Give the ids packed, and the most memory of its own the process was seen to have (bytes)."""
    peak = 0
    with subprocess.Popen(
        [sys.executable, "-c", WORKER, str(corpus), str(folder), str(limit)],
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[1]), "OMP_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        status = Path(f"/proc/{process.pid}/status")
        # From outside, because a thread inside would wait while the vocabulary is learned.
        while process.poll() is None:
            found = re.search(r"VmData:\s+(\d+) kB", status.read_text())
            peak = max(peak, 1024 * int(found.group(1)) if found else 0)
            time.sleep(0.002)
        printed, errors = process.communicate()
    assert process.returncode == 0, errors
    return int(printed), peak


@pytest.mark.soak
def test_a_corpus_larger_than_the_memory_it_may_take_is_trained_on(tmp_path: Path) -> None:
    """Ten times the corpus fits into 16 MB more than the small one took, a third of its size.

    Run it with `pytest -m soak tests/test_training_memory.py`; about four minutes on one core. What
    grows are the numbers kept a conversation: its row of the index and its places in the mixture.
    """
    small, peak = pack_and_train(write_corpus(tmp_path / "small.jsonl", 5), tmp_path / "small", 0)
    large_file = write_corpus(tmp_path / "large.jsonl", 50)
    large, _ = pack_and_train(large_file, tmp_path / "large", peak + 16 * MEGABYTE)
    assert large > 9 * small
