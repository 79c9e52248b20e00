"""The commands that make checkpoints and judge them: `inkling train`, `inkling evaluate`."""

from __future__ import annotations

import os

# Before torch is imported: spinning threads cost two thirds of the speed on a busy machine.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from chatbot.atomic import write_json
from chatbot.checkpoint import Checkpoint, write_notes
from chatbot.cli import CheckpointOption, JsonFlag, app, clear_errors, print_json
from tokenizer import TokenizerConfig
from training.corpus import BadLines
from training.errors import RunError, TrainingError

if TYPE_CHECKING:
    from training.pack import Pack

__all__ = ["app", "main"]

_err = Console(stderr=True)
_STEP = 5_000


@app.command()
def train(
    context: typer.Context,
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Corpora: jsonl (.xz, .gz), txt, csv, folders of them, or chitchat-dataset."
        ),
    ] = None,
    out: Annotated[Path, typer.Option(help="Run folder.")] = Path("runs/mine"),
    minutes: Annotated[float | None, typer.Option(help="Minutes to train.")] = None,
    steps: Annotated[int | None, typer.Option(help="Steps to train.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on where the run stopped.")] = False,
    name: Annotated[str, typer.Option(help="Name of the checkpoint.")] = "inkling-mine",
    opening: Annotated[
        list[str] | None,
        typer.Option(help="A turn read before every chat, to set its tone; give two or four."),
    ] = None,
    cell: Annotated[str, typer.Option(help="lstm, gru, rnn_tanh or rnn_relu.")] = "lstm",
    hidden_size: Annotated[int, typer.Option(help="Numbers a layer remembers.")] = 512,
    embedding_size: Annotated[int, typer.Option(help="Numbers a piece.")] = 256,
    layers: Annotated[int, typer.Option(help="Layers of the cell.")] = 1,
    dropout: Annotated[float, typer.Option(help="For corpora read several times.")] = 0.0,
    tokenizer: Annotated[str, typer.Option(help="unigram, bpe, word or char.")] = "unigram",
    vocab_size: Annotated[int, typer.Option(help="Pieces at most.")] = 8192,
    lanes: Annotated[int, typer.Option(help="Sequences side by side.")] = 64,
    window: Annotated[int, typer.Option(help="Ids between cuts of the gradient.")] = 32,
    peak_rate: Annotated[float, typer.Option(help="Highest learning rate.")] = 5e-3,
    negatives: Annotated[int, typer.Option(help="Sampled softmax; 0: the full one.")] = 1024,
    mixture: Annotated[
        str, typer.Option(help="natural, or chat: end on conversation.")
    ] = "natural",
    seed: Annotated[int, typer.Option(help="Same seed and --steps, same weights.")] = 0,
    on_bad_line: Annotated[
        str, typer.Option(help="stop at a malformed line, or skip it.")
    ] = "stop",
    as_json: JsonFlag = False,
) -> None:
    """Train on your own text, and get a checkpoint to serve.

    Example: inkling train mychats.txt --minutes 10, then inkling chat --checkpoint
    runs/mine/checkpoint. Ctrl-C saves; --resume goes on exactly there.
    """
    from training.pack import open_pack
    from training.run import lock

    with clear_errors():
        shape = {
            "cell": cell,
            "hidden_size": hidden_size,
            "embedding_size": embedding_size,
            "layers": layers,
            "dropout": dropout,
        }
        values: dict[str, Any] = {
            "minutes": 10.0 if minutes is None and steps is None else minutes,
            "steps": steps,
            "lanes": lanes,
            "window": window,
            "peak_rate": peak_rate,
            "negatives": negatives,
            "mixture": mixture,
            "seed": seed,
        }
        identity: dict[str, Any] = {"name": name, "opening": opening or []}
        if len(identity["opening"]) % 2:
            raise TrainingError(
                "--opening must be given an even number of times: turns come in pairs"
            )
        vocabulary = {"kind": tokenizer, "vocab_size": vocab_size}
        if resume:
            _refuse_changes(context)
            values, shape, identity = _stored(out, minutes=minutes, steps=steps)
        with lock(out):
            pack = (
                open_pack(out / "pack")
                if resume
                else _pack(paths or [], out, vocabulary, on_bad_line)
            )
            write_json(out / "identity.json", identity)
            metrics = _train(pack, out, values, shape, identity, resume=resume, quiet=as_json)
        if as_json:
            print_json(metrics)


