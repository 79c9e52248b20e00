"""The report of a run: what is on the page, whatever is in the folder; the page in a browser."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from chromium import ARGUMENTS
from chromium import PATH as CHROMIUM
from rich.console import Console
from torch.utils.tensorboard import SummaryWriter
from typer.testing import CliRunner, Result

import training.report_command  # noqa: F401  registers the command
from chatbot.checkpoint import open_checkpoint, write_notes
from chatbot.cli import app
from chatbot.model_config import ModelConfig
from tokenizer import TokenizerConfig
from training.cleaning import Cleaning
from training.finish import finish
from training.listener import RunListener
from training.pack import write_pack
from training.recipe import Recipe
from training.report import write_report
from training.run import run
from training.run_folder import lock

EVIL = "<script>alert('corpus')</script>"
SAID = "<script>we, you"
NAME = "<img src=x onerror=alert('name')>"


def call(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["report", *map(str, arguments)])


@dataclass
class Page(HTMLParser):
    """A report, read as a browser reads it."""

    tags: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    texts: dict[str, list[str]] = field(default_factory=dict)
    """Text by the tag it stands in."""
    tables: list[list[list[str]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attributes)))
        if tag not in ("meta", "input"):
            self._open.append(tag)
        if tag == "table":
            self.tables.append([])
        if tag == "tr":
            self.tables[-1].append([])
        if tag in ("td", "th"):
            self.tables[-1][-1].append("")

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag, f"</{tag}> closes nothing"

    def handle_data(self, data: str) -> None:
        inside = self._open[-1] if self._open else ""
        self.texts.setdefault(inside, []).append(data)
        if inside in ("td", "th", "wbr"):
            self.tables[-1][-1][-1] += data

    def table(self, caption: str) -> dict[str, dict[str, str]]:
        """Give the rows of a table, by their first cells and their columns."""
        number = next(i for i, text in enumerate(self.texts["caption"]) if caption in text)
        head, *rows = self.tables[number]
        return {row[0]: dict(zip(head, row, strict=True)) for row in rows}

    @property
    def figures(self) -> dict[str, Any]:
        """What is drawn."""
        (data,) = (t for t in self.texts["script"] if t.startswith("{"))
        found: dict[str, Any] = json.loads(data)
        return found

    @property
    def facts(self) -> dict[str, str]:
        """The head of the page."""
        whats, values = self.texts["dt"], self.texts["dd"]
        return dict(zip(whats, values, strict=False))

    def says(self, text: str) -> bool:
        """Tell whether a paragraph holds `text`."""
        return text in "".join(self.texts["p"])


def read(path: Path) -> Page:
    page = Page()
    # "wbr" is where a long name may be broken.
    page.feed(path.read_text(encoding="utf-8").replace("<wbr>", ""))
    page.close()
    return page


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run folder as `inkling train` leaves it, of a corpus that means mischief."""
    folder = tmp_path_factory.mktemp("runs") / "mine"
    corpus = folder.parent / "talk.jsonl"
    with corpus.open("w", encoding="utf-8") as file:
        for number in range(120):
            turns = [
                {"speaker": "A", "text": f"Hello, I am number {number}"},
                {"speaker": "B", "text": SAID},
                {"speaker": "A", "text": f"My address is a{number}@mail.org"},
            ]
            split = "valid" if number % 6 == 0 else "train"
            file.write(json.dumps({"source": EVIL, "split": split, "turns": turns}) + "\n")
        turns = [{"speaker": "A", "text": "Hi"}]
        file.write(json.dumps({"source": "one_more", "split": "train", "turns": turns}) + "\n")
    cleaning = Cleaning(most_repeats=90)
    pack = write_pack(
        [corpus], folder / "pack", tokenizer=TokenizerConfig(vocab_size=330), cleaning=cleaning
    )
    config = ModelConfig(vocab_size=pack.tokenizer.vocab_size, embedding_size=24, hidden_size=48)
    size: dict[str, Any] = {"steps": 600, "lanes": 8, "window": 16, "negatives": 40}
    recipe = Recipe(minutes=None, peak_rate=0.01, evaluations=3, precision="fp32", **size)
    with RunListener(folder, Console(quiet=True), quiet=True) as listener:
        outcome = run(pack, folder, config, recipe, listener)
    finish(outcome, pack, folder, folder / "checkpoint", name=NAME)
    (folder / "identity.json").write_text(json.dumps({"name": NAME, "opening": []}))
    return folder


