"""A checkpoint is a folder, whole or refused.

    config.json          architecture, tokenizer kind, format version, the chat's opening
    model.safetensors    weights in fp16 (half the bytes; training goes on from its own fp32 state)
    model.int8.onnx      the step function, exported, quantised, verified against the weights
    tokenizer.model      sentencepiece
    words.bloom          the words it has read (lexicon.py); older checkpoints have none
    metrics.json         what it scored, on what
    README.md            model card: data, licences, limits
    manifest.json        SHA-256 of every file above; loading checks it and names what differs

Nothing in it is code or pickle. Knows files; the weights are read by whoever wants torch.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from safetensors import safe_open

from chatbot.atomic import recover, replacing_folder, write_json
from chatbot.errors import CheckpointError
from chatbot.lexicon import Lexicon
from chatbot.model_config import ModelConfig
from chatbot.words import WordSigns
from tokenizer import Kind, Tokenizer, TokenizerError
from tokenizer import load as load_tokenizer

if TYPE_CHECKING:
    from chatbot.model import RecurrentModel

__all__ = [
    "BUNDLED",
    "DEFAULT",
    "Checkpoint",
    "check_free",
    "open_checkpoint",
    "save_checkpoint",
    "stretches",
    "write_lexicon",
    "write_notes",
]

FORMAT = 1
BUNDLED = Path(__file__).parent / "checkpoints"
"""The checkpoints of the package; each can be opened by its folder's name."""
DEFAULT = BUNDLED / "default"
_FILES = (
    "config.json",
    "model.safetensors",
    "model.int8.onnx",
    "tokenizer.model",
    "metrics.json",
    "README.md",
)
_LEXICON = "words.bloom"


@dataclass(frozen=True)
class Checkpoint:
    """A folder whose every file was found and has the hash that its manifest says."""

    folder: Path
    name: str
    created: int
    """Unix time, s."""
    config: ModelConfig
    tokenizer: Tokenizer
    metrics: dict[str, Any]
    opening: tuple[str, ...] = ()
    """Turns that a chat reads before every dialogue, to set its tone (an even number)."""

    @property
    def step_function(self) -> Path:
        """The exported graph, for `OnnxRunner`."""
        return self.folder / "model.int8.onnx"

    @cached_property
    def signs(self) -> WordSigns:
        """Which ids end a word, as the network learned it where it says so itself."""
        if not self.config.end_size:
            return WordSigns(self.tokenizer.pieces)
        with safe_open(self.folder / _FILES[1], framework="numpy") as weights:
            return WordSigns(self.tokenizer.pieces, weights.get_tensor("ends") > 0)

    @cached_property
    def lexicon(self) -> Lexicon | None:
        """The words that the network has read, where it says so."""
        path = self.folder / _LEXICON
        return Lexicon(path.read_bytes()) if path.is_file() else None

    def model(self) -> RecurrentModel:
        """Build the network in torch, in fp32, with the stored weights."""
        from safetensors.torch import load_file

        from chatbot.model import RecurrentModel

        model = RecurrentModel(self.config)
        try:
            weights = {n: t.float() for n, t in load_file(self.folder / _FILES[1]).items()}
            model.load_state_dict(weights)
        except Exception as error:
            # safetensors and torch raise several kinds; each means the same to the reader.
            raise CheckpointError(f"{self.folder / _FILES[1]} doesn't fit: {error}") from error
        return model.eval()


def open_checkpoint(folder: Path | str | None = None) -> Checkpoint:
    """Check a folder against its manifest and read all but the weights.

    Without a folder the default one is opened; a name alone (`tiny-lstm`) may be a bundled one's.
    Raises CheckpointError naming the file that is missing, differs, or is of another format.
    """
    path = _find(folder)
    _check(path)
    config = _read_json(path / "config.json")
    if config.get("format") != FORMAT:
        raise CheckpointError(
            f"{path / 'config.json'} has format {config.get('format')!r}; "
            f"this version reads {FORMAT}"
        )
    try:
        kind = cast(Kind, config["tokenizer"]["kind"])
        model = _model_config(config["model"], path)
        tokenizer = load_tokenizer(path / "tokenizer.model", kind=kind)
        facts = (str(config["name"]), int(config["created"]))
    except KeyError as error:
        raise CheckpointError(f"{path / 'config.json'} has no {error}") from error
    except TokenizerError as error:
        raise CheckpointError(f"{path / 'tokenizer.model'}: {error}") from error
    if tokenizer.vocab_size != model.vocab_size:
        raise CheckpointError(
            f"{path}: tokenizer.model has {tokenizer.vocab_size} ids, "
            f"config.json says vocab_size {model.vocab_size}"
        )
    opening = tuple(str(turn) for turn in config.get("opening", ()))
    return Checkpoint(path, *facts, model, tokenizer, _read_json(path / "metrics.json"), opening)


