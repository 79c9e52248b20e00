"""The command `inkling`: serve, chat, complete, inspect. `training.commands` adds train, evaluate.

Every command says in --help what it does with an example; --json prints data for programs. An
error is one line on stderr and exit code 1, never a traceback.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from chatbot.checkpoint import stretches
from chatbot.errors import InklingError, OptionError
from chatbot.language_model import load

__all__ = ["app", "clear_errors", "print_json"]

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    help="""A small recurrent language model that completes what you type and answers what you say.

    Start with **inkling serve** and open the page it names, or **inkling chat** to talk here.
    Train on your own text with **inkling train mychats.txt --minutes 10**.""",
)
_out = Console()

CheckpointOption = Annotated[
    Path | None,
    typer.Option(help="Checkpoint folder, or a bundled one's name.", show_default="default"),
]
JsonFlag = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
SeedOption = Annotated[int | None, typer.Option(help="Same seed, same text.")]
TemperatureOption = Annotated[
    float, typer.Option(help="0: always the likeliest; 1: as the network says; above: wilder.")
]


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port; 0 takes a free one.")] = None,
    checkpoint: CheckpointOption = None,
) -> None:
    """Serve the chat page, the autocomplete widget and the HTTP interface.

    Example: inkling serve --port 8000
    """
    from pydantic import ValidationError

    from chatbot.server import Settings
    from chatbot.server import serve as run_server

    given: dict[str, Any] = {"host": host, "port": port, "checkpoint": checkpoint}
    with clear_errors():
        try:
            settings = Settings(**{k: v for k, v in given.items() if v is not None})
        except ValidationError as error:
            first = error.errors()[0]
            # A rule that looks at all settings has no one of them to name, nor its value.
            where, got = ".".join(map(str, first["loc"])), f"; got {first['input']!r}"
            said = first["msg"].removeprefix("Value error, ")
            raise OptionError(f"{where}: {said}{got}" if where else said) from error
    raise typer.Exit(run_server(settings))


@app.command()
def chat(
    checkpoint: CheckpointOption = None,
    temperature: TemperatureOption = 0.7,
    seed: SeedOption = None,
) -> None:
    """Talk with the network. An empty line or Ctrl-D ends; /undo takes back, /clear forgets.

    Example: inkling chat --temperature 0.5
    """
    with clear_errors():
        dialogue = load(checkpoint).chat(temperature=temperature, seed=seed)
        while line := _ask():
            if line == "/undo":
                undone = "Your last message and its answer are taken back."
                _out.print(undone if dialogue.undo() else "There is nothing to take back.")
            elif line == "/clear":
                dialogue.clear()
                _out.print("All is forgotten.")
            elif line.startswith("/") and " " not in line:
                _out.print("/undo takes back, /clear forgets, an empty line ends.")
            else:
                for piece in dialogue.stream(line):
                    _out.print(piece, end="", markup=False, highlight=False, soft_wrap=True)
                _out.print()


@app.command()
def complete(
    text: Annotated[str, typer.Argument(help="What is typed so far; - reads standard input.")],
    checkpoint: CheckpointOption = None,
    n: Annotated[int, typer.Option("-n", help="How many.")] = 3,
    max_words: Annotated[int, typer.Option(help="Words a suggestion may have.")] = 1,
    max_tokens: Annotated[
        int, typer.Option(help="Above 0: write on for so many pieces instead of suggesting.")
    ] = 0,
    temperature: TemperatureOption = 0.8,
    seed: SeedOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Complete what is typed: the likeliest words, or (--max-tokens) whole texts.

    Examples: inkling complete "How are y"; inkling complete "Once I" --max-tokens 30
    """
    text = sys.stdin.read().rstrip("\n") if text == "-" else text
    with clear_errors():
        model = load(checkpoint)
        if max_tokens:
            options: dict[str, Any] = {"temperature": temperature, "seed": seed}
            written = model.generate(text, n=n, max_tokens=max_tokens, **options)
            if as_json:
                print_json({"generations": [asdict(each) for each in written]})
                return
            for generation in written:
                _out.print(text + generation.text, markup=False, highlight=False, soft_wrap=True)
            return
        suggestions = model.suggest(text, n=n, max_words=max_words)
        if as_json:
            print_json({"suggestions": [asdict(each) for each in suggestions]})
            return
        if not suggestions:
            typer.echo("nothing to suggest there", err=True)
        for each in suggestions:
            _out.print(f"{each.probability:7.1%}  {each.text}", markup=False, highlight=False)


@app.command()
def inspect(checkpoint: CheckpointOption = None, as_json: JsonFlag = False) -> None:
    """Show what a checkpoint is: its shape, its size, what it learned from, what it scored."""
    with clear_errors():
        found = load(checkpoint).checkpoint
        sizes = {p.name: p.stat().st_size for p in sorted(found.folder.iterdir())}
        facts = {
            "name": found.name,
            "folder": str(found.folder),
            "model": asdict(found.config),
            "tokenizer": found.tokenizer.kind,
            "bytes": sizes,
        }
        if as_json:
            print_json(facts | {"metrics": found.metrics})
            return
        table = Table("fact", "value", title=found.name)
        for name, value in [*asdict(found.config).items(), ("tokenizer", found.tokenizer.kind)]:
            table.add_row(name, str(value))
        for name, size in sizes.items():
            table.add_row(name, f"{size / 1e6:.2f} MB")
        for name, value in _training(found.metrics):
            table.add_row(f"training: {name}", value)
        for score in found.metrics.get("scores", []):
            figures = {k: v for k, v in score.items() if isinstance(v, float)}
            text = ", ".join(f"{name} {value:.3g}" for name, value in figures.items())
            table.add_row(f"{score['corpus']} ({score['split']})", text)
        _out.print(table)


def _training(metrics: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Give what all stretches of training come to: each goes on from where another ended."""
    trainings = [each["training"] for each in stretches(metrics)]
    if not trainings:
        return
    yield "stretches", str(len(trainings))
    for name in ("tokens", "minutes"):
        amounts = [each.get(name) for each in trainings]
        yield name, "?" if None in amounts else f"{sum(amounts):,}"
    yield "tokens/s, last stretch", str(trainings[0].get("tokens_per_second", "?"))


def print_json(value: Any) -> None:
    """Print one JSON document on standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


@contextmanager
def clear_errors() -> Iterator[None]:
    """Turn an error that has a message for a person into that message and exit code 1."""
    try:
        yield
    except ValueError as error:
        if not _is_ours(error):
            raise
        print(f"inkling: {error}", file=sys.stderr)
        raise typer.Exit(1) from error
    except OSError as error:
        what = f"{error.filename}: " if error.filename else ""
        print(f"inkling: {what}{error.strerror or error}", file=sys.stderr)
        raise typer.Exit(1) from error
    except KeyboardInterrupt:
        raise typer.Exit(130) from None


def _is_ours(error: ValueError) -> bool:
    ours = ("chatbot.", "tokenizer.", "training.")
    return isinstance(error, InklingError) or type(error).__module__.startswith(ours)


def _ask() -> str:
    try:
        return input("you> ").strip()
    except EOFError:
        return ""
