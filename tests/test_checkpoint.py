"""A checkpoint is whole or refused, and the refusal names the file."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from chatbot import CheckpointError, load, open_checkpoint

FILES = (
    "config.json",
    "model.safetensors",
    "model.int8.onnx",
    "tokenizer.model",
    "words.bloom",
    "metrics.json",
    "README.md",
)


@pytest.fixture
def copy(checkpoint: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(checkpoint, tmp_path / "copy"))


@pytest.mark.parametrize("name", [*FILES, "manifest.json"])
def test_a_missing_file_is_named(copy: Path, name: str) -> None:
    (copy / name).unlink()
    with pytest.raises(CheckpointError, match=name):
        load(copy)


@pytest.mark.parametrize("name", FILES)
def test_one_flipped_bit_is_found_and_named(copy: Path, name: str) -> None:
    data = bytearray((copy / name).read_bytes())
    data[len(data) // 2] ^= 1
    (copy / name).write_bytes(data)
    with pytest.raises(CheckpointError, match=f"{name} is not the file that was saved"):
        load(copy)


def test_what_is_no_checkpoint_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="there is no such folder"):
        load(tmp_path / "nowhere")
    with pytest.raises(CheckpointError, match=r"manifest\.json can't be read"):
        load(tmp_path)
    with pytest.raises(CheckpointError, match="must have a name; got ''"):
        load("")
    with pytest.raises(CheckpointError, match=r"manifest\.json can't be read"):
        load("/")
    (tmp_path / "notes.txt").touch()
    with pytest.raises(CheckpointError, match=r"a checkpoint is a folder; .*notes\.txt is a file"):
        load(tmp_path / "notes.txt")
    (tmp_path / "checkpoint").mkdir()
    with pytest.raises(CheckpointError, match="is no checkpoint, but holds one: .*checkpoint"):
        load(tmp_path)


def test_the_folder_one_stands_in_is_opened(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(copy)
    assert open_checkpoint(".").folder == Path()


def test_the_folder_one_stands_in_is_not_replaced(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was a ValueError; replaced, the shell would stand in a folder that is gone."""
    from chatbot.checkpoint import write_notes

    monkeypatch.chdir(copy)
    for folder in (Path(), copy):
        with pytest.raises(CheckpointError, match="can't save into .*copy from within"):
            write_notes(folder, metrics={}, card="")
    assert load(".").name == "tiny"


def test_what_is_no_checkpoint_is_not_replaced(tmp_path: Path) -> None:
    """A run's folder, pack and all, was gone when it was named as the place to save to."""
    from chatbot.checkpoint import check_free

    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(CheckpointError, match="no checkpoint but a folder that holds thesis.txt"):
        check_free(tmp_path)
    with pytest.raises(CheckpointError, match="no checkpoint but a file"):
        check_free(tmp_path / "thesis.txt")
    check_free(tmp_path / "new")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"format": 99}, "has format 99; this version reads 1"),
        ({"model": {"vocab_size": 5, "heads": 8}}, "unknown model keys: heads"),
        ({"model": {"vocab_size": 5}}, "tokenizer.model has [0-9]+ ids, config.json says"),
    ],
)
def test_a_config_that_does_not_fit_is_refused(
    copy: Path, change: dict[str, object], message: str
) -> None:
    from chatbot.checkpoint import write_notes

    config = json.loads((copy / "config.json").read_text()) | change
    (copy / "config.json").write_text(json.dumps(config))
    write_notes(copy, metrics={}, card="")
    with pytest.raises(CheckpointError, match=message):
        load(copy)


def test_both_runners_say_the_same(checkpoint: Path) -> None:
    onnx, torch = load(checkpoint), load(checkpoint, runner="torch")
    text = "Hello, how are you?"
    assert onnx.score(text).nats == pytest.approx(torch.score(text).nats, rel=0.02)
    options = {"temperature": 0.0, "max_tokens": 12}
    assert onnx.generate("I like", **options)[0].text == torch.generate("I like", **options)[0].text  # type: ignore[arg-type]


def test_the_export_was_verified_on_real_text(checkpoint: Path) -> None:
    check = open_checkpoint(checkpoint).metrics["export"]
    assert check["ids"] > 100
    assert check["greatest_difference"] < 1


def test_no_pickle_inside(checkpoint: Path) -> None:
    for path in checkpoint.iterdir():
        assert path.suffix in (".json", ".safetensors", ".onnx", ".model", ".bloom", ".md")


def test_the_card_names_sources_and_limits(checkpoint: Path) -> None:
    card = (checkpoint / "README.md").read_text()
    assert "small_talk" in card
    assert "What it is bad at" in card


def test_a_replacement_that_was_cut_off_is_undone(copy: Path) -> None:
    copy.rename(copy.with_name(".copy.old"))
    assert load(copy).name == "tiny"
    assert not copy.with_name(".copy.old").exists()


def test_a_bundled_checkpoint_is_opened_by_its_name() -> None:
    assert open_checkpoint("default").folder == open_checkpoint().folder
    with pytest.raises(CheckpointError, match="no checkpoint at nowhere: .*bundled are default"):
        open_checkpoint("nowhere")
