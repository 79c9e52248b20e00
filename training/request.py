"""What a run was asked for, kept in its folder, so that --resume goes on as it began.

    recipe.json  model.json   written by the run itself
    identity.json             name and opening of the checkpoint
    corpus.json               options of reading, and a hash of every file that was read

The same command may be given again, word for word; what differs from the stored is refused by
name, save what may change on the way (`MAY_CHANGE`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from chatbot.atomic import write_json
from chatbot.checkpoint import open_checkpoint
from chatbot.model_config import HEAD_SIZE
from training.errors import RunError, TrainingError
from training.persona import PERSONA, persona_folder
from training.recipe import Recipe

__all__ = ["MAY_CHANGE", "Request", "hash_files"]

_MAY_CHANGE = ("minutes", "steps", "peak_rate", "save_seconds", "threads")
MAY_CHANGE = (*_MAY_CHANGE, "end_size")
"""Options that a resumed run takes from the command line: the last counts after training only."""
_RECIPE = (*_MAY_CHANGE, "lanes", "window", "negatives", "mixture", "seed")
_SHAPE = ("cell", "hidden_size", "embedding_size", "layers", "dropout")
_VOCABULARY = ("tokenizer", "vocab_size")
_CLEANING = ("profanity", "personal_data")
_CORPUS = (*_VOCABULARY, *_CLEANING, "on_bad_line")
_MINUTES = 10.0
"""Taken where neither minutes nor steps are given."""
_DEFAULT = "default"
"""The bundled checkpoint's name."""
_NOTHING = "nothing"
"""Asks for new weights and a new vocabulary."""
_FINE_TUNING_RATE = 1.5e-3
"""Peak learning rate with a base: higher ones forget it before they learn."""
_FILES = {"recipe": "recipe.json", "shape": "model.json", "identity": "identity.json"}


