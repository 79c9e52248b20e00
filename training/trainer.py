"""Take optimizer steps: windows in, gradients, weights out. Saves and restores all of it, exactly.

Knows one step and its whole state; knows nothing of clocks, folders or progress bars (run.py).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict

import torch
from torch import Tensor
from torch.nn.utils import clip_grad_norm_

from chatbot.model import RecurrentModel, State
from chatbot.model_config import ModelConfig
from training.errors import TrainingError
from training.lanes import Lanes
from training.loss import SampledSoftmax, full_loss
from training.mixture import CHAT_MIXTURE, Mixture
from training.pack import Pack, unigram_counts
from training.precision import autocast
from training.recipe import Recipe
from training.schedule import learning_rate

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
    ) -> None:
        self.pack, self.recipe = pack, recipe
        self.device = device or torch.device("cuda" if torch.cuda.is_available() else "cpu")
        torch.manual_seed(recipe.seed)
        counts = unigram_counts(pack.train, config.vocab_size)
        self.model = build(config)
        with torch.no_grad():
            # Start from the frequencies of the ids: the first thousand steps would learn just that.
            self.model.bias.copy_(torch.as_tensor(counts + 1.0).div(counts.sum()).log())
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
        self.lanes = Lanes(pack.train, self.mixture, lanes=recipe.lanes, window=recipe.window)
        self.state: State = self.model.start(recipe.lanes)
        self.generator = torch.Generator().manual_seed(recipe.seed)
        self.steps = 0
        self._sampled = (
            SampledSoftmax(counts, negatives=recipe.negatives, device=self.device)
            if 0 < recipe.negatives < config.vocab_size
            else None
        )

    @property
    def tokens(self) -> int:
        """Count the ids predicted so far."""
        return self.steps * self.recipe.lanes * self.recipe.window

    def step(self, progress: float) -> Tensor:
        """Read the next windows, go down the gradient once, and return the loss (nats/token).

        The loss stays on the device. Raises TrainingError when it is no longer a number.
        """
        batch = torch.from_numpy(self.lanes.next(progress)).to(self.device)
        inputs, targets = batch[:, :-1], batch[:, 1:]
        loss = self._loss(inputs, targets.flatten())
        self.optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        norm = clip_grad_norm_(self.model.parameters(), self.recipe.clip)
        if not torch.isfinite(norm):
            raise TrainingError(
                f"the gradient is not finite at step {self.steps + 1} (loss {loss.item():.4g}); "
                f"try a lower peak_rate than {self.recipe.peak_rate:g}"
            )
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate(progress, self.recipe)
        self.optimizer.step()
        self.steps += 1
        return loss.detach()

    def _loss(self, inputs: Tensor, targets: Tensor) -> Tensor:
        # A lane whose window begins a conversation begins it as serving does: from zeros.
        goes_on = (inputs[:, 0] != self.pack.tokenizer.bos).view(1, -1, 1)
        state = tuple(part * goes_on for part in self.state)
        with autocast(self.device, self.recipe.precision, self.model.config):
            features, after = self.model.features(inputs, state)
            features = features.flatten(0, 1)
            if self._sampled is None:
                loss = full_loss(self.model, features, targets)
            else:
                loss = self._sampled(self.model, features, targets, self.generator)
        self.state = tuple(part.detach().float() for part in after)
        return loss

    def tensors(self) -> dict[str, Tensor]:
        """Give everything that the next step depends on, by name."""
        found = {f"model.{name}": t for name, t in self.model.state_dict().items()}
        for i, values in self.optimizer.state_dict()["state"].items():
            found |= {f"optimizer.{i}.{name}": t for name, t in values.items()}
        found |= {f"state.{i}": part for i, part in enumerate(self.state)}
        found["lanes.cursors"] = torch.from_numpy(self.lanes.cursors)
        found["mixture.dealt"] = torch.from_numpy(self.mixture.dealt)
        found["random.negatives"] = self.generator.get_state()
        found["random.torch"] = torch.get_rng_state()
        if self.device.type == "cuda":
            found["random.cuda"] = torch.cuda.get_rng_state(self.device)
        found["steps"] = torch.tensor(self.steps)
        return {name: tensor.detach().cpu().contiguous() for name, tensor in found.items()}

    def restore(self, tensors: dict[str, Tensor]) -> None:
        """Go on exactly from what `tensors` gave."""
        part = _part(tensors, "model.")
        self.model.load_state_dict(part)
        stored = self.optimizer.state_dict()
        for name, tensor in _part(tensors, "optimizer.").items():
            i, key = name.split(".")
            stored["state"].setdefault(int(i), {})[key] = tensor
        self.optimizer.load_state_dict(stored)
        state = _part(tensors, "state.")
        self.state = tuple(state[str(i)].to(self.device) for i in range(len(state)))
        self.lanes.cursors[:] = tensors["lanes.cursors"].numpy()
        self.mixture.dealt[:] = tensors["mixture.dealt"].numpy()
        self.generator.set_state(tensors["random.negatives"])
        torch.set_rng_state(tensors["random.torch"])
        if self.device.type == "cuda":
            torch.cuda.set_rng_state(tensors["random.cuda"], self.device)
        self.steps = int(tensors["steps"])

    def facts(self) -> dict[str, object]:
        """Say what was trained, for the model card."""
        passes = dict(zip(self.pack.sources, self.mixture.passes(), strict=True))
        return {
            "steps": self.steps,
            "tokens": self.tokens,
            "passes": passes,
            "recipe": asdict(self.recipe),
        }


def _part(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {n.removeprefix(prefix): t for n, t in tensors.items() if n.startswith(prefix)}
