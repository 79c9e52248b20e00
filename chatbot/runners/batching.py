"""Make one batch of the steps that several threads want at the same time.

    thread A  step(2 lanes) --+
    thread B  step(1 lane)  --+--> one step of 4 lanes --> each gets its own rows back
    thread C  step(1 lane)  --+

No thread of its own: whoever finds the network free runs everything that waits (leader and
followers), so a lone keystroke pays for no hand-over, and a thousand users are rows of a batch.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

import numpy as np

from chatbot.errors import BusyError
from chatbot.runners.base import Floats, Ids, Runner

__all__ = ["BatchingRunner"]


@dataclass(eq=False)
class _Job:
    ids: Ids
    state: Floats
    wants_logits: bool
    logits: Floats | None = None
    after: Floats | None = None
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

    def step(self, ids: Ids, state: Floats) -> tuple[Floats, Floats]:
        job = self._do(_Job(ids, state, wants_logits=True))
        assert job.logits is not None
        assert job.after is not None
        return job.logits, job.after

    def advance(self, ids: Ids, state: Floats) -> Floats:
        job = self._do(_Job(ids, state, wants_logits=False))
        assert job.after is not None
        return job.after

    def _do(self, job: _Job) -> _Job:
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
        return job

    def _take(self) -> list[_Job]:
        """Take jobs of one kind from the front, up to `most_lanes` lanes (but one job at least)."""
        with self._queue_lock:
            kind = self._queue[0].wants_logits
            taken, lanes = list[_Job](), 0
            for job in self._queue:
                if job.wants_logits is kind and (
                    not taken or lanes + len(job.ids) <= self._most_lanes
                ):
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
        if len(jobs) == 1:
            self._step_one(jobs[0])
            return
        batch = _Job(
            np.concatenate([job.ids for job in jobs]),
            np.concatenate([job.state for job in jobs]),
            wants_logits=jobs[0].wants_logits,
        )
        self._step_one(batch)
        assert batch.after is not None
        cuts = np.cumsum([len(job.ids) for job in jobs])[:-1]
        for job, rows in zip(jobs, np.split(batch.after, cuts), strict=True):
            job.after = rows.copy()  # whoever keeps a row shall not keep the batch
        if batch.logits is not None:
            for job, rows in zip(jobs, np.split(batch.logits, cuts), strict=True):
                job.logits = rows.copy()

    def _step_one(self, job: _Job) -> None:
        if job.wants_logits:
            job.logits, job.after = self._runner.step(job.ids, job.state)
        else:
            job.after = self._runner.advance(job.ids, job.state)
