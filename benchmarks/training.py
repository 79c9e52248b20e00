"""Training speed: our trainer beside the loops that people start from, interleaved on equal terms.

    python -m benchmarks.training --pack runs/default/pack --minutes 3

All train a network of the same shape on the same ids of the pack, in turns of some seconds, so
that whatever else the machine does meets all alike. Printed for each: tokens/s (median of the
turns), the share of the matrix rate measured between the turns, bits per character on the same
held-out text after the same minutes, and after which share of the others' minutes ours was as
good. Ours runs twice: its rate follows its budget, so the second has a fifth of the minutes for
its whole course. Scoring is not counted. The learning curves are in the JSON.

A token costs 6 (4 H (E + H) + H E + E S) operations, S being the ids it is compared with: all V in
the full softmax, the sample in ours. So a share says how well the processor is used, not how much
of the work was needed.
"""

from __future__ import annotations

import os

# Before torch is imported: spinning threads cost two thirds of the speed on a busy machine.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import torch

from benchmarks.training_machine import clock, machine, matrix_rate
from benchmarks.training_peers import Contender, Ours, PlainLoop, WordLanguageModel, subset
from chatbot.atomic import write_json
from chatbot.model_config import ModelConfig
from training.errors import TrainingError
from training.heldout import choose, score
from training.pack import Pack, open_pack

__all__ = ["Runner", "compare", "main", "reached"]

OURS, FIFTH = "our trainer", "ours, a fifth of the time"
SCORES = 10
"""Times each is scored over its minutes."""


@dataclass
class Runner:
    """One contender, its budget (s) and what it did."""

    contender: Contender
    budget: float
    seconds: float = 0.0
    turns: list[tuple[int, float]] = field(default_factory=list)
    """Ids predicted and seconds of each turn."""
    curve: list[tuple[float, int, float]] = field(default_factory=list)
    """Seconds, ids and bits per character at each score."""

    def take_turn(self, seconds: float, now: Callable[[], float]) -> None:
        """Train for about `seconds`, or until the next score is due."""
        until = min(seconds, self.budget * (len(self.curve) + 1) / SCORES - self.seconds)
        begun, before, spent = now(), self.contender.tokens, 0.0
        while not spent or spent < until:
            self.contender.step((self.seconds + spent) / self.budget)
            spent = max(now() - begun, 1e-9)
        self.seconds += spent
        self.turns.append((self.contender.tokens - before, spent))

    def score_if_due(self, bits: Callable[[Contender], float]) -> None:
        """Score where a tenth of the budget is over."""
        if self.seconds >= self.budget * (len(self.curve) + 1) / SCORES:
            result = bits(self.contender)
            self.curve.append((self.seconds, self.contender.tokens, result))
            self.contender.hear(result)

    @property
    def is_done(self) -> bool:
        return len(self.curve) >= SCORES

    @property
    def speed(self) -> float:
        """Tokens/s: the median of the turns, the first left out, as it warms up."""
        return median(tokens / seconds for tokens, seconds in self.turns[1:] or self.turns)


def compare(
    pack: Pack, runners: Mapping[str, Runner], *, turn: float, tokens: int, threads: int
) -> dict[str, float]:
    """Let all take turns until every budget is spent; returns the matrix rates measured between."""
    now, rows = clock(threads), choose(pack.valid, tokens=tokens)
    rates: dict[str, list[float]] = {"fp32": [], "bf16": []}

    def bits(contender: Contender) -> float:
        return score(contender.model, pack, rows, lanes=16, window=16).bits_per_character

    while not all(runner.is_done for runner in runners.values()):
        rates["fp32"].append(matrix_rate(torch.float32, now))
        rates["bf16"].append(matrix_rate(torch.bfloat16, now))
        for name, runner in runners.items():
            if not runner.is_done:
                runner.take_turn(turn, now)
                runner.score_if_due(bits)
                _show(name, runner)
    return {name: median(values) for name, values in rates.items()}


def _show(name: str, runner: Runner) -> None:
    bits = f"{runner.curve[-1][2]:.3f} bits/character" if runner.curve else ""
    print(f"\r{name}: {runner.seconds / 60:.1f} min  {bits:30}", end="", file=sys.stderr)


def reached(curve: Sequence[tuple[float, int, float]], bits: float) -> float | None:
    """Say after how many seconds a curve was at `bits` or below; None if it never was.

    Between two scores it is taken to fall in a straight line.
    """
    for i, (seconds, _, value) in enumerate(curve):
        if value <= bits:
            if i == 0 or value == bits:
                return seconds
            before, _, above = curve[i - 1]
            return before + (seconds - before) * (above - bits) / (above - value)
    return None


