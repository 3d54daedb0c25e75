"""Everything about one lot: who did what to it and to its units, where they went, what belongs to it."""

from __future__ import annotations

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from nameplate.documents.lot_dossiers import MOST_ROWS, lot_dossier, lot_dossier_lines
from nameplate.ledger import Goods, Kind, post, undo
from nameplate.listings.lot_ends import ends_of
from nameplate.listings.lot_past import units_ever_in, with_splits
from nameplate.models import Lot, Serial, Status
from nameplate.operations import filing
from nameplate.operations.editing import edit_units
from nameplate.operations.holding import hold_units
from nameplate.operations.lots import edit_lot
from nameplate.operations.rejecting import reject_units
from nameplate.refusals import NotFound
from tests import world
from tests.documents.reading import texts_of
from tests.ledger.ground import Ground
from tests.listings.test_trace import build, screws


@pytest.fixture
def ground(db: None) -> Ground:
    return Ground(actor=world.user(username="auditor"))


def sections(ground: Ground, lot: int) -> dict[str, list[dict[str, str]]]:
    """The CSV, taken apart: by section, its rows by column."""
    _, lines = lot_dossier_lines(actor=ground.actor, lot=lot)
    found: dict[str, list[dict[str, str]]] = {}
    head: list[str] = []
    for row in csv.reader(io.StringIO("".join(lines))):
        if row[0] == "Section":
            head = row[1:]
        else:
            found.setdefault(row[0], []).append(dict(zip(head, row[1:], strict=True)))
    return found


def lived(ground: Ground, count: int = 4) -> tuple[Lot, list[int]]:
    """A lot with a life: units built in, shipped, held, rejected; a file, an edit, something undone."""
    lot = ground.lot()
    units = ground.ids(ground.receive(count, lot=lot))
    (pod,), _ = build(ground, units[: count - 3])
    ground.do(
        Kind.SHIPPED, [pod], to={"customer_id": ground.customer.pk, "shipment_id": ground.papers["S"].pk}, document=ground.papers["S"]
    )
    build(ground, units[count - 3 : count - 2], known=False)
    reject_units(actor=ground.actor, unit_ids=units[count - 2 : count - 1], reason="scratched")
    held = hold_units(actor=ground.actor, unit_ids=units[count - 1 :], reason="wait")
    undo(actor=ground.actor, entry=held)
    filing.attach(actor=ground.actor, noun="lots", subject=lot.pk, name="certificate.pdf", data=b"%PDF-1.4")
    lot.refresh_from_db()
    edit_lot(actor=ground.actor, lot=lot, version=lot.version, vendor_batch="H-2211", cost="89.5")
    return lot, units


def test_the_csv_has_everything(ground: Ground) -> None:
    lot, units = lived(ground)
    edit_units(actor=ground.actor, unit_ids=units[:1], warranty_until="2027-03-31")
    found = sections(ground, lot.pk)
    numbers = list(Serial.objects.filter(pk__in=units).order_by("pk").values_list("number", flat=True))
    split = Lot.objects.get(split_from=lot)
    assert [row["Serial number"] for row in found["Units that were ever in it"]] == numbers
    assert [row["Lot"] for row in found["Split off"]] == [split.number]
    acts = [(row["What"], row["Reason"], bool(row["Undone by"])) for row in found["Held, rejected, written off"]]
    assert acts == [("rejected", "scratched", False), ("put on hold", "wait", True)]
    assert [row["Customer"] for row in found["Customers"]] == ["Kestrel Archive"]
    assert {(row["Something of it inside"], row["Still inside"]) for row in found["Products that it went into"]} == {
        ("certain", "yes"),
        ("possible", "yes"),
    }
    assert [row["File"] for row in found["Files"]] == ["certificate.pdf"]
    edits = {(row["Lot"], row["Field"], row["After"]) for row in found["Changes of what is written about it"]}
    assert {(lot.number, "Vendor batch", "H-2211"), (lot.number, "Cost of one", "89.5")} <= edits
    assert {(lot.number, "File", "certificate.pdf"), (split.number, "Status", "Rejected")} <= edits
    assert {row["By whom"] for row in found["Everything that was done"]} == {"auditor"}
    assert {row["Number"] for row in found["Documents, inspections among them"]} == {ground.papers["MO"].number}
    assert len(found["Every step of every unit"]) == 4 + 1 + 1 + 1 + 2 + 1
    assert {row["Other changes"] for row in found["Every step of every unit"]} == {"", "Warranty until: nothing → 2027-03-31"}
    assert {row["How many"] for row in found["Where it went"]} == {"1"}


def test_paper_says_where_it_leaves_something_out(ground: Ground) -> None:
    lot, _ = lived(ground, MOST_ROWS + 5)
    text = " ".join(" ".join(texts_of(lot_dossier(actor=ground.actor, lot=lot.pk).content)).split())
    assert f"Everything about lot {lot.number}" in text
    assert f"The first {MOST_ROWS} of {MOST_ROWS + 5}: the CSV has all." in text
    assert "Too long for paper" in text


def test_a_splits_dossier_has_the_files_of_what_it_was_split_from(ground: Ground) -> None:
    lot, _ = lived(ground)
    split = Lot.objects.get(split_from=lot)
    assert [row["Of lot"] for row in sections(ground, split.pk)["Files"]] == [lot.number]
    assert [file.name for file in filing.inherited(actor=ground.actor, lot=split.pk)] == ["certificate.pdf"]
    assert filing.inherited(actor=ground.actor, lot=lot.pk) == []


def test_it_takes_as_many_statements_for_many_units_as_for_few(ground: Ground) -> None:
    counts = []
    for count in (4, 60):
        lot, _ = lived(ground, count)
        with CaptureQueriesContext(connection) as statements:
            sections(ground, lot.pk)
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_where_it_went_counts_by_what_became_of_it(ground: Ground) -> None:
    lot, units = lived(ground)
    family = with_splits(lot.pk)
    ends = {(end.status, end.customer, end.order, end.count) for end in ends_of(lot, family, units_ever_in(family))}
    assert ends == {
        (Status.CONSUMED, "Kestrel Archive", ground.papers["MO"].number, 1),
        (Status.CONSUMED, "", ground.papers["MO"].number, 1),
        (Status.REJECTED, "", "", 1),
        (Status.RECEIVED, "", "", 1),
    }
    assert units_ever_in(family) == units


def test_goods_say_under_which_documents_they_went(ground: Ground) -> None:
    lot = Lot.objects.get(pk=screws(ground, 9_000_000))
    assert ends_of(lot, [lot.pk], []) == []
    goods = [Goods(lot.pk, ground.shelf.pk, -4_000_000)]
    used = post(actor=ground.actor, act="built", document=ground.papers["MO"], goods=goods)
    (end,) = ends_of(lot, [lot.pk], [])
    assert (end.count, end.act, end.order, end.status) == (4_000_000, "built", ground.papers["MO"].number, None)
    undo(actor=ground.actor, entry=used)
    assert ends_of(lot, [lot.pk], []) == []


def test_there_is_no_dossier_of_nothing(ground: Ground) -> None:
    with pytest.raises(NotFound):
        lot_dossier(actor=ground.actor, lot=10**12)
