"""A run goes on exactly where it was, on the data and with the vocabulary it began with."""

from __future__ import annotations

import dataclasses
import json
import os
import random
import resource
import signal
import subprocess
import sys
from collections.abc import Collection
from pathlib import Path

import numpy as np
import pytest
import torch
from quiet import Quiet
from typer.testing import CliRunner, Result

from chatbot import open_checkpoint
from chatbot.model_config import Cell, ModelConfig
from tokenizer import TokenizerConfig
from training.commands import app
from training.errors import RunError, TrainingError
from training.pack import Pack, write_pack
from training.recipe import Recipe
from training.run import run
from training.run_folder import load_state, lock
from training.trainer import Trainer

RECIPE = Recipe(minutes=None, steps=12, lanes=4, window=8, negatives=40, evaluations=3)
SMALL = ["--hidden-size", "16", "--embedding-size", "16", "--vocab-size", "300", "--lanes", "2"]


class StopAt(Quiet):
    """Stop after certain steps, by SIGTERM as a system would, sent after the one before."""

    def __init__(self, steps: Collection[int]) -> None:
        super().__init__()
        self._steps = steps

    def on_step(self, trainer: Trainer, loss: float, progress: float, seconds: float) -> None:
        super().on_step(trainer, loss, progress, seconds)
        if trainer.steps + 1 in self._steps:
            os.kill(os.getpid(), signal.SIGTERM)


class Poison(Quiet):
    """Put a value into the weights after a certain step."""

    def __init__(self, step: int, value: float) -> None:
        super().__init__()
        self._step, self._value = step, value

    def on_step(self, trainer: Trainer, loss: float, progress: float, seconds: float) -> None:
        if trainer.steps == self._step:
            with torch.no_grad():
                trainer.model.embedding.weight[3, 3] = self._value


def two_sources(pack: Pack) -> Pack:
    """The pack as if its conversations came from two of the corpora that the mixture knows."""
    index = pack.train.index.copy()
    index[::2, 2] = 1
    train = dataclasses.replace(pack.train, index=index)
    return dataclasses.replace(pack, sources=("chitchat", "self_dialogue"), train=train)


def timeless(entries: list[dict[str, float]]) -> list[dict[str, float]]:
    return [{k: v for k, v in entry.items() if k != "seconds"} for entry in entries]


@pytest.mark.parametrize("cell", ["lstm", "gru"])
@pytest.mark.parametrize("negatives", [40, 0])
def test_resumed_equals_uninterrupted_to_the_bit(
    pack: Pack, tmp_path: Path, cell: Cell, negatives: int
) -> None:
    # Windows that end in the middle of conversations, several passes over the data, two layers
    # with dropout, a mixture that moves, and stops at evaluations, beside them and at the end.
    recipe = dataclasses.replace(
        RECIPE, steps=70, lanes=16, window=27, negatives=negatives, evaluations=10, mixture="chat"
    )
    config = ModelConfig(
        cell=cell, vocab_size=400, embedding_size=12, hidden_size=8, layers=2, dropout=0.2
    )
    stops = {2, 7, 13, 15, 70, *random.Random(cell).sample(range(18, 68, 2), 6)}
    data = two_sources(pack)
    whole, cut = Quiet(), StopAt(stops)
    one = run(data, tmp_path / "whole", config, recipe, whole)
    assert min(one.trainer.mixture.passes()) > 2
    reasons = []
    for _ in range(len(stops) + 1):
        # The first begins: there is nothing yet to resume.
        other = run(data, tmp_path / "cut", config, recipe, cut, resume=True)
        reasons.append(other.reason)
    assert reasons == ["interrupted"] * len(stops) + ["finished"]
    assert cut.losses == whole.losses
    assert cut.results == whole.results
    (mine, tally), (theirs, their_tally) = (
        load_state(tmp_path / name / "state.safetensors") for name in ("whole", "cut")
    )
    assert mine.keys() == theirs.keys()
    for name in mine:
        assert torch.equal(mine[name], theirs[name]), name
    assert timeless(tally.evaluations) == timeless(their_tally.evaluations)
    names = ("best.safetensors", "model.json", "recipe.json")
    for name in names:
        assert (tmp_path / "whole" / name).read_bytes() == (tmp_path / "cut" / name).read_bytes()


