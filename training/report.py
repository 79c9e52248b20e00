"""Write a run's report: one page that holds all it needs and opens from disk, in light and dark.

Gathers what the other report modules find and fills `report.html.j2`. Every text of a run (names,
corpora, samples) is escaped; a content security policy lets no other script run and nothing load.
"""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from plotly.offline import get_plotlyjs

from chatbot.atomic import replacing
from training import report_data, report_head, report_scores
from training.report_curves import Curve, by_corpus, held_out, training_loss
from training.report_figures import corpus_figure, line, loss_figure
from training.report_record import Record, read_record
from training.report_samples import Samples, write_samples
from training.report_table import Table, written

__all__ = ["write_report"]

_TEMPLATE = "report.html.j2"


def write_report(
    run_folder: Path, *, out: Path | None = None, scoreboard: Path | None = None
) -> Path:
    """Write the report of a run, ended or under way; returns where it is: `run_folder`/report.html.

    `scoreboard` is a JSON file of a comparison, shown as a table. Raises RunError for a folder
    without a run, and TrainingError for a scoreboard that can't be read.
    """
    record = read_record(run_folder)
    target = out or run_folder / "report.html"
    compared = report_scores.read_scoreboard(scoreboard) if scoreboard else []
    page = _environment().get_template(_TEMPLATE).render(_content(record, compared))
    with replacing(target) as part:
        part.write_text(page, encoding="utf-8", errors="replace")
    return target


def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _content(record: Record, compared: list[Table]) -> dict[str, Any]:
    loss, scores, corpora = training_loss(record), held_out(record), by_corpus(record)
    samples = write_samples(record.model) if record.model else None
    return {
        "name": report_head.name(record),
        "ending": report_head.ending(record),
        "facts": report_head.facts(record),
        "trouble": record.trouble,
        "figures": {"loss": loss_figure(loss, scores), "corpora": corpus_figure(corpora)},
        "has_loss": bool(loss.values),
        "negatives": record.recipe.get("negatives", 0),
        "evaluations": _evaluations(scores),
        "corpora": _corpora(corpora),
        "samples": samples,
        "suggestions": _suggestions(samples) if samples else None,
        "behind": record.training.get("steps") if record.is_ahead else None,
        "rules": report_data.rules(record),
        "data": report_data.tables(record),
        "scores": report_scores.tables(record),
        "compared": compared,
        "plotly": get_plotlyjs(),
        "nonce": secrets.token_urlsafe(16),
    }


def _evaluations(curve: Curve) -> Table:
    rows = [
        (f"{minutes:,.1f}", written(tokens), written(bits))
        for tokens, minutes, bits in zip(curve.tokens, curve.minutes, curve.values, strict=True)
    ]
    columns = ("minutes", "tokens", "bits per character")
    return Table("Every evaluation on held-out text", columns, rows, texts=0)


def _corpora(curves: dict[str, Curve]) -> Table:
    """Give first, best and last of each corpus, and which line of the figure is whose."""
    rows = []
    for name, curve in curves.items():
        values = curve.values
        best = min(range(len(values)), key=values.__getitem__)
        at = f"{curve.minutes[best]:,.1f}"
        rows.append((name, written(values[0]), written(values[best]), at, written(values[-1])))
    return Table(
        "Bits per character by corpus, on held-out text",
        ("corpus", "first", "best", "best at minute", "last"),
        rows,
        lines=[line(number) for number in range(len(rows))],
    )


def _suggestions(samples: Samples) -> Table:
    rows = []
    for typed, words in samples.suggestions:
        cells = [f"{word} {_percent(chance)}" for word, chance in words]
        rows.append([typed, *cells, *["-"] * (3 - len(cells))])
    columns = ("typed so far", "first", "second", "third")
    return Table("Three words for half-typed texts, with their probabilities", columns, rows, 4)


def _percent(chance: float) -> str:
    return "<1\N{NO-BREAK SPACE}%" if chance < 0.005 else f"{100 * chance:.0f}\N{NO-BREAK SPACE}%"
