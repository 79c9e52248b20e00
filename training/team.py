"""The processes that train one network together. Here: the usual one, alone.

Under torchrun the same calls go to the other processes (distributed.py); without it nothing of
that module is imported, and every call here gives back what it was given.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from training.errors import TrainingError

__all__ = ["Team", "join"]


class Team:
    """One process alone: rank 0 of 1."""

    rank = 0
    """Number of this process; 0 is the first, which does files, evaluation and progress."""
    size = 1
    """Processes in all."""

    @property
    def is_first(self) -> bool:
        """Tell whether this process writes, evaluates and speaks for all."""
        return self.rank == 0

    @property
    def device(self) -> torch.device:
        """Where this process computes."""
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")

    def rows(self, lanes: int) -> range:
        """Give this process's lanes of a global batch of `lanes`: a block, equal for all.

        Raises TrainingError where it can't be shared equally.
        """
        if lanes % self.size:
            raise TrainingError(
                f"lanes must be a multiple of the processes, so that each reads as many; "
                f"got {lanes} lanes and {self.size} processes"
            )
        share = lanes // self.size
        return range(self.rank * share, (self.rank + 1) * share)

    def average_gradients(self, module: nn.Module) -> Callable[..., tuple[Tensor, ...]]:
        """Give `module` to be called instead of itself: its gradients become the mean over all."""
        return module

    @contextmanager
    def together(self) -> Iterator[None]:
        """Say what it means when the others can't be reached, in a block that speaks to them."""
        yield

    def sum(self, values: Sequence[float]) -> list[float]:
        """Add up what each process says; all get the same."""
        return list(values)

    def first_says(self, *values: float) -> list[float]:
        """Take the first process's values; the others' are ignored."""
        return self.sum(values if self.is_first else [0.0] * len(values))

    def join(self, part: Tensor, *, dim: int) -> Tensor:
        """Lay the parts of all processes side by side along `dim`, on the CPU."""
        return part

    def wait(self) -> None:
        """Go on when all have come here, however long the first takes."""

    def close(self) -> None:
        """Part from the others, at the end."""


def join(environment: Mapping[str, str] = os.environ) -> Team:
    """Join the processes that torchrun started, or be alone where it started one or none."""
    if "TORCHELASTIC_RUN_ID" not in environment or int(environment["WORLD_SIZE"]) == 1:
        return Team()
    from training.distributed import Torchrun

    return Torchrun(environment)
