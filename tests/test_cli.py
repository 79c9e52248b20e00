"""The command line: what it prints, what it says to mistakes."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from chatbot.checkpoint import write_notes
from training.commands import app


def call(*arguments: str | Path, given: str | None = None) -> Result:
    return CliRunner().invoke(app, [str(a) for a in arguments], input=given)


@pytest.mark.parametrize("command", ["serve", "chat", "complete", "inspect", "train", "evaluate"])
def test_help_teaches_every_command(command: str) -> None:
    whole, each = call("--help"), call(command, "--help")
    assert whole.exit_code == each.exit_code == 0
    assert command in whole.output
    assert len(each.output.splitlines()) > 8


def test_complete_suggests(checkpoint: Path) -> None:
    found = call("complete", "Hello, how are y", "--checkpoint", checkpoint)
    assert found.exit_code == 0, found.output
    assert re.search(r"\d\d\.\d%  you$", found.output, re.MULTILINE)


def test_complete_says_where_there_is_nothing() -> None:
    found = call("complete", "привет")
    assert found.exit_code == 0
    assert found.output == "nothing to suggest there\n"


def test_complete_prints_json(checkpoint: Path) -> None:
    found = call("complete", "-", "--json", "-n", "1", "--checkpoint", checkpoint, given="I li\n")
    ((suggestion,),) = json.loads(found.stdout).values()
    assert suggestion["text"] == "like"
    assert suggestion["replace"] == [2, 4]


def test_complete_writes_on(checkpoint: Path) -> None:
    options = ["--max-tokens", "9", "--seed", "1", "-n", "2", "--checkpoint", checkpoint]
    one, other = (call("complete", "I like", *options, "--json") for _ in range(2))
    assert one.stdout == other.stdout
    texts = [g["text"] for g in json.loads(one.stdout)["generations"]]
    plain = call("complete", "I like", *options)
    assert plain.stdout.splitlines() == ["I like" + text for text in texts]


def test_chat_answers_until_an_empty_line(checkpoint: Path) -> None:
    given = "Hello!\n/undo\nHello!\n/clear\nHello!\n\n"
    found = call("chat", "--temperature", "0", "--checkpoint", checkpoint, given=given)
    assert found.exit_code == 0, found.output
    assert found.stdout.count("Hello, how are you?") == 3


def test_chat_tells_what_its_commands_did(checkpoint: Path) -> None:
    given = "/help\nhi\n/undo\n/clear\n\n"
    said = call("chat", "--checkpoint", checkpoint, given=given).stdout
    assert "/undo takes back, /clear forgets" in said
    assert "taken back" in said
    assert "All is forgotten." in said


def test_chat_says_when_there_is_nothing_to_take_back(checkpoint: Path) -> None:
    said = call("chat", "--checkpoint", checkpoint, given="/undo\nhi\n/undo\n/undo\n\n").stdout
    told = [line.removeprefix("you> ") for line in said.splitlines() if "take" in line]
    nothing = "There is nothing to take back."
    assert told == [nothing, "Your last message and its answer are taken back.", nothing]


def test_inspect_shows_shape_and_files(checkpoint: Path) -> None:
    table, data = (call("inspect", "--checkpoint", checkpoint, *f) for f in ([], ["--json"]))
    assert "hidden_size" in table.stdout
    assert json.loads(data.stdout)["model"]["cell"] == "lstm"


def test_inspect_adds_up_all_stretches_of_training(checkpoint: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(checkpoint, tmp_path / "copy")
    before = {"tokens": 27_035_648, "minutes": 120.0}
    last = {"tokens": 66_844_672, "minutes": 75.0, "tokens_per_second": 14_854}
    write_notes(copy, metrics={"training": last, "from": {"training": before}}, card="")
    table = call("inspect", "--checkpoint", copy).stdout
    assert re.search(r"training: stretches\W+2\b", table)
    assert re.search(r"training: tokens\W+93,880,320\b", table)
    assert re.search(r"training: minutes\W+195\.0\b", table)
    assert re.search(r"training: tokens/s, last stretch\W+14854\b", table)


def test_train_then_evaluate(corpus: Path, tmp_path: Path) -> None:
    small = ["--hidden-size", "24", "--embedding-size", "16", "--vocab-size", "320"]
    out = tmp_path / "run"
    trained = call("train", corpus, "--out", out, "--steps", "20", "--lanes", "4", *small, "--json")
    assert trained.exit_code == 0, trained.output
    assert json.loads(trained.stdout)["training"]["steps"] == 20
    assert list((out / "tensorboard").iterdir())
    scored = call("evaluate", corpus, "--checkpoint", out / "checkpoint", "--words", "20", "--json")
    (result,) = json.loads(scored.stdout)
    assert result["words"] == 20
    assert 0 < result["bits_per_character"] < 20
    assert 0 <= result["top_1"] <= result["top_3"] <= 100
    table = call("evaluate", corpus, "--checkpoint", out / "checkpoint", "--words", "5")
    assert "KSR-W@3" in table.stdout
    again = call("train", corpus, "--out", out)
    assert again.exit_code == 1
    assert "already holds a run" in again.stderr
    missing = call("train", tmp_path / "nowhere.txt", "--out", out)
    assert f"no corpus at {tmp_path / 'nowhere.txt'}" in missing.stderr


def test_minutes_are_kept(corpus: Path, tmp_path: Path) -> None:
    options = ["--minutes", "0.05", "--hidden-size", "16", "--vocab-size", "300", "--json"]
    found = call("train", corpus, "--out", tmp_path / "run", *options)
    assert found.exit_code == 0, found.output
    assert json.loads(found.stdout)["training"]["minutes"] <= 0.2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["complete", "x", "--checkpoint", "/nowhere"], "no checkpoint at /nowhere"),
        (["train", "/nowhere.txt", "--out", "{tmp}/r"], "no corpus at /nowhere.txt"),
        (["train", "--out", "{tmp}/r"], "nothing to train on"),
        (["train", "--resume", "--out", "{tmp}/r"], "nothing to resume in"),
        (["train", "{corpus}", "--out", "{tmp}/r", "--cell", "gnu"], "cell must be one of"),
        (["train", "{corpus}", "--out", "{tmp}/r", "--vocab-size", "9"], "vocab_size must be"),
        (["train", "{corpus}", "--out", "{tmp}/r", "--on-bad-line", "no"], "on_bad_line must be"),
        (
            ["evaluate", "{corpus}", "--split", "eval", "--checkpoint", "{cp}"],
            "no conversations in",
        ),
        (["complete", "x", "-n", "0", "--checkpoint", "{cp}"], "n must be from 1 to 100; got 0"),
    ],
)
def test_a_mistake_is_one_clear_line(
    arguments: list[str], message: str, tmp_path: Path, corpus: Path, checkpoint: Path
) -> None:
    names = {"tmp": tmp_path, "corpus": corpus, "cp": checkpoint}
    found = call(*(a.format(**names) for a in arguments))
    assert found.exit_code == 1
    line = found.stderr.strip().splitlines()[-1]
    assert line.startswith("inkling: ")
    assert message in line
    assert "Traceback" not in found.stderr


def test_an_unknown_option_is_named() -> None:
    found = call("complete", "x", "--temprature", "1")
    assert found.exit_code == 2
    assert "--temprature" in found.stderr


def test_a_broken_checkpoint_is_named(checkpoint: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(checkpoint, tmp_path / "copy")
    (copy / "config.json").write_text("{}")
    found = call("chat", "--checkpoint", copy, given="hi\n")
    assert found.exit_code == 1
    assert "config.json is not the file that was saved" in found.stderr


SMALL = ["--hidden-size", "16", "--embedding-size", "16", "--vocab-size", "300", "--lanes", "2"]


def test_a_resumed_run_goes_on_as_it_began(corpus: Path, tmp_path: Path) -> None:
    out = tmp_path / "run"
    options = ["--out", out, "--json"]
    first = call("train", corpus, *options, "--steps", "4", "--name", "alice", *SMALL)
    assert first.exit_code == 0, first.output
    pack = (out / "pack" / "train.ids").read_bytes()
    for extra in (["--lanes", "8"], ["--name", "bob"]):
        refused = call("train", corpus, *extra, *options, "--resume")
        assert refused.exit_code == 1
        assert f"--resume goes on as the run began: leave out {extra[0]}" in refused.stderr
    longer = call("train", *options, "--resume", "--steps", "6")
    assert json.loads(longer.stdout)["training"]["steps"] == 6
    assert json.loads((out / "recipe.json").read_text())["steps"] == 6
    assert json.loads((out / "checkpoint" / "config.json").read_text())["name"] == "alice"
    assert (out / "pack" / "train.ids").read_bytes() == pack


def test_a_folder_in_use_is_left_alone(corpus: Path, tmp_path: Path) -> None:
    from training.run_folder import lock

    with lock(tmp_path / "run"):
        found = call("train", corpus, "--out", tmp_path / "run", "--steps", "2", *SMALL)
    assert found.exit_code == 1
    assert "another process is training in" in found.stderr
    assert not (tmp_path / "run" / "pack").exists()


def test_skipped_lines_are_shown(corpus: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.jsonl"
    bad.write_text(corpus.read_text() + "not json\n")
    options = ["--out", tmp_path / "run", "--steps", "2", *SMALL]
    stopped = call("train", bad, *options)
    assert stopped.exit_code == 1
    assert "bad.jsonl:301: not JSON" in stopped.stderr
    skipped = call("train", bad, *options, "--on-bad-line", "skip")
    assert skipped.exit_code == 0, skipped.output
    assert "1 malformed lines or unknown files left out" in skipped.stderr
    assert "bad.jsonl:301: not JSON" in skipped.stderr


def test_a_text_too_small_to_hold_any_out_is_told(tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("Hello!\nHow are you?\nFine.\n", encoding="utf-8")
    run = ["--out", tmp_path / "run", "--steps", "1", *SMALL]
    told = call("train", tmp_path / "one.txt", *run).stderr
    assert "nothing is held out: of so few conversations none fell among the 10 %" in told


def test_nothing_measured_is_no_score(corpus: Path, checkpoint: Path) -> None:
    options = ["--checkpoint", checkpoint, "--words", "0", "--characters", "0"]
    (result,) = json.loads(call("evaluate", corpus, *options, "--json").stdout)
    assert result["ksr_w_3"] is None
    assert result["bits_per_character"] is None
    assert " - " in call("evaluate", corpus, *options).stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["train", "{corpus}", "--out", "/proc/x"], "/proc/x: "),
        (["train", "{corpus}", "--out", "{tmp}/r", "--minutes", "0"], "minutes must be above 0"),
        (["evaluate", "{corpus}", "--words", "-1", "--checkpoint", "{cp}"], "words must be at"),
    ],
)
def test_more_mistakes(
    arguments: list[str], message: str, tmp_path: Path, corpus: Path, checkpoint: Path
) -> None:
    test_a_mistake_is_one_clear_line(arguments, message, tmp_path, corpus, checkpoint)


def test_scores_can_be_kept_in_the_checkpoint(
    corpus: Path, checkpoint: Path, tmp_path: Path
) -> None:
    copy = shutil.copytree(checkpoint, tmp_path / "copy")
    options = ["--checkpoint", copy, "--words", "10", "--characters", "500", "--save", "--json"]
    printed = json.loads(call("evaluate", corpus, *options).stdout)
    kept = json.loads(call("inspect", "--checkpoint", copy, "--json").stdout)["metrics"]
    assert kept["scores"] == printed
    assert "| small_talk | valid |" in (copy / "README.md").read_text()
