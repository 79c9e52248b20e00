"""Train variants of the recipe for the same minutes on the same pack; print what each scored.

    python -m benchmarks.recipes --pack runs/default/pack --minutes 5 --threads 1

Everything but the row's own change is equal: data, seed, budget, held-out text. The budget is
processor time, not wall time, so that work beside it takes nothing from one row and not from
another; scoring is left out of it. A row is written as soon as it is done, and a second call goes
on with the rows that are missing. `seed 1` is the baseline once more: what differs by less than it
is noise.
"""

from __future__ import annotations

import os

# Before torch is imported: spinning threads cost two thirds of the speed on a busy machine.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import argparse
import json
import platform
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch

from benchmarks import transformer
from benchmarks.recipes_cells import handwritten, layer_norm, projected, weight_drop
from benchmarks.recipes_trainers import Adaptive, Averaged, FullFinish, Muon, Staged, Unpacked
from benchmarks.transformer_model import Transformer
from chatbot.atomic import write_json
from chatbot.model import RecurrentModel
from chatbot.model_config import ModelConfig
from training.heldout import choose, score
from training.pack import Pack, open_pack
from training.recipe import Recipe
from training.trainer import Trainer

__all__ = ["CHAT", "VARIANTS", "Variant", "main", "train"]

CHAT = ("chitchat", "self_dialogue", "casino", "ms_personality_chat", "chatterbot")
"""Corpora in which people chat: what the training ends on."""

SHAPE: Mapping[str, Any] = {"embedding_size": 256, "hidden_size": 640}
RECIPE: Mapping[str, Any] = {"mixture": "chat", "warm_up": 0.05, "peak_rate": 5e-3}


@dataclass(frozen=True, kw_only=True)
class Variant:
    """Say what a row changes. What it does not name is the baseline's."""

    shape: Mapping[str, Any] = field(default_factory=dict)
    recipe: Mapping[str, Any] = field(default_factory=dict)
    trainer: Callable[[Pack, ModelConfig, Recipe], Trainer] = Trainer


RATES = ("1e-3", "2e-3", "4e-3", "8e-3")


GROWING = ((0.0, 16), (0.3, 64), (0.8, 128))


def _built(build: Callable[[ModelConfig], RecurrentModel], **changes: Any) -> Variant:
    return Variant(trainer=partial(Trainer, build=build), **changes)


def _transformer(
    *,
    shape: Mapping[str, Any] = transformer.SHAPE,
    look: Mapping[str, Any] = transformer.LOOK,
    **recipe: Any,
) -> Variant:
    """Take the peer's network and window, so that its own best recipe can be found too."""
    trainer = partial(Trainer, build=partial(Transformer, **look))
    return Variant(shape=shape, recipe={**transformer.RECIPE, **recipe}, trainer=trainer)