@dataclass(frozen=True, kw_only=True)
class Request:
    """The options of a run, by what they are for."""

    recipe: dict[str, Any]
    shape: dict[str, Any]
    identity: dict[str, Any]
    corpus: dict[str, Any]

    @classmethod
    def of(
        cls, options: Mapping[str, Any], paths: Sequence[Path], given: Collection[str]
    ) -> Request:
        """Sort the options of the command, of which `given` were given, not left at defaults.

        Raises TrainingError for an odd number of openings, or a shape that the base can't have.
        """
        recipe = {name: options[name] for name in _RECIPE}
        if recipe["minutes"] is None and recipe["steps"] is None:
            recipe["minutes"] = _MINUTES
        opening = list(options["opening"] or ())
        if len(opening) % 2:
            raise TrainingError(
                "--opening must be given an even number of times: turns come in pairs"
            )
        shaping = [n for n in given if n in (*_SHAPE, *_VOCABULARY) and n != "dropout"]
        base = options["base"] or (_NOTHING if shaping else _DEFAULT)
        asked = cls(
            recipe=recipe,
            shape={name: options[name] for name in _SHAPE},
            identity={
                "name": options["name"],
                "opening": opening,
                "base": None,
                "end_size": options["end_size"],
            },
            corpus={name: options[name] for name in _CORPUS} | {"files": hash_files(paths)},
        )
        if base == _NOTHING:
            return asked._trained_anew()
        if shaping:
            raise TrainingError(
                f"--from {base} keeps its shape and its vocabulary: leave out "
                f"{', '.join(map(_option, shaping))}, or give --from {_NOTHING}"
            )
        return asked._fine_tuned(base)

    @property
    def cleaning(self) -> dict[str, Any]:
        """Give the options of cleaning; runs of older versions have none."""
        return {name: self.corpus[name] for name in _CLEANING if name in self.corpus}

    def _trained_anew(self) -> Request:
        rate = self.recipe["peak_rate"] or Recipe.peak_rate
        return replace(self, recipe=self.recipe | {"peak_rate": rate})

    def _fine_tuned(self, base: str) -> Request:
        """Take shape and opening from the checkpoint to go on from."""
        checkpoint = open_checkpoint(base)
        shape = asdict(checkpoint.config) | {"dropout": self.shape["dropout"]}
        del shape["vocab_size"], shape["end_size"]
        opening = self.identity["opening"] or list(checkpoint.opening)
        rate = self.recipe["peak_rate"] or _FINE_TUNING_RATE
        return replace(
            self,
            shape=shape,
            identity=self.identity | {"opening": opening, "base": base},
            recipe=self.recipe | {"peak_rate": rate},
        )

    def save(self, folder: Path) -> None:
        """Keep what the run itself does not."""
        write_json(folder / "identity.json", self.identity)
        write_json(folder / "corpus.json", self.corpus)

    def resumed(self, folder: Path, given: Collection[str], *, new_data: bool) -> Request:
        """Give the stored request with what may change taken from this one.

        `given` names the options that were given, not left at their defaults. Raises TrainingError
        for one that differs from the stored, and RunError where nothing is stored.
        """
        stored = _load(folder)
        free = {*MAY_CHANGE, "paths", *(("on_bad_line",) if new_data else ())}
        refused = [n for n in given if n not in free and self._now(n) != stored._now(n)]
        if refused:
            options = ", ".join(f"{_option(n)} (it began with {stored._now(n)})" for n in refused)
            raise TrainingError(f"--resume goes on as the run began: leave out {options}")
        if "paths" in given and not new_data:
            self._check_files(stored)
        changed = {name: self.recipe[name] for name in _MAY_CHANGE if name in given}
        size = (self if "end_size" in given else stored).identity["end_size"]
        if changed.keys() & {"minutes", "steps"}:
            changed |= {name: self.recipe[name] for name in ("minutes", "steps")}
        read_anew = {n: self.corpus[n] for n in ("files", "on_bad_line")} if new_data else {}
        return replace(
            stored,
            recipe=stored.recipe | changed,
            identity=stored.identity | {"end_size": size},
            corpus=stored.corpus | (read_anew if "paths" in given else {}),
        )

    def _now(self, name: str) -> Any:
        """Look an option up; one that is kept nowhere is equal to nothing, not to itself."""
        everything = {k: v for f in fields(self) for k, v in getattr(self, f.name).items()}
        return everything.get(name, _Unknown())

    def _check_files(self, stored: Request) -> None:
        before, now = stored.corpus.get("files"), self.corpus["files"]
        if before != now:
            names = ", ".join(_changed(before or {}, now))
            raise TrainingError(
                f"--resume goes on with the data the run began with; these differ from it: {names} "
                f"(leave the paths out, or give --new-data to go on with other data)"
            )


def hash_files(paths: Sequence[Path]) -> dict[str, str]:
    """Hash every file at `paths` (files, or folders of them): name -> BLAKE2b.

    By content, so that a corpus that was moved is the same and one that grew is not. The dialogues
    that are known by the name `persona` are files too.
    """
    found = {}
    for path in (persona_folder() if str(path) == PERSONA else path for path in paths):
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file():
                with file.open("rb") as stream:
                    digest = hashlib.file_digest(stream, lambda: hashlib.blake2b(digest_size=16))
                found[str(file.relative_to(path.parent))] = digest.hexdigest()
            elif not path.is_dir():
                found[str(path)] = "not a file"  # a package, or a mistake that the reader reports
    return found


def _load(folder: Path) -> Request:
    try:
        read = {k: json.loads((folder / name).read_text()) for k, name in _FILES.items()}
        corpus = folder / "corpus.json"
        # Runs of older versions have none.
        read["corpus"] = json.loads(corpus.read_text()) if corpus.exists() else {}
    except OSError as error:
        raise RunError(f"nothing to resume in {folder}: {error.filename} is missing") from error
    except ValueError as error:
        raise RunError(f"can't resume {folder}: a file of it is not JSON ({error})") from error
    for name in ("vocab_size", "end_size"):
        read["shape"].pop(name, None)
    read["identity"].setdefault("base", None)
    read["identity"].setdefault("end_size", HEAD_SIZE)  # it comes when training is over
    return Request(**read)


def _option(name: str) -> str:
    return "--" + name.replace("_", "-")


class _Unknown:
    def __str__(self) -> str:
        return "none"


def _changed(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    names = sorted({*before, *now}, key=lambda name: (name not in now, name))
    return [n for n in names if before.get(n) != now.get(n)]
