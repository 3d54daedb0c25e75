"""A job, run once to one of its ends, whatever happens: done, failed with the refusal, canceled, or given back to be tried again."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from typing import Any

from django.db import DatabaseError
from django.utils import timezone

from nameplate.jobs import editing, exporting, importing, leasing
from nameplate.jobs.work import CanceledError, SupersededError, Work
from nameplate.ledger.transacting import is_lock_failure
from nameplate.models import Job, JobKind, JobStatus
from nameplate.refusals import Busy, Refused

HANDLERS: Mapping[str, Callable[[Work], None]] = {
    JobKind.CHECK: importing.check,
    JobKind.IMPORT: importing.bring,
    JobKind.EXPORT: exporting.export,
    JobKind.EDIT: editing.edit,
}
MOST_OFFENDERS = 200
"""Offenders of a refusal that are kept with the job; the file of bad lines has all of them."""

logger = logging.getLogger(__name__)


def run(job_id: int, worker: str = "", *, beats: bool = True) -> None:
    """Run the job if it is still waiting. `beats` off: for whoever runs it where no second connection could see it."""
    job = leasing.take_up(job_id, worker or leasing.worker_name())
    if job is None:
        return
    began = time.monotonic()
    with leasing.beating(job) if beats else nullcontext():
        _run(job)
    job.refresh_from_db(fields=["status"])
    logger.info("Job %s (%s) is %s after %.1f s", job.pk, job.kind, job.status, time.monotonic() - began)


def _run(job: Job) -> None:
    work = Work(job)
    try:
        HANDLERS[job.kind](work)
    except CanceledError:
        end(job, JobStatus.CANCELED, "Canceled. Nothing of it was stored.")
    except SupersededError:
        logger.warning("Job %s was taken over by another worker", job.pk)
    except Busy as busy:
        _again(job, busy)
    except Refused as refused:
        end(job, JobStatus.FAILED, refused.message, outcome=refusal_of(refused), **work.left)
    except DatabaseError as error:
        if not is_lock_failure(error):
            logger.exception("Job %s failed", job.pk)
            _fault(job)
            return
        _again(job, Busy("busy", "The database was busy with other work for too long.", way_out="Start it again."))
    except Exception:
        # Whatever it is, the job ends and says so.
        logger.exception("Job %s failed", job.pk)
        _fault(job)


def _again(job: Job, busy: Busy) -> None:
    if not leasing.give_back(job, "Others are writing just now; it is tried again."):
        end(job, JobStatus.FAILED, busy.message, outcome=refusal_of(busy))


def _fault(job: Job) -> None:
    outcome = {
        "rule": "our-fault",
        "message": "Something went wrong on our side. Nothing of it was stored.",
        "way_out": "The log says what.",
    }
    end(job, JobStatus.FAILED, str(outcome["message"]), outcome=outcome)


def end(job: Job, status: JobStatus, sentence: str, **columns: Any) -> None:
    """Give the job its end, unless it has one or another worker has it by now."""
    mine = Job.objects.filter(pk=job.pk, attempts=job.attempts, status=JobStatus.RUNNING)
    mine.update(status=status, sentence=sentence[:300], ended_at=timezone.now(), **columns)


def refusal_of(refused: Refused) -> dict[str, Any]:
    """A refusal as it is kept."""
    return {
        "rule": refused.rule,
        "message": refused.message,
        "way_out": refused.way_out,
        "fields": dict(refused.fields),
        "offenders": [
            {"text": one.text, "why": one.why, "unit_id": one.unit_id, "line": one.line} for one in refused.offenders[:MOST_OFFENDERS]
        ],
        "causes": [{"noun": one.noun, "id": one.id, "label": one.label} for one in refused.causes[:MOST_OFFENDERS]],
        **{name: value for name, value in refused.extra.items() if isinstance(value, int | str)},
    }
