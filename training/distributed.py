r"""Several processes, each on its lanes of the same global batch: DistributedDataParallel.

    torchrun --nproc-per-node 2 -m training train mychats.txt --out runs/mine

(`--local-ranks-filter 0` before -m shows each message once.)

Each process reads its block of the global lanes; gradients are averaged, so that every one takes
the step that one process would have taken with the whole batch (to the rounding of sums). The
first does files, evaluation and progress, and what depends on its clock or on a signal is agreed
on after every step: nobody stops alone.

Elastic restart: with --resume the command goes on where the last save was, or begins where there
is nothing yet, so torchrun may run it again as it is:

    torchrun --nproc-per-node 2 --max-restarts 3 \
        -m training train mychats.txt --out runs/mine --resume

When a process dies, torchrun ends the others and starts all again; at most the steps since the
last save (--save-seconds) are lost. The number of processes may differ from before: the saved
state is that of the global batch. On several machines the run folder must be one that all see.

gloo carries what is agreed on, and the gradients of a CPU; nccl the gradients of GPUs.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta

import torch

# Loaded later, by DistributedDataParallel, its functions keep the group for ever as a default.
import torch.distributed.nn.functional
from torch import Tensor, distributed, nn
from torch.distributed.distributed_c10d import PrefixStore
from torch.distributed.rendezvous import rendezvous
from torch.nn.parallel import DistributedDataParallel

from training.errors import TrainingError
from training.team import Team

__all__ = ["Torchrun"]

_PATIENCE = timedelta(days=7)
"""The others wait while the first packs a corpus. A process that dies is noticed at once all the
same, by its closed connection and by torchrun."""
_MEETING = timedelta(minutes=2)
"""To connect to each other; who fails to ends, and torchrun starts all again."""
_GRADIENTS = timedelta(minutes=10)


class Torchrun(Team):
    """The processes that torchrun started, as its environment tells."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.rank, self.size = int(environment["RANK"]), int(environment["WORLD_SIZE"])
        self._local_rank = int(environment["LOCAL_RANK"])
        if self.device.type == "cuda":
            torch.cuda.set_device(self.device)
        # torchrun keeps one store over its restarts: a process would find, and wait for, the one
        # that died, unless each attempt writes under a name of its own.
        shared, rank, size = next(rendezvous("env://", timeout=_MEETING))
        attempt = environment.get("TORCHELASTIC_RESTART_COUNT", "0")
        store = PrefixStore(f"attempt {attempt}", shared)
        distributed.init_process_group(
            "gloo", store=store, rank=rank, world_size=size, timeout=_MEETING
        )
        distributed.distributed_c10d._set_pg_timeout(_PATIENCE)
        self._nccl = (
            distributed.new_group(backend="nccl", timeout=_GRADIENTS)
            if self.device.type == "cuda"
            else None
        )
        self._modules: list[DistributedDataParallel] = []

    @property
    def device(self) -> torch.device:
        """One GPU a process where each can have its own, else the CPU."""
        if not torch.cuda.is_available():
            return torch.device("cpu")
        if self._local_rank >= torch.cuda.device_count():
            raise TrainingError(
                f"each process needs a GPU of its own: this machine has "
                f"{torch.cuda.device_count()}, and process {self._local_rank} found none"
            )
        return torch.device("cuda", self._local_rank)

    def average_gradients(self, module: nn.Module) -> Callable[..., tuple[Tensor, ...]]:
        """Wrap `module`; its weights become the first process's. Not to be called after `close`."""
        number = len(self._modules)
        self._modules.append(
            DistributedDataParallel(module, process_group=self._nccl, gradient_as_bucket_view=True)
        )
        return lambda *inputs: self._modules[number](*inputs)

    def sum(self, values: Sequence[float]) -> list[float]:
        """Add up what each process says; raises TrainingError when one has gone."""
        total = torch.tensor(values, dtype=torch.float64)
        with self.together():
            distributed.all_reduce(total)
        return [float(value) for value in total]

    def join(self, part: Tensor, *, dim: int) -> Tensor:
        """Lay the parts of all processes side by side along `dim`, on the CPU."""
        own = part.detach().cpu().contiguous()
        parts = [torch.empty_like(own) for _ in range(self.size)]
        with self.together():
            distributed.all_gather(parts, own)
        return torch.cat(parts, dim)

    def wait(self) -> None:
        """Go on when all have come here."""
        self.sum([0.0])

    def close(self) -> None:
        """Close the connections, and end the threads that serve them.

        A thread of gloo that still runs when Python ends may want the interpreter to free what was
        sent, and aborts the process: https://github.com/pytorch/pytorch/pull/179291. They end with
        their group, so nothing may hold that; and the group last, as nothing else that holds it
        lets them have the interpreter while it waits for them.
        """
        self._modules.clear()
        gc.collect()
        self._nccl = None
        distributed.destroy_process_group()

    @contextmanager
    def together(self) -> Iterator[None]:
        """Say what it means when the others can't be reached."""
        try:
            yield
        except RuntimeError as error:
            if not (isinstance(error, distributed.DistError) or "gloo" in str(error)):
                raise
            raise TrainingError(
                f"process {self.rank} lost the others: one of the {self.size} has ended, and its "
                f"message says why; --resume goes on from the last save"
            ) from error
