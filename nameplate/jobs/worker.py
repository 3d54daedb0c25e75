"""The worker: takes what is queued and works on it, one job after the other, until it is told to stop; then it finishes what it is at."""

from __future__ import annotations

import logging
import signal
import threading
import time
from datetime import timedelta
from types import FrameType
from typing import Any

from django.db import DatabaseError, close_old_connections, transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from nameplate.jobs import leasing, running
from nameplate.jobs.queueing import work_on

POLL = 0.4
"""Seconds between two looks at an empty queue. Looking is one read; no lock is taken for it."""
TIDY = 15.0
"""Seconds between two looks for what dead workers left behind."""
KEPT = timedelta(days=14)
"""How long the queue remembers what it is done with. Jobs themselves are kept."""

logger = logging.getLogger(__name__)


class Worker:
    """One worker. `until_idle` ends it when nothing is queued."""

    def __init__(self, *, until_idle: bool = False) -> None:
        self.name = leasing.worker_name()
        self.until_idle = until_idle
        self.stopping = threading.Event()

    def listen(self) -> None:
        """Stop at SIGTERM and SIGINT, after the job that is running."""
        for sign in (signal.SIGTERM, signal.SIGINT):
            signal.signal(sign, self._stop)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        # By another thread: the interrupted one may be at the event just now, and would wait for itself.
        threading.Thread(target=self.stopping.set).start()

    def work(self) -> None:
        """Until told to stop."""
        logger.info("Worker %s is there", self.name)
        tidied = 0.0
        while not self.stopping.is_set():
            close_old_connections()
            try:
                if time.monotonic() - tidied >= TIDY:
                    self.tidy()
                    tidied = time.monotonic()
                worked = self.work_one()
            except DatabaseError:
                # The database is away or busy for longer than anybody waits: it will be back.
                logger.exception("The queue could not be looked at")
                worked = False
                self.stopping.wait(5)
            if not worked and self.until_idle:
                return
            if not worked:
                self.stopping.wait(POLL)
        logger.info("Worker %s ends", self.name)

    def tidy(self) -> None:
        """Queue again what dead workers left; forget what the queue was done with long ago."""
        leasing.release_dead(self.name)
        leasing.queue_lost()
        gone = DBTaskResult.objects.filter(enqueued_at__lt=timezone.now() - KEPT)
        if gone.exists():
            gone.delete()

    def work_one(self) -> bool:
        """Take the next of the queue and work on it; whether there was one."""
        found = self._take()
        if found is None:
            return False
        try:
            running.run(found.args_kwargs["args"][0], self.name)
        except Exception as error:
            logger.exception("A job could not be run to any end")
            found.set_failed(error)
            return True
        found.set_successful(None)
        return True

    def _take(self) -> DBTaskResult[..., Any] | None:
        ready = DBTaskResult.objects.ready().filter(task_path=work_on.module_path)
        if not ready.exists():
            return None
        with transaction.atomic():
            found = ready.get_locked()
            if found is not None:
                found.claim(self.name[:64])
        return found
