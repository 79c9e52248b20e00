"""The commands that make checkpoints and judge them: `inkling train`, `inkling evaluate`."""

from __future__ import annotations

import os

# Before torch is imported: spinning threads cost two thirds of the speed on a busy machine.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

from contextlib import closing, nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from chatbot.atomic import recover, replacing_folder
from chatbot.checkpoint import Checkpoint, write_notes
from chatbot.cli import CheckpointOption, JsonFlag, app, clear_errors, print_json
from tokenizer import TokenizerConfig
from training.corpus import BadLines
from training.errors import RunError, TrainingError

if TYPE_CHECKING:
    from training.request import Request
    from training.team import Team

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
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on where the run stopped, or begin it.")
    ] = False,
    new_data: Annotated[
        bool,
        typer.Option("--new-data", help="With --resume: go on with other corpora, same pieces."),
    ] = False,
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
    save_seconds: Annotated[
        float, typer.Option(help="Seconds between saves: what a kill costs.")
    ] = 60.0,
    threads: Annotated[
        int | None, typer.Option(help="Threads to compute with.", show_default="torch's choice")
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Train on your own text, and get a checkpoint to serve.

    Example: inkling train mychats.txt --minutes 10, then inkling chat --checkpoint
    runs/mine/checkpoint. Ctrl-C saves; --resume goes on exactly there.
    """
    from training.request import Request
    from training.run_folder import lock
    from training.team import join

    with clear_errors():
        asked = Request.of(context.params, paths or [])
        team = join()
        held = lock(out) if team.is_first else nullcontext()
        with held, closing(team):
            given = _given(context)
            begun = resume and (out / "state.safetensors").exists()
            if begun:
                asked = asked.resumed(out, given, new_data=new_data)
            _check(asked, team)
            if team.is_first:
                recover(out / "pack")
                if not begun or (new_data and paths):
                    _pack(paths or [], out, asked.corpus, keep=begun, resume=resume)
                asked.save(out)
            team.wait()
            metrics = _train(out, asked, team, resume=resume, new_data=new_data, quiet=as_json)
        if as_json and metrics:
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


def _given(context: typer.Context) -> set[str]:
    """Name the options of a run that the person gave, rather than left at their defaults."""
    apart = {"out", "resume", "new_data", "as_json"}
    return {
        name
        for name in context.params.keys() - apart
        if getattr(context.get_parameter_source(name), "name", "") == "COMMANDLINE"
    }


def _check(asked: Request, team: Team) -> None:
    """Refuse what can't be trained before hours are spent on packing."""
    from chatbot.model_config import ModelConfig
    from training.recipe import Recipe

    ModelConfig(vocab_size=1, **asked.shape)
    team.rows(Recipe.from_dict(asked.recipe).lanes)


def _pack(
    paths: list[Path], out: Path, options: dict[str, Any], *, keep: bool, resume: bool
) -> None:
    """Encode the corpora into the run folder, showing how far it is and what was left out.

    `keep` keeps the vocabulary of the pack that is there.
    """
    from training.pack import open_pack, write_pack

    if not paths:
        what = f"nothing to resume in {out}, and n" if resume else "n"
        raise TrainingError(f"{what}othing to train on: name a corpus file or folder")
    if not keep and (out / "state.safetensors").exists():
        raise RunError(f"{out} already holds a run: --resume it or name another --out")
    tokenizer = (
        open_pack(out / "pack").tokenizer
        if keep
        else TokenizerConfig(kind=options["tokenizer"], vocab_size=options["vocab_size"])
    )
    bad_lines = BadLines(options["on_bad_line"])
    with _err.status("reading the corpus") as status:

        def show(stage: str, count: int) -> None:
            if count % _STEP == 0:
                status.update(f"{stage}: {count:,} conversations")

        with replacing_folder(out / "pack") as part:
            pack = write_pack(
                paths, part, tokenizer=tokenizer, bad_lines=bad_lines, on_progress=show
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


def _train(
    out: Path, asked: Request, team: Team, *, resume: bool, new_data: bool, quiet: bool
) -> dict[str, Any]:
    """Train and make the checkpoint; gives its metrics, and nothing in all processes but one."""
    from chatbot.model_config import ModelConfig
    from training.finish import finish
    from training.listener import RunListener, Silent
    from training.pack import open_pack
    from training.recipe import Recipe
    from training.run import run

    pack, recipe = open_pack(out / "pack"), Recipe.from_dict(asked.recipe)
    config = ModelConfig(vocab_size=pack.tokenizer.vocab_size, **asked.shape)
    with RunListener(out, _err, quiet=quiet) if team.is_first else Silent() as listener:
        outcome = run(
            pack,
            out,
            config,
            recipe,
            listener,
            resume=resume,
            new_data=new_data,
            locked=True,
            team=team,
        )
    if outcome.reason == "interrupted":
        if team.is_first:
            _err.print(f"saved at step {outcome.trainer.steps:,}; go on with --resume --out {out}")
        raise typer.Exit(130)
    if not team.is_first:
        return {}
    metrics = finish(outcome, pack, out, out / "checkpoint", **asked.identity)
    _err.print(f"{outcome.reason}; the checkpoint is {out / 'checkpoint'}", highlight=False)
    return metrics
