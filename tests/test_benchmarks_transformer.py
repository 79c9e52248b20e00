"""The Transformer peer: its state, its runner, and that our trainer trains and resumes it."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from benchmarks.transformer import LOOK, SHAPE, TransformerRunner, facts, load, main, train
from benchmarks.transformer_model import Transformer
from chatbot.context import ContextCache
from chatbot.model import RecurrentModel
from chatbot.model_config import ModelConfig
from tokenizer import Tokenizer
from training.errors import RunError
from training.listener import RunListener
from training.pack import Pack
from training.recipe import Recipe
from training.trainer import Trainer

TINY: dict[str, Any] = {"embedding_size": 16, "hidden_size": 24, "layers": 2}
LOOK_TINY: dict[str, Any] = {"heads": 2, "memory": 6}
RECIPE = Recipe(
    minutes=None, steps=12, lanes=3, window=8, negatives=40, evaluations=3, peak_rate=1e-2
)


@pytest.fixture
def model() -> Transformer:
    torch.manual_seed(0)
    return Transformer(ModelConfig(vocab_size=50, **TINY), **LOOK_TINY).eval()


def ids_with_starts(lanes: int, length: int) -> torch.Tensor:
    """Draw ids; some lanes begin a conversation on the way."""
    ids = torch.randint(4, 50, (lanes, length), generator=torch.Generator().manual_seed(1))
    ids[:, 0] = Tokenizer.bos
    ids[0, 7] = ids[1, 11] = ids[1, 12] = Tokenizer.bos
    return ids


@pytest.mark.parametrize("window", [1, 4, 6, 9, 20])
def test_windows_with_carried_state_are_the_whole(model: Transformer, window: int) -> None:
    ids = ids_with_starts(3, 20)
    whole, whole_state = model(ids)
    state, parts = model.start(3), []
    for part in torch.split(ids, window, dim=1):
        logits, state = model(part, state)
        parts.append(logits)
    torch.testing.assert_close(torch.cat(parts, dim=1), whole, atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(state[1], whole_state[1])
    seen = state[1][0, :, :, None].bool()
    for one, other in zip(state[0], whole_state[0], strict=True):
        a, b = (x.view(3, model.memory, -1) * seen for x in (one, other))
        torch.testing.assert_close(a, b, atol=1e-5, rtol=1e-5)


def test_nothing_is_seen_of_the_conversation_before(model: Transformer) -> None:
    ids = ids_with_starts(3, 20)
    alone, _ = model(ids[:1, 7:])
    within, state = model(ids[:1])
    torch.testing.assert_close(within[:, 7:], alone, atol=1e-5, rtol=1e-5)
    emptied, _ = model(ids[:1, 7:], tuple(part * 0 for part in state))
    torch.testing.assert_close(emptied, alone, atol=1e-5, rtol=1e-5)


def test_what_comes_later_changes_nothing(model: Transformer) -> None:
    ids = ids_with_starts(3, 20)
    other = ids.clone()
    other[:, 15:] = 9
    torch.testing.assert_close(model(ids)[0][:, :15], model(other)[0][:, :15])


def test_the_runner_gives_what_the_network_gives(model: Transformer) -> None:
    ids = ids_with_starts(3, 16)
    whole, _ = model(ids)
    runner = TransformerRunner(model)
    state, other = runner.start(3), runner.start(3)
    assert runner.vocab_size == 50
    for i, column in enumerate(ids.T.numpy()):
        other = runner.advance(column, other)
        logits, state = runner.step(column, state)
        np.testing.assert_allclose(logits, whole[:, i].detach().numpy(), atol=1e-5)
        np.testing.assert_array_equal(state, other)
    # Rows stand alone: a lane may be kept, and go on beside others.
    row, _ = runner.step(np.array([7]), state[1:2])
    rows, _ = runner.step(np.array([5, 7]), state[[0, 1]])
    np.testing.assert_allclose(rows[1:], row, atol=1e-5)


def test_it_is_as_large_as_the_recurrent_one() -> None:
    peer = Transformer(ModelConfig(vocab_size=16_384, **SHAPE), **LOOK)
    ours = RecurrentModel(ModelConfig(vocab_size=16_384, embedding_size=256, hidden_size=640))
    one, other = (sum(p.numel() for p in model.parameters()) for model in (peer, ours))
    assert one == pytest.approx(other, rel=0.005)


def test_our_trainer_trains_it(pack: Pack) -> None:
    config = ModelConfig(vocab_size=pack.tokenizer.vocab_size, **TINY)
    recipe = Recipe(minutes=None, steps=60, lanes=16, window=16, negatives=0, peak_rate=1e-2)
    trainer = Trainer(pack, config, recipe, build=lambda c: Transformer(c, **LOOK_TINY))
    losses = [float(trainer.step(i / 60)) for i in range(60)]
    assert np.mean(losses[-10:]) < 0.8 * np.mean(losses[:10])


def test_resumed_equals_uninterrupted_and_it_loads(
    pack: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def go(name: str, *, resume: bool = False) -> str:
        return train(
            pack, tmp_path / name, RECIPE, resume=resume, shape=TINY, look=LOOK_TINY, quiet=True
        ).reason

    assert go("whole") == "finished"
    on_step = RunListener.on_step

    def interrupt(
        listener: RunListener, trainer: Trainer, loss: float, progress: float, seconds: float
    ) -> None:
        on_step(listener, trainer, loss, progress, seconds)
        if trainer.steps == 5:
            os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr(RunListener, "on_step", interrupt)
    assert [go("cut"), go("cut", resume=True)] == ["interrupted", "finished"]
    one, other = load(tmp_path / "whole"), load(tmp_path / "cut")
    assert one.tokenizer.pieces == pack.tokenizer.pieces
    for a, b in zip(one.model.parameters(), other.model.parameters(), strict=True):
        assert torch.equal(a, b)
    place = ContextCache(one.runner, one.tokenizer).read(["Hello!"], "I like")
    assert place.logits.shape == (pack.tokenizer.vocab_size,)


def test_facts_say_what_was_trained(pack: Pack, tmp_path: Path) -> None:
    outcome = train(pack, tmp_path, RECIPE, resume=False, shape=TINY, look=LOOK_TINY, quiet=True)
    found = facts(outcome, pack, tmp_path, tokens=200)
    assert found["tokens"] == 12 * 3 * 8
    assert found["held_out"]["bits_per_character"] > 0


def test_a_missing_network_is_named(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"model\.json is missing; train one with python -m"):
        load(tmp_path)
    with pytest.raises(SystemExit, match=r"no packed corpus in .*nowhere"):
        main(["--pack", str(tmp_path / "nowhere"), "--out", str(tmp_path / "out")])
