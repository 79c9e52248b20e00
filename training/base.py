"""What a fine-tuned network starts from: the weights and the vocabulary of a checkpoint."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from chatbot.checkpoint import Checkpoint, open_checkpoint
from chatbot.model import RecurrentModel
from chatbot.model_config import ModelConfig
from training.errors import TrainingError
from training.heldout import HeldOut, choose, score
from training.pack import Pack

__all__ = ["Base", "Gain", "load_base"]


@dataclass(frozen=True)
class Gain:
    """What fine-tuning changed, in bits per character on the same held-out conversations."""

    before: float
    after: float

    @property
    def percent(self) -> float:
        """Bits saved, in percent of those before."""
        return 100 * (1 - self.after / self.before)


@dataclass(frozen=True)
class Base:
    """A checkpoint to go on from."""

    checkpoint: Checkpoint

    def build(self, config: ModelConfig) -> RecurrentModel:
        """Make the network with the checkpoint's weights; only its dropout may be another.

        Without the head for the ends of words, which is taught when the training is over.
        """
        held = self.checkpoint.config
        if replace(held, dropout=config.dropout, end_size=0) != config:
            raise TrainingError(f"{self.checkpoint.folder} holds {held}; asked for was {config}")
        model = RecurrentModel(config)
        weights = self.checkpoint.model().state_dict()
        model.load_state_dict({name: weights[name] for name in model.state_dict()})
        return model

    def score(self, pack: Pack, *, tokens: int) -> HeldOut | None:
        """Score the weights as they are on held-out text; None where nothing is held out."""
        rows = choose(pack.valid, tokens=tokens)
        return score(self.checkpoint.model(), pack, rows) if rows else None

    def facts(self) -> dict[str, Any]:
        """Say what it was and how it was trained, for the metrics of what comes of it."""
        metrics = self.checkpoint.metrics
        known: dict[str, Any] = {
            key: metrics[key] for key in ("training", "from") if key in metrics
        }
        return {"name": self.checkpoint.name, **known}


def load_base(name: str) -> Base:
    """Open a checkpoint folder, or a bundled checkpoint by its name. Raises CheckpointError."""
    return Base(open_checkpoint(name))