def save_checkpoint(
    folder: Path | str,
    *,
    name: str,
    model: RecurrentModel,
    tokenizer: Tokenizer,
    step_function: bytes,
    metrics: Mapping[str, Any],
    card: str,
    opening: Sequence[str] = (),
    created: int | None = None,
    lexicon: Lexicon | None = None,
) -> None:
    """Write a whole checkpoint beside `folder`, sync it, and let it take the folder's place.

    `created` (Unix time, s) is now, unless told: of a network that is as it was, personal memories
    stay of use. Raises CheckpointError where `folder` holds something else: it would be lost.
    """
    check_free(folder)
    import torch
    from safetensors.torch import save_file

    config = {
        "format": FORMAT,
        "name": name,
        "created": int(time.time()) if created is None else created,
        "model": asdict(model.config),
        "tokenizer": {"kind": tokenizer.kind},
        "opening": list(opening),
    }
    weights = {n: t.detach().cpu().to(torch.float16) for n, t in model.state_dict().items()}
    with replacing_folder(Path(folder)) as part:
        write_json(part / "config.json", config)
        save_file({n: t.contiguous() for n, t in weights.items()}, part / "model.safetensors")
        (part / "model.int8.onnx").write_bytes(step_function)
        tokenizer.save(part / "tokenizer.model")
        if lexicon:
            (part / _LEXICON).write_bytes(lexicon.bits)
        _finish(part, metrics, card)


def check_free(folder: Path | str) -> None:
    """Raise CheckpointError unless a checkpoint may be put at `folder`: over another, or nothing.

    The working folder may not be replaced: whoever stands in it would stand in none.
    """
    path = Path(folder)
    if path.is_dir() and path.samefile(Path()):
        raise CheckpointError(
            f"can't save into {path.absolute()} from within, because the whole folder is "
            "replaced; name it from another one"
        )
    holds = sorted(each.name for each in path.iterdir()) if path.is_dir() else []
    if path.is_file() or (holds and "manifest.json" not in holds):
        what = f"a folder that holds {', '.join(holds[:3])}" if holds else "a file"
        raise CheckpointError(f"{path} is no checkpoint but {what}: name another place to save to")


def _find(folder: Path | str | None) -> Path:
    if folder == "":
        raise CheckpointError("a checkpoint's folder must have a name; got ''")
    path = Path(folder) if folder is not None else DEFAULT
    recover(path)
    if path.is_dir():
        if not (path / "manifest.json").exists() and (path / "checkpoint").is_dir():
            raise CheckpointError(f"{path} is no checkpoint, but holds one: {path / 'checkpoint'}")
        return path
    if path.exists():
        raise CheckpointError(f"a checkpoint is a folder; {path} is a file")
    bundled = sorted(p.name for p in BUNDLED.iterdir() if p.is_dir() and p.name[0] != ".")
    if str(path) in bundled:
        return BUNDLED / path
    raise CheckpointError(
        f"no checkpoint at {path}: there is no such folder (bundled are {', '.join(bundled)})"
    )


def stretches(metrics: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Give the metrics of every training that made a checkpoint, the last first."""
    each: Mapping[str, Any] | None = metrics
    while each and "training" in each:
        yield each
        each = each.get("from")


def write_notes(folder: Path, *, metrics: Mapping[str, Any], card: str) -> None:
    """Put new metrics and card into a checkpoint, and renew its manifest.

    Raises CheckpointError for the working folder.
    """
    check_free(folder)
    with replacing_folder(folder) as part:
        shutil.copytree(folder, part, dirs_exist_ok=True)
        _finish(part, metrics, card)


def write_lexicon(checkpoint: Checkpoint, folder: Path, lexicon: Lexicon) -> None:
    """Write a copy of a checkpoint at `folder`, with a lexicon.

    Raises CheckpointError where `folder` holds something else.
    """
    check_free(folder)
    with replacing_folder(folder) as part:
        shutil.copytree(checkpoint.folder, part, dirs_exist_ok=True)
        (part / _LEXICON).write_bytes(lexicon.bits)
        write_json(part / "manifest.json", _manifest(part))


def _finish(part: Path, metrics: Mapping[str, Any], card: str) -> None:
    write_json(part / "metrics.json", metrics)
    (part / "README.md").write_text(card, encoding="utf-8")
    write_json(part / "manifest.json", _manifest(part))


def _manifest(folder: Path) -> dict[str, Any]:
    names = [name for name in (*_FILES, _LEXICON) if (folder / name).is_file()]
    return {"format": FORMAT, "files": {name: _sha256(folder / name) for name in names}}


def _check(folder: Path) -> None:
    listed = _read_json(folder / "manifest.json").get("files")
    if not isinstance(listed, dict) or set(listed) - {_LEXICON} != set(_FILES):
        raise CheckpointError(f"{folder / 'manifest.json'} must list {', '.join(_FILES)}")
    if _LEXICON not in listed and (folder / _LEXICON).exists():
        raise CheckpointError(f"{folder / 'manifest.json'} must list {_LEXICON}, which is there")
    for name in listed:
        if not (folder / name).is_file():
            found = ", ".join(sorted(p.name for p in folder.iterdir()))
            raise CheckpointError(f"{folder / name} is missing (the folder holds {found})")
        if (actual := _sha256(folder / name)) != listed[name]:
            raise CheckpointError(
                f"{folder / name} is not the file that was saved: its SHA-256 is {actual[:12]}..., "
                f"the manifest says {str(listed[name])[:12]}..."
            )


def _model_config(values: dict[str, Any], path: Path) -> ModelConfig:
    known = {field.name for field in fields(ModelConfig)}
    if unknown := set(values) - known:
        raise CheckpointError(
            f"{path / 'config.json'} has unknown model keys: {', '.join(sorted(unknown))}"
        )
    try:
        return ModelConfig(**values)
    except (TypeError, ValueError) as error:
        raise CheckpointError(f"{path / 'config.json'}: {error}") from error


def _read_json(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CheckpointError(f"{path} can't be read: {error.strerror}") from error
    except ValueError as error:
        raise CheckpointError(f"{path} is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise CheckpointError(f"{path} must hold a JSON object")
    return value


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
