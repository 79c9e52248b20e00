"""Train through the real command and kill it at chosen or random moments, again and again."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import torch
from safetensors.torch import load, load_file

from chatbot import open_checkpoint
from training.run_folder import load_state

_PATIENCE = 600.0
"""Seconds after which a moment that was waited for is taken as not coming: the test fails."""


@dataclass
class Killed:
    """A training that is killed and given the same command again until it ends by itself."""

    corpus: Path
    out: Path
    steps: int
    chance: random.Random
    moments: Counter[str] = field(default_factory=Counter)
    """Kills by what the process was at."""
    _reached: int = 0

    def command(self) -> list[str]:
        """Give the same command for the first start and for every other."""
        shape = "--hidden-size 16 --embedding-size 16 --vocab-size 300 --lanes 3 --window 8"
        return [
            *(sys.executable, "-m", "training", "train", str(self.corpus), "--out", str(self.out)),
            *f"{shape} --negatives 60 --threads 1 --save-seconds 0.02 --resume".split(),
            *("--steps", str(self.steps), "--json"),
        ]

    def finish(self) -> None:
        """Let it go to its end."""
        done = subprocess.run(self.command(), capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        self.check()

    def kill(self, moment: str) -> None:
        """Start it, wait for the moment, kill -9, and check every file that is left."""
        with subprocess.Popen(
            self.command(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        ) as process:
            alive = self._wait(process, moment)
            process.kill()
            _, errors = process.communicate()
        assert alive or process.returncode == 0, errors
        self.moments[moment if alive else "ended before"] += 1
        self.check()

    def _wait(self, process: subprocess.Popen[str], moment: str) -> bool:
        """Wait for the moment and a random while more; tell whether the process still lives."""
        state, part = self.out / "state.safetensors", self.out / ".state.safetensors.part"
        goal = self._reached + self.chance.randrange(1, 40)
        came: Callable[[], bool] = {
            "any": lambda: True,
            "packing": (self.out / ".pack.part").exists,
            "training": lambda: state.exists() and _step(state) >= min(goal, self.steps),
            "saving": part.exists,
            "finishing": lambda: state.exists() and _step(state) == self.steps,
        }[moment]
        deadline = time.monotonic() + _PATIENCE
        while not came() and process.poll() is None:
            assert time.monotonic() < deadline, f"waited in vain for {moment}"
            time.sleep(0.0005)
        more = {"any": 4.0, "packing": 0.5, "training": 0.03, "saving": 0.003, "finishing": 2.0}
        end = time.monotonic() + self.chance.uniform(0, more[moment])
        while (left := end - time.monotonic()) > 0 and process.poll() is None:
            time.sleep(min(left, 0.01))
        return process.poll() is None

    def check(self) -> None:
        """Every file under its own name is whole, whatever the moment; steps are never lost."""
        state = self.out / "state.safetensors"
        if state.exists():
            tensors, tally = load_state(state)
            assert all(bool(torch.isfinite(t).all()) for t in tensors.values())
            assert int(tensors["steps"]) >= self._reached
            self._reached = int(tensors["steps"])
            if tally.evaluations and tally.best_step < self._reached:
                assert load_file(self.out / "best.safetensors")
        for path in self.out.glob("*.json"):
            json.loads(path.read_text())
        if (self.out / "checkpoint").exists():
            open_checkpoint(self.out / "checkpoint")

    def compare(self, other: Killed) -> None:
        """Both trained to the same end: every number, every score, every weight shipped."""
        mine, tally = load_state(self.out / "state.safetensors")
        theirs, other_tally = load_state(other.out / "state.safetensors")
        assert mine.keys() == theirs.keys()
        for name in mine:
            assert torch.equal(mine[name], theirs[name]), name
        assert _timeless(tally.evaluations) == _timeless(other_tally.evaluations)
        assert (tally.best, tally.best_step) == (other_tally.best, other_tally.best_step)
        logs = [(each.out / "log.jsonl").read_text().splitlines() for each in (self, other)]
        one, two = (_timeless([json.loads(line) for line in log]) for log in logs)
        assert one == two
        for name in ("best.safetensors", "checkpoint/model.safetensors", "pack/train.ids"):
            assert (self.out / name).read_bytes() == (other.out / name).read_bytes(), name


def _step(state: Path) -> int:
    # Read at once: safe_open opens a file twice, and another may take its place in between.
    return int(load(state.read_bytes())["steps"])


def _timeless(entries: list[dict[str, float]]) -> list[dict[str, float]]:
    return [{k: v for k, v in entry.items() if k != "seconds"} for entry in entries]
