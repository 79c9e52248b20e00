"""The keystroke benchmark: what it types, whom it asks, and what it says of them."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from chromium import ARGUMENTS
from chromium import PATH as CHROMIUM
from rich.console import Console

from benchmarks.keystrokes import length, memory, percentile, replay, typed_turns
from benchmarks.keystrokes.__main__ import main
from benchmarks.keystrokes.chromium import SCRIPT
from benchmarks.keystrokes.figures import Figure, Found, timing
from benchmarks.keystrokes.gpt2 import Shape, write_graph
from benchmarks.keystrokes.replay import Typed, held_out_text
from benchmarks.keystrokes.report import print_tables, write_results
from benchmarks.keystrokes.serving import Server
from benchmarks.keystrokes.transformer import CachedTransformer
from benchmarks.keystrokes.typists import Typist

SMALL = Shape(layers=2, width=32, heads=2, vocabulary=60, places=32)
IDS = [int(i) for i in np.random.default_rng(0).integers(0, 60, 31)]


def test_percentile_is_the_value_below_which_a_share_lies() -> None:
    values = [float(i) for i in range(100, 0, -1)]
    assert [percentile(values, share) for share in (0, 0.5, 0.99, 1)] == [1, 51, 100, 100]


def test_every_way_is_asked_for_every_prefix() -> None:
    asked: dict[str, list[tuple[str, list[str]]]] = {"one": [], "other": []}
    ways = {name: lambda *key, name=name: asked[name].append(key) for name in asked}
    times = replay(ways, [Typed([], "Hi"), Typed(["Hi"], "You?")])
    typed = [("H", []), ("Hi", []), ("Hi", []), *((("You?")[:end], ["Hi"]) for end in range(1, 5))]
    assert asked == {"one": typed, "other": typed}  # "Hi" again: untimed, before the next turn
    assert {name: len(taken) for name, taken in times.items()} == {"one": 4, "other": 4}


def test_what_is_typed_was_held_out(corpus: Path) -> None:
    typed = typed_turns(corpus, 200)
    assert sum(len(turn.text) for turn in typed) >= 200
    assert any(turn.turns for turn in typed)
    assert len(held_out_text(corpus, 50_000)) == 50_000


@pytest.fixture(scope="module")
def fp32(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("gpt2") / "pass.onnx"
    write_graph(path, SMALL, int8=False)
    return path


def whole(graph: Path, ids: list[int]) -> np.ndarray[Any, np.dtype[np.float32]]:
    return CachedTransformer(graph, SMALL).read(ids).copy()


def test_cached_passes_equal_the_whole_one(fp32: Path) -> None:
    network = CachedTransformer(fp32, SMALL)
    for end in range(1, len(IDS) + 1):
        found = network.read(IDS[:end])
        assert found == pytest.approx(whole(fp32, IDS[:end]), abs=1e-5)
    assert [ids for ids, _ in network.passes] == [1] * len(IDS)


def test_ids_that_change_are_read_anew(fp32: Path) -> None:
    network, changed = CachedTransformer(fp32, SMALL), [*IDS[:20], 7, 8, 9]
    first = network.read(IDS).copy()
    assert network.read(changed) == pytest.approx(whole(fp32, changed), abs=1e-5)
    assert network.read(IDS) == pytest.approx(first, abs=1e-5)
    assert [ids for ids, _ in network.passes] == [31, 3, 11]


def test_more_ids_than_places_are_cut_at_the_front(fp32: Path) -> None:
    network, many = CachedTransformer(fp32, SMALL), IDS * 3
    for end in range(1, len(many) + 1):
        network.read(many[:end])
    # It begins at a multiple of half of the places: here the 64th id.
    assert network.read(many) == pytest.approx(whole(fp32, many[64:]), abs=1e-5)


def test_eight_bits_say_about_the_same(fp32: Path, tmp_path: Path) -> None:
    write_graph(tmp_path / "pass.onnx", SMALL)
    exact, network = whole(fp32, IDS), CachedTransformer(tmp_path / "pass.onnx", SMALL)
    for end in range(1, len(IDS) + 1):
        found = network.read(IDS[:end])
    assert np.corrcoef(found, exact)[0, 1] > 0.99


def test_the_same_keys_follow_each_length() -> None:
    asked: list[str] = []
    written = "0123456789" * 10_000
    found = length.measure({"me": lambda text, _: asked.append(text)}, written, " " + "a" * 39)
    assert {len(text) for text in asked} == {
        *range(1_001, 1_041),
        *range(100_001, 100_041),
    }
    assert [each.keys for each in found.timings] == [20, 20]
    assert all(ratio.value > 0 for ratio in found.figures)
    assert [ratio.aim for ratio in found.figures] == [1.1, None]


def test_the_widget_sends_one_to_two_windows() -> None:
    sent: list[str] = []
    send = length.as_the_widget_sends(lambda text, _: sent.append(text))
    for size in (10, 8191, 8192, 100_000):
        send("x" * size, [])
    assert [len(text) for text in sent] == [10, 8191, 4096, 100_000 - 23 * 4096]


def test_memory_is_given_a_session() -> None:
    looks = [(0, 10, 1), (100, 30, 2), (300, 34, 4)]
    found = memory.sum_up([memory.Growth(n, mb * 10**6, kb * 10**6) for n, mb, kb in looks])
    values = {figure.name: figure.value for figure in found}
    assert values["resident, a session of the first 100"] == pytest.approx(200)
    assert values["resident, a session of the first 300"] == pytest.approx(80)
    assert values["resident, a session after 100"] == pytest.approx(20)
    assert values["memory on disk, a session"] == pytest.approx(10)


class Suggesting(Server):
    """Always suggests one word."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, int]] = []

    def suggest(self, text: str, turns: list[str], **options: Any) -> bytes:
        self.sent.append((text, options["phrase_words"]))
        edit = {"insert": "hello", "replace": [0, len(text)]}
        return json.dumps({"suggestions": [edit], "phrase": None}).encode()


