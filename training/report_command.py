"""The command `inkling report`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from chatbot.cli import JsonFlag, app, clear_errors, print_json

__all__ = ["report"]


@app.command()
def report(
    run_folder: Annotated[Path, typer.Argument(help="What was given to train as --out.")],
    out: Annotated[
        Path | None, typer.Option(help="File to write.", show_default="RUN_FOLDER/report.html")
    ] = None,
    scoreboard: Annotated[
        Path | None,
        typer.Option(help="A comparison to show, as python -m benchmarks.quality writes it."),
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Write the report of a run: curves, samples, data and scores, on one page.

    A run writes it at its end; for a run under way it holds what there is so far.

    Example: inkling report runs/mine
    """
    from training.report import write_report

    with clear_errors():
        path = write_report(run_folder, out=out, scoreboard=scoreboard)
        if as_json:
            print_json({"report": str(path)})
        else:
            typer.echo(path)