def test_a_kill_between_state_and_best_weights_is_mended(
    pack: Pack, tiny_config: ModelConfig, tmp_path: Path
) -> None:
    run(pack, tmp_path, tiny_config, RECIPE, StopAt({8}))
    best, log = tmp_path / "best.safetensors", tmp_path / "log.jsonl"
    good, lines = best.read_bytes(), log.read_text()
    assert load_state(tmp_path / "state.safetensors")[1].best_step == 8
    best.write_bytes(b"as it was before")
    log.write_text(lines + json.dumps({"step": 12}) + "\n" + '{"step": 1')
    run(pack, tmp_path, tiny_config, RECIPE, StopAt({10}), resume=True)
    assert best.read_bytes() == good
    assert log.read_text() == lines


def test_a_new_budget_is_used_with_evaluations(
    pack: Pack, tiny_config: ModelConfig, tmp_path: Path
) -> None:
    run(pack, tmp_path, tiny_config, RECIPE, Quiet())
    longer = dataclasses.replace(RECIPE, steps=24)
    outcome = run(pack, tmp_path, tiny_config, longer, Quiet(), resume=True)
    assert [e["step"] for e in outcome.tally.evaluations] == [4, 8, 12, 16, 24]


def test_after_an_early_stop_only_a_new_budget_goes_on(
    pack: Pack, tiny_config: ModelConfig, tmp_path: Path
) -> None:
    recipe = dataclasses.replace(RECIPE, steps=400, peak_rate=3.0, clip=1e9, patience=2)
    recipe = dataclasses.replace(recipe, evaluations=100)
    first = run(pack, tmp_path, tiny_config, recipe, Quiet())
    assert first.reason == "stopped early"
    # As after a kill while the checkpoint was made: nothing is trained again.
    again = run(pack, tmp_path, tiny_config, recipe, Quiet(), resume=True)
    assert (again.reason, again.trainer.steps) == ("stopped early", first.trainer.steps)
    longer = dataclasses.replace(recipe, steps=500)
    other = run(pack, tmp_path, tiny_config, longer, Quiet(), resume=True)
    assert other.trainer.steps > first.trainer.steps


def test_a_run_folder_is_guarded(pack: Pack, tiny_config: ModelConfig, tmp_path: Path) -> None:
    folder = tmp_path / "run"

    class Second(Quiet):
        def on_step(self, trainer: Trainer, loss: float, progress: float, seconds: float) -> None:
            with pytest.raises(RunError, match=f"is training in .*it is process {os.getpid()}"):
                run(pack, folder, tiny_config, RECIPE, Quiet())

    run(pack, folder, tiny_config, dataclasses.replace(RECIPE, steps=1), Second())
    with pytest.raises(RunError, match="already holds a run"):
        run(pack, folder, tiny_config, RECIPE, Quiet())
    lanes = dataclasses.replace(RECIPE, lanes=8)
    with pytest.raises(RunError, match="is that of 4 lanes; got lanes 8"):
        run(pack, folder, tiny_config, lanes, Quiet(), resume=True)
    config = dataclasses.replace(tiny_config, hidden_size=8)
    with pytest.raises(RunError, match="is that of another network"):
        run(pack, folder, config, RECIPE, Quiet(), resume=True)
    (folder / "state.safetensors").write_bytes(b"broken")
    with pytest.raises(RunError, match=r"state\.safetensors is broken"):
        run(pack, folder, tiny_config, RECIPE, Quiet(), resume=True)


def test_the_lock_ends_with_its_process(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from training.run_folder import lock\n"
        "with lock(Path(sys.argv[1])):\n    print('held', flush=True); time.sleep(600)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(RunError, match=f"it is process {holder.pid}"), lock(tmp_path):
            pass
        holder.kill()
    assert (tmp_path / "lock").read_text() == str(holder.pid)
    with lock(tmp_path):
        assert (tmp_path / "lock").read_text() == str(os.getpid())


def test_a_full_disk_keeps_what_was_saved(
    pack: Pack, tiny_config: ModelConfig, tmp_path: Path
) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)

    class Fill(Quiet):
        def on_step(self, trainer: Trainer, loss: float, progress: float, seconds: float) -> None:
            if trainer.steps == 6:
                resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, before[1]))

    try:
        with pytest.raises(RunError, match=r"can't save .*what was saved there before is kept"):
            run(pack, tmp_path, tiny_config, RECIPE, Fill())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert int(load_state(tmp_path / "state.safetensors")[0]["steps"]) == 4
    assert not list(tmp_path.glob(".*.part"))
    assert run(pack, tmp_path, tiny_config, RECIPE, Quiet(), resume=True).reason == "finished"


