"""The data report: where a run's text came from, its licences, and what cleaning did to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from training.card import LICENCES
from training.errors import CorpusError
from training.pack import open_pack
from training.report_record import Record
from training.report_table import Table, written

__all__ = ["rules", "tables"]

_SEEN = ("read", "kept")


def tables(record: Record) -> list[Table]:
    """Give the tables that the pack allows: one of an older version counts by no corpus."""
    if not record.pack:
        return []
    cleaning = record.pack.get("cleaning", {})
    found = [_amounts(record.pack), _corpora(record)]
    if counts := cleaning.get("by_source"):
        replaced = list(cleaning.get("replaced", {}))
        reasons = dict.fromkeys(k for c in counts.values() for k in c)
        left_out = [k for k in reasons if k not in (*_SEEN, *replaced)]
        found.append(_counts("Turns read and kept, and what was left out", counts, left_out, _SEEN))
        if replaced:
            found.append(_counts("Pieces of text replaced", counts, replaced, ()))
        return found
    for what, title in (("dropped", "Left out"), ("replaced", "Replaced")):
        if totals := cleaning.get(what):
            rows = [(reason, written(count)) for reason, count in totals.items()]
            found.append(Table(f"{title}, in all corpora", ("what", "count"), rows))
    return found


def rules(record: Record) -> list[str]:
    """Say what cleaning was asked to do."""
    cleaning = record.pack.get("cleaning", {})
    found = {
        "personal_data": {
            "scrub": "Personal data is replaced by made-up values.",
            "keep": "Personal data is kept.",
        },
        "profanity": {
            "leave-out": "Turns with profanity are left out.",
            "keep": "Profanity is kept.",
        },
    }
    said = [texts[cleaning[k]] for k, texts in found.items() if cleaning.get(k) in texts]
    if "most_repeats" in cleaning:
        most = cleaning["most_repeats"]
        said.append(
            "Repeated turns are kept."
            if most is None
            else f"Nearly the same turn is kept {most} times at most in one corpus, "
            f"from {cleaning.get('repeat_words', 1)} words on."
        )
    return said


def _amounts(pack: Mapping[str, Any]) -> Table:
    tokens, conversations = pack.get("tokens", {}), pack.get("conversations", {})
    splits = dict.fromkeys([*tokens, *conversations])
    rows = [(s, *(written(counts.get(s)) for counts in (conversations, tokens))) for s in splits]
    caption = "How much text (eval is never packed, and neither trained nor tuned on)"
    return Table(caption, ("split", "conversations", "tokens"), rows)


def _corpora(record: Record) -> Table:
    passes = _passes(record)
    rows = [
        (source, LICENCES.get(source, "your own corpus"), written(passes.get(source), 2))
        for source in record.pack.get("sources", ())
    ]
    return Table("Corpora", ("corpus", "what and licence", "times read"), rows, texts=2)


def _passes(record: Record) -> Mapping[str, float]:
    """Give the times each corpus was read: by the state where there is no checkpoint of its end."""
    if record.is_finished or not record.progress:
        found: Mapping[str, float] = record.training.get("passes", {})
        return found
    if record.progress.fingerprint != record.pack.get("fingerprint"):
        return {}
    try:
        pack = open_pack(record.folder / "pack")
    except (CorpusError, OSError, ValueError):
        return {}
    rows = np.bincount(pack.train.index[:, 2], minlength=len(pack.sources))
    dealt = record.progress.dealt
    return {s: d / max(int(n), 1) for s, d, n in zip(pack.sources, dealt, rows, strict=False)}


def _counts(
    caption: str,
    by_source: Mapping[str, Mapping[str, int]],
    kinds: Sequence[str],
    first: Sequence[str],
) -> Table:
    columns = (*first, *kinds)
    rows = [(s, *(written(counts.get(c, 0)) for c in columns)) for s, counts in by_source.items()]
    sums = [sum(counts.get(c, 0) for counts in by_source.values()) for c in columns]
    return Table(caption, ("corpus", *columns), rows, total=("all", *map(written, sums)))
