"""What a job's handler is given: the job, a way to say how far it is, and the one statement that makes it done."""

from __future__ import annotations

import time
from typing import Any

from django.db import DatabaseError
from django.db.models import F
from django.utils import timezone

from nameplate.ledger.transacting import is_lock_failure
from nameplate.models import Entry, Job, JobStatus
from nameplate.operations.filing import keep

EVERY = 0.5
"""Seconds between two words about progress."""


class CanceledError(Exception):
    """Somebody asked for it to be canceled before it was done."""


class SupersededError(Exception):
    """The worker was taken for dead, and another has the job."""


class Work:
    """One attempt at a job."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.left: dict[str, Any] = {}
        """Columns of the job that are kept even if it fails: the file of bad lines."""
        self._said = 0.0
        self._sentence = ""

    def say(self, sentence: str, done: int = 0, total: int = 0) -> None:
        """Say how far it is; a new sentence at once, numbers twice a second. Raises `CanceledError` if that was asked for meanwhile."""
        now = time.monotonic()
        if sentence == self._sentence and now - self._said < EVERY:
            return
        self._said, self._sentence = now, sentence
        mine = Job.objects.filter(pk=self.job.pk, attempts=self.job.attempts, status=JobStatus.RUNNING)
        try:
            touched = mine.update(sentence=sentence, done=done, total=total, beat_at=timezone.now())
        except DatabaseError as error:
            # Somebody else writes: nobody loses anything if these numbers are not said.
            if is_lock_failure(error):
                return
            raise
        if not touched:
            raise SupersededError
        if mine.filter(cancel_asked=True).exists():
            raise CanceledError

    def finish(
        self, sentence: str, outcome: dict[str, Any], *, entry: Entry | None = None, file: bytes | None = None, file_name: str = ""
    ) -> None:
        """Make it done. Called last in the transaction that did it: then nothing can come between the deed and the word.

        Raises, so that the transaction is rolled back: `CanceledError` and `SupersededError`.
        """
        mine = Job.objects.filter(pk=self.job.pk, attempts=self.job.attempts, status=JobStatus.RUNNING)
        touched = mine.filter(cancel_asked=False).update(
            status=JobStatus.DONE,
            sentence=sentence[:300],
            done=F("total"),
            outcome=outcome,
            entry=entry,
            result=keep(file) if file is not None else None,
            result_name=file_name,
            ended_at=timezone.now(),
        )
        if not touched:
            raise CanceledError if mine.exists() else SupersededError

    def leave(self, file: bytes, file_name: str) -> None:
        """Keep a file with the job even if it fails."""
        self.left = {"result": keep(file), "result_name": file_name}