def test_other_data_is_refused_unless_told(
    pack: Pack, tiny_config: ModelConfig, tmp_path: Path
) -> None:
    other_file = tmp_path / "other.txt"
    other_file.write_text("\n\n".join(f"Is it {n}?\nNo, it is {n + 1}." for n in range(200)))
    other = write_pack([other_file], tmp_path / "other", tokenizer=pack.tokenizer)
    folder = tmp_path / "run"
    run(pack, folder, tiny_config, RECIPE, StopAt({5}))
    saved = load_state(folder / "state.safetensors")[0]
    with pytest.raises(RunError, match=f"holds pack {pack.fingerprint}.*to {other.fingerprint}"):
        run(other, folder, tiny_config, RECIPE, Quiet(), resume=True)

    class First(StopAt):
        def on_step(self, trainer: Trainer, loss: float, progress: float, seconds: float) -> None:
            super().on_step(trainer, loss, progress, seconds)
            if trainer.steps == 6:
                self.dealt = int(trainer.mixture.dealt.sum())
                moments = trainer.optimizer.state_dict()["state"][0]
                assert int(moments["step"]) == 6

    listener = First({6})
    run(other, folder, tiny_config, RECIPE, listener, resume=True, new_data=True)
    assert listener.dealt >= RECIPE.lanes
    assert listener.dealt <= 3 * RECIPE.lanes
    now, tally = load_state(folder / "state.safetensors")
    change = (now["model.embedding.weight"] - saved["model.embedding.weight"]).abs().max()
    assert change < 2 * RECIPE.peak_rate
    assert tally.fingerprint == other.fingerprint
    # From then on it is the run's data: nothing more to tell.
    assert run(other, folder, tiny_config, RECIPE, Quiet(), resume=True).reason == "finished"


def test_another_vocabulary_is_always_refused(
    pack: Pack, tiny_config: ModelConfig, corpus: Path, tmp_path: Path
) -> None:
    config = TokenizerConfig(kind="bpe", vocab_size=tiny_config.vocab_size)
    other = write_pack([corpus], tmp_path / "other", tokenizer=config)
    folder = tmp_path / "run"
    run(pack, folder, tiny_config, RECIPE, StopAt({5}))
    known = load_state(folder / "state.safetensors")[1].vocabulary
    for new_data in (False, True):
        with pytest.raises(
            RunError, match=f"with vocabulary {known}, the pack given has [0-9a-f]+"
        ):
            run(other, folder, tiny_config, RECIPE, Quiet(), resume=True, new_data=new_data)


def test_what_is_no_number_stops_the_run_and_is_not_saved(
    pack: Pack, tiny_config: ModelConfig, tmp_path: Path
) -> None:
    # Between saves, before an evaluation, and before a save.
    for poisoned, value in ((6, np.nan), (8, np.inf), (12, np.nan)):
        folder = tmp_path / str(poisoned)
        with pytest.raises(TrainingError) as caught:
            run(pack, folder, tiny_config, RECIPE, Poison(poisoned, value))
        last = {6: 4, 8: 4, 12: 8}[poisoned]
        for part in (
            f"step {poisoned + 1 if poisoned == 6 else poisoned}",
            f"{folder / 'state.safetensors'}, of step {last}",
            f"the best weights are {folder / 'best.safetensors'}",
            f"--resume --out {folder} --peak-rate 0.0025",
        ):
            assert part in str(caught.value)
        tensors, tally = load_state(folder / "state.safetensors")
        assert all(bool(torch.isfinite(t).all()) for t in tensors.values())
        assert (int(tensors["steps"]), tally.best_step) == (last, last)
        slower = dataclasses.replace(RECIPE, peak_rate=0.0025)
        assert run(pack, folder, tiny_config, slower, Quiet(), resume=True).reason == "finished"