@pytest.fixture
def copy(finished: Path, tmp_path: Path) -> Path:
    """A copy that a test may change."""
    return Path(shutil.copytree(finished, tmp_path / "run"))


@pytest.fixture(scope="module")
def report(finished: Path) -> Path:
    """The report of that run."""
    return write_report(finished)


@pytest.fixture(scope="module")
def page(report: Path) -> Page:
    return read(report)


def test_the_command_writes_the_page_into_the_run_or_elsewhere(copy: Path, tmp_path: Path) -> None:
    found = call(copy)
    assert found.exit_code == 0, found.output
    assert found.stdout.strip() == str(copy / "report.html")
    out = tmp_path / "elsewhere.html"
    again = call(copy, "--out", out, "--json")
    assert json.loads(again.stdout) == {"report": str(out)}
    assert read(out).figures == read(copy / "report.html").figures
    helped = CliRunner().invoke(app, ["report", "--help"])
    assert "Example: inkling report runs/mine" in " ".join(helped.output.split())


def test_the_head_says_what_was_trained_and_how_it_ended(page: Page) -> None:
    facts = page.facts
    assert facts["Shape"].startswith("lstm, 1 layer, hidden size 48, embedding 24 (tied), ")
    assert facts["Time"].endswith("600 steps")
    assert facts["Tokens"].startswith("76,800, ")
    assert facts["Started from"] == "random weights"
    assert facts["Recipe"].startswith("600 steps, 8 lanes of 16 ids, ")
    assert "Gain" not in facts
    assert int(facts["Parameters"].replace(",", "")) > 10_000
    assert page.says("Finished: its budget was spent.")


def test_the_curves_are_those_of_the_events_and_the_log(page: Page, finished: Path) -> None:
    loss, held_out = page.figures["loss"]["data"]
    assert loss["x"] == [1280 * (i + 1) for i in range(60)]
    assert loss["y"][-1] < 0.5 * loss["y"][0]
    assert loss["customdata"] == sorted(loss["customdata"])
    log = [json.loads(line) for line in (finished / "log.jsonl").read_text().splitlines()]
    assert held_out["x"] == [entry["tokens"] for entry in log]
    assert held_out["y"] == [entry["bits_per_character"] for entry in log]
    assert held_out["customdata"] == pytest.approx([entry["seconds"] / 60 for entry in log])
    (line,) = page.figures["corpora"]["data"]
    assert line["y"] == [entry["by_source"][EVIL] for entry in log]
    row = page.table("Bits per character by corpus")[EVIL]
    values = [f"{v:.3f}" for v in (line["y"][0], min(line["y"]), line["y"][-1])]
    assert [row["first"], row["best"], row["last"]] == values


def test_samples_data_and_scores_are_there(page: Page, finished: Path) -> None:
    assert sum(text == "a person" for text in page.texts["dt"]) == 6
    assert len(page.texts["span"]) == 8
    suggested = page.table("Three words for half-typed texts")
    assert len(suggested) == 6
    assert suggested["How are y"].keys() == {"typed so far", "first", "second", "third"}
    corpora = page.table("Corpora")
    assert corpora["one_more"]["what and licence"] == "your own corpus"
    assert float(corpora["one_more"]["times read"]) > 1
    counts = page.table("Turns read and kept")[EVIL]
    # 100 conversations are trained on, and of the same turn 90 are kept.
    assert (counts["read"], counts["kept"]) == ("360", "350")
    assert counts["near-duplicate turns"] == "10"
    assert page.table("Pieces of text replaced")["all"]["e-mail addresses"] == "90"
    held_out = open_checkpoint(finished / "checkpoint").metrics["held_out"]
    assert page.table("of the checkpoint on what was held out")["all"] == {
        "corpus": "all",
        "bits per character": f"{held_out['bits_per_character']:.3f}",
    }


