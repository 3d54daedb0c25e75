"""A vendor's file brought in: what it makes, what it refuses, that the dry run and the real one agree, and that it is undone as one."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from nameplate.ledger import verify
from nameplate.models import Document, Entry, FieldNoun, Item, Job, JobStatus, Lot, Party, Serial, Status, User
from nameplate.operations.undoing import undo_entry
from tests import proving, world
from tests.jobs.files import HEADS, brought, checked, csv_of, drives, entry_of, mapping, taken


@pytest.fixture(autouse=True)
def shelf(db: None) -> None:
    world.location(of=world.site(name="Main plant"))


def test_the_real_file_goes_in_whole_and_out_again_as_one_act(manager: User, real_drives: Path) -> None:
    world.custom_field(noun=FieldNoun.ITEMS, name="Capacity", kind="whole")
    world.custom_field(noun=FieldNoun.SERIALS, name="Failure", kind="yes_no")
    lines = real_drives.read_bytes().splitlines(keepends=True)[: proving.times(2_000, 13_519) + 1]  # the head of it in the short form
    data, count, items = b"".join(lines), len(lines) - 1, len({line.split(b",")[2] for line in lines[1:]})
    assert (count, items) == (13_519, 31) or not proving.PROVING
    found = taken(manager, data)
    assert (found.lines, [column["head"] for column in found.columns]) == (count, list(HEADS))
    how = mapping(more={"custom.items.capacity": 4, "custom.serials.failure": 5})
    report = checked(manager, found, how).outcome
    assert (report["good"], report["bad"], report["new_items"], report["new_vendors"], len(report["groups"])) == (count, 0, items, 1, items)
    assert not Serial.objects.exists()
    job = brought(manager, found, how)
    assert (job.status, job.outcome["units"], entry_of(job).units) == (JobStatus.DONE, count, count), job.outcome
    units = Serial.objects.filter(status=Status.RECEIVED, received_on="2013-04-10")
    assert units.count() == count
    assert Document.objects.filter(status="received").count() == items
    assert sum(bool((values or {}).get("failure")) for values in Serial.objects.values_list("custom", flat=True)) in {0, 1}
    assert verify() == []
    again = brought(manager, taken(manager, data), how)
    assert again.status == JobStatus.FAILED
    assert again.outcome["bad"] == count
    assert "Already received on 2013-04-10 with PO" in again.outcome["offenders"][0]["why"]
    undo_entry(actor=manager, entry_id=entry_of(job).pk)
    assert not Serial.objects.filter(withdrawn=False).exists()
    assert set(Document.objects.values_list("status", flat=True)) == {"canceled"}
    assert verify() == []


def refusal(job: Job) -> dict[int, str]:
    """Line → what was said of it, of a run that stored nothing."""
    assert job.status == JobStatus.FAILED
    assert not Entry.objects.filter(act__in=["received", "planned"]).exists()
    assert not Serial.objects.exists()
    assert not Item.objects.exists()
    return {offender["line"]: offender["why"] for offender in job.outcome["offenders"]}


def test_an_error_in_line_9999_stores_nothing_and_is_named(manager: User) -> None:
    rows = drives(10_000)
    rows[9_997] = ("2013-04-10", "", "ST4000", 1, 0)
    job = brought(manager, taken(manager, csv_of(rows)), mapping())
    assert refusal(job) == {9_999: "serial_number: There is no serial number here."}
    assert "1 of 10,000 lines" in job.outcome["message"]
    assert job.result is not None
    bad = bytes(job.result.data).decode("utf-8-sig").splitlines()
    assert bad == [
        "date,serial_number,model,capacity_bytes,failure,line,why",
        "2013-04-10,,ST4000,1,0,9999,serial_number: There is no serial number here.",
    ]


def test_each_wrong_cell_is_named_by_line_and_column(manager: User) -> None:
    rows = [
        ("2013-04-10", "A1", "M", 1, 0),
        ("2013-04-31", "A2", "M", 1, 0),
        ("2013-04-10", "A1", "M", 1, 0),
        ("2999-01-01", "A4", "M", 1, 0),
        ("2013-04-10", "A5", "", 1, 0),
        ("2013-04-10", "A\u20146", "M", 1, 0),
        ("2013-04-10", "A7\u202e", "M", 1, 0),
    ]
    said = refusal(brought(manager, taken(manager, csv_of(rows)), mapping()))
    assert list(said) == [3, 4, 5, 6, 7, 8]
    assert said[3].startswith("date: “2013-04-31” is not a date")
    assert said[4] == "serial_number: It stands twice in this file, first on line 2."
    assert said[5] == "date: This day is still to come."
    assert said[6] == "model: There is nothing here, and the item is needed."
    assert "typographic dash" in said[7]
    assert "writing direction" in said[8]


def test_what_a_person_decides_lets_lines_stand(manager: User) -> None:
    other = world.receipt(numbers=["A1"])
    rows = [("2013-04-10", "A1", "M", 1, 0), ("2013-04-10", "A\u20142", "M", 1, 0)]
    found = taken(manager, csv_of(rows))
    report = checked(manager, found, mapping()).outcome
    assert report["decide"] == {"other-item": 1, "to-clean": 1}
    assert report["bad"] == 2
    job = brought(manager, found, mapping(keep=("other-item",), clean=True))
    assert job.status == JobStatus.DONE, job.outcome
    assert set(Serial.objects.exclude(last_entry=other).values_list("number", flat=True)) == {"A1", "A-2"}


def test_vendors_batches_and_places_by_line(manager: User) -> None:
    world.location(name="B-02")
    known = world.vendor(name="Tolomei Distribution")
    heads = ("sn", "item", "vendor", "batch", "shelf", "day")
    rows = [
        ("A1", "M", "Tolomei Distribution", "H1", "A-01", "31.03.2013"),
        ("A2", "M", known.number, "H2", "B-02", "01.04.2013"),
        ("A3", "m", "Westdale", "", "A-01", "01.04.2013"),
    ]
    columns = mapping(
        columns=(),
        constants={"vendor": "", "location": ""},
    )
    found = taken(manager, csv_of(rows, heads))
    proposed = {one["target"] for one in found.mapping["columns"]}
    assert proposed == {"serial", "item", "vendor", "vendor_batch", "location", "received_on"}
    how = type(columns).of({**found.mapping})
    job = brought(manager, found, how)
    assert job.status == JobStatus.DONE, job.outcome
    assert {order.party.name: order.lines.count() for order in Document.objects.select_related("party") if order.party} == {
        "Tolomei Distribution": 2,
        "Westdale": 1,
    }
    units = Serial.objects.order_by("number").select_related("lot", "location")
    assert [(unit.lot.vendor_batch, unit.location.name if unit.location else "", str(unit.received_on)) for unit in units] == [
        ("H1", "A-01", "2013-03-31"),
        ("H2", "B-02", "2013-04-01"),
        ("", "A-01", "2013-04-01"),
    ]
    assert (Item.objects.count(), Party.objects.count(), verify()) == (1, 2, [])


def test_announced_units_are_planned_and_come_by_the_next_file(manager: User) -> None:
    found = taken(manager, csv_of(drives(5)))
    planned = brought(manager, found, mapping(mode="announcement", constants={"location": ""}))
    assert planned.outcome["units"] == 5
    assert set(Serial.objects.values_list("status", flat=True)) == {Status.PLANNED}
    order = Document.objects.get()
    again = checked(manager, found, mapping())
    assert again.outcome["wrong"][0]["message"] == f"Announced already with {order.number}. Receive it there."
    here = mapping(order=order.number, constants={"vendor": ""})
    early = checked(manager, taken(manager, csv_of(drives(3))), here).outcome
    assert early["rules"] == {"before-last-entry": 3}
    today = timezone.localdate().isoformat()
    come = brought(manager, taken(manager, csv_of(drives(3, day=today))), here)
    assert come.status == JobStatus.DONE, come.outcome
    assert Serial.objects.filter(status=Status.RECEIVED).count() == 3
    assert Serial.objects.filter(status=Status.PLANNED, withdrawn=False).count() == 2
    order.refresh_from_db()
    assert (order.status, verify()) == ("ordered", [])
    undo_entry(actor=manager, entry_id=entry_of(come).pk)
    assert Serial.objects.filter(status=Status.PLANNED, withdrawn=False).count() == 5
    undo_entry(actor=manager, entry_id=entry_of(planned).pk)
    order.refresh_from_db()
    assert (order.status, verify()) == ("canceled", [])


def test_an_order_takes_no_more_than_is_still_to_come(manager: User) -> None:
    item = world.item(number="ST4000")
    order = world.purchase_order(lines=[(item, 3)])
    how = mapping(order=order.number, constants={"vendor": ""})
    report = checked(manager, taken(manager, csv_of(drives(5))), how).outcome
    assert [(one["line"], one["rule"]) for one in report["wrong"]] == [(5, "more-than-ordered"), (6, "more-than-ordered")]
    assert brought(manager, taken(manager, csv_of(drives(2))), how).status == JobStatus.DONE
    assert Lot.objects.filter(source=order, status="planned").count() == 1
    assert verify() == []


def test_only_whoever_may_make_orders_and_record_earlier_days(manager: User, operator: User) -> None:
    found = taken(operator, csv_of(drives(2)))
    rules = checked(operator, found, mapping()).outcome["rules"]
    assert rules == {"not-allowed": 3}
    order = world.purchase_order(lines=[(world.item(number="ST4000"), 3)])
    today = taken(operator, csv_of(drives(2)))
    how = mapping(order=order.number, constants={"vendor": ""}, columns=mapping().columns[1:])
    assert brought(operator, today, how).status == JobStatus.DONE


def test_what_is_renamed_after_the_check_is_told_not_guessed(manager: User) -> None:
    from nameplate.jobs import files
    from nameplate.operations.cataloguing import edit_item
    from tests.jobs.files import ended

    item = world.item(number="ST4000")
    found = taken(manager, csv_of(drives(2)))
    dry = checked(manager, found, mapping())
    assert dry.outcome["new_items"] == 0
    edit_item(actor=manager, item=item, version=item.version, number="ST4000DM")
    job = ended(files.run_file(actor=manager, import_id=found.pk, checked_by=dry.pk))
    assert (job.status, job.outcome["rule"]) == (JobStatus.FAILED, "changed-since-check")
    assert "“ST4000” was an item that is known" in job.outcome["message"]
    assert (Serial.objects.count(), Item.objects.count()) == (0, 1)


def test_statements_do_not_grow_with_lines_or_items(manager: User) -> None:
    counts = []
    for size, models in ((4, 2), (60, 12)):
        rows = [row for model in range(models) for row in drives(size, model=f"M{size}-{model}", first=1 + model * size)]
        found = taken(manager, csv_of(rows))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert brought(manager, found, mapping(keep=("other-item",))).status == JobStatus.DONE
        counts.append(len(queries))
    assert counts[1] <= counts[0] + 1, counts
