"""Pages are made in processes of their own, so that a long one holds up no other and one that never ends is ended.

A process keeps one state of the store open; for another state it is replaced by a new one.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from comity.web.answer import Answer, Ask

Render = Callable[[Path, Ask], Answer]
LIFE = 2000
"""Pages that a process makes before it is replaced."""


class Late(Exception):
    """A page was not made by its deadline; what made it was ended."""


class Full(Exception):
    """Too many pages wait to be made."""


class Worker:
    """One process that makes pages, started when first needed."""

    def __init__(self, shapes: Path | None = None) -> None:
        self.shapes = shapes
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None
        self._folder: Path | None = None
        self._made = 0

    def ask(self, folder: Path, ask: Ask, seconds: float) -> Answer:
        """The answer by a state of the store. Raises Late after so many seconds, with the process ended."""
        for again in (True, False):
            pipe = self._ready(folder)
            try:
                pipe.send(ask)
                if not pipe.poll(seconds):
                    self.stop()
                    raise Late
                self._made += 1
                answer: Answer = pipe.recv()
                return answer
            except (EOFError, OSError):
                self.stop()
                if not again:
                    raise Late from None
        raise Late

    def stop(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.join()
        if self._pipe is not None:
            self._pipe.close()
        self._process = self._pipe = None
        self._made = 0

    def _ready(self, folder: Path) -> Connection:
        if self._process is None or self._pipe is None or not self._process.is_alive() or self._folder != folder or self._made >= LIFE:
            self.stop()
            context = multiprocessing.get_context("spawn")
            self._pipe, theirs = context.Pipe()
            self._process = context.Process(target=_work, args=(theirs, folder, self.shapes), daemon=True, name="comity-page")
            self._process.start()
            theirs.close()
            self._folder = folder
        return self._pipe


class Lane:
    """Some workers and those who wait for them: at most `waiting` at once, each page made within `seconds`.

    Without workers pages are made in this process, by threads; then one that is late is answered for, not ended.
    """

    def __init__(self, workers: int, *, waiting: int, seconds: float, render: Render, shapes: Path | None = None) -> None:
        self.workers = [Worker(shapes) for _ in range(workers)]
        self.waiting = waiting
        self.seconds = seconds
        self.render = render
        self._free: asyncio.LifoQueue[Worker] | None = None
        self._asked = 0

    async def ask(self, folder: Path, ask: Ask) -> Answer:
        """The answer; Full where too many wait, Late where it is not made in time."""
        if self._asked >= self.waiting:
            raise Full
        self._asked += 1
        try:
            return await (self._by_process(folder, ask) if self.workers else self._here(folder, ask))
        finally:
            self._asked -= 1

    async def _by_process(self, folder: Path, ask: Ask) -> Answer:
        if self._free is None:
            self._free = asyncio.LifoQueue()
            for worker in self.workers:
                self._free.put_nowait(worker)
        begun = time.monotonic()
        try:
            worker = await asyncio.wait_for(self._free.get(), self.seconds)
        except TimeoutError:
            raise Late from None
        try:
            return await asyncio.to_thread(worker.ask, folder, ask, max(1.0, self.seconds - (time.monotonic() - begun)))
        finally:
            self._free.put_nowait(worker)

    async def _here(self, folder: Path, ask: Ask) -> Answer:
        try:
            return await asyncio.wait_for(asyncio.to_thread(self.render, folder, ask), self.seconds)
        except TimeoutError:
            raise Late from None

    def close(self) -> None:
        """End the processes."""
        for worker in self.workers:
            worker.stop()


def _work(pipe: Connection, folder: Path, shapes: Path | None) -> None:
    import signal
    import warnings

    import pyarrow as pa

    from comity.web import coming, render

    coming.shapes = shapes
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    warnings.simplefilter("ignore")
    while True:
        try:
            ask = pipe.recv()
        except EOFError:
            return
        pipe.send(render.render(folder, ask))
        pa.default_memory_pool().release_unused()
