"""The head of a report: what was trained, how long, from what, and how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from training.report_record import Record
from training.report_table import written

__all__ = ["ending", "facts", "name"]


def name(record: Record) -> str:
    """Name the run as its checkpoint is or will be named."""
    known = record.identity.get("name") or (record.model.name if record.model else "")
    return str(known or record.folder.resolve().name)


def ending(record: Record) -> str:
    """Say in a sentence where the run stands."""
    if record.is_finished:
        reason = record.training.get("ended")
        if reason == "stopped early":
            patience = record.recipe.get("patience", "several")
            return f"Stopped early: {patience} evaluations since its best were no gain."
        return "Finished: its budget was spent."
    if record.is_running:
        return "Under way: this page shows what there is so far."
    if _is_spent(record):
        return "Trained to its end; its checkpoint is still to be made."
    return "Stopped before its end: --resume goes on from what was saved last."


def facts(record: Record) -> list[tuple[str, str]]:
    """List (what, value) pairs; what isn't known is left out."""
    found = [
        ("Shape", _shape(record)),
        ("Parameters", _parameters(record)),
        *_effort(record),
        ("Machine", str(record.training.get("machine", ""))),
        ("Started from", _start(record)),
        ("Gain", _gain(record.metrics.get("gain"))),
        ("Held out", _best(record)),
        ("Recipe", _recipe(record.recipe)),
    ]
    return [(what, value) for what, value in found if value]


def _is_spent(record: Record) -> bool:
    """Tell whether the saved state has reached the minutes or the steps that were asked for."""
    progress, recipe = record.progress, record.recipe
    if not progress:
        return False
    minutes, steps = recipe.get("minutes"), recipe.get("steps")
    return bool(
        (minutes and progress.seconds >= 60 * minutes) or (steps and progress.steps >= steps)
    )


def _shape(record: Record) -> str:
    shape = record.shape
    if not shape:
        return ""
    kind, layers = record.pack.get("tokenizer_kind", ""), shape["layers"]
    return (
        f"{shape['cell']}, {layers} layer{'s' * (layers > 1)}, hidden size {shape['hidden_size']}, "
        f"embedding {shape['embedding_size']} (tied), {shape['vocab_size']:,} {kind} pieces"
    )


def _parameters(record: Record) -> str:
    count = record.metrics.get("parameters") or (record.progress and record.progress.parameters)
    return written(count) if count else ""


def _effort(record: Record) -> list[tuple[str, str]]:
    """Say how long and how much: by the state where the run is ahead of its checkpoint."""
    training, progress = record.training, record.progress
    if progress and not record.is_finished:
        steps, tokens, minutes = progress.steps, progress.tokens, progress.seconds / 60
    elif training:
        steps, tokens, minutes = training["steps"], training["tokens"], training["minutes"]
    else:
        return []
    speed = training.get("tokens_per_second") if record.is_finished else None
    speed = speed or round(tokens / max(60 * minutes, 1e-9))
    return [
        ("Time", f"{minutes:,.1f} minutes, {steps:,} steps"),
        ("Tokens", f"{tokens:,}, {speed:,} a second"),
    ]


def _start(record: Record) -> str:
    """Name what it began from, back to the first weights."""
    base, names = record.metrics.get("from"), list[str]()
    if not record.model and "base" in record.identity:
        return str(record.identity["base"] or "random weights")
    while base:
        names.append(str(base.get("name", "a checkpoint without a name")))
        base = base.get("from")
    return ", which began from ".join(names) if names or not record.model else "random weights"


def _gain(gain: Mapping[str, Any] | None) -> str:
    if not gain:
        return ""
    before, after = float(gain["before"]), float(gain["after"])
    change = 100 * (1 - after / before)
    return (
        f"{before:.3f} bits per character before, {after:.3f} after, on the same held-out "
        f"conversations: {abs(change):.1f} % {'fewer' if change >= 0 else 'more'}"
    )


def _best(record: Record) -> str:
    if not record.evaluations:
        return ""
    best = min(record.evaluations, key=lambda entry: float(entry["bits_per_character"]))
    return (
        f"{best['bits_per_character']:.3f} bits per character at best, "
        f"after {best['tokens']:,} tokens"
    )


def _recipe(recipe: Mapping[str, Any]) -> str:
    if not recipe:
        return ""
    budget = [f"{recipe[k]:,.10g} {k}" for k in ("minutes", "steps") if recipe.get(k)]
    parts = [
        " or ".join(budget),
        f"{recipe['lanes']} lanes of {recipe['window']} ids",
        f"peak rate {recipe['peak_rate']:g}",
        f"{recipe['negatives']:,} negatives" if recipe["negatives"] else "full softmax",
        f"mixture {recipe['mixture']}",
        f"seed {recipe['seed']}",
    ]
    return ", ".join(part for part in parts if part)
