"""The queue: a job is put into it in the transaction that makes it, so that there is never one without the other."""

from __future__ import annotations

from django_tasks import task

from nameplate.models import Job


@task()
def work_on(job_id: int) -> None:
    """What stands in the queue. Django's own worker could run it as well; ours takes up jobs under its own name."""
    from nameplate.jobs.running import run

    run(job_id)


def enqueue(job: Job) -> None:
    """Put it into the queue."""
    work_on.enqueue(job.pk)
