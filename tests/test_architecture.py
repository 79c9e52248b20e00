"""The shape of the code: imports go one way, and `__all__` is the public surface."""

from __future__ import annotations

import ast
import importlib
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MAY_IMPORT = {
    "tokenizer": {"tokenizer"},
    "chatbot": {"chatbot", "tokenizer"},
    "training": {"training", "chatbot", "tokenizer"},
}
OURS = {"app", "tests", "benchmarks", *MAY_IMPORT}
SURFACE = {
    "tokenizer": "IncrementalDecoder KINDS Kind Tokenizer TokenizerConfig TokenizerError Turn "
    "join_speakers load mend settle train",
    "chatbot": "BusyError Chat Checkpoint CheckpointError Generation InklingError LanguageModel "
    "Offer OptionError PersonalMemory Sampling Score Suggestion load open_checkpoint",
    "chatbot.runners": "BatchingRunner Floats Ids OnnxRunner Runner",
    "chatbot.server": "Settings create_app serve",
}
FILES = [p for name in MAY_IMPORT for p in sorted((ROOT / name).rglob("*.py"))]


def imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_go_one_way(path: Path) -> None:
    package = path.relative_to(ROOT).parts[0]
    assert imported(path) & OURS <= MAY_IMPORT[package]


def test_the_app_knows_only_the_chatbot() -> None:
    assert imported(ROOT / "app.py") & OURS == {"chatbot"}


def test_the_tokenizer_knows_nothing_of_torch() -> None:
    for path in (ROOT / "tokenizer").rglob("*.py"):
        assert not imported(path) & {"torch", "onnxruntime", "gradio", "fastapi"}


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_no_pickle(path: Path) -> None:
    assert not imported(path) & {"pickle", "shelve", "joblib", "dill"}
    assert "torch.load" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", SURFACE)
def test_the_public_surface_is_stated_and_there(name: str) -> None:
    module = importlib.import_module(name)
    assert sorted(module.__all__) == sorted(SURFACE[name].split())
    for each in module.__all__:
        assert getattr(module, each) is not None


def test_every_package_is_listed_for_installation() -> None:
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]
    found = {".".join(p.parent.relative_to(ROOT).parts) for p in FILES if p.name == "__init__.py"}
    assert set(listed) == found


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_file_says_what_it_is_and_no_function_is_long(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            body = node.end_lineno - node.body[0].lineno + 1
            assert body <= 50, f"{path.name}: {node.name} has {body} lines"


def test_serving_needs_no_torch() -> None:
    import subprocess
    import sys

    code = "import chatbot, sys; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
