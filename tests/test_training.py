"""Training: the order of the data, the losses, the recipe."""

from __future__ import annotations

import dataclasses
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch
from quiet import Quiet

from chatbot.model import RecurrentModel
from chatbot.model_config import CELLS, Cell, ModelConfig
from training.errors import TrainingError
from training.heldout import choose, score
from training.lanes import Lanes
from training.loss import SampledSoftmax, full_loss
from training.mixture import CHAT_MIXTURE, Mixture
from training.pack import Pack, unigram_counts
from training.recipe import Precision, Recipe
from training.run import run
from training.schedule import learning_rate
from training.tally import Tally
from training.trainer import Trainer

RECIPE = Recipe(minutes=None, steps=12, lanes=4, window=8, negatives=40, evaluations=3)


def make_lanes(pack: Pack, lanes: int = 5, window: int = 7) -> Lanes:
    return Lanes(pack.train, Mixture(pack, seed=1, shares={}), lanes=lanes, window=window)


def test_lanes_joined_are_whole_conversations_each_once(pack: Pack) -> None:
    lanes = make_lanes(pack)
    windows = [lanes.next(0.0) for _ in range(2 * len(pack.train.ids) // (5 * 7))]
    known = {tuple(pack.train.conversation(i)) for i in range(len(pack.train.index))}
    seen: list[tuple[int, ...]] = []
    for lane in range(5):
        stream = np.concatenate([w[lane, :-1] for w in windows])
        starts = np.flatnonzero(stream == pack.tokenizer.bos)
        seen += [tuple(stream[a:b]) for a, b in pairwise(starts)]
    assert set(seen) <= known
    # All come once before any comes a third time.
    assert len(set(seen)) > 0.95 * len(known)
    assert max(seen.count(c) for c in set(seen)) <= 3


def test_the_last_id_of_a_window_is_the_first_of_the_next(pack: Pack) -> None:
    lanes = make_lanes(pack)
    before = lanes.next(0.0)
    for _ in range(20):
        after = lanes.next(0.0)
        np.testing.assert_array_equal(before[:, -1], after[:, 0])
        before = after


def test_the_mixture_follows_its_shares(pack: Pack) -> None:
    index = pack.train.index.copy()
    index[::2, 2] = 1
    shard = dataclasses.replace(pack.train, index=index)
    two = dataclasses.replace(pack, sources=("a", "b"), train=shard)
    mixture = Mixture(two, seed=0, shares={"a": (0.9, 0.1), "b": (0.1, 0.9)})
    for progress, expected in ((0.0, 0.9), (1.0, 0.1)):
        drawn = [mixture.draw(progress) for _ in range(600)]
        share = np.mean([index[row, 2] == 0 for row in drawn])
        assert share == pytest.approx(expected, abs=0.06)


def test_the_chat_mixture_adds_up() -> None:
    for end in (0, 1):
        assert sum(share[end] for share in CHAT_MIXTURE.values()) == pytest.approx(1, abs=0.03)


def test_the_learning_rate_rises_then_falls() -> None:
    rates = [learning_rate(p / 100, RECIPE) for p in range(101)]
    assert max(rates) == pytest.approx(RECIPE.peak_rate, rel=1e-3)
    assert rates.index(max(rates)) == 5
    assert rates[5:] == sorted(rates[5:], reverse=True)
    assert rates[-1] == pytest.approx(RECIPE.peak_rate * RECIPE.final_rate)


def features_and_targets() -> tuple[RecurrentModel, torch.Tensor, torch.Tensor]:
    torch.manual_seed(0)
    model = RecurrentModel(ModelConfig(vocab_size=60, embedding_size=8, hidden_size=8))
    return model, torch.randn(300, 8, requires_grad=True), torch.randint(0, 60, (300,))


def test_the_chunked_loss_is_the_cross_entropy() -> None:
    model, features, targets = features_and_targets()
    chunked = full_loss(model, features, targets, chunk=64)
    whole = torch.nn.functional.cross_entropy(model.logits(features), targets)
    torch.testing.assert_close(chunked, whole)
    for loss in (chunked, whole):
        loss.backward()  # type: ignore[no-untyped-call]
    assert features.grad is not None


def test_many_samples_estimate_the_full_softmax() -> None:
    model, features, targets = features_and_targets()
    counts = np.arange(1, 61)
    sampled = SampledSoftmax(counts, negatives=20_000, device=torch.device("cpu"))
    estimate = sampled(model, features, targets, torch.Generator().manual_seed(0))
    exact = full_loss(model, features, targets)
    torch.testing.assert_close(estimate.detach(), exact.detach(), atol=0.05, rtol=0)


def test_training_learns(pack: Pack, tiny_config: ModelConfig) -> None:
    trainer = Trainer(pack, tiny_config, dataclasses.replace(RECIPE, steps=60, lanes=16))
    losses = [float(trainer.step(i / 60)) for i in range(60)]
    assert np.mean(losses[-10:]) < 0.75 * np.mean(losses[:10])


def test_early_stopping_keeps_the_best(
    pack: Pack, tiny_config: ModelConfig, tmp_path: Path
) -> None:
    recipe = dataclasses.replace(
        RECIPE, steps=400, peak_rate=3.0, clip=1e9, patience=2, evaluations=100
    )
    outcome = run(pack, tmp_path / "run", tiny_config, recipe, Quiet())
    assert outcome.reason == "stopped early"
    bits = [e["bits_per_character"] for e in outcome.tally.evaluations]
    assert outcome.tally.best == min(bits)
    after = bits[bits.index(min(bits)) :]
    assert sum(b >= a for a, b in pairwise(after)) == 2
    assert after[-1] >= after[-2]


def test_getting_better_again_is_no_reason_to_stop() -> None:
    # Of a run from a trained network at a high rate, which six evaluations ended at a third.
    tally = Tally()
    scores = (1.476, 1.493, 1.490, 1.485, 1.483, 1.488, 1.490)
    best = [tally.add(step, step, bits) for step, bits in enumerate(scores)]
    assert best == [True] + 6 * [False]
    assert (tally.worse, tally.best) == (3, 1.476)
    assert tally.add(7, 7, 1.47)
    assert tally.worse == 0


def test_held_out_score_is_the_same_however_it_is_batched(
    pack: Pack, tiny_config: ModelConfig
) -> None:
    torch.manual_seed(0)
    model = RecurrentModel(tiny_config)
    rows = choose(pack.valid, tokens=400)
    one = score(model, pack, rows, lanes=1, window=1000)
    many = score(model, pack, rows, lanes=7, window=5)
    assert many.bits_per_character == pytest.approx(one.bits_per_character, rel=1e-4)
    assert one.by_source == pytest.approx({"small_talk": one.bits_per_character})


def test_counts_are_of_every_id(pack: Pack) -> None:
    counts = unigram_counts(pack.train, pack.tokenizer.vocab_size)
    assert counts.sum() == len(pack.train.ids)
    assert counts[pack.tokenizer.bos] == len(pack.train.index)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"minutes": None}, "a run needs minutes or steps"),
        ({"minutes": -1}, "minutes must be above 0; got -1"),
        ({"lanes": 0}, "lanes must be at least 1; got 0"),
        ({"mixture": "most"}, "mixture must be one of natural, chat; got 'most'"),
        ({"threads": 0}, "threads must be at least 1; got 0"),
        ({"save_seconds": 0}, "save_seconds must be above 0; got 0"),
        ({"batch": 3}, "unknown training options: batch"),
    ],
)
def test_a_wrong_option_is_named(values: dict[str, object], message: str) -> None:
    with pytest.raises(TrainingError, match=message):
        Recipe.from_dict(values)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("precision", ["fp32", "bf16", "auto"])
def test_every_cell_trains_in_every_precision_this_processor_has(
    pack: Pack, tiny_config: ModelConfig, cell: Cell, precision: Precision
) -> None:
    recipe = dataclasses.replace(RECIPE, precision=precision)
    trainer = Trainer(pack, dataclasses.replace(tiny_config, cell=cell), recipe)
    losses = [float(trainer.step(i / 12)) for i in range(12)]
    assert np.isfinite(losses).all()
    assert losses[-1] < losses[0]
    assert all(p.dtype == torch.float32 for p in trainer.model.parameters())