def operations(config: ModelConfig, scored_ids: float) -> float:
    """Count the floating-point operations of a token, forward and backward, of one LSTM layer."""
    e, h = config.embedding_size, config.hidden_size
    return 6 * (4 * h * (e + h) + h * e + e * scored_ids)


def results(
    runners: Mapping[str, Runner], rates: Mapping[str, float], config: ModelConfig
) -> dict[str, Any]:
    """Lay out what is printed and written, by contender."""
    ours, found = runners[OURS], {}
    for name, runner in runners.items():
        work = runner.speed * operations(config, runner.contender.scored_ids)
        same = reached(ours.curve, runner.curve[-1][2])
        found[name] = {
            "minutes": round(runner.seconds / 60, 3),
            "tokens": runner.contender.tokens,
            "tokens_per_second": round(runner.speed),
            "ours_is_faster_by": round(ours.speed / runner.speed, 2),
            "share_of_rate": {kind: round(work / rate, 3) for kind, rate in rates.items()},
            "bits_per_character": runner.curve[-1][2],
            "ours_as_good_after_share": same and round(same / runner.seconds, 3),
            "parameters": sum(p.numel() for p in runner.contender.model.parameters()),
            "curve": [
                {"minutes": round(s / 60, 3), "tokens": t, "bits_per_character": b}
                for s, t, b in runner.curve
            ],
        }
    return found


def table(found: Mapping[str, Any]) -> str:
    """Lay out the rows for reading."""
    lines = [
        f"{'':27}  minutes  tokens/s  ours is x  share of fp32  of bf16  bits/character  ours as "
        "good after"
    ]
    for name, row in found.items():
        share, same = row["share_of_rate"], row["ours_as_good_after_share"]
        lines.append(
            f"{name:27}  {row['minutes']:7.2f}  {row['tokens_per_second']:8,}  "
            f"{row['ours_is_faster_by']:9.2f}  {share['fp32']:11.0%}  {share['bf16']:8.0%}  "
            f"{row['bits_per_character']:14.3f}  "
            + ("never" if same is None else f"{same:.0%} of these minutes")
        )
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """Compare, print the table, write the JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--pack", type=Path, default=Path("runs/default/pack"))
    parser.add_argument("--minutes", type=float, default=3.0, help="of each, scoring apart")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--tokens", type=int, default=4_000_000, help="ids to train on")
    parser.add_argument("--held-out", type=int, default=8_000, help="ids to score")
    parser.add_argument("--turn", type=float, default=6.0, help="seconds of a turn")
    parser.add_argument("--hidden-size", type=int, default=640)
    parser.add_argument("--out", type=Path, default=Path("benchmarks/results/training.json"))
    options = parser.parse_args(arguments)
    torch.set_num_threads(options.threads)
    try:
        pack = subset(open_pack(options.pack), options.tokens)
        config = ModelConfig(vocab_size=pack.tokenizer.vocab_size, hidden_size=options.hidden_size)
        runners = contenders(pack, config, 60 * options.minutes)
        named = {"turn": options.turn, "tokens": options.held_out, "threads": options.threads}
        rates = compare(pack, runners, **named)
    except TrainingError as error:
        raise SystemExit(f"benchmarks.training: {error}") from error
    found, facts = results(runners, rates, config), machine(options.threads)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    gigaflops = {kind: round(rate / 1e9, 1) for kind, rate in rates.items()}
    settings = {"pack": pack.fingerprint, "minutes": options.minutes, **named}
    write_json(
        options.out,
        {"machine": facts, "matrix_gigaflops": gigaflops, "settings": settings, "rows": found},
    )
    print(f"\n{facts['processor']}, {facts['cores']} cores, {facts['threads']} threads, ", end="")
    print(f"load {facts['load']}, matrices at {gigaflops['fp32']} GFLOP/s in fp32, ", end="")
    print(f"{gigaflops['bf16']} in bf16 (in hardware: {facts['bf16_in_hardware']})")
    print(table(found))


def contenders(pack: Pack, config: ModelConfig, budget: float) -> dict[str, Runner]:
    """Make all that are compared, each from the same seed; `budget` in seconds."""

    def seeded(make: Callable[[Pack, ModelConfig], Contender], seconds: float) -> Runner:
        torch.manual_seed(0)
        return Runner(make(pack, config), seconds)

    return {
        OURS: seeded(Ours, budget),
        FIFTH: seeded(Ours, budget / 5),
        "word_language_model": seeded(WordLanguageModel, budget),
        "plain nn.LSTM loop": seeded(PlainLoop, budget),
    }


if __name__ == "__main__":
    main()