def test_a_typist_asks_once_the_suggestions_do_not_go_on() -> None:
    server = Suggesting()
    typist = Typist(server)
    for end in range(1, 6):
        typist.press("helmo"[:end])
    assert server.sent == [("h", 4), ("helm", 4), ("helmo", 4)]
    assert typist.asked == 3


def printed(found: dict[str, Found]) -> str:
    out = io.StringIO()
    print_tables(found, Console(file=out, width=120))
    return out.getvalue()


def test_the_table_has_the_aims_beside_the_figures() -> None:
    timings = [timing("over HTTP", [2.0] * 9 + [7.0], p50=3), timing("nobody", [])]
    text = printed({"http": Found(timings, [Figure("ratio", 1.25, "", aim=1.1)])})
    assert "2.00 (3)" in text
    assert "7.00" in text
    assert "-" in next(line for line in text.splitlines() if "nobody" in line)
    assert "1.25" in text
    assert "at most 1.1" in text


def test_parts_are_written_beside_those_of_other_runs(tmp_path: Path) -> None:
    path = tmp_path / "keystrokes.json"
    write_results(path, {"http": Found([timing("over HTTP", [1.0])])}, {"keys": 1})
    write_results(path, {"length": Found(figures=[Figure("ratio", 1.0, "")])}, {"keys": 2})
    parts = json.loads(path.read_text())["parts"]
    assert parts["http"]["timings"][0]["milliseconds"]["p50"] == 1
    assert parts["length"]["arguments"] == {"keys": "2"}
    assert parts["length"]["machine"]["cores"] > 0


def test_it_times_the_library(
    corpus: Path, checkpoint: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "keystrokes.json"
    options = ["--checkpoint", str(checkpoint), "--keys", "60", "--json", str(path)]
    main([str(corpus), "--parts", "in-process", *options])
    assert "in process" in capsys.readouterr().out
    (row,) = json.loads(path.read_text())["parts"]["in-process"]["timings"]
    assert row["keys"] > 30
    assert 0 < row["milliseconds"]["p50"] <= row["milliseconds"]["p99"]


def test_what_is_missing_names_the_command_that_makes_it(
    corpus: Path, checkpoint: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--checkpoint", str(checkpoint), "--built", str(tmp_path)]
    main([str(corpus), "--parts", "presage", *options])
    assert "python -m benchmarks.quality.prepare" in capsys.readouterr().err


def test_a_corpus_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"nowhere\.jsonl"):
        main([str(tmp_path / "nowhere.jsonl"), "--parts", "in-process"])


FIELD = """<!doctype html><input autofocus><script>
const overlay = document.body.appendChild(document.createElement("inkling-overlay"));
const box = overlay.attachShadow({ mode: "open" }).appendChild(document.createElement("div"));
box.className = "ghost";
box.hidden = true;
document.querySelector("input").addEventListener("keydown", ({ key }) => {
  box.hidden = true;
  window.pressed = performance.now();
  if (key !== "g") return;
  setTimeout(() => {
    window.shown = performance.now() - window.pressed;
    box.textContent = "host";
    box.hidden = false;
  }, 50);
});
</script>"""


@contextmanager
def page(content: str) -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        opened = browser.new_page()
        opened.set_content(content)
        opened.focus("input")
        yield opened
        browser.close()


@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM, reason="chromium is not installed")
def test_a_key_is_noted_once_its_ghost_is_painted() -> None:
    with page(FIELD) as field:
        field.evaluate(SCRIPT)
        field.keyboard.type("xg")
        field.wait_for_function("inklingKeys[1].ghost?.ms > 0")
        nothing, ghost = field.evaluate("inklingKeys")
        shown = field.evaluate("shown")
    assert nothing["ghost"] is nothing["any"] is None
    assert ghost["ghost"]["ms"] >= shown - 1  # it is painted after it is drawn; clocks are rounded
    assert ghost["ghost"]["answered"] is False
