"""The worker beside the web: a process that starts one, starts it again when it dies, and ends with the one that serves.

It is forked before the server starts any thread, so that it costs no second start of Python; its workers are forks of it.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from nameplate.jobs.worker import Worker

AGAIN = 1.0
"""Seconds before a worker that died is started again."""
LOOK = 0.2
DRAIN = 25.0
"""Seconds that a worker has for the job it is at. One that takes longer is ended: its job is tried again, and nothing is done twice."""


@contextmanager
def kept_worker() -> Iterator[None]:
    """Have a worker while the block runs. Nothing may be connected to the database here, nor any thread be running."""
    keeper = os.fork()
    if keeper == 0:
        _Keeper(os.getppid()).run()
        os._exit(0)
    try:
        yield
    finally:
        _end(keeper, DRAIN + 5)


class _Keeper:
    """The process between the server and the worker."""

    def __init__(self, parent: int) -> None:
        self.parent = parent
        self.stopping = False

    def run(self) -> None:
        """Until told to stop, or until the server is gone."""
        for sign in (signal.SIGTERM, signal.SIGINT):
            signal.signal(sign, self._stop)
        while not self.stopping:
            worker = os.fork()
            if worker == 0:
                _work()
            while not self.stopping and not _ended(worker):
                time.sleep(LOOK)
                if os.getppid() != self.parent:
                    # Left behind by a server that was killed, a worker would go on for nobody.
                    self.stopping = True
            if self.stopping:
                _end(worker, DRAIN)
            else:
                time.sleep(AGAIN)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True


def _work() -> None:
    worker = Worker()
    worker.listen()
    try:
        worker.work()
    finally:
        os._exit(0)


def _ended(process: int) -> bool:
    try:
        return os.waitpid(process, os.WNOHANG)[0] != 0
    except ChildProcessError:
        return True


def _end(process: int, patience: float) -> None:
    """Ask it to stop, and wait; then make it."""
    until = time.monotonic() + patience
    for sign in (signal.SIGTERM, signal.SIGKILL):
        if _ended(process):
            return
        try:
            os.kill(process, sign)
        except ProcessLookupError:
            return
        while time.monotonic() < until or sign == signal.SIGKILL:
            if _ended(process):
                return
            time.sleep(0.05)
