"""Ask whether a suggestion that says 70 % is right seven times of ten.

    python -m benchmarks.calibration ../shared/data/chitchat.jsonl.xz

Real text is typed key by key, and at each key the best word (and the best phrase of several words)
says its probability; it is right where the text goes on so. Keys are put into ten bins by what was
said. Printed: how often each bin was right, and the expected calibration error (Naeini 2015), the
mean over keys of |said - right| of their bin. Beside it the error by luck: what claims as sure as
these would have, were each true as often as it says. Of several corpora, also that of all their
claims together. `--plot FILE.html` draws the reliability diagram.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from chatbot import LanguageModel, Suggestion, load
from chatbot.atomic import write_json
from chatbot.words import PLAIN_WORD
from training.evaluation import held_out
from training.metrics import Target, draw_targets, written

__all__ = ["Bin", "Claim", "bins", "calibration_error", "claims", "luck"]

BINS = 10


@dataclass(frozen=True)
class Claim:
    """What a suggestion said of itself, and whether it was right."""

    probability: float
    right: bool
    word: int = 0
    """Which of the words that are typed it is about: its claims are right together, or wrong."""


@dataclass(frozen=True)
class Bin:
    """Claims of about one probability."""

    said: float
    """Mean probability, 0 to 1."""
    right: float
    """Share that was right, 0 to 1."""
    count: int


def claims(model: LanguageModel, targets: Sequence[Target], *, words: int) -> Iterator[Claim]:
    """Type every target key by key; give the claim of the best suggestion of `words` words.

    Its last letter too: what is offered then is a longer word, or more words.
    """
    for number, target in enumerate(targets):
        rest = target.written.text
        for length in range(len(target.word) + 1):
            text = target.typed(length)
            found = model.suggest(text, n=1, turns=target.turns, max_words=words)
            if found and (words == 1 or " " in found[0].text):
                yield Claim(found[0].probability, goes_on(rest, found[0]), number)


def goes_on(text: str, suggestion: Suggestion) -> bool:
    """Tell whether `text` has the suggestion where it would be put, as whole words in any case."""
    start = suggestion.replace[0]
    end = start + len(suggestion.insert)
    after = text[end : end + 1]
    return text[start:end].lower() == suggestion.insert.lower() and not after.isalnum()


def bins(found: Sequence[Claim], count: int = BINS) -> list[Bin]:
    """Put claims into bins of equal width; empty ones are left out."""
    said = np.array([claim.probability for claim in found])
    right = np.array([claim.right for claim in found], float)
    places = np.minimum((said * count).astype(int), count - 1)
    return [
        Bin(float(said[here].mean()), float(right[here].mean()), int(here.sum()))
        for here in (places == i for i in range(count))
        if here.any()
    ]


def calibration_error(found: Sequence[Bin]) -> float:
    """Give the mean of |said - right|, weighed by claims; 0 is perfect, 1 the worst."""
    total = sum(each.count for each in found)
    return sum(each.count * abs(each.said - each.right) for each in found) / max(total, 1)


def luck(found: Sequence[Claim], *, draws: int = 100) -> float:
    """Give the median error of `draws` worlds in which each of the claims has the chance it says.

    So few words are typed that it is not 0.
    """
    random = np.random.default_rng(0)
    words = 1 + max((claim.word for claim in found), default=0)

    def error() -> float:
        drawn = random.random(words)
        world = (Claim(c.probability, bool(drawn[c.word] < c.probability)) for c in found)
        return calibration_error(bins(list(world)))

    return float(np.median([error() for _ in range(draws)]))


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("corpora", nargs="+", type=Path)
    parser.add_argument("--checkpoint", type=Path, help="the bundled one unless given")
    parser.add_argument("--words", type=int, default=500, help="words typed, per corpus")
    parser.add_argument("--phrase", type=int, default=4, help="most words of a phrase")
    parser.add_argument("--plot", type=Path, help="where to draw the diagram (html)")
    parser.add_argument("--out", type=Path, default=Path("benchmarks/results/calibration.json"))
    options = parser.parse_args()
    model, console = load(options.checkpoint), Console()
    results: dict[str, dict[str, Any]] = {}
    everywhere: dict[str, list[Claim]] = {"words": [], "phrases": []}

    def tell(title: str, found: Sequence[Claim]) -> None:
        results[title] = _summary(found)
        console.print(_table(title, results[title]))

    for number, path in enumerate(options.corpora):
        split, conversations = held_out(path)
        turns = [turn for turn in written(conversations) if PLAIN_WORD.search(turn.text)]
        targets = draw_targets(turns, words=options.words)
        for name, words in (("words", 1), ("phrases", options.phrase)):
            found = list(claims(model, targets, words=words))
            tell(f"{path.name.split('.')[0]} ({split}), {name}", found)
            first = number * options.words
            everywhere[name] += [replace(each, word=first + each.word) for each in found]
    if len(options.corpora) > 1:
        for name, found in everywhere.items():
            tell(f"all, {name}", found)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    write_json(options.out, {"words": options.words, "phrase": options.phrase, "results": results})
    if options.plot:
        _plot(results, options.plot)


def _summary(found: Sequence[Claim]) -> dict[str, Any]:
    into = bins(found)
    return {
        "error": calibration_error(into),
        "luck": luck(found),
        "bins": [vars(each) for each in into],
    }


def _table(title: str, result: dict[str, Any]) -> Table:
    table = Table("said %", "right %", "keys", title=title)
    for each in result["bins"]:
        table.add_row(
            f"{100 * each['said']:.1f}", f"{100 * each['right']:.1f}", f"{each['count']:,}"
        )
    table.caption = (
        f"expected calibration error {result['error']:.3f}, by luck {result['luck']:.3f}"
    )
    return table


def _plot(results: dict[str, dict[str, Any]], path: Path) -> None:
    from plotly import graph_objects

    figure = graph_objects.Figure(layout={"xaxis_title": "said", "yaxis_title": "right"})
    figure.add_scatter(x=[0, 1], y=[0, 1], name="perfect", mode="lines", line={"dash": "dot"})
    for title, result in results.items():
        x = [each["said"] for each in result["bins"]]
        y = [each["right"] for each in result["bins"]]
        figure.add_scatter(x=x, y=y, name=f"{title}: {result['error']:.3f}", mode="lines+markers")
    figure.write_html(path)


if __name__ == "__main__":
    main()