def test_texts_of_a_run_stay_texts(page: Page, report: Path) -> None:
    scripts = [attributes for tag, attributes in page.tags if tag == "script"]
    assert len(scripts) == 3
    assert [s.get("type") for s in scripts] == ["application/json", None, None]
    assert not {"img", "link", "iframe", "base", "object"} & {tag for tag, _ in page.tags}
    assert NAME in page.texts["h1"]
    # The network learned to answer so.
    assert any("<script>" in text for text in page.texts["dd"]), page.texts["dd"]
    # Plotly reads some HTML in names: they are escaped once more.
    (line,) = page.figures["corpora"]["data"]
    assert line["name"] == "&lt;script&gt;alert(&#x27;corpus&#x27;)&lt;/script&gt;"
    assert EVIL not in report.read_text(encoding="utf-8")


def test_the_page_needs_nothing_else(page: Page) -> None:
    for tag, attributes in page.tags:
        assert not {"src", "href", "srcset"} & attributes.keys(), tag
        assert not any(name.startswith("on") for name in attributes), tag
    (policy,) = (
        a["content"] for _, a in page.tags if a.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy is not None
    assert policy.startswith("default-src 'none'; script-src 'nonce-")
    assert "http" not in "".join(page.texts["style"])


def test_headings_and_tables_can_be_heard(page: Page) -> None:
    levels = [int(tag[1]) for tag, _ in page.tags if tag in ("h1", "h2", "h3")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    names = [tag for tag, _ in page.tags]
    assert names.count("caption") == names.count("table") > 5
    ids = [a["id"] for _, a in page.tags if "id" in a]
    assert len(ids) == len(set(ids))
    named = [a["aria-labelledby"] for _, a in page.tags if "aria-labelledby" in a]
    assert set(named) <= set(ids)
    assert all("scope" in a for tag, a in page.tags if tag == "th")
    assert all(a.get("aria-label") for _, a in page.tags if a.get("role") == "img")


def test_where_stretches_overlap_the_later_holds(copy: Path) -> None:
    shutil.rmtree(copy / "tensorboard")
    for number, (tokens, loss) in enumerate([((10, 20, 30, 40), 3.0), ((30, 40, 50), 1.0)]):
        writer = SummaryWriter(str(copy / "tensorboard"), filename_suffix=f".{number}")
        for token in tokens:
            writer.add_scalar("loss", loss, token)
        writer.close()
    loss, _ = read(write_report(copy)).figures["loss"]["data"]
    assert loss["x"] == [10, 20, 30, 40, 50]
    assert loss["y"] == [3, 3, 1, 1, 1]


def test_a_long_curve_is_thinned_to_means(copy: Path) -> None:
    shutil.rmtree(copy / "tensorboard")
    with SummaryWriter(str(copy / "tensorboard")) as writer:
        for i in range(1000):
            writer.add_scalar("loss", 2 + (-1) ** i, i + 1)
    loss, _ = read(write_report(copy)).figures["loss"]["data"]
    assert len(loss["x"]) == len(loss["y"]) == len(loss["customdata"]) == 200
    assert all(1.7 < value < 2.3 for value in loss["y"])


def test_an_event_file_that_is_being_written_is_read_as_far_as_it_goes(copy: Path) -> None:
    (events,) = (copy / "tensorboard").iterdir()
    events.write_bytes(events.read_bytes()[:-7])
    with (copy / "log.jsonl").open("a") as file:
        file.write('{"step": 300, "tok')
    loss, held_out = read(write_report(copy)).figures["loss"]["data"]
    assert len(loss["x"]) == 60
    assert len(held_out["x"]) == 3


def test_a_run_under_way_shows_what_there_is(copy: Path) -> None:
    shutil.rmtree(copy / "checkpoint")
    (copy / "identity.json").write_text(json.dumps({"name": "mine", "base": "default"}))
    with lock(copy):
        page = read(write_report(copy))
    assert page.texts["h1"] == ["mine"]
    assert page.says("Under way")
    assert page.says("There is no checkpoint yet")
    assert page.facts["Time"].endswith("600 steps")
    assert page.facts["Started from"] == "default"
    assert float(page.table("Corpora")[EVIL]["times read"]) > 1
    assert page.figures["corpora"]["data"]


def test_a_run_that_has_only_begun(copy: Path) -> None:
    for name in ("checkpoint", "tensorboard", "pack"):
        shutil.rmtree(copy / name)
    for name in ("log.jsonl", "state.safetensors", "best.safetensors", "lock"):
        (copy / name).unlink()
    page = read(write_report(copy))
    assert page.says("Nothing was logged yet.")
    assert page.says("No held-out text was scored yet.")
    assert page.figures == {"loss": None, "corpora": None}
    assert page.says("Stopped before its end")
    (copy / "recipe.json").write_text("{}")
    assert call(copy).exit_code == 1


def test_a_checkpoint_that_the_run_has_left_behind(copy: Path) -> None:
    checkpoint = open_checkpoint(copy / "checkpoint")
    training = checkpoint.metrics["training"] | {"steps": 100}
    write_notes(checkpoint.folder, metrics=checkpoint.metrics | {"training": training}, card="")
    page = read(write_report(copy))
    assert page.says("By the checkpoint of step 100; the run has gone on since.")
    assert page.says("Trained to its end; its checkpoint is still to be made.")
    recipe = json.loads((copy / "recipe.json").read_text())
    (copy / "recipe.json").write_text(json.dumps(recipe | {"steps": 5000}))
    assert read(write_report(copy)).says("Stopped before its end")


def test_what_it_started_from_and_what_that_gained(copy: Path) -> None:
    checkpoint = open_checkpoint(copy / "checkpoint")
    added = {
        "from": {"name": "small", "from": {"name": "<b>first</b>"}},
        "gain": {"before": 2.0, "after": 1.5},
        "scores": [
            {
                "corpus": EVIL,
                "split": "valid",
                "bits_per_character": 1.25,
                "characters": 10,
                "top_1": 20.0,
                "top_3": None,
                "ksr_w_3": 50.04,
                "words": 200,
            }
        ],
    }
    write_notes(checkpoint.folder, metrics=checkpoint.metrics | added, card="")
    page = read(write_report(copy))
    assert page.facts["Started from"] == "small, which began from <b>first</b>"
    assert page.facts["Gain"].startswith("2.000 bits per character before, 1.500 after")
    assert page.facts["Gain"].endswith("25.0 % fewer")
    row = page.table("As people meet it")[EVIL]
    assert list(row.values()) == [EVIL, "valid", "1.250", "20.0", "-", "50.0", "200"]


@pytest.mark.parametrize(
    "board",
    [
        {
            "date": "2026-01-01",
            "machine": {"processor": "x", "cores": 2},
            "missing": {"presage": "not built"},
            "rows": [
                {
                    "corpus": "chitchat",
                    "split": "valid",
                    "system": EVIL,
                    "scores": {"bits_per_character": 1.4687, "top_1": 20.64, "em_2_at_10": None},
                    "words": 1500,
                }
            ],
        },
        [{"corpus": "chitchat", "system": EVIL, "bits_per_character": 1.4687, "top_1": 20.64}],
        {"chitchat": {EVIL: {"bits_per_character": 1.4687, "top_1": 20.64}}},
    ],
)
def test_a_comparison_is_shown_as_a_table(finished: Path, tmp_path: Path, board: Any) -> None:
    path, out = tmp_path / "quality.json", tmp_path / "report.html"
    path.write_text(json.dumps(board))
    found = call(finished, "--scoreboard", path, "--out", out)
    assert found.exit_code == 0, found.output
    page = read(out)
    (table,) = (t for t in page.tables if any("top-1" in head for head in t[0]))
    row = dict(zip(*table, strict=True))
    assert EVIL in "".join(row.values())
    assert row["bits per character"] == "1.469"
    assert row["top-1"] == "20.6"
    if "missing" in board:
        assert page.table("Not measured")["presage"]["why"] == "not built"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["{tmp}/nowhere"], "no run at "),
        (["{tmp}"], "holds no run: neither recipe.json nor checkpoint is there"),
        (["{run}", "--scoreboard", "{tmp}/no.json"], "no scoreboard at "),
        (["{run}", "--scoreboard", "{tmp}/bad.json"], "is not JSON: "),
        (["{run}", "--scoreboard", "{tmp}/empty.json"], "holds no table"),
        (["{run}", "--out", "{tmp}/no/such/report.html"], "report.html.part: No such file"),
    ],
)
def test_a_mistake_is_one_clear_line(
    arguments: list[str], message: str, finished: Path, tmp_path: Path
) -> None:
    (tmp_path / "bad.json").write_text("{")
    (tmp_path / "empty.json").write_text('{"rows": []}')
    found = call(*(a.format(run=finished, tmp=tmp_path) for a in arguments))
    assert found.exit_code == 1
    (line,) = found.stderr.strip().splitlines()
    assert line.startswith("inkling: ")
    assert message in line


