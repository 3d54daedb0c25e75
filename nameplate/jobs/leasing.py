"""Whose job it is: taken up by one worker, kept by saying that it lives, and taken from one that died.

A worker on this machine that is gone is known at once; of one elsewhere only that it has been silent for longer than its lease.
"""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from nameplate.jobs.queueing import enqueue, work_on
from nameplate.models import Job, JobStatus

LEASE = timedelta(seconds=90)
"""Silence after which a worker counts as dead. Longer than any wait for a lock, which keeps even a living one silent."""
BEAT = 10.0
"""Seconds between two signs of life."""
MOST_ATTEMPTS = 5

logger = logging.getLogger(__name__)


def worker_name() -> str:
    """A name that no other worker has: machine, process, and a chance part, since process numbers come again."""
    return f"{socket.gethostname()[:60]}:{os.getpid()}:{secrets.token_hex(4)}"


def take_up(job_id: int, worker: str) -> Job | None:
    """The job, taken up by this worker; None when it is not waiting any more."""
    with transaction.atomic():
        job = Job.objects.select_for_update(no_key=True).filter(pk=job_id, status=JobStatus.QUEUED).first()
        if job is None:
            return None
        now = timezone.now()
        job.status, job.worker, job.beat_at = JobStatus.RUNNING, worker, now
        job.attempts += 1
        job.started_at = job.started_at or now
        job.done = job.total = 0
        job.save(update_fields=["status", "worker", "beat_at", "attempts", "started_at", "done", "total"])
    return job


def give_back(job: Job, sentence: str) -> bool:
    """Put a job that could not be finished back into the queue, to be tried again; False when it has been tried often enough."""
    with transaction.atomic():
        mine = Job.objects.filter(pk=job.pk, attempts=job.attempts, status=JobStatus.RUNNING)
        if job.attempts >= MOST_ATTEMPTS:
            return False
        if mine.update(status=JobStatus.QUEUED, sentence=sentence, worker=""):
            enqueue(job)
    return True


def release_dead(worker: str) -> int:
    """Queue again what workers left behind that are gone; fail what was tried often enough. How many jobs that were."""
    silent = timezone.now() - LEASE
    left = [
        job
        for job in Job.objects.filter(status=JobStatus.RUNNING)
        if _is_gone(job.worker, worker) or not job.beat_at or job.beat_at < silent
    ]
    for job in left:
        logger.warning("Job %s was left by %s, attempt %s", job.pk, job.worker, job.attempts)
        if not give_back(job, "Its worker ended; it is tried again."):
            sentence = f"It was begun {job.attempts} times, and its worker ended each time. Nothing of it was stored."
            outcome = {"rule": "worker-ended", "message": sentence, "way_out": "Look into the log, then start it again."}
            Job.objects.filter(pk=job.pk, attempts=job.attempts, status=JobStatus.RUNNING).update(
                status=JobStatus.FAILED, sentence=sentence, outcome=outcome, ended_at=timezone.now()
            )
    return len(left)


def queue_lost() -> int:
    """Queue again what waits for nobody: its worker ended between taking it from the queue and taking it up. How many jobs that were.

    One that is being taken up this moment may be queued twice; it is taken up once.
    """
    ready = DBTaskResult.objects.ready().filter(task_path=work_on.module_path)
    queued = {found.args_kwargs["args"][0] for found in ready}
    lost = list(Job.objects.filter(status=JobStatus.QUEUED).exclude(pk__in=queued))
    for job in lost:
        logger.warning("Job %s waited for nobody", job.pk)
        enqueue(job)
    return len(lost)


def _is_gone(name: str, me: str) -> bool:
    """Whether a worker of this machine is no more: its process is gone, or is this one under an earlier name."""
    host, _, rest = name.rpartition(":")[0].rpartition(":")
    mine, _, own = me.rpartition(":")[0].rpartition(":")
    if host != mine or not rest.isdigit():
        return False
    if rest == own:
        return name != me
    try:
        os.kill(int(rest), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


@contextmanager
def beating(job: Job) -> Iterator[None]:
    """Say every few seconds, from a thread with a connection of its own, that the job's worker lives."""
    ended = threading.Event()

    def beat() -> None:
        try:
            while not ended.wait(BEAT):
                _beat(job)
        finally:
            connection.close()

    thread = threading.Thread(target=beat, name=f"job {job.pk} lives", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _beat(job: Job) -> None:
    """While the job itself holds SQLite's one write lock nothing can be said, nor could anybody else take the job."""
    try:
        Job.objects.filter(pk=job.pk, attempts=job.attempts, status=JobStatus.RUNNING).update(beat_at=timezone.now())
    except DatabaseError as error:
        logger.info("No sign of life for job %s: %s", job.pk, error)