def test_a_rate_that_is_much_too_high_stops_with_the_loss_and_what_to_try(
    pack: Pack, tiny_config: ModelConfig, tmp_path: Path
) -> None:
    recipe = dataclasses.replace(RECIPE, peak_rate=1e37)
    with pytest.raises(TrainingError, match=r"step \d+ .*loss .* nats/token.*--peak-rate 5e\+36"):
        run(pack, tmp_path, tiny_config, recipe, Quiet())
    tensors, _ = load_state(tmp_path / "state.safetensors")
    assert all(bool(torch.isfinite(t).all()) for t in tensors.values())


def train(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["train", *map(str, arguments), "--json"])


def test_the_same_command_begins_and_goes_on(corpus: Path, tmp_path: Path) -> None:
    command = [corpus, "--out", tmp_path / "run", "--resume", "--steps", "4", *SMALL]
    first = train(*command)
    assert first.exit_code == 0, first.output
    moved = tmp_path / corpus.name
    moved.write_bytes(corpus.read_bytes())
    identity = tmp_path / "run" / "identity.json"
    begun = json.loads(identity.read_text())
    identity.write_text(json.dumps({k: v for k, v in begun.items() if k != "end_size"}))
    again = train(moved, *command[1:], "--threads", "1", "--save-seconds", "9", "--end-size", "4")
    assert again.exit_code == 0, again.output
    # The head comes when training is over: also to a run of a version that knew of none.
    assert open_checkpoint(tmp_path / "run" / "checkpoint").config.end_size == 4
    assert json.loads(again.stdout)["training"]["steps"] == 4
    kept = json.loads((tmp_path / "run" / "recipe.json").read_text())
    assert (kept["threads"], kept["save_seconds"], kept["lanes"]) == (1, 9, 2)


def test_files_that_changed_are_named_and_taken_when_told(corpus: Path, tmp_path: Path) -> None:
    data, out = tmp_path / "small_talk.jsonl", tmp_path / "run"
    data.write_bytes(corpus.read_bytes())
    command = [data, "--out", out, "--resume", *SMALL, "--steps"]
    assert train(*command, "4").exit_code == 0
    pieces = (out / "pack" / "tokenizer.model").read_bytes()
    more = {"id": "new", "turns": [{"speaker": "A", "text": "Something new under the sun"}]}
    data.write_text(corpus.read_text() + json.dumps(more) + "\n")
    refused = train(*command, "6")
    assert refused.exit_code == 1
    assert "these differ from it: small_talk.jsonl" in refused.stderr
    assert "--new-data" in refused.stderr
    taken = train(*command, "6", "--new-data")
    assert taken.exit_code == 0, taken.output
    assert json.loads(taken.stdout)["training"]["steps"] == 6
    assert (out / "pack" / "tokenizer.model").read_bytes() == pieces
    # The same once more, as torchrun would after a failure: it is the run's data now.
    again = train(*command, "8", "--new-data")
    assert json.loads(again.stdout)["training"]["steps"] == 8
    plain = train("--out", out, "--resume", "--steps", "9")
    assert json.loads(plain.stdout)["training"]["steps"] == 9


def test_options_that_differ_are_named_with_what_the_run_began_with(
    corpus: Path, tmp_path: Path
) -> None:
    command = [corpus, "--out", tmp_path / "run", "--resume", "--steps", "2"]
    assert train(*command, *SMALL).exit_code == 0
    for options, message in (
        (["--lanes", "4"], r"leave out --lanes (it began with 2)"),
        (["--vocab-size", "999"], r"leave out --vocab-size (it began with 300)"),
        (["--cell", "gru", "--seed", "3"], "--seed (it began with 0)"),
    ):
        refused = train(*command, *options)
        assert refused.exit_code == 1
        assert message in refused.stderr


def test_what_can_not_be_trained_is_refused_before_packing(corpus: Path, tmp_path: Path) -> None:
    for options in (["--lanes", "0"], ["--cell", "gnu"], ["--threads", "0"]):
        refused = train(corpus, "--out", tmp_path / "run", *options)
        assert refused.exit_code == 1
        assert "must be" in refused.stderr
    (tmp_path / "run" / "checkpoint").mkdir()
    (tmp_path / "run" / "checkpoint" / "notes.txt").write_text("mine")
    refused = train(corpus, "--out", tmp_path / "run", "--steps", "2")
    assert refused.exit_code == 1
    assert "is no checkpoint but a folder that holds notes.txt" in refused.stderr
    assert not (tmp_path / "run" / "pack").exists()
