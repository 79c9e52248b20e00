"""The table of recipes: every row trains, what it changes is changed, and a table goes on."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from benchmarks import recipes
from benchmarks.recipes_cells import AdaptiveModel, handwritten, layer_norm, projected, weight_drop
from benchmarks.recipes_trainers import Adaptive, Averaged, FullFinish, Muon, Staged, Unpacked
from chatbot.model import RecurrentModel
from chatbot.model_config import ModelConfig
from training.objective import Objective
from training.pack import Pack
from training.recipe import Recipe
from training.trainer import Trainer

RECIPE = Recipe(minutes=None, steps=60, lanes=8, window=16, negatives=100, peak_rate=2e-2)


def small(pack: Pack) -> ModelConfig:
    return ModelConfig(vocab_size=pack.tokenizer.vocab_size, embedding_size=16, hidden_size=32)


def losses(trainer: Trainer, steps: int = 60) -> list[float]:
    return [float(trainer.step(i / steps)) for i in range(steps)]


@pytest.mark.parametrize("kind", [FullFinish, Adaptive, Unpacked, Muon])
def test_every_trainer_learns(pack: Pack, kind: type[Trainer]) -> None:
    found = losses(kind(pack, small(pack), RECIPE))
    assert np.mean(found[40:50]) < 0.9 * np.mean(found[:10])


@pytest.mark.parametrize(
    "build", [handwritten, layer_norm, projected, lambda c: weight_drop(c, share=0.2)]
)
def test_every_cell_learns(pack: Pack, build: type[RecurrentModel]) -> None:
    found = losses(Trainer(pack, small(pack), RECIPE, build=build))
    assert np.mean(found[40:50]) < 0.9 * np.mean(found[:10])


def test_the_handwritten_cell_is_the_fused_one(pack: Pack) -> None:
    fused, ours = RecurrentModel(small(pack)), handwritten(small(pack))
    weights = fused.state_dict()
    for name in ("weight_ih", "weight_hh", "bias_ih"):
        weights[f"cell.{name}"] = weights.pop(f"cell.{name}_l0")
    weights["cell.bias_ih"] = weights["cell.bias_ih"] + weights.pop("cell.bias_hh_l0")
    ours.load_state_dict(weights)
    ids = torch.randint(0, 100, (3, 7))
    for one, other in zip(fused(ids)[1], ours(ids)[1], strict=True):
        torch.testing.assert_close(one, other)
    torch.testing.assert_close(fused(ids)[0], ours(ids)[0])


def test_weight_drop_drops_in_training_alone_and_passes_gradients(pack: Pack) -> None:
    model = weight_drop(small(pack), share=0.5)
    ids = torch.randint(0, 100, (3, 7))
    one, other = model(ids)[0], model(ids)[0]
    assert not torch.equal(one, other)
    one.sum().backward()
    gradients = {name: p.grad for name, p in model.cell.named_parameters()}
    assert all(gradient is not None for gradient in gradients.values())
    dropped = gradients["cell.weight_hh_l0"]
    assert dropped is not None
    assert 0.3 < float((dropped == 0).float().mean()) < 0.7
    model.eval()
    torch.testing.assert_close(model(ids)[0], model(ids)[0])


def test_adaptive_probabilities_add_up_and_are_those_of_its_loss(pack: Pack) -> None:
    trainer = Adaptive(pack, small(pack), RECIPE)
    model = trainer.model
    assert isinstance(model, AdaptiveModel)
    features, targets = torch.randn(5, 16), torch.tensor([0, 3, 20, 50, 99])
    logits = model.logits(features)
    torch.testing.assert_close(logits.exp().sum(1), torch.ones(5))
    ranked = model.softmax(features, model.rank[targets]).output
    torch.testing.assert_close(logits[range(5), targets], ranked)


def test_the_last_tenth_takes_the_full_softmax(pack: Pack) -> None:
    trainer = FullFinish(pack, small(pack), RECIPE)
    before = trainer._objective
    trainer.step(0.89)
    assert trainer._objective is before
    trainer.step(0.9)
    assert isinstance(trainer._objective, Objective)
    assert trainer._objective is not before


def test_the_mean_of_weights_is_a_mean(pack: Pack) -> None:
    trainer = Averaged(pack, small(pack), RECIPE, decay=0.5)
    seen = []
    for _ in range(3):
        trainer.step(0.5)
        seen.append(trainer.model.bias.detach().clone())
    trainer.end()
    mean = ((seen[0] + seen[1]) / 2 + seen[2]) / 2
    torch.testing.assert_close(trainer.model.bias.detach(), mean)


def test_lanes_grow_and_those_there_go_on(pack: Pack) -> None:
    trainer = Staged(pack, small(pack), RECIPE, stages=((0.0, 8), (0.5, 12)))
    trainer.step(0.4)
    before = trainer.lanes.cursors.copy()
    trainer.step(0.5)
    after = trainer.lanes.cursors
    assert trainer.tokens == (8 + 12) * 16
    assert trainer.state[0].shape[1] == len(after) == 12
    same = after[:8, 0] == before[:, 0]
    assert (after[:8][same, 1] == before[same, 1] + 16).all()


def test_unpacked_windows_begin_with_conversations_and_count_ids(pack: Pack) -> None:
    trainer = Unpacked(pack, small(pack), RECIPE)
    bos = pack.tokenizer.bos
    windows = [trainer.lanes.next(0.0) for _ in range(20)]
    assert not any((window[:, 1:] == bos).any() for window in windows)
    stream = np.concatenate([w[0, :-1] for w in windows])
    starts = np.flatnonzero(stream == bos)
    first = stream[starts[0] : starts[1]]
    known = {tuple(pack.train.conversation(i)[:-1]) for i in range(len(pack.train.index))}
    held = first[first >= 0]
    assert tuple(held[:-1]) in known or tuple(held) in known
    assert trainer.tokens == sum(int((w[:, 1:] >= 0).sum()) for w in windows)


def test_a_table_goes_on_with_what_is_missing(
    pack: Pack, corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from training.pack import write_pack

    write_pack([corpus], tmp_path / "pack", tokenizer=pack.tokenizer)
    out = tmp_path / "results" / "recipes.json"
    command = ["--pack", str(tmp_path / "pack"), "--minutes", "0.002", "--tokens", "50"]
    recipes.main([*command, "--out", str(out), "--only", "baseline"])
    first = json.loads(out.read_text())["rows"]
    recipes.main([*command, "--out", str(out), "--only", "baseline", "B 32 T 64"])
    rows = json.loads(out.read_text())["rows"]
    assert rows[0] == first[0]
    assert [row["name"] for row in rows] == ["baseline", "B 32 T 64"]
    assert all(row["other"] > 0 and row["tokens"] > 0 for row in rows)
    assert "(+nan)" in capsys.readouterr().out  # no corpus here is called chat