def test_what_is_broken_is_named_and_the_rest_is_shown(copy: Path) -> None:
    (copy / "checkpoint" / "config.json").write_text("{}")
    (copy / "state.safetensors").write_bytes(b"broken")
    (copy / "identity.json").write_text("{")
    page = read(write_report(copy))
    troubles = [text for text in page.texts["p"] if str(copy) in text]
    for text in ("config.json is not the file that was saved", "state.safetensors is broken"):
        assert any(text in trouble for trouble in troubles)
    assert any("identity.json can't be read" in trouble for trouble in troubles)
    assert len(page.figures["loss"]["data"]) == 2


def test_a_pack_of_an_older_version_is_shown_in_all(copy: Path) -> None:
    path = copy / "pack" / "pack.json"
    facts = json.loads(path.read_text())
    facts["cleaning"] = {"turns": 5, "dropped": {"repeated conversations": 1269}}
    path.write_text(json.dumps(facts))
    page = read(write_report(copy))
    assert page.table("Left out, in all corpora")["repeated conversations"]["count"] == "1,269"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if not CHROMIUM:
        pytest.skip("chromium is not installed (Debian: chromium)")
    sync_api = pytest.importorskip("playwright.sync_api", reason="needs playwright")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=ARGUMENTS, timeout=PATIENCE
        )
        yield browser
        browser.close()