@app.command()
def evaluate(
    data: Annotated[list[Path], typer.Argument(help="Corpora to score on, as for train.")],
    checkpoint: CheckpointOption = None,
    split: Annotated[
        str, typer.Option(help="train, valid, eval, or auto: what is held out.")
    ] = "auto",
    words: Annotated[int, typer.Option(help="Words to predict, per corpus; 0 skips them.")] = 1500,
    characters: Annotated[int, typer.Option(help="Characters to score, per corpus.")] = 300_000,
    save: Annotated[
        bool, typer.Option("--save", help="Put the scores into metrics.json and the card.")
    ] = False,
    as_json: JsonFlag = False,
) -> None:
    """Score a checkpoint on conversations: bits per character, next word, keystrokes saved.

    Example: inkling evaluate ../shared/data/chitchat.jsonl.xz
    """
    from chatbot import load
    from training.evaluation import evaluate_corpus

    with clear_errors():
        model = load(checkpoint)
        results = [
            evaluate_corpus(model, path, split=split, words=words, characters=characters)
            for path in data
        ]
        if save:
            _save_scores(model.checkpoint, [asdict(result) for result in results])
        if as_json:
            print_json([asdict(result) for result in results])
            return
        table = Table("corpus", "split", "bits/char", "top-1 %", "top-3 %", "KSR-W@3 %", "words")
        for r in results:
            scores = (_figure(value, 1) for value in (r.top_1, r.top_3, r.ksr_w_3))
            bits = _figure(r.bits_per_character, 3)
            table.add_row(r.corpus, r.split, bits, *scores, f"{r.words:,}")
        Console().print(table)


def _save_scores(checkpoint: Checkpoint, scores: list[dict[str, Any]]) -> None:
    from training.card import write_card

    metrics = checkpoint.metrics | {"scores": scores}
    card = write_card(checkpoint.name, checkpoint.config, metrics)
    write_notes(checkpoint.folder, metrics=metrics, card=card)


def _figure(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{value:.{digits}f}"


def main() -> None:
    """Run the command `inkling`."""
    app()


def _refuse_changes(context: typer.Context) -> None:
    """Raise for what a resumed run can't take: other data, another shape, another recipe."""
    may_change = {"out", "minutes", "steps", "resume", "as_json"}
    given = [
        name
        for name in context.params
        if name not in may_change
        and getattr(context.get_parameter_source(name), "name", "") == "COMMANDLINE"
    ]
    if given:
        names = ", ".join("paths" if g == "paths" else f"--{g.replace('_', '-')}" for g in given)
        raise TrainingError(f"--resume goes on as the run began: leave out {names}")


def _stored(
    out: Path, *, minutes: float | None, steps: int | None
) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Read what a run was asked for; a new budget may be given."""
    try:
        values = json.loads((out / "recipe.json").read_text())
        shape = json.loads((out / "model.json").read_text())
        identity = json.loads((out / "identity.json").read_text())
    except OSError as error:
        raise RunError(f"nothing to resume in {out}: {error.filename} is missing") from error
    shape.pop("vocab_size")
    if minutes is not None or steps is not None:
        values |= {"minutes": minutes, "steps": steps}
    return values, shape, identity


def _pack(paths: list[Path], out: Path, vocabulary: dict[str, Any], on_bad_line: str) -> Pack:
    """Encode the corpora into the run folder, showing how far it is and what was left out."""
    if not paths:
        raise TrainingError("nothing to train on: name a corpus file or folder")
    if (out / "state.safetensors").exists():
        raise RunError(f"{out} already holds a run: --resume it or name another --out")
    bad_lines = BadLines(on_bad_line)  # type: ignore[arg-type]
    with _err.status("reading the corpus") as status:

        def show(stage: str, count: int) -> None:
            if count % _STEP == 0:
                status.update(f"{stage}: {count:,} conversations")

        from training.pack import write_pack

        config = TokenizerConfig(**vocabulary)
        pack = write_pack(
            paths, out / "pack", tokenizer=config, bad_lines=bad_lines, on_progress=show
        )
    tokens, dropped = pack.facts["tokens"], pack.facts["cleaning"]["dropped"]
    left_out = ", ".join(f"{count:,} {what}" for what, count in dropped.items()) or "nothing"
    _err.print(
        f"{tokens['train']:,} tokens to train on, {tokens['valid']:,} held out; "
        f"{pack.facts['vocab_size']:,} pieces; left out: {left_out}",
        highlight=False,
    )
    if bad_lines.count:
        _err.print(f"{bad_lines.count:,} malformed lines skipped, such as", highlight=False)
        for line in bad_lines.shown:
            _err.print(f"  {line}", highlight=False, markup=False, soft_wrap=True)
    return pack


def _train(
    pack: Pack,
    out: Path,
    values: dict[str, Any],
    shape: dict[str, Any],
    identity: dict[str, Any],
    *,
    resume: bool,
    quiet: bool,
) -> dict[str, Any]:
    from chatbot.model_config import ModelConfig
    from training.finish import finish
    from training.listener import RunListener
    from training.recipe import Recipe
    from training.run import run

    recipe = Recipe.from_dict(values)
    config = ModelConfig(vocab_size=pack.tokenizer.vocab_size, **shape)
    with RunListener(out, _err, quiet=quiet) as listener:
        outcome = run(pack, out, config, recipe, listener, resume=resume, locked=True)
    if outcome.reason == "interrupted":
        _err.print(f"saved at step {outcome.trainer.steps:,}; go on with --resume --out {out}")
        raise typer.Exit(130)
    metrics = finish(outcome, pack, out, out / "checkpoint", **identity)
    _err.print(f"{outcome.reason}; the checkpoint is {out / 'checkpoint'}", highlight=False)
    return metrics
