"""What people ask of jobs: begin one, look at it, cancel it, take what it left."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from nameplate import access
from nameplate.jobs.queueing import enqueue
from nameplate.ledger.transacting import transacting
from nameplate.models import Import, Job, JobKind, JobStatus, User
from nameplate.refusals import Conflict, Forbidden, NotFound


@transacting()
def start(*, actor: User, kind: JobKind, title: str, parameters: dict[str, Any], subject: Import | None = None) -> Job:
    """A job, queued in the transaction that asks for it. The caller has asked whether `actor` may."""
    job = Job.objects.create(
        kind=kind, title=title[:300], actor=actor, parameters=parameters, subject=subject, sentence="Waiting for the worker"
    )
    enqueue(job)
    return job


def find_job(*, actor: User, job_id: int) -> Job:
    """The job as it stands. Everybody who may look at the stock may see how far jobs are."""
    access.require(actor, "stock", "view")
    job = (
        Job.objects.select_related("actor", "entry", "result", "subject")
        .defer("result__data", "subject__content__data")
        .filter(pk=job_id)
        .first()
    )
    if job is None:
        raise NotFound("not-found", "There is no such job.")
    return job


def may_steer(actor: User, job: Job) -> bool:
    """Whether a job is `actor`'s own, or they look after the installation: they may cancel it and take its result."""
    return actor.pk == job.actor_id or access.may(actor, "settings", "edit")


@transacting()
def cancel_job(*, actor: User, job_id: int) -> Job:
    """Cancel a job that is not done yet: one that waits at once, one that runs as soon as it looks, before it stores anything."""
    job = find_job(actor=actor, job_id=job_id)
    _require_own(actor, job)
    locked = Job.objects.select_for_update(no_key=True).get(pk=job_id)
    if locked.ended:
        raise Conflict("job-ended", f"It is {JobStatus(locked.status).label.lower()} already.", way_out=_way_out(locked))
    if locked.status == JobStatus.QUEUED:
        locked.status, locked.sentence, locked.ended_at = JobStatus.CANCELED, "Canceled before it began.", timezone.now()
    locked.cancel_asked = True
    locked.save(update_fields=["status", "sentence", "ended_at", "cancel_asked"])
    return locked


def result_of(*, actor: User, job_id: int) -> Job:
    """The job with the bytes that it left, for a download."""
    job = find_job(actor=actor, job_id=job_id)
    _require_own(actor, job)
    if job.result is None:
        raise NotFound("no-result", "This job left no file.")
    return job


def _require_own(actor: User, job: Job) -> None:
    if not may_steer(actor, job):
        raise Forbidden("not-yours", f"This is {job.actor.get_username()}’s job.", way_out="Ask them, or an administrator.")


def _way_out(job: Job) -> str:
    return "Undo what it did instead." if job.entry_id is not None else ""
