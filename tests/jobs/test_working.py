"""Jobs as such: queued with what asks for them, run once, canceled before they store, taken from dead workers, given up in the end."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from nameplate.jobs import asking, leasing, running
from nameplate.jobs.exporting import start_export
from nameplate.jobs.work import CanceledError, SupersededError, Work
from nameplate.jobs.worker import Worker
from nameplate.models import Job, JobStatus, Role, User
from nameplate.refusals import Refused
from tests import world


@pytest.fixture
def job(db: None, manager: User) -> Job:
    return start_export(actor=manager, name="items", query="number=A*", form="csv")


def again(job: Job) -> Job:
    return Job.objects.get(pk=job.pk)


def test_a_job_is_in_the_queue_with_what_asked_for_it(job: Job) -> None:
    waiting = DBTaskResult.objects.get()
    assert waiting.args_kwargs["args"] == [job.pk]


def test_it_runs_once_however_often_it_is_in_the_queue(job: Job) -> None:
    running.run(job.pk, beats=False)
    ended = again(job).ended_at
    running.run(job.pk, beats=False)
    assert (again(job).status, again(job).ended_at, again(job).attempts) == (JobStatus.DONE, ended, 1)


def test_one_that_waits_is_canceled_at_once(job: Job, manager: User) -> None:
    assert asking.cancel_job(actor=manager, job_id=job.pk).status == JobStatus.CANCELED
    running.run(job.pk, beats=False)
    assert again(job).status == JobStatus.CANCELED
    with pytest.raises(Refused) as refused:
        asking.cancel_job(actor=manager, job_id=job.pk)
    assert refused.value.rule == "job-ended"


def test_one_that_runs_is_canceled_when_it_says_how_far_it_is_or_wants_to_store(job: Job, manager: User) -> None:
    taken = leasing.take_up(job.pk, "here:1:a")
    assert taken is not None
    work = Work(taken)
    work.say("Reading")
    asking.cancel_job(actor=manager, job_id=job.pk)
    with pytest.raises(CanceledError):
        work.say("Writing")
    with pytest.raises(CanceledError):
        work.finish("Done.", {})
    assert again(job).status == JobStatus.RUNNING


def test_nobody_cancels_or_takes_what_is_somebody_elses(job: Job, operator: User, administrator: User) -> None:
    for call in (asking.cancel_job, asking.result_of):
        with pytest.raises(Refused) as refused:
            call(actor=operator, job_id=job.pk)
        assert refused.value.rule == "not-yours"
    assert asking.cancel_job(actor=administrator, job_id=job.pk).status == JobStatus.CANCELED


@pytest.mark.parametrize("silent", [timedelta(seconds=1), leasing.LEASE * 2])
def test_what_a_dead_worker_left_is_taken_up_again_and_the_dead_write_nothing(job: Job, silent: timedelta) -> None:
    me = leasing.worker_name()
    gone = f"{me.rpartition(':')[0]}:other" if silent < leasing.LEASE else "elsewhere:17:other"
    taken = leasing.take_up(job.pk, gone)
    assert taken is not None
    Job.objects.update(beat_at=timezone.now() - silent)
    assert leasing.release_dead(me) == 1
    assert again(job).status == JobStatus.QUEUED
    running.run(job.pk, me, beats=False)
    assert (again(job).status, again(job).attempts) == (JobStatus.DONE, 2)
    with pytest.raises(SupersededError):
        Work(taken).say("Still here")


def test_a_living_worker_keeps_its_job(job: Job) -> None:
    me = leasing.worker_name()
    leasing.take_up(job.pk, f"{me.partition(':')[0]}:{os.getppid()}:parent")
    assert leasing.release_dead(me) == 0
    assert leasing.release_dead("elsewhere:1:a") == 0


def test_what_was_taken_from_the_queue_by_a_worker_that_died_before_it_took_it_up_is_queued_again(job: Job) -> None:
    assert leasing.queue_lost() == 0
    DBTaskResult.objects.get().claim("dead")
    assert leasing.queue_lost() == 1
    assert DBTaskResult.objects.ready().count() == 1


def test_after_some_attempts_it_is_given_up_and_says_so(job: Job) -> None:
    me = leasing.worker_name()
    Job.objects.update(status=JobStatus.RUNNING, attempts=leasing.MOST_ATTEMPTS, worker="elsewhere:1:a", beat_at=None)
    leasing.release_dead(me)
    assert (again(job).status, again(job).outcome["rule"]) == (JobStatus.FAILED, "worker-ended")


def test_a_fault_of_ours_ends_it_and_the_worker_goes_on(job: Job, manager: User, caplog: pytest.LogCaptureFixture) -> None:
    Job.objects.filter(pk=job.pk).update(parameters={})
    other = start_export(actor=manager, name="items", query="", form="csv")
    running.run(job.pk, beats=False)
    running.run(other.pk, beats=False)
    assert (again(job).status, again(job).outcome["rule"]) == (JobStatus.FAILED, "our-fault")
    assert again(other).status == JobStatus.DONE
    assert "KeyError" in caplog.text


def test_a_worker_works_the_queue_off(committing: str) -> None:
    manager = world.user(role=Role.MANAGER)
    jobs = [start_export(actor=manager, name=name, query="", form=form) for name, form in (("items", "csv"), ("vendors", "xlsx"))]
    Worker(until_idle=True).work()
    assert [again(job).status for job in jobs] == [JobStatus.DONE, JobStatus.DONE]
    assert set(DBTaskResult.objects.values_list("status", flat=True)) == {"SUCCESSFUL"}
