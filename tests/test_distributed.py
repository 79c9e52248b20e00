"""Several processes train as one does: the same curve, stops together, resumes in any number."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import torch

from training.errors import TrainingError
from training.lanes import Lanes
from training.mixture import Mixture
from training.pack import Pack
from training.run_folder import load_state
from training.team import Team, join

WORKER = '''
"""Train and write down the losses; send this process SIGTERM, or kill -9, after certain steps."""
import json, os, signal, sys
from dataclasses import asdict
from pathlib import Path
from chatbot.model_config import ModelConfig
from training.pack import open_pack
from training.recipe import Recipe
from training.run import run
from training.team import join

options = json.loads(sys.argv[1])
team = join()

class Losses:
    values: list[float] = []
    def on_step(self, trainer, loss, progress, seconds):
        self.values.append(loss)
        if team.rank == options.get("signalled") and trainer.steps == options["at"]:
            os.kill(os.getpid(), options["signal"])
    def on_evaluation(self, trainer, result, is_best):
        assert team.is_first

pack = open_pack(Path(options["pack"]))
config = ModelConfig(vocab_size=pack.tokenizer.vocab_size, embedding_size=16, hidden_size=24,
                     layers=2, dropout=options.get("dropout", 0.0))
recipe = Recipe(minutes=None, steps=24, lanes=4, window=8, negatives=options["negatives"],
                evaluations=4, threads=1,
                precision="fp32")  # in bf16 one batch rounds otherwise than two halves of it
outcome = run(pack, Path(options["out"]), config, recipe, Losses(), resume=True, team=team)
if team.is_first:
    print(json.dumps({"losses": Losses.values, "reason": outcome.reason}))
team.close()
# One that is left as Python ends aborts the process, now and then (Torchrun.close).
threads = [(task / "comm").read_text() for task in Path("/proc/self/task").iterdir()]
assert not any("gloo" in name for name in threads), threads
'''


@pytest.fixture(scope="module")
def worker(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("worker") / "worker.py"
    path.write_text(WORKER)
    return path


def torchrun(processes: int, *arguments: str | Path) -> list[str]:
    """Give the command that starts so many processes; one needs no torchrun."""
    if processes == 1:
        return [sys.executable, *map(str, arguments)]
    launch = [sys.executable, "-m", "torch.distributed.run", "--standalone"]
    return [*launch, "--nproc-per-node", str(processes), *map(str, arguments)]


def train(
    worker: Path, pack: Pack, out: Path, processes: int, **options: object
) -> tuple[list[float], str]:
    """Train in so many processes; gives the losses and how it ended."""
    folder = Path(str(pack.train.ids.filename)).parent  # type: ignore[attr-defined]
    values = json.dumps({"pack": str(folder), "out": str(out), "negatives": 40} | options)
    done = subprocess.run(
        torchrun(processes, worker, values),
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[1]), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    return found["losses"], found["reason"]


@pytest.mark.parametrize("negatives", [40, pytest.param(0, marks=pytest.mark.soak)])
def test_two_processes_have_the_curve_of_one_and_any_number_goes_on(
    worker: Path, pack: Pack, tmp_path: Path, negatives: int
) -> None:
    alone = tmp_path / "alone"
    one, _ = train(worker, pack, alone, 1, negatives=negatives)
    two, _ = train(worker, pack, tmp_path / "two", 2, negatives=negatives)
    assert len(one) == 24
    np.testing.assert_allclose(two, one, rtol=1e-5)
    mine, theirs = (load_state(tmp_path / n / "state.safetensors") for n in ("alone", "two"))
    assert mine[0].keys() == theirs[0].keys()
    for name, tensor in mine[0].items():
        torch.testing.assert_close(theirs[0][name], tensor, rtol=1e-4, atol=1e-5)
    bits = [[e["bits_per_character"] for e in tally.evaluations] for _, tally in (mine, theirs)]
    np.testing.assert_allclose(bits[1], bits[0], rtol=1e-5)
    # A signal to one of two stops both, after the same step; one alone goes on, then two again.
    cut, stop = tmp_path / "cut", {"negatives": negatives, "signal": signal.SIGTERM}
    first, reason = train(worker, pack, cut, 2, signalled=1, at=9, **stop)
    assert (len(first), reason) == (10, "interrupted")
    second, reason = train(worker, pack, cut, 1, signalled=0, at=14, **stop)
    assert (len(second), reason) == (5, "interrupted")
    third, reason = train(worker, pack, cut, 2, negatives=negatives)
    assert reason == "finished"
    np.testing.assert_allclose(first + second + third, one, rtol=1e-5)


@pytest.mark.soak
def test_two_processes_resume_to_the_bit_with_dropout(
    worker: Path, pack: Pack, tmp_path: Path
) -> None:
    train(worker, pack, tmp_path / "whole", 2, dropout=0.3)
    train(worker, pack, tmp_path / "cut", 2, dropout=0.3, signalled=1, at=9, signal=signal.SIGTERM)
    train(worker, pack, tmp_path / "cut", 2, dropout=0.3)
    mine, theirs = (load_state(tmp_path / n / "state.safetensors")[0] for n in ("whole", "cut"))
    for name in mine:
        assert torch.equal(mine[name], theirs[name]), name


SMALL = ["--hidden-size", "16", "--embedding-size", "16", "--vocab-size", "300", "--lanes", "4"]


def test_the_command_under_torchrun_makes_one_checkpoint(corpus: Path, tmp_path: Path) -> None:
    out = tmp_path / "run"
    command = ["-m", "training", "train", str(corpus), "--out", str(out), *SMALL]
    done = subprocess.run(
        torchrun(2, *command, "--steps", "5", "--json"), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["training"]["steps"] == 5
    assert (out / "checkpoint" / "manifest.json").exists()


@pytest.mark.soak
def test_lanes_that_three_can_not_share_are_refused_before_packing(
    corpus: Path, tmp_path: Path
) -> None:
    out = tmp_path / "run"
    command = ["-m", "training", "train", str(corpus), "--out", str(out), *SMALL]
    odd = subprocess.run(
        torchrun(3, *command, "--steps", "5"), capture_output=True, text=True, check=False
    )
    assert odd.returncode != 0
    assert "got 4 lanes and 3 processes" in odd.stderr
    assert not (out / "pack").exists()


@pytest.mark.fault
def test_torchrun_starts_again_after_a_kill(corpus: Path, tmp_path: Path) -> None:
    """Kill one of two processes as it trains: torchrun starts both again, from the last save.

    Run it with `pytest -m fault tests/test_distributed.py`; about a minute on two cores.
    """
    out = tmp_path / "run"
    command = ["-m", "training", "train", str(corpus), "--out", str(out), *SMALL, "--resume"]
    budget = ["--steps", "4000", "--save-seconds", "0.1", "--json"]
    launch = torchrun(2, *command, *budget)
    launch[4:4] = ["--max-restarts", "2"]
    with subprocess.Popen(
        launch, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as all_:
        for rank in (1, 0):
            seen = _steps(out)
            deadline = time.monotonic() + 120
            while _steps(out) < seen + 100:
                assert time.monotonic() < deadline
                assert all_.poll() is None
            workers = sorted(
                int(pid)
                for task in Path(f"/proc/{all_.pid}/task").iterdir()
                for pid in (task / "children").read_text().split()
            )
            os.kill(workers[rank], signal.SIGKILL)
        printed, errors = all_.communicate()
    assert all_.returncode == 0, errors
    assert json.loads(printed)["training"]["steps"] == 4000
    assert errors.count("exitcode: -9") == 2
    assert "Traceback" not in errors


def _steps(out: Path) -> int:
    from safetensors.torch import load

    state = out / "state.safetensors"
    return int(load(state.read_bytes())["steps"]) if state.exists() else 0


def test_processes_read_their_rows_of_the_same_lanes(pack: Pack) -> None:
    def lanes(rows: range | None) -> Lanes:
        return Lanes(pack.train, Mixture(pack, seed=1, shares={}), lanes=6, window=7, rows=rows)

    whole, parts = lanes(None), [lanes(range(2)), lanes(range(2, 4)), lanes(range(4, 6))]
    for _ in range(40):
        joined = np.concatenate([part.next(0.0) for part in parts])
        np.testing.assert_array_equal(joined, whole.next(0.0))
    for part in parts:
        np.testing.assert_array_equal(part.cursors, whole.cursors)


def test_alone_unless_torchrun_started_several() -> None:
    assert type(join({})) is Team
    assert type(join({"TORCHELASTIC_RUN_ID": "1", "WORLD_SIZE": "1"})) is Team


def test_lanes_that_can_not_be_shared_are_refused() -> None:
    team = Team()
    team.size, team.rank = 3, 1
    assert team.rows(6) == range(2, 4)
    with pytest.raises(TrainingError, match="got 64 lanes and 3 processes"):
        team.rows(64)


def test_one_process_starts_nothing_distributed(corpus: Path, tmp_path: Path) -> None:
    code = (
        "import sys, torch\n"
        "from training.commands import app\n"
        "app(sys.argv[1:], standalone_mode=False)\n"
        "assert 'training.run' in sys.modules\n"
        "assert 'training.distributed' not in sys.modules\n"
        "assert not torch.distributed.is_initialized()\n"
    )
    out = tmp_path / "run"
    command = ["train", str(corpus), "--out", str(out), "--steps", "2", *SMALL]
    done = subprocess.run(
        [sys.executable, "-c", code, *command], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
