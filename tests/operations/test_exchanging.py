"""The catalogue as files: what goes out comes in again unchanged; what cannot come in is named by line and column, and nothing is."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

import pytest
import xlsxwriter
from django.db import connection
from django.test.utils import CaptureQueriesContext

from nameplate.models import Change, Item, Location, Party, Role, Site, User
from nameplate.operations import cataloguing, exchanging
from nameplate.operations.cataloguing.party_parts import contacts_of
from nameplate.refusals import Conflict, Forbidden, Invalid, Refused, TooLarge
from tests import world


def sheet(*rows: Sequence[object], separator: str = ",") -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=separator).writerows(rows)
    return out.getvalue().encode()


def workbook(*rows: Iterable[object]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        page = book.add_worksheet()
        for line, row in enumerate(rows):
            page.write_row(line, 0, row)
    return out.getvalue()


def told(report: exchanging.Report) -> list[tuple[int, str, str]]:
    return [(fault.line, fault.column, fault.message) for fault in report.faults]


def counts(report: exchanging.Report) -> tuple[int, int, int]:
    return report.made, report.changed, report.same


def bring(actor: User, noun: str, content: bytes) -> exchanging.Report:
    """What the dry run says and the real run does are the same."""
    dry = exchanging.judge_file(actor=actor, noun=noun, content=content)
    done = exchanging.import_file(actor=actor, noun=noun, content=content, seen=dry.signature)
    assert counts(done) == counts(dry)
    return done


def test_new_ones_are_made_known_ones_changed_others_left(manager: User) -> None:
    shelf = world.location(of=world.site(name="Main plant"), name="A-1")
    old = cataloguing.create_item(actor=manager, number="PSU-760", description="old", unit="pcs", made=True)
    cataloguing.create_item(actor=manager, number="0012", description="stays", cost="2.5")
    done = bring(
        manager,
        "items",
        sheet(
            ["Item number", "Description", "FOLLOWED_BY", "Cost", "Default location", "Bought", "colour"],
            ["psu-760", "new", "", "1,200.5", "Main plant · A-1", "", "red"],
            ["0012", "stays", "serial numbers", "2.50", "", "yes", ""],
            [],
            ["=1+1", "'=sum", "Lots", "", "", "no", ""],
        ),
    )
    assert counts(done) == (1, 1, 1)
    assert done.sheet.unknown == ["colour"]
    old.refresh_from_db()
    assert (old.number, old.description, old.cost, old.default_location, old.made, old.version) == (
        "psu-760",
        "new",
        1_200_500_000,
        shelf,
        True,
        2,
    )
    made = Item.objects.get(number="=1+1")
    assert (made.description, made.tracking, made.bought, made.unit) == ("=sum", "lot", False, "pcs")
    logged = set(Change.objects.filter(subject=old.pk, noun="items").exclude(field="created").values_list("field", "before", "after"))
    assert logged == {
        ("number", "PSU-760", "psu-760"),
        ("description", "old", "new"),
        ("cost", "", "1200.5"),
        ("default_location", "", "A-1"),
    }
    assert Change.objects.filter(subject=made.pk, noun="items", field="created").exists()


def test_everything_wrong_is_named_and_nothing_is_brought_in(manager: User) -> None:
    drive = world.item(number="DRIVE")
    world.purchase_order(lines=[(drive, 5)])
    content = sheet(
        ["Number", "Description", "GTIN", "Archived", "Followed by", "Default location", "Shelf life (days)"],
        ["A", "fine", "", "", "", "", ""],
        ["a", "twice", "", "", "", "", ""],
        ["B", "", "4006381333932", "perhaps", "now and then", "nowhere", "31.3.2026"],
        ["", "no number", "", "", "", "", ""],
        ["DRIVE", "A part", "", "yes", "lots", "", ""],
        ["C\x00", "", "", "", "", "", ""],
    )
    before = (Item.objects.count(), Change.objects.count())
    report = exchanging.judge_file(actor=manager, noun="items", content=content)
    assert [(line, column) for line, column, _ in told(report)] == [
        (3, "Item number"),
        (4, "GTIN"),
        (4, "Archived"),
        (4, "Followed by"),
        (4, "Default location"),
        (4, "Shelf life (days)"),
        (5, "Item number"),
        (6, "Archived"),
        (6, "Followed by"),
        (7, "Item number"),
    ]
    assert "stands on line 2 already" in told(report)[0][2]
    assert "which is still open" in told(report)[7][2]
    with pytest.raises(Invalid) as refusal:
        exchanging.import_file(actor=manager, noun="items", content=content)
    assert refusal.value.rule == "file-faults"
    assert [offender.line for offender in refusal.value.offenders][:2] == [3, 4]
    assert (Item.objects.count(), Change.objects.count()) == before
    mended = list(csv.reader(io.StringIO(exchanging.bad_lines_of(report).decode("utf-8-sig"))))
    assert mended[0][-2:] == ["Line", "What is wrong"]
    assert [line[-2] for line in mended[1:]] == ["3", "4", "5", "6", "7"]
    assert "after 400638133393 comes 1" in mended[2][-1]


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "file-empty"),
        (b"Item number,Description\n", "file-only-heads"),
        (b"Serial number,Status\nWD-1,Received\n", "file-foreign-heads"),
        (b"Item number,item_number,number\nA,B,C\n", "head-twice"),
        (b"%PDF-1.7", "file-foreign"),
        (b"PK\x03\x04 broken", "file-damaged"),
        (b"Item number\n" + b"A\n" * 10_001, "too-many-rows"),
        (b"x" * 8_000_001, "file-too-large"),
    ],
)
def test_a_file_that_is_none_of_these_things_is_refused_whole(manager: User, content: bytes, rule: str) -> None:
    with pytest.raises((Invalid, TooLarge)) as refusal:
        exchanging.judge_file(actor=manager, noun="items", content=content)
    assert refusal.value.rule == rule
    assert refusal.value.fields


def test_a_sheet_keeps_its_own_numbers_and_dates(manager: User) -> None:
    bring(manager, "items", workbook(["Item number", "Cost", "Bought", "Shelf life (days)"], [4711, 0.1, True, 30]))
    item = Item.objects.get()
    assert (item.number, item.cost, item.bought, item.shelf_life_days) == ("4711", 100_000, True, 30)
    report = exchanging.judge_file(actor=manager, noun="items", content=workbook(["Item number"], [12.5], [12345678901234567890]))
    assert [line for line, _, _ in told(report)] == [2, 2, 3, 3]


def test_what_somebody_agreed_to_is_what_is_done(manager: User) -> None:
    content = sheet(["Item number", "Description"], ["A", "one"])
    seen = exchanging.judge_file(actor=manager, noun="items", content=content).signature
    cataloguing.create_item(actor=manager, number="A")
    with pytest.raises(Conflict) as refusal:
        exchanging.import_file(actor=manager, noun="items", content=content, seen=seen)
    assert refusal.value.rule == "changed-meanwhile"
    assert Item.objects.get().description == ""


def test_parties_with_their_lists(manager: User) -> None:
    old = cataloguing.create_vendor(
        actor=manager, name="Tolomei", number="T-1", contacts=[{"name": "Ada"}], addresses=[{"label": "billing"}]
    )
    content = sheet(
        ["Number", "Name", "Contact 1 name", "Contact 3 name", "Contact 3 e-mail"],
        ["t-1", "Tolomei", "", "Ben", "ben@example.com"],
        ["", "Nordlicht", "Cy", "", ""],
        separator=";",
    )
    assert counts(bring(manager, "vendors", content)) == (1, 1, 0)
    ben = {"name": "Ben", "role": "", "email": "ben@example.com", "phone": ""}
    assert contacts_of(Party.objects.get(pk=old.pk)) == [ben]
    assert old.addresses.count() == 1
    assert Party.objects.get(name="Nordlicht").number.startswith("V")
    wrong = exchanging.judge_file(actor=manager, noun="vendors", content=content.replace(b"ben@example.com", b"nobody"))
    assert [(line, column) for line, column, _ in told(wrong)] == [(2, "Contact 3 e-mail")]
    world.purchase_order(lines=[(world.item(), 1)], of=old)
    report = exchanging.judge_file(actor=manager, noun="vendors", content=sheet(["Number", "Archived"], ["T-1", "yes"]))
    assert [(line, column) for line, column, _ in told(report)] == [(2, "Archived")]


def test_sites_with_their_locations(manager: User) -> None:
    shelf = world.location(of=world.site(name="Main plant"), name="A-1")
    done = bring(
        manager,
        "sites",
        sheet(
            ["Site", "Location", "Address", "Archived"],
            ["Main plant", "", "1 Road\nTown", ""],
            ["Main plant", "A-1", "", "yes"],
            ["Main plant", "A-2", "", ""],
            ["Service", "Bench 1", "", ""],
            ["Main plant", "Unknown", "", "no"],
        ),
    )
    assert counts(done) == (3, 2, 1)  # the site “Service” comes with its bench
    shelf.refresh_from_db()
    assert shelf.archived
    bench = Location.objects.select_related("site").get(name="Bench 1")
    assert (bench.label_key, bench.site.locations.count()) == ("service · bench 1", 3)
    assert set(Change.objects.filter(subject=bench.pk, noun="locations").values_list("field", flat=True)) == {"created"}
    world.receipt(numbers=["A1"], at=Location.objects.get(name="A-2"))
    report = exchanging.judge_file(
        actor=manager,
        noun="sites",
        content=sheet(
            ["Site", "Location", "Address", "Archived"],
            ["Main plant", "A-2", "2 Road", "yes"],
            ["Main plant", "In transit", "", "yes"],
            ["Main plant", "", "", "yes"],
            ["", "A-3", "", ""],
        ),
    )
    assert [(line, column) for line, column, _ in told(report)] == [
        (2, "Address"),
        (2, "Archived"),
        (3, "Location"),
        (4, "Archived"),
        (5, "Site"),
    ]


def statements(actor: User, count: int) -> int:
    """What a file costs that makes as many items as it changes."""
    made, changed = ([[f"{name}-{n}", f"{count}"] for n in range(count)] for name in (f"NEW-{count}", "OLD"))
    with CaptureQueriesContext(connection) as captured:
        exchanging.import_file(actor=actor, noun="items", content=sheet(["Item number", "Description"], *made, *changed))
    return len(captured)


def test_a_long_file_takes_no_more_statements_than_a_short_one(manager: User) -> None:
    bring(manager, "items", sheet(["Item number"], *([f"OLD-{n}"] for n in range(300))))
    assert statements(manager, 110) == statements(manager, 300)
    assert Item.objects.count() == 300 + 110 + 300


def test_only_those_who_may(db: None) -> None:
    content = sheet(["Item number"], ["A"])
    viewer = world.user(role=Role.VIEWER)
    attempts: list[Any] = [
        lambda: exchanging.judge_file(actor=viewer, noun="items", content=content),
        lambda: exchanging.import_file(actor=viewer, noun="items", content=content),
    ]
    for attempt in attempts:
        with pytest.raises(Forbidden):
            attempt()
    assert exchanging.export_file(actor=viewer, noun="items", form="csv").startswith(b"\xef\xbb\xbfItem number,")
    with pytest.raises(Refused):
        exchanging.export_file(actor=viewer, noun="users", form="csv")
    assert not Item.objects.exists()
    assert not Site.objects.exists()
