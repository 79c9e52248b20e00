"""Going on from a checkpoint: what is kept, what is learned, what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from safetensors.torch import load_file
from typer.testing import CliRunner, Result

from chatbot.checkpoint import open_checkpoint
from training.base import load_base
from training.commands import app


def train(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["train", *map(str, arguments), "--json"])


@pytest.fixture(scope="module")
def chats(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write chats about what the checkpoint has never heard of."""
    path = tmp_path_factory.mktemp("chats") / "mine.txt"
    dialogues = [f"How is the zeppelin {i}?\nThe zeppelin {i} flies high." for i in range(200)]
    path.write_text("\n\n".join(dialogues), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def tuned(chats: Path, checkpoint: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("tuned")
    budget = ("--steps", "60", "--lanes", "8", "--window", "16", "--name", "mine")
    found = train(chats, "--from", checkpoint, "--out", out, *budget)
    assert found.exit_code == 0, found.output
    return out


def metrics(run: Path) -> dict[str, Any]:
    return open_checkpoint(run / "checkpoint").metrics


def test_it_gains_on_the_held_out_tenth_and_says_so(tuned: Path) -> None:
    gain = metrics(tuned)["gain"]
    assert gain["after"] < gain["before"]
    held_out = metrics(tuned)["corpus"]["conversations"]
    assert 0.05 < held_out["valid"] / sum(held_out.values()) < 0.2
    assert metrics(tuned)["held_out"]["bits_per_character"] == gain["after"]


def test_vocabulary_shape_and_history_are_the_base_s(tuned: Path, checkpoint: Path) -> None:
    base, found = open_checkpoint(checkpoint), open_checkpoint(tuned / "checkpoint")
    assert found.name == "mine"
    assert found.config == base.config
    assert found.tokenizer.pieces == base.tokenizer.pieces
    assert found.metrics["from"]["name"] == base.name
    assert found.metrics["from"]["training"] == base.metrics["training"]
    card = (tuned / "checkpoint" / "README.md").read_text()
    assert card.count("- Trained: ") == 2


def test_it_begins_with_the_weights_of_the_base(
    corpus: Path, checkpoint: Path, tmp_path: Path
) -> None:
    options = ("--steps", "1", "--peak-rate", "1e-12", "--lanes", "4", "--window", "8")
    found = train(corpus, "--from", checkpoint, "--out", tmp_path, *options)
    assert found.exit_code == 0, found.output
    before = open_checkpoint(checkpoint).model().state_dict()
    for name, weight in load_file(tmp_path / "best.safetensors").items():
        assert (weight - before[name]).abs().max() < 1e-6, name


def test_a_resumed_one_goes_on_from_the_same_base(
    chats: Path, checkpoint: Path, tuned: Path, tmp_path: Path
) -> None:
    budget = ("--lanes", "8", "--window", "16", "--name", "mine")
    assert (
        train(chats, "--from", checkpoint, "--out", tmp_path, "--steps", "60", *budget).exit_code
        == 0
    )
    again = train("--resume", "--out", tmp_path, "--steps", "61")
    assert again.exit_code == 0, again.output
    assert json.loads(again.stdout)["from"]["name"] == "tiny"
    first = load_file(tuned / "best.safetensors")
    assert first.keys() == load_file(tmp_path / "best.safetensors").keys()


def test_an_opening_is_inherited_unless_another_is_given(
    corpus: Path, checkpoint: Path, tmp_path: Path
) -> None:
    bundled = open_checkpoint()
    assert load_base("default").checkpoint.opening == bundled.opening
    options = ("--steps", "1", "--lanes", "4", "--opening", "Hi.", "--opening", "Hello.")
    assert train(corpus, "--from", checkpoint, "--out", tmp_path, *options).exit_code == 0
    assert open_checkpoint(tmp_path / "checkpoint").opening == ("Hi.", "Hello.")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--from", "tiny-none"], "no checkpoint at tiny-none"),
        (["--from", "default", "--hidden-size", "64"], "leave out --hidden-size, or give --from"),
        (["--from", "default", "--vocab-size", "500"], "leave out --vocab-size"),
        (["--profanity", "some"], "profanity must be one of leave-out, keep; got 'some'"),
        (["--personal-data", "x"], "personal_data must be one of scrub, keep; got 'x'"),
    ],
)
def test_what_can_t_be_is_refused_by_name(
    chats: Path, tmp_path: Path, options: list[str], message: str
) -> None:
    found = train(chats, "--out", tmp_path / "run", *options)
    assert found.exit_code == 1
    assert message in " ".join(found.stderr.split())
    assert "Traceback" not in found.output


def test_swearing_and_addresses_of_one_s_own_can_be_kept(checkpoint: Path, tmp_path: Path) -> None:
    chats = tmp_path / "mine.txt"
    text = "Hello, shit\nHello, mail me@my.org\n\nHi there\nI like tea.\n"
    chats.write_text(text, encoding="utf-8")
    budget = ("--from", checkpoint, "--steps", "1", "--lanes", "2")
    for keep, dropped in ((("--profanity", "keep", "--personal-data", "keep"), {}), ((), None)):
        out = tmp_path / f"run{len(keep)}"
        found = train(chats, "--out", out, *budget, *keep)
        assert found.exit_code == 0, found.output
        cleaning = metrics(out)["corpus"]["cleaning"]
        assert cleaning["dropped"] == (dropped if keep else {"profane turns": 1})
        assert bool(cleaning["replaced"]) is not bool(keep)
