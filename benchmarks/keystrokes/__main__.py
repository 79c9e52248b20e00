"""Run the parts, print their tables, keep their figures."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from rich.console import Console

import benchmarks.keystrokes as package
from benchmarks.keystrokes import chromium, length, memory, offline, ways
from benchmarks.keystrokes.figures import Found
from benchmarks.keystrokes.replay import Ask, held_out_text, typed_turns
from benchmarks.keystrokes.report import print_tables, write_results
from benchmarks.keystrokes.serving import ServerError, server
from benchmarks.quality.missing import MissingError
from benchmarks.quality.systems import BUILT
from chatbot import InklingError, load
from training.errors import TrainingError

__all__ = ["PARTS", "main"]

PARTS = (*ways.PARTS, "chromium", "offline", "length", "memory")
RESULTS = Path(__file__).parents[1] / "results" / "keystrokes.json"
_err = Console(stderr=True)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure the parts that are asked for, and say which could not be."""
    options = _options(arguments)
    found: dict[str, Found] = {}
    try:
        for parts in _groups(options.parts):
            now = _replay(parts, options) if parts[0] in ways.PARTS else _alone(parts[0], options)
            if options.json:
                write_results(options.json, now, vars(options))
            found |= now
    except (TrainingError, InklingError, ServerError) as error:
        raise SystemExit(f"benchmarks.keystrokes: {error}") from error
    print_tables(found, Console())


def _groups(chosen: Sequence[str]) -> list[list[str]]:
    """Put together what is timed together: all that is asked at the keys of the replay."""
    replayed = [part for part in ways.PARTS if part in chosen]
    alone = [[part] for part in PARTS if part in chosen and part not in replayed]
    return [replayed, *alone] if replayed else alone


def _replay(parts: Sequence[str], options: argparse.Namespace) -> dict[str, Found]:
    typed = typed_turns(options.corpus, options.keys)
    with (
        _err.status(f"{', '.join(parts)}: {options.keys:,} keys"),
        ways.opened(parts, checkpoint=options.checkpoint, built=options.built) as opened,
    ):
        for error in opened.missing:
            _say_missing(error)
        return ways.measure(opened, typed) if opened.asks else {}


def _alone(part: str, options: argparse.Namespace) -> dict[str, Found]:
    with _err.status(part):
        try:
            return {part: _ALONE[part](options)}
        except MissingError as error:
            _say_missing(error)
            return {}


def _chromium(options: argparse.Namespace) -> Found:
    chromium.find_chromium()  # before a server is started in vain
    users = options.users
    pages = users if options.pages is None else options.pages
    each = chromium.keys_typed(options.seconds, options.pace)
    written = held_out_text(options.corpus, users * each)
    texts = [written[user * each :][:each] for user in range(users)]
    with server(options.checkpoint) as running:
        return chromium.measure(running, texts, pages=min(pages, users), pace=options.pace)


def _offline(options: argparse.Namespace) -> Found:
    chromium.find_chromium()
    typed = typed_turns(options.corpus, options.keys)
    with server(options.checkpoint) as running:
        return offline.measure(running, typed)


def _length(options: argparse.Namespace) -> Found:
    longest, keys = max(length.LENGTHS), length.WARM + options.length_keys
    # As phones write it: a text that is not ASCII takes other ways than one that is.
    written = held_out_text(options.corpus, longest + keys).replace("'", "\u2019")
    model = load(options.checkpoint)
    with server(options.checkpoint) as running:
        asks: dict[str, Ask] = {
            "in process": lambda text, turns: model.suggest(text, turns=turns),
            "over HTTP, all of the text": running.suggest,
            "over HTTP, as the widget sends it": length.as_the_widget_sends(running.suggest),
        }
        return length.measure(asks, written[:longest], written[longest:])


def _memory(options: argparse.Namespace) -> Found:
    written = held_out_text(options.corpus, memory.CHARACTERS)
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "memory.sqlite3"
        with server(options.checkpoint, memory=store) as running:
            return memory.measure(running, store, written, sessions=options.sessions)


_ALONE: dict[str, Callable[[argparse.Namespace], Found]] = {
    "chromium": _chromium,
    "offline": _offline,
    "length": _length,
    "memory": _memory,
}


def _say_missing(error: MissingError) -> None:
    _err.print(str(error), highlight=False, markup=False, soft_wrap=True)


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"must be a whole number from 1 on; got {text!r}")
    return int(text)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.keystrokes",
        description=package.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("corpus", type=Path, help="whose held-out turns are typed")
    add("--checkpoint", type=Path, help="the bundled one unless given")
    add("--parts", nargs="+", choices=PARTS, default=list(PARTS), help="all unless named")
    add("--keys", type=_positive, default=3000, help="keys of the replay")
    add("--built", type=Path, default=BUILT, help="what benchmarks.quality.prepare built")
    add("--users", type=_positive, default=20, help="people who type at once")
    add("--pages", type=_positive, help="so many of them in Chromium, the others over HTTP; all")
    add("--seconds", type=_positive, default=40, help="for which these type")
    add("--pace", type=_positive, default=200, help="their milliseconds a key, in the mean")
    add("--length-keys", type=_positive, default=400, help="keys timed after each length")
    add("--sessions", type=_positive, default=2000, help="sessions that type a sentence")
    add("--json", type=Path, nargs="?", const=RESULTS, help=f"write here too ({RESULTS.name})")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
