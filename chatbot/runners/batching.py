"""Make one batch of the steps that several threads want at the same time.

    thread A  step(2 lanes) --+
    thread B  step(1 lane)  --+--> one step of 4 lanes --> each gets its own rows back
    thread C  step(1 lane)  --+

No thread of its own: whoever finds the network free runs everything that waits (leader and
followers), so a lone keystroke pays for no hand-over, and a thousand users are rows of a batch.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from chatbot.errors import BusyError
from chatbot.runners.base import Floats, Ids, Runner

__all__ = ["BatchingRunner"]


_Does = Callable[[Ids, Floats], tuple[Floats, ...]]
"""One of the runner's methods: gives arrays of a row a lane."""


@dataclass(eq=False)
class _Job:
    ids: Ids
    state: Floats
    does: _Does
    found: tuple[Floats, ...] = ()
    error: BaseException | None = None
    done: bool = field(default=False)


class BatchingRunner:
    """Share a runner between threads, a batch a step, with a bounded queue."""

    def __init__(self, runner: Runner, *, most_lanes: int = 64, most_waiting: int = 1024) -> None:
        self._runner = runner
        self._most_lanes, self._most_waiting = most_lanes, most_waiting
        self._turn, self._queue_lock = threading.Lock(), threading.Lock()
        self._queue: list[_Job] = []

    @property
    def vocab_size(self) -> int:
        return self._runner.vocab_size

    def start(self, lanes: int) -> Floats:
        return self._runner.start(lanes)

    @property
    def looks(self) -> bool:
        return self._runner.looks

    def step(self, ids: Ids, state: Floats) -> tuple[Floats, Floats]:
        logits, after = self._do(_Job(ids, state, self._runner.step))
        return logits, after

    def look(self, ids: Ids, state: Floats) -> tuple[Floats, Floats, Floats]:
        ends, inside, after = self._do(_Job(ids, state, self._runner.look))
        return ends, inside, after

    def advance(self, ids: Ids, state: Floats) -> Floats:
        (after,) = self._do(_Job(ids, state, self._advance))
        return after

    def _advance(self, ids: Ids, state: Floats) -> tuple[Floats]:
        return (self._runner.advance(ids, state),)

    def _do(self, job: _Job) -> tuple[Floats, ...]:
        with self._queue_lock:
            if len(self._queue) >= self._most_waiting:
                raise BusyError(f"{self._most_waiting} steps are waiting; try again in a moment")
            self._queue.append(job)
        while not job.done:
            with self._turn:
                if not job.done:
                    self._run(self._take())
        if job.error is not None:
            raise job.error
        return job.found

    def _take(self) -> list[_Job]:
        """Take jobs of one kind from the front, up to `most_lanes` lanes (but one job at least)."""
        with self._queue_lock:
            does = self._queue[0].does
            taken, lanes = list[_Job](), 0
            for job in self._queue:
                if job.does == does and (not taken or lanes + len(job.ids) <= self._most_lanes):
                    taken.append(job)
                    lanes += len(job.ids)
            self._queue = [job for job in self._queue if job not in taken]
            return taken

    def _run(self, jobs: list[_Job]) -> None:
        try:
            self._step(jobs)
        except BaseException as error:
            for job in jobs:
                job.error = error
        for job in jobs:
            job.done = True

    def _step(self, jobs: list[_Job]) -> None:
        does = jobs[0].does
        if len(jobs) == 1:
            jobs[0].found = does(jobs[0].ids, jobs[0].state)
            return
        found = does(
            np.concatenate([job.ids for job in jobs]), np.concatenate([job.state for job in jobs])
        )
        cuts = np.cumsum([len(job.ids) for job in jobs])[:-1]
        rows = zip(*(np.split(each, cuts) for each in found), strict=True)
        for job, own in zip(jobs, rows, strict=True):
            job.found = tuple(each.copy() for each in own)  # a row shall not keep the batch
