"""Training compared: the same ids for all, peers that learn, and figures that follow from turns."""

from __future__ import annotations

import json
from functools import partial
from itertools import count
from pathlib import Path

import numpy as np
import pytest
import torch

from benchmarks import training
from benchmarks.training_machine import matrix_rate
from benchmarks.training_peers import Columns, Ours, PlainLoop, WordLanguageModel, subset
from chatbot.model_config import ModelConfig
from training.pack import Pack, write_pack


def small(pack: Pack) -> ModelConfig:
    return ModelConfig(vocab_size=pack.tokenizer.vocab_size, embedding_size=16, hidden_size=32)


def test_a_subset_is_whole_conversations_each_once(pack: Pack) -> None:
    part, again = subset(pack, 2_000), subset(pack, 2_000)
    np.testing.assert_array_equal(part.train.ids, again.train.ids)
    assert 2_000 <= len(part.train.ids) < 2_000 + pack.train.index[:, 1].max()
    known = [tuple(pack.train.conversation(i)) for i in range(len(pack.train.index))]
    found = [tuple(part.train.conversation(i)) for i in range(len(part.train.index))]
    assert set(found) <= set(known)
    assert sum(map(len, found)) == len(part.train.ids)
    everything = subset(pack, 10**9)
    assert sorted(everything.train.ids) == sorted(pack.train.ids[: len(everything.train.ids)])
    assert part.fingerprint != pack.fingerprint


def test_columns_are_read_from_top_to_bottom() -> None:
    columns = Columns(np.arange(23, dtype=np.uint16), lanes=2, window=4)
    inputs, targets = zip(*(columns.next() for _ in range(4)), strict=True)
    assert torch.cat(inputs[:3], dim=1).tolist() == [list(range(10)), list(range(11, 21))]
    assert torch.cat(targets[:3], dim=1).tolist() == [list(range(1, 11)), list(range(12, 22))]
    assert torch.equal(inputs[3], inputs[0])


@pytest.mark.parametrize("kind", [Ours, PlainLoop, WordLanguageModel])
def test_every_contender_learns_and_counts(
    pack: Pack, kind: type[Ours | PlainLoop | WordLanguageModel]
) -> None:
    torch.manual_seed(0)
    contender = kind(pack, small(pack))

    def loss() -> float:
        ids = torch.from_numpy(pack.valid.ids[None, :200].astype(np.int64))
        with torch.no_grad():
            logits = contender.model(ids)[0]
        return float(torch.nn.functional.cross_entropy(logits[0, :-1], ids[0, 1:]))

    before = loss()
    for i in range(15):
        contender.step(0.05 + i / 30)
    assert loss() < before
    assert contender.tokens > 15 * 20 * 10
    assert contender.scored_ids <= pack.tokenizer.vocab_size


def test_the_word_language_model_anneals(pack: Pack) -> None:
    contender = WordLanguageModel(pack, small(pack))
    rates = []
    for bits in (3.0, 2.5, 2.5, 2.6, 2.4):
        contender.hear(bits)
        rates.append(contender._rate)
    assert rates == [20, 20, 5, 1.25, 1.25]


def test_a_turn_ends_where_a_score_is_due(pack: Pack) -> None:
    seconds = count()  # a clock that moves on by one whenever it is read
    runner = training.Runner(Ours(pack, small(pack), lanes=2, window=4), budget=40.0)
    for expected in (3.0, 4.0, 7.0, 8.0):
        runner.take_turn(3.0, lambda: float(next(seconds)))
        runner.score_if_due(lambda contender: 2.0)
        assert runner.seconds == expected
    assert [score[0] for score in runner.curve] == [4.0, 8.0]
    assert runner.speed == 8.0


def test_as_good_is_found_between_scores() -> None:
    curve = [(10.0, 1, 3.0), (20.0, 2, 2.0), (30.0, 3, 1.8)]
    assert training.reached(curve, 3.5) == 10
    assert training.reached(curve, 2.5) == 15
    assert training.reached(curve, 1.8) == 30
    assert training.reached(curve, 1.7) is None


def test_the_command_compares(
    pack: Pack,
    corpus: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Products of the full size take 20 s where bf16 is not in hardware.
    monkeypatch.setattr(training, "matrix_rate", partial(matrix_rate, size=64, seconds=0.01))
    write_pack([corpus], tmp_path / "pack", tokenizer=pack.tokenizer)
    out = tmp_path / "training.json"
    budget = ["--minutes", "0.01", "--turn", "0.1", "--tokens", "5000", "--held-out", "100"]
    places = ["--pack", str(tmp_path / "pack"), "--out", str(out)]
    before = torch.get_num_threads()
    try:
        training.main([*places, *budget, "--hidden-size", "16"])
    finally:
        torch.set_num_threads(before)
    found = json.loads(out.read_text())
    assert len(found["rows"]) == 4
    assert len({row["parameters"] for row in found["rows"].values()}) == 1
    assert all(len(row["curve"]) == 10 for row in found["rows"].values())
    assert found["rows"]["our trainer"]["ours_is_faster_by"] == 1
    printed = capsys.readouterr().out
    assert "tokens/s" in printed
    assert "word_language_model" in printed
    with pytest.raises(SystemExit, match=r"benchmarks\.training: no packed corpus in"):
        training.main(["--pack", str(tmp_path / "nowhere")])
