"""Turn a trained run into a checkpoint folder: export, verify, measure, describe."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from safetensors.torch import load_file

from chatbot.checkpoint import save_checkpoint
from chatbot.export import export, verify
from chatbot.model import RecurrentModel
from chatbot.model_config import HEAD_SIZE
from training.base import Base, Gain
from training.card import write_card
from training.heldout import choose, score
from training.known_words import lexicon_of
from training.pack import Pack
from training.run import Outcome
from training.word_end import HeadRecipe, add_head

__all__ = ["finish"]

_VERIFIED_IDS = 2_000
_SCORED_IDS = 200_000


def finish(
    outcome: Outcome,
    pack: Pack,
    run_folder: Path,
    target: Path,
    *,
    name: str,
    opening: Sequence[str] = (),
    base: Base | None = None,
    end_size: int = HEAD_SIZE,
) -> dict[str, Any]:
    """Write the best weights of a run as a checkpoint at `target`; returns its metrics.

    They get a head for the ends of words, of `end_size` numbers (word_end.py). With the `base` that
    the run began from, its history is kept and the gain over it measured.
    Raises CheckpointError when the exported step function disagrees with torch.
    """
    trainer = outcome.trainer
    model = RecurrentModel(trainer.model.config)
    model.load_state_dict(load_file(run_folder / "best.safetensors"))
    model.eval()
    if end_size:
        recipe, like = HeadRecipe.after(trainer.tokens), base.checkpoint.model() if base else None
        model = add_head(model, pack, end_size, recipe, like=like)
    graph = export(model)
    check = verify(model, graph, _real_text(pack))
    metrics: dict[str, Any] = {
        "export": asdict(check),
        "training": trainer.facts()
        | {
            "minutes": round(outcome.tally.seconds / 60, 1),
            "tokens_per_second": round(trainer.tokens / max(outcome.tally.seconds, 1e-9)),
            "best_step": outcome.tally.best_step,
            "ended": outcome.reason,
            "machine": f"{platform.machine()}, {trainer.device.type}",
        },
        "corpus": pack.facts,
        "parameters": sum(p.numel() for p in model.parameters()),
    }
    if rows := choose(pack.valid, tokens=_SCORED_IDS):
        metrics["held_out"] = asdict(score(model, pack, rows))
    if base:
        metrics["from"] = base.facts()
        if before := base.score(pack, tokens=_SCORED_IDS):
            after = metrics["held_out"]["bits_per_character"]
            metrics["gain"] = asdict(Gain(before.bits_per_character, after))
    save_checkpoint(
        target,
        name=name,
        model=model,
        tokenizer=pack.tokenizer,
        step_function=graph,
        metrics=metrics,
        card=write_card(name, model.config, metrics),
        opening=opening,
        lexicon=lexicon_of(pack, base),
    )
    return metrics


def _real_text(pack: Pack) -> list[int]:
    """Take held-out text to verify on (training text where nothing is held out)."""
    shard = pack.valid if len(pack.valid.ids) else pack.train
    return [int(i) for i in shard.ids[:_VERIFIED_IDS]]
