"""The head for the ends of words: what it must not change, and what it learns."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from typer.testing import CliRunner

from chatbot import LanguageModel, load, open_checkpoint, words
from chatbot.checkpoint import save_checkpoint
from chatbot.export import export
from chatbot.model import RecurrentModel
from chatbot.words import WordSigns
from training.base import load_base
from training.head_command import command
from training.pack import Pack
from training.word_end import HeadRecipe, add_head

RECIPE = HeadRecipe(ids=6_000, lanes=8, batch=256)


@pytest.fixture(scope="module")
def headless(checkpoint: Path, pack: Pack) -> RecurrentModel:
    """The network of the checkpoint as it was trained."""
    return load_base(str(checkpoint)).build(replace(open_checkpoint(checkpoint).config, end_size=0))


@pytest.fixture
def older(headless: RecurrentModel, checkpoint: Path, tmp_path: Path) -> Path:
    """The same as a checkpoint of a version that knew of no head."""
    whole = open_checkpoint(checkpoint)
    save_checkpoint(
        tmp_path / "older",
        name="older",
        model=headless,
        tokenizer=whole.tokenizer,
        step_function=export(headless),
        metrics=whole.metrics,
        card="",
        lexicon=whole.lexicon,
    )
    return tmp_path / "older"


def said(model: RecurrentModel, pack: Pack) -> torch.Tensor:
    """Give the probabilities (T, V) that a network says along a held-out text."""
    ids = torch.from_numpy(pack.valid.ids[:300].astype(np.int64))
    with torch.no_grad():
        return model.eval()(ids[None])[0][0].softmax(-1)


def divergence(model: RecurrentModel, headless: RecurrentModel, pack: Pack) -> float:
    one, two = said(headless, pack), said(model, pack)
    return float((one * (one / two).log()).sum(-1).mean())


def test_with_rows_for_all_ids_nothing_changes(headless: RecurrentModel, pack: Pack) -> None:
    headed = add_head(headless, pack, 400, RECIPE, like=None)
    torch.testing.assert_close(said(headed, pack), said(headless, pack), atol=1e-5, rtol=0)


def test_a_small_head_learns_what_the_softmax_says(headless: RecurrentModel, pack: Pack) -> None:
    before = {name: weight.clone() for name, weight in headless.state_dict().items()}
    untaught = add_head(headless, pack, 6, replace(RECIPE, ids=1, peak_rate=0.0), like=None)
    taught = add_head(headless, pack, 6, RECIPE, like=None)
    far, near = (divergence(model, headless, pack) for model in (untaught, taught))
    assert near < 0.5 * far
    kept = taught.state_dict()
    assert all(torch.equal(weight, kept[name]) for name, weight in before.items())
    assert torch.equal(taught.ends, torch.from_numpy(WordSigns(pack.tokenizer.pieces).ends))


def test_it_begins_as_the_head_of_the_base(headless: RecurrentModel, pack: Pack) -> None:
    taught = add_head(headless, pack, 6, RECIPE, like=None)
    again = add_head(headless, pack, 6, replace(RECIPE, peak_rate=0.0), like=taught)
    torch.testing.assert_close(said(again, pack), said(taught, pack))


def test_rows_that_would_stand_for_nothing_are_left_out(
    headless: RecurrentModel, pack: Pack
) -> None:
    size = add_head(headless, pack, 10**12, RECIPE, like=None).config.end_size
    ends = WordSigns(pack.tokenizer.pieces).ends
    assert size == max(ends.sum(), (~ends).sum())


def test_what_a_letter_is_the_network_says(
    checkpoint: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another Unicode, with other letters, put every chance in another id's place."""
    before = load(checkpoint).suggest("I li", 5)
    rule = words._ends_word
    monkeypatch.setattr(words, "_ends_word", lambda piece: piece[:1] == b"a" or rule(piece))
    assert load(checkpoint).suggest("I li", 5) == before


def test_training_gives_one(lm: LanguageModel) -> None:
    assert lm.checkpoint.config.end_size > 0


def test_an_older_checkpoint_serves_and_gets_one(older: Path, pack: Pack, tmp_path: Path) -> None:
    run = ["--size", "400", str(older), str(older.parent / "pack"), str(tmp_path / "newer")]
    (older.parent / "pack").symlink_to(Path(pack.train.ids.filename).parent)  # type: ignore[attr-defined]
    result = CliRunner().invoke(command, run)
    assert result.exit_code == 0, result.output
    before, after = load(older), load(tmp_path / "newer")
    assert after.created == before.created  # or no personal memory would know the network again
    for text in ("Hello, how are y", "I like ", "Hello, "):
        one, two = before.suggest(text), after.suggest(text)
        assert [s.text for s in one] == [s.text for s in two]
        assert [s.probability for s in one] == pytest.approx(
            [s.probability for s in two], rel=0.05, abs=0.01
        )
    again = CliRunner().invoke(command, [str(tmp_path / "newer"), *run[3:4], str(tmp_path / "x")])
    assert again.exit_code == 1
    assert "has a head already" in again.output


def test_no_other_folder_is_replaced(older: Path, pack: Pack) -> None:
    folder = str(Path(pack.train.ids.filename).parent)  # type: ignore[attr-defined]
    refused = CliRunner().invoke(command, [str(older), folder, folder])
    assert refused.exit_code == 1
    assert "is no checkpoint but a folder that holds" in refused.output
    for option in ("--size", "--ids"):
        refused = CliRunner().invoke(command, [option, "0", str(older), folder, "new"])
        assert refused.exit_code == 2
        assert f"{option}'" in refused.output
