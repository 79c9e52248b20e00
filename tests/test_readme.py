"""The README is true: its commands exist, its code runs, its files are there."""

from __future__ import annotations

import importlib.util
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from chatbot.checkpoint import DEFAULT
from training.commands import app

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
needs_default = pytest.mark.skipif(not DEFAULT.exists(), reason="no bundled checkpoint here")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def run_block(code: str) -> list[str]:
    assert len([line for line in code.splitlines() if line.strip()]) <= 5
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@needs_default
def test_the_python_examples_run() -> None:
    first, memory = map(run_block, blocks("python"))
    assert "you" in first[0]
    assert len(first) >= 3
    assert "Zhanna" in memory[0]
    assert memory[1].endswith("True")


@needs_default
def test_the_curl_example_is_answered() -> None:
    from fastapi.testclient import TestClient

    from chatbot import load
    from chatbot.server import Settings, create_app

    (command,) = blocks("sh")
    words = shlex.split(command)
    assert words[0] == "curl"
    path = words[1].removeprefix("http://127.0.0.1:7860")
    header, body = words[words.index("-H") + 1], words[words.index("-d") + 1]
    with TestClient(create_app(load, Settings()), base_url="http://localhost") as client:
        name, value = header.split(": ")
        while client.get("/health").json()["status"] == "loading":
            pass
        answer = client.post(path, content=body, headers={name: value})
    assert answer.status_code == 200
    assert answer.json()["suggestions"][0]["text"] == "you"


def test_every_field_of_a_question_is_named() -> None:
    from chatbot.server.routes.suggest import SuggestRequest

    for name in SuggestRequest.model_fields:
        assert re.search(rf'[`"]{name}[`"]', README), name


def test_every_inkling_command_exists() -> None:
    commands = re.findall(r"inkling (\w+)(?= |`|\n)", README)
    assert {"chat", "complete", "train"} <= set(commands)
    for command in set(commands):
        assert CliRunner().invoke(app, [command, "--help"]).exit_code == 0, command


def test_every_option_named_with_a_command_exists() -> None:
    for command, rest in re.findall(r"inkling (train|chat|complete|evaluate)( [^`\n]*)", README):
        text = CliRunner().invoke(app, [command, "--help"], terminal_width=200).output
        for option in re.findall(r"--[\w-]+", rest):
            assert option in text, f"inkling {command} {option}"


def test_the_trainings_can_be_run_one_after_another() -> None:
    lines = re.findall(r"(?:inkling|-m training) train [^`\n]*", README)
    outs = [re.findall(r"--out (\S+)", line) for line in lines]
    assert len(outs) > 4
    assert len({*map(tuple, outs)}) == len(outs), "a folder holds one run"


def test_every_file_of_the_tree_is_there() -> None:
    tree = README.split("## Where things are")[1].split("## Licence")[0]
    folder, seen = ROOT, 0
    for line in filter(str.strip, tree.splitlines()):
        names = re.split(r"  +", line.strip())[0].split(", ")
        depth = len(line) - len(line.lstrip())
        if depth == 4:
            folder = ROOT / names[0] if names[0].endswith("/") else ROOT
        for name in names:
            path = folder if depth == 4 and name.endswith("/") else folder / name
            if "checkpoints" not in name or DEFAULT.exists():
                assert path.exists(), path
            seen += 1
    assert seen > 25


def test_every_figure_names_a_command_that_exists() -> None:
    for module in re.findall(r"python -m (benchmarks[.\w]*\w)", README):
        assert importlib.util.find_spec(module), module


def test_links_and_pictures_are_there() -> None:
    for target in re.findall(r"\]\((?!http)([^)#]+)\)", README):
        if "checkpoints" not in target or DEFAULT.exists():
            assert (ROOT / target).exists(), target
