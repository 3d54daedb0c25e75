"""Bulk editing as a job: all of it or nothing, once; the refused units as a file."""

from __future__ import annotations

import pytest

from nameplate.jobs import running
from nameplate.jobs.editing import start_edit
from nameplate.ledger import verify
from nameplate.models import Entry, Job, JobStatus, Serial, User
from nameplate.operations.editing import edit_units
from nameplate.operations.previewing_edits import preview_edit
from nameplate.operations.undoing import undo_entry
from nameplate.refusals import Conflict, Forbidden, Invalid
from tests import world


def ended(job: Job) -> Job:
    """The job, after it was run; twice, as a worker that was taken for dead would."""
    running.run(job.pk, beats=False)
    running.run(job.pk, beats=False)
    return Job.objects.select_related("result", "entry").get(pk=job.pk)


def test_a_job_edits_all_units_in_one_entry_that_is_undone_as_one(operator: User, viewer: User) -> None:
    world.custom_field(name="Grade")
    world.custom_field(name="Bin")
    world.receipt(numbers=["J1", "J2", "J3"])
    units = list(Serial.objects.values_list("pk", flat=True))
    with pytest.raises(Forbidden):
        start_edit(actor=viewer, unit_ids=units, notes="x")
    with pytest.raises(Invalid):
        start_edit(actor=operator, unit_ids=units, warranty_until="soon")
    assert not Job.objects.exists()
    job = start_edit(actor=operator, unit_ids=units, reason="Sorted", warranty_until="2029-03-31", custom={"grade": "b", "bin": "7"})
    assert job.title == "Bulk editing of 3 units: Warranty until, Grade and Bin"
    done = ended(job)
    assert (done.status, done.sentence, done.attempts) == (JobStatus.DONE, "3 units changed.", 1)
    assert done.entry is not None
    assert (done.entry.act, done.entry.units, done.entry.reason) == ("edited", 3, "Sorted")
    undo_entry(actor=operator, entry_id=done.entry.pk)
    assert not Serial.objects.exclude(warranty_until=None, custom=None).exclude(custom={}).exists()
    assert ended(start_edit(actor=operator, unit_ids=units, notes="")).sentence == "All of them stood so already."
    assert verify() == []


def test_what_others_changed_while_it_waited_is_not_overwritten(operator: User, manager: User) -> None:
    world.receipt(numbers=["J1", "J2", "J3"])
    units = list(Serial.objects.order_by("pk").values_list("pk", flat=True))
    told = preview_edit(actor=operator, unit_ids=units, notes="mine")
    job = start_edit(actor=operator, unit_ids=units, seen=told.seal, notes="mine")
    unasked = start_edit(actor=operator, unit_ids=units, notes="mine")
    elsewhere = start_edit(actor=operator, unit_ids=units, warranty_until="2029-03-31")
    edit_units(actor=manager, unit_ids=units[:1], notes="theirs")
    for waiting in (job, unasked):
        failed = ended(waiting)
        assert (failed.status, failed.sentence, failed.entry) == (JobStatus.FAILED, "This is not what the preview showed.", None)
    assert list(Serial.objects.order_by("pk").values_list("notes", flat=True)) == ["theirs", "", ""]
    with pytest.raises(Conflict) as refusal:
        start_edit(actor=operator, unit_ids=units, seen=told.seal, notes="mine")
    assert (refusal.value.rule, Job.objects.count()) == ("changed-meanwhile", 3)
    assert ended(elsewhere).sentence == "3 units changed."


def test_a_unit_that_is_refused_meanwhile_ends_it_with_nothing_changed(operator: User) -> None:
    world.receipt(numbers=["J1"])
    world.receipt(numbers=["J2"])
    job = start_edit(actor=operator, unit_ids=list(Serial.objects.values_list("pk", flat=True)), notes="seen")
    undo_entry(actor=operator, entry_id=Entry.objects.latest("pk").pk)
    failed = ended(job)
    assert (failed.status, failed.sentence, failed.entry) == (JobStatus.FAILED, "J2 was withdrawn.", None)
    assert failed.result is not None
    assert bytes(failed.result.data).decode("utf-8-sig").splitlines()[1:] == ["J2,its number was withdrawn"]
    assert not Serial.objects.exclude(notes="").exists()