VARIANTS: Mapping[str, Variant] = {
    "baseline": Variant(),
    "seed 1": Variant(recipe={"seed": 1}),
    "full softmax": Variant(recipe={"negatives": 0}),
    "256 negatives": Variant(recipe={"negatives": 256}),
    "512 negatives": Variant(recipe={"negatives": 512}),
    "2048 negatives": Variant(recipe={"negatives": 2048}),
    "peak 2.5e-3": Variant(recipe={"peak_rate": 2.5e-3}),
    "peak 8e-3": Variant(recipe={"peak_rate": 8e-3}),
    "peak 12e-3": Variant(recipe={"peak_rate": 12e-3}),
    "B 32 T 32": Variant(recipe={"lanes": 32}),
    "B 128 T 16": Variant(recipe={"lanes": 128, "window": 16}),
    "B 64 T 16": Variant(recipe={"window": 16}),
    "B 32 T 64": Variant(recipe={"lanes": 32, "window": 64}),
    "B 64 T 64": Variant(recipe={"window": 64}),
    "B 128 T 32": Variant(recipe={"lanes": 128}),
    "H 512": Variant(shape={"hidden_size": 512}),
    "H 1024": Variant(shape={"hidden_size": 1024}),
    "2 layers of 448": Variant(shape={"hidden_size": 448, "layers": 2}),
    "GRU H 768": Variant(shape={"cell": "gru", "hidden_size": 768}),
    "E 192": Variant(shape={"embedding_size": 192}),
    "E 384": Variant(shape={"embedding_size": 384}),
    "beta2 .95": Variant(recipe={"betas": (0.9, 0.95)}),
    "beta2 .999": Variant(recipe={"betas": (0.9, 0.999)}),
    "weight decay .1": Variant(recipe={"weight_decay": 0.1}),
    "clip .25": Variant(recipe={"clip": 0.25}),
    "clip 4": Variant(recipe={"clip": 4.0}),
    "warm-up 2 %": Variant(recipe={"warm_up": 0.02}),
    "final rate 0": Variant(recipe={"final_rate": 0.0}),
    "dropout .1": Variant(shape={"dropout": 0.1}),
    "full softmax at the end": Variant(trainer=FullFinish),
    "adaptive softmax": Variant(trainer=Adaptive),
    "mean of weights .98": Variant(trainer=partial(Averaged, decay=0.98)),
    "same, rate kept": Variant(
        trainer=partial(Averaged, decay=0.98), recipe={"final_rate": 1.0, "peak_rate": 3e-3}
    ),
    "B 16 then 64 then 128": Variant(recipe={"lanes": 16}, trainer=partial(Staged, stages=GROWING)),
    "B 32 then 128": Variant(
        recipe={"lanes": 32}, trainer=partial(Staged, stages=((0.0, 32), (0.6, 128)))
    ),
    "unpacked": Variant(trainer=Unpacked),
    "Muon": Variant(trainer=Muon),
    "Muon B 128 T 64": Variant(recipe={"lanes": 128, "window": 64}, trainer=Muon),
    "weight drop .1": _built(partial(weight_drop, share=0.1)),
    "weight drop .3": _built(partial(weight_drop, share=0.3)),
    "hand-written cell": _built(handwritten),
    "layer norm": _built(layer_norm),
    "projected LSTM 1024": _built(projected, shape={"hidden_size": 1024}),
    **{f"Transformer {rate}": _transformer(peak_rate=float(rate)) for rate in RATES},
    "Transformer T 64": _transformer(lanes=32, window=64),
    "Transformer M 64": _transformer(look={"heads": 4, "memory": 64}),
    "Transformer T 256": _transformer(lanes=8, window=256),
    "Transformer 6 x 192": _transformer(
        shape={"embedding_size": 192, "hidden_size": 640, "layers": 6},
        look={"heads": 3, "memory": 128},
    ),
}


def train(
    pack: Pack, variant: Variant, *, minutes: float, tokens: int, threads: int = 1
) -> dict[str, Any]:
    """Train one row for `minutes` of processor time, then score `tokens` held-out ids of each kind.

    Returns bits per character on chat and on the other corpora, tokens/s and the size.
    """
    recipe = Recipe(**{**RECIPE, "minutes": minutes, **variant.recipe})
    config = ModelConfig(vocab_size=pack.tokenizer.vocab_size, **{**SHAPE, **variant.shape})
    trainer = variant.trainer(pack, config, recipe)
    begun, seconds, wall = time.process_time(), 0.0, time.monotonic()
    while seconds < 60 * minutes:
        trainer.step(seconds / (60 * minutes))
        seconds = (time.process_time() - begun) / threads
    wall = time.monotonic() - wall
    if isinstance(trainer, Averaged):
        trainer.end()
    return {
        **_bits(trainer, pack, tokens),
        "tokens_per_second": round(trainer.tokens / seconds),
        "tokens": trainer.tokens,
        "steps": trainer.steps,
        "parameters": sum(p.numel() for p in trainer.model.parameters()),
        "wall_minutes": round(wall / 60, 2),
    }