PATIENCE = 300_000
"""Milliseconds a page may take on a busy machine."""


@pytest.mark.browser
@pytest.mark.parametrize(
    ("scheme", "width", "paper"),
    [("light", 1200, "rgb(255, 255, 255)"), ("dark", 390, "rgb(21, 24, 29)")],
)
def test_it_opens_from_disk_in_a_browser(
    browser: Any, report: Path, scheme: str, width: int, paper: str
) -> None:
    view = browser.new_page(color_scheme=scheme, viewport={"width": width, "height": 800})
    view.set_default_timeout(PATIENCE)
    heard: list[str] = []
    view.on("console", lambda message: heard.append(message.text))
    view.on("pageerror", lambda error: heard.append(str(error)))
    view.on("dialog", lambda dialog: (heard.append(dialog.message), dialog.dismiss()))
    view.on("request", lambda request: heard.append(request.url))
    view.goto(report.as_uri())
    for chart in ("loss", "corpora"):
        view.wait_for_selector(f"#{chart} .main-svg")
    assert view.locator("h1").inner_text() == NAME
    assert view.evaluate("getComputedStyle(document.body).backgroundColor") == paper
    assert view.evaluate("document.documentElement.scrollWidth") <= width
    titles = view.locator(".g-xtitle, .g-x2title")
    assert set(titles.all_text_contents()) == {"", "tokens"}
    view.get_by_label("minutes", exact=True).check()
    for chart in ("loss", "corpora"):
        view.wait_for_selector(f"#{chart} :text-is('minutes')")
    pages = [text for text in heard if not text.startswith(("data:", "blob:"))]
    assert pages == [report.as_uri()]
    view.close()
