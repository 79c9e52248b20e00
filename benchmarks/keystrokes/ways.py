"""Who is asked at every key of the replay, and what it takes to make each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from benchmarks.keystrokes import cores
from benchmarks.keystrokes.figures import Figure, Found, timing
from benchmarks.keystrokes.gpt2 import Shape, write_graph
from benchmarks.keystrokes.replay import Ask, Typed, replay
from benchmarks.keystrokes.serving import server
from benchmarks.keystrokes.transformer import CachedTransformer, TransformerTypist
from benchmarks.quality.missing import MissingError
from benchmarks.quality.presage import PresagePredictor
from chatbot import LanguageModel, load

__all__ = ["PARTS", "Ways", "measure", "opened"]

PARTS = ("in-process", "http", "presage", "transformer")
_NAMES = {
    "in-process": "in process",
    "http": "over HTTP",
    "transformer": "GPT-2's shape, int8, a pass a key",
}
_AIMS = {"in-process": {"p50": 1.0, "p99": 8.0}, "http": {"p50": 3.0, "p99": 12.0}}


@dataclass
class Ways:
    """Those who can be asked, by part, and those who are missing."""

    asks: dict[str, Ask] = field(default_factory=dict)
    network: CachedTransformer | None = None
    missing: list[MissingError] = field(default_factory=list)


@contextmanager
def opened(parts: Sequence[str], *, checkpoint: Path | None, built: Path) -> Iterator[Ways]:
    """Make what `parts` name; what can't be made is missing."""
    ways = Ways()
    model = load(checkpoint)
    with ExitStack() as stack:
        for part in parts:
            if part == "in-process":
                ways.asks[part] = _asking(model)
            elif part == "http":
                ways.asks[part] = stack.enter_context(server(checkpoint)).suggest
            elif part == "transformer":
                ways.network = _network(built / "gpt2" / "pass.onnx")
                ways.asks[part] = TransformerTypist(ways.network, model.checkpoint.tokenizer)
            else:
                try:
                    ways.asks[part] = _presage(built)
                except MissingError as error:
                    ways.missing.append(error)
        yield ways


def measure(ways: Ways, typed: Sequence[Typed]) -> dict[str, Found]:
    """Type the turns for all, interleaved."""
    with cores.on(cores.OTHERS):
        times = replay(ways.asks, typed)
    found = {
        part: Found([timing(_NAMES.get(part, part), values, **_AIMS.get(part, {}))])
        for part, values in times.items()
    }
    if ways.network is not None:
        found["transformer"].figures += _passes(ways.network)
    return found


def _passes(network: CachedTransformer) -> list[Figure]:
    single = [taken for ids, taken in network.passes if ids == 1]
    read = sum(ids for ids, _ in network.passes) / len(network.passes)
    steps = [Figure("a pass of one id, median", median(single), "ms")] if single else []
    return [*steps, Figure("ids read a key, mean", read, "ids")]


def _asking(model: LanguageModel) -> Ask:
    return lambda text, turns: model.suggest(text, turns=turns)


def _presage(built: Path) -> Ask:
    predictor = PresagePredictor(built / "presage" / "ngrams.db")
    return lambda text, turns: predictor.suggest(text, turns, n=3)


def _network(graph: Path) -> CachedTransformer:
    shape = Shape()
    write_graph(graph, shape)
    return CachedTransformer(graph, shape)
