"""A small corpus of our own writing and a tiny checkpoint, trained on it once a session."""

from __future__ import annotations

import json
import os
import random
import tempfile
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
# No test may read or write the memory of whoever runs it.
os.environ["XDG_DATA_HOME"] = tempfile.mkdtemp(prefix="inkling-tests-")

import pytest
from quiet import Quiet

from chatbot import LanguageModel, load
from chatbot.model_config import ModelConfig
from tokenizer import Tokenizer, TokenizerConfig
from training.cleaning import AS_TYPED
from training.finish import finish
from training.pack import Pack, write_pack
from training.recipe import Recipe
from training.run import run

TOPICS = ("tea", "coffee", "music", "films", "football", "books", "rain", "dogs", "cats", "trains")
GREETINGS = ("Hello!", "Hi there", "Good morning.")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--key-delay",
        type=float,
        default=0.0,
        metavar="MS",
        help="milliseconds between two keys in a browser: no test may hold for a fast typist only",
    )


def dialogues(count: int, seed: int = 0) -> list[list[str]]:
    """Write small talk, the same for the same seed."""
    chance = random.Random(seed)
    written = []
    for _ in range(count):
        liked, disliked = chance.sample(TOPICS, 2)
        written.append(
            [
                chance.choice(GREETINGS),
                "Hello, how are you?",
                f"I'm fine, thanks. Do you like {liked}?",
                f"Yes, I like {liked}. I don't like {disliked}.",
            ]
        )
    return written


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A jsonl file of 300 dialogues."""
    path = tmp_path_factory.mktemp("corpus") / "small_talk.jsonl"
    with path.open("w", encoding="utf-8") as file:
        for number, texts in enumerate(dialogues(300)):
            turns = [{"speaker": "AB"[i % 2], "text": text} for i, text in enumerate(texts)]
            file.write(json.dumps({"id": f"d{number}", "turns": turns}) + "\n")
    return path


@pytest.fixture(scope="session")
def pack(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Pack:
    folder = tmp_path_factory.mktemp("pack")
    config = TokenizerConfig(vocab_size=400)  # its dialogues are templates: kept as they are
    return write_pack([corpus], folder, tokenizer=config, cleaning=AS_TYPED)


@pytest.fixture(scope="session")
def tokenizer(pack: Pack) -> Tokenizer:
    return pack.tokenizer


@pytest.fixture(scope="session")
def tiny_config(pack: Pack) -> ModelConfig:
    return ModelConfig(
        vocab_size=pack.tokenizer.vocab_size, embedding_size=32, hidden_size=64, layers=1
    )


@pytest.fixture(scope="session")
def checkpoint(
    pack: Pack, tiny_config: ModelConfig, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A checkpoint folder that has learned the small talk (do not change it: copy it)."""
    folder = tmp_path_factory.mktemp("run")
    recipe = Recipe(minutes=None, steps=250, lanes=16, window=16, negatives=0, evaluations=2)
    outcome = run(pack, folder, tiny_config, recipe, Quiet())
    finish(outcome, pack, folder, folder / "checkpoint", name="tiny")
    return folder / "checkpoint"


@pytest.fixture(scope="session")
def lm(checkpoint: Path) -> LanguageModel:
    return load(checkpoint)
