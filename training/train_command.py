"""`inkling train`: its options."""

from __future__ import annotations

from contextlib import closing, nullcontext
from pathlib import Path
from typing import Annotated

import typer

from chatbot.atomic import recover
from chatbot.cli import JsonFlag, app, clear_errors, print_json
from chatbot.model_config import HEAD_SIZE

__all__ = ["train"]


@app.command()
def train(
    context: typer.Context,
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Your chats (exports of WhatsApp, Telegram, Discord, ChatGPT), jsonl, json, txt, "
            "csv, zips or folders of them; persona and chitchat-dataset are known by name."
        ),
    ] = None,
    base: Annotated[
        str | None,
        typer.Option(
            "--from",
            help="Checkpoint to go on from (a folder, or a bundled one's name), or nothing.",
            show_default="default; nothing where a shape or a vocabulary is asked for",
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
    end_size: Annotated[
        int, typer.Option(help="Rows that say if a word ends, for fast keystrokes; 0: none.")
    ] = HEAD_SIZE,
    tokenizer: Annotated[str, typer.Option(help="unigram, bpe, word or char.")] = "unigram",
    vocab_size: Annotated[int, typer.Option(help="Pieces at most.")] = 8192,
    lanes: Annotated[int, typer.Option(help="Sequences side by side.")] = 64,
    window: Annotated[int, typer.Option(help="Ids between cuts of the gradient.")] = 32,
    peak_rate: Annotated[
        float | None,
        typer.Option(help="Highest learning rate.", show_default="0.005; 0.0015 with --from"),
    ] = None,
    negatives: Annotated[int, typer.Option(help="Sampled softmax; 0: the full one.")] = 1024,
    mixture: Annotated[
        str, typer.Option(help="natural, or chat: end on conversation.")
    ] = "natural",
    seed: Annotated[int, typer.Option(help="Same seed and --steps, same weights.")] = 0,
    on_bad_line: Annotated[
        str, typer.Option(help="stop at a malformed line, or skip it.")
    ] = "stop",
    profanity: Annotated[
        str, typer.Option(help="leave-out: no turns with listed words; or keep.")
    ] = "leave-out",
    personal_data: Annotated[
        str, typer.Option(help="scrub: e-mail, telephone, card, address; or keep.")
    ] = "scrub",
    save_seconds: Annotated[
        float, typer.Option(help="Seconds between saves: what a kill costs.")
    ] = 60.0,
    threads: Annotated[
        int | None, typer.Option(help="Threads to compute with.", show_default="torch's choice")
    ] = None,
    score_words: Annotated[
        int, typer.Option(help="Held-out words predicted at the end, per corpus; 0 for none.")
    ] = 100,
    as_json: JsonFlag = False,
) -> None:
    """Teach a checkpoint your own chats, or train a new one, and serve it.

    Example: inkling train mychats.txt --minutes 10, then inkling chat --checkpoint
    runs/mine/checkpoint. It goes on from the bundled checkpoint and says what it gained on the
    tenth of your chats that it holds out. Ctrl-C saves; --resume goes on exactly there.
    """
    from training import job
    from training.request import Request
    from training.run_folder import lock
    from training.team import join

    with clear_errors():
        team = join()
        # The first process alone reads corpora: the others' machines may not have them.
        given = _given(context) - (set() if team.is_first else {"paths"})
        asked = Request.of(context.params, (paths or []) if team.is_first else [], given)
        held = lock(out) if team.is_first else nullcontext()
        with held, closing(team):
            begun = resume and (out / "state.safetensors").exists()
            if begun:
                asked = asked.resumed(out, given, new_data=new_data)
            job.check(out, asked, team)
            if team.is_first:
                recover(out / "pack")
                if not begun or (new_data and paths):
                    job.pack(paths or [], out, asked, keep=begun, resume=resume)
                asked.save(out)
            team.wait()
            metrics = job.train(
                out,
                asked,
                team,
                resume=resume,
                new_data=new_data,
                score_words=score_words,
                quiet=as_json,
            )
        if as_json and metrics:
            print_json(metrics)


def _given(context: typer.Context) -> set[str]:
    """Name the options of a run that the person gave, rather than left at their defaults."""
    apart = {"out", "resume", "new_data", "score_words", "as_json"}
    return {
        name
        for name in context.params.keys() - apart
        if getattr(context.get_parameter_source(name), "name", "") == "COMMANDLINE"
    }