def _bits(trainer: Trainer, pack: Pack, tokens: int) -> dict[str, Any]:
    chat = np.isin(pack.valid.index[:, 2], [i for i, s in enumerate(pack.sources) if s in CHAT])
    found: dict[str, Any] = {"by_source": {}}
    for name, rows in (("chat", np.flatnonzero(chat)), ("other", np.flatnonzero(~chat))):
        shard = replace(pack.valid, index=pack.valid.index[rows])
        chosen = [int(rows[i]) for i in choose(shard, tokens=tokens)]
        if chosen:
            # Small windows keep the logits in memory that is used again: half the time.
            result = score(trainer.model, pack, chosen, lanes=16, window=16)
            found[name] = result.bits_per_character
            found["by_source"] |= result.by_source
    return found


def missing(
    names: Sequence[str], rows: Sequence[Mapping[str, Any]], pack: Pack, minutes: float
) -> Iterator[str]:
    """Give the names that no row of these minutes on this pack has."""
    done = {row["name"] for row in _alike(rows, pack, minutes)}
    return (name for name in names if name not in done)


def table(rows: Sequence[Mapping[str, Any]]) -> str:
    """Lay rows out, best on chat first, each beside the baseline."""
    head = f"{'':24}    chat  (change)   other  tokens/s  million ids  million parameters"
    ordered = sorted(rows, key=lambda row: row.get("chat", np.nan))
    return "\n".join([head, *(_line(row, rows) for row in ordered)])


def _line(row: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> str:
    chat, other = row.get("chat", np.nan), row.get("other", np.nan)
    base = next((r.get("chat", np.nan) for r in rows if r["name"] == "baseline"), np.nan)
    return (
        f"{row['name']:24}  {chat:.4f} ({chat - base:+.4f}) {other:.4f}  "
        f"{row['tokens_per_second']:8,}  {row['tokens'] / 1e6:11.2f}  "
        f"{row['parameters'] / 1e6:18.2f}"
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Train the rows that are missing, one after another, and print all."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--pack", type=Path, default=Path("runs/default/pack"))
    parser.add_argument("--minutes", type=float, default=5.0, help="processor time of each row")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--tokens", type=int, default=30_000, help="held-out ids, of either kind")
    parser.add_argument("--only", nargs="+", choices=VARIANTS, metavar="ROW", help="these rows")
    parser.add_argument("--list", action="store_true", help="name the rows and stop")
    parser.add_argument("--out", type=Path, default=Path("benchmarks/results/recipes.json"))
    options = parser.parse_args(arguments)
    if options.list:
        print("\n".join(VARIANTS))
        return
    torch.set_num_threads(options.threads)
    pack = open_pack(options.pack)
    rows = json.loads(options.out.read_text())["rows"] if options.out.exists() else []
    budget = {"minutes": options.minutes, "threads": options.threads}
    for name in missing(options.only or list(VARIANTS), rows, pack, options.minutes):
        result = train(pack, VARIANTS[name], tokens=options.tokens, **budget)
        rows.append({"name": name, "pack": pack.fingerprint, **budget, **result})
        options.out.parent.mkdir(parents=True, exist_ok=True)
        write_json(options.out, {"machine": _machine(), "rows": rows})
        print(_line(rows[-1], _alike(rows, pack, options.minutes)), flush=True)
    print(f"bits per character after {options.minutes:g} minutes of processor time each")
    print(table(_alike(rows, pack, options.minutes)))


def _alike(
    rows: Sequence[Mapping[str, Any]], pack: Pack, minutes: float
) -> list[Mapping[str, Any]]:
    return [row for row in rows if (row["pack"], row["minutes"]) == (pack.fingerprint, minutes)]


def _machine() -> str:
    return f"{platform.machine()}, {os.cpu_count()} cores, torch {torch.__version__}"


if __name__ == "__main__":
    main()
