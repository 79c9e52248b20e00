"""What `inkling train` does: pack the corpora, train, make the checkpoint; shows how far it is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console

from chatbot.atomic import replacing_folder
from chatbot.checkpoint import check_free
from chatbot.model_config import ModelConfig
from tokenizer import Tokenizer, TokenizerConfig
from training.cleaning import Cleaning
from training.corpus import BadLines, check_paths
from training.errors import RunError, TrainingError
from training.splits import VALID_PERCENT

if TYPE_CHECKING:
    from training.base import Base, Gain
    from training.pack import Pack
    from training.request import Request
    from training.run import Outcome
    from training.team import Team

__all__ = ["check", "pack", "train"]

_err = Console(stderr=True)
_STEP = 5_000


def check(out: Path, asked: Request, team: Team) -> None:
    """Refuse what can't be trained, or saved, before hours are spent on it."""
    from training.recipe import Recipe

    check_free(out / "checkpoint")
    Cleaning(**asked.cleaning)
    ModelConfig(vocab_size=1, **asked.shape, end_size=asked.identity["end_size"])
    team.rows(Recipe.from_dict(asked.recipe).lanes)


def pack(paths: list[Path], out: Path, asked: Request, *, keep: bool, resume: bool) -> None:
    """Encode the corpora into the run folder, showing how far it is and what was left out.

    `keep` keeps the vocabulary of the pack that is there; else it is the base's, or learned.
    """
    from training.pack import write_pack

    if not paths:
        what = f"nothing to resume in {out}, and n" if resume else "n"
        raise TrainingError(f"{what}othing to train on: name a corpus file or folder")
    check_paths(paths)
    if not keep and (out / "state.safetensors").exists():
        raise RunError(f"{out} already holds a run: --resume it or name another --out")
    tokenizer = _vocabulary(out, asked, keep=keep)
    bad_lines, cleaning = BadLines(asked.corpus["on_bad_line"]), Cleaning(**asked.cleaning)
    with _err.status("reading the corpus") as status:

        def show(stage: str, count: int) -> None:
            if count % _STEP == 0:
                status.update(f"{stage}: {count:,} conversations")

        with replacing_folder(out / "pack") as part:
            packed = write_pack(
                paths,
                part,
                tokenizer=tokenizer,
                bad_lines=bad_lines,
                cleaning=cleaning,
                on_progress=show,
            )
    _tell(packed, bad_lines)


def _vocabulary(out: Path, asked: Request, *, keep: bool) -> Tokenizer | TokenizerConfig:
    from training.base import load_base
    from training.pack import open_pack

    if keep:
        return open_pack(out / "pack").tokenizer
    if base := asked.identity["base"]:
        return load_base(base).checkpoint.tokenizer
    return TokenizerConfig(kind=asked.corpus["tokenizer"], vocab_size=asked.corpus["vocab_size"])


def _tell(pack: Pack, bad_lines: BadLines) -> None:
    tokens, dropped = pack.facts["tokens"], pack.facts["cleaning"]["dropped"]
    left_out = ", ".join(f"{count:,} {what}" for what, count in dropped.items()) or "nothing"
    _err.print(
        f"{tokens['train']:,} tokens to train on, {tokens['valid']:,} held out; "
        f"{pack.facts['vocab_size']:,} pieces; left out: {left_out}",
        highlight=False,
    )
    if not tokens["valid"]:
        _err.print(
            f"nothing is held out: of so few conversations none fell among the {VALID_PERCENT} %; "
            "what was gained can't be said",
            highlight=False,
        )
    if bad_lines.count:
        what = "malformed lines or unknown files left out, such as"
        _err.print(f"{bad_lines.count:,} {what}", highlight=False)
        for line in bad_lines.shown:
            _err.print(f"  {line}", highlight=False, markup=False, soft_wrap=True)


def train(
    out: Path,
    asked: Request,
    team: Team,
    *,
    resume: bool,
    new_data: bool,
    score_words: int,
    quiet: bool,
) -> dict[str, Any]:
    """Train and make the checkpoint; gives its metrics, and nothing in all processes but one."""
    from training.base import Gain, load_base
    from training.finish import finish
    from training.pack import open_pack

    packed = open_pack(out / "pack")
    base = load_base(asked.identity["base"]) if asked.identity["base"] else None
    outcome = _run(out, packed, base, asked, team, resume=resume, new_data=new_data, quiet=quiet)
    if outcome.reason == "interrupted":
        if team.is_first:
            _err.print(f"saved at step {outcome.trainer.steps:,}; go on with --resume --out {out}")
        raise typer.Exit(130)
    if not team.is_first:
        return {}
    identity = asked.identity | {"base": base}
    metrics = finish(outcome, packed, out, out / "checkpoint", **identity)
    metrics = _judge(out, packed, metrics, words=score_words)
    if gain := metrics.get("gain"):
        _err.print(_praise(Gain(**gain)), highlight=False)
    _err.print(f"{outcome.reason}; the checkpoint is {out / 'checkpoint'}", highlight=False)
    _err.print(f"curves, samples, data and scores: {out / 'report.html'}", highlight=False)
    return metrics


def _run(
    out: Path,
    packed: Pack,
    base: Base | None,
    asked: Request,
    team: Team,
    *,
    resume: bool,
    new_data: bool,
    quiet: bool,
) -> Outcome:
    from chatbot.model import RecurrentModel
    from training.listener import RunListener, Silent
    from training.recipe import Recipe
    from training.run import run

    with RunListener(out, _err, quiet=quiet) if team.is_first else Silent() as listener:
        return run(
            packed,
            out,
            ModelConfig(vocab_size=packed.tokenizer.vocab_size, **asked.shape),
            Recipe.from_dict(asked.recipe),
            listener,
            resume=resume,
            new_data=new_data,
            locked=True,
            team=team,
            build=base.build if base else RecurrentModel,
        )


def _judge(out: Path, pack: Pack, metrics: dict[str, Any], *, words: int) -> dict[str, Any]:
    """Score the checkpoint as people will meet it, keep the scores in it, and write the report."""
    from chatbot.checkpoint import open_checkpoint, write_notes
    from training.card import write_card
    from training.report import write_report
    from training.scoreboard import scoreboard

    with _err.status(f"scoring it on {words} words of each corpus, writing the report"):
        if scores := scoreboard(out / "checkpoint", pack, words=words):
            metrics = metrics | {"scores": scores}
            checkpoint = open_checkpoint(out / "checkpoint")
            card = write_card(checkpoint.name, checkpoint.config, metrics)
            write_notes(checkpoint.folder, metrics=metrics, card=card)
        write_report(out)
    return metrics


def _praise(gain: Gain) -> str:
    """Say what fine-tuning gained, or that it gained nothing."""
    change = f"{gain.before:.3f} -> {gain.after:.3f} bits per character on what was held out"
    if gain.after < gain.before:
        return f"{change}: {gain.percent:.1f} % fewer"
    return f"{change}: nothing gained, so the checkpoint it began from serves you as well"
