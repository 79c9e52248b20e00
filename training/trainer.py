"""Take optimizer steps: windows in, gradients, weights out. Saves and restores all of it, exactly.

Knows one step and its whole state; knows nothing of clocks, folders or progress bars (run.py).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.utils import clip_grad_norm_

from chatbot.model import RecurrentModel, State
from chatbot.model_config import ModelConfig
from training.errors import DivergedError, RunError
from training.lanes import Lanes
from training.loss import SampledSoftmax
from training.mixture import CHAT_MIXTURE, Mixture
from training.objective import Objective
from training.pack import Pack, unigram_counts
from training.precision import autocast
from training.recipe import Recipe
from training.schedule import learning_rate
from training.team import Team

__all__ = ["Trainer"]


class Trainer:
    """A network in training: weights, optimizer, carried state, place in the data, random state."""

    def __init__(
        self,
        pack: Pack,
        config: ModelConfig,
        recipe: Recipe,
        *,
        device: torch.device | None = None,
        build: Callable[[ModelConfig], RecurrentModel] = RecurrentModel,
        team: Team | None = None,
    ) -> None:
        self.pack, self.recipe, self._team = pack, recipe, team or Team()
        self.device = device or self._team.device
        self._rows = self._team.rows(recipe.lanes)
        torch.manual_seed(recipe.seed)
        counts = unigram_counts(pack.train, config.vocab_size)
        self.model = build(config)
        _start_from_frequencies(self.model, counts)
        self.model.to(self.device).train()
        self.optimizer = torch.optim.AdamW(
            self.model.parameters(),
            lr=recipe.peak_rate,
            betas=recipe.betas,
            weight_decay=recipe.weight_decay,
            fused=True,
        )
        self.mixture = Mixture(
            pack, seed=recipe.seed, shares=CHAT_MIXTURE if recipe.mixture == "chat" else {}
        )
        self.lanes = Lanes(
            pack.train, self.mixture, lanes=recipe.lanes, window=recipe.window, rows=self._rows
        )
        self.state: State = self.model.start(len(self._rows))
        self.generator = torch.Generator().manual_seed(recipe.seed)
        self.steps = 0
        sampled = (
            SampledSoftmax(counts, negatives=recipe.negatives, device=self.device)
            if 0 < recipe.negatives < config.vocab_size
            else None
        )
        objective = Objective(self.model, sampled, self.generator)
        self._objective = self._team.average_gradients(objective)

    @property
    def tokens(self) -> int:
        """Count the ids predicted so far."""
        return self.steps * self.recipe.lanes * self.recipe.window

    def step(self, progress: float) -> Tensor:
        """Read the next windows, go down the gradient once, and return the loss (nats/token).

        The loss is that of this process's lanes and stays on the device. Raises DivergedError,
        with the weights as they were before, when it or its gradient is no number any more.
        """
        self._seed()
        batch = torch.from_numpy(self.lanes.next(progress)).to(self.device)
        loss = self._loss(batch[:, :-1], batch[:, 1:])
        self.optimizer.zero_grad()
        with self._team.together():
            loss.backward()  # type: ignore[no-untyped-call]
        norm = clip_grad_norm_(self.model.parameters(), self.recipe.clip)
        if not torch.isfinite(norm):
            raise DivergedError(
                f"the gradient is not finite at step {self.steps + 1:,} "
                f"(loss {loss.item():.4g} nats/token)"
            )
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate(progress, self.recipe)
        self.optimizer.step()
        self.steps += 1
        return loss.detach()

    def _seed(self) -> None:
        # Dropout's random numbers follow from the step and the process: there is no state of theirs
        # to save or to gather.
        words = np.random.SeedSequence((self.recipe.seed, self.steps, self._team.rank))
        (seed,) = (int(word) for word in words.generate_state(1, np.uint64))
        if self.device.type == "cuda":
            torch.cuda.manual_seed(seed)
        else:
            torch.default_generator.manual_seed(seed)

    def _loss(self, inputs: Tensor, targets: Tensor) -> Tensor:
        # A lane whose window begins a conversation begins it as serving does: from zeros.
        goes_on = (inputs[:, 0] != self.pack.tokenizer.bos).view(1, -1, 1)
        state = tuple(part * goes_on for part in self.state)
        with autocast(self.device, self.recipe.precision, self.model.config):
            loss, *after = self._objective(inputs, targets, state)
        self.state = tuple(part.detach().float() for part in after)
        return loss

    def is_finite(self) -> bool:
        """Tell whether every number that the next step depends on is one, in this process."""
        optimizer = self.optimizer.state_dict()["state"].values()
        tensors = [*self.model.state_dict().values(), *self.state]
        tensors += [tensor for values in optimizer for tensor in values.values()]
        return all(bool(torch.isfinite(tensor).all()) for tensor in tensors)

    def tensors(self) -> dict[str, Tensor]:
        """Give everything that the next step depends on, by name; all processes call together."""
        found = {f"model.{name}": t for name, t in self.model.state_dict().items()}
        for i, values in self.optimizer.state_dict()["state"].items():
            found |= {f"optimizer.{i}.{name}": t for name, t in values.items()}
        found |= {f"state.{i}": self._team.join(s, dim=1) for i, s in enumerate(self.state)}
        found["lanes.cursors"] = torch.from_numpy(self.lanes.cursors)
        found["mixture.dealt"] = torch.from_numpy(self.mixture.dealt)
        found["random.negatives"] = self.generator.get_state()
        found["steps"] = torch.tensor(self.steps)
        return {name: tensor.detach().cpu().contiguous() for name, tensor in found.items()}

    def restore(self, tensors: dict[str, Tensor], *, new_data: bool = False) -> None:
        """Go on exactly from what `tensors` gave; with `new_data`, deal this pack from its start.

        Raises RunError for a state of another network or of other lanes.
        """
        try:
            self.model.load_state_dict(_part(tensors, "model."))
        except RuntimeError as error:
            raise RunError(f"the saved state is that of another network: {error}") from error
        stored = self.optimizer.state_dict()
        for name, tensor in _part(tensors, "optimizer.").items():
            i, key = name.split(".")
            stored["state"].setdefault(int(i), {})[key] = tensor
        self.optimizer.load_state_dict(stored)
        self.generator.set_state(tensors["random.negatives"])
        self.steps = int(tensors["steps"])
        if not new_data:
            self._restore_place(tensors)

    def _restore_place(self, tensors: dict[str, Tensor]) -> None:
        cursors = tensors["lanes.cursors"].numpy()
        if len(cursors) != self.recipe.lanes:
            raise RunError(
                f"the saved state is that of {len(cursors)} lanes; got lanes {self.recipe.lanes}"
            )
        self.lanes.cursors[:] = cursors
        self.mixture.dealt[:] = tensors["mixture.dealt"].numpy()
        own = slice(self._rows.start, self._rows.stop)
        state = _part(tensors, "state.")
        self.state = tuple(state[str(i)][:, own].to(self.device) for i in range(len(state)))

    def facts(self) -> dict[str, object]:
        """Say what was trained, for the model card."""
        passes = dict(zip(self.pack.sources, self.mixture.passes(), strict=True))
        return {
            "steps": self.steps,
            "tokens": self.tokens,
            "passes": passes,
            "recipe": asdict(self.recipe),
        }


@torch.no_grad()
def _start_from_frequencies(model: RecurrentModel, counts: NDArray[np.int64]) -> None:
    """Give a new network the log frequencies as bias: its first thousand steps learn just that."""
    is_new = not model.bias.any()
    if is_new:
        model.bias.copy_(torch.as_tensor(counts + 1.0).div(counts.sum()).log())


def _part(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {n.removeprefix(prefix): t for n, t in tensors.items() if n.startswith(prefix)}
