"""Two units that were mixed up in packing are swapped between their shipments; the lists of what was shipped say so."""

from __future__ import annotations

import pytest

from nameplate import listings
from nameplate.ledger import verify
from nameplate.listings.shipment import contents
from nameplate.listings.shipped import shipped_units
from nameplate.models import Document, Entry
from nameplate.operations import returning
from nameplate.operations.shipping import ship_directly
from nameplate.operations.undoing import chosen_units, undo_entry
from tests.operations.orders import refused
from tests.operations.returning import Counter, counter
from tests.operations.selling import ids, unit


@pytest.fixture
def desk(any_database: None) -> Counter:
    return counter()


def went(desk: Counter) -> tuple[list[str], list[str], list[str]]:
    """What went to the two customers, by the list for them, and with the first shipment by its packing list."""
    lists = [shipped_units(actor=desk.shop.actor, of="customers", subject=party.pk) for party in (desk.shop.customer, desk.other)]
    assert desk.sold.document is not None
    paper = Document.objects.get(pk=desk.sold.document.pk)
    packed = [number for one in contents(actor=desk.shop.actor, shipment=paper) for number in one.numbers]
    return [one.number for one in lists[0]], [one.number for one in lists[1]], packed


def test_lists_of_what_was_shipped_follow_swaps_one_after_the_other_and_back(desk: Counter) -> None:
    def swap(one: str, other: str) -> Entry:
        return returning.swap_shipments(actor=desk.shop.actor, unit_id=ids(one)[0], other_id=ids(other)[0], reason="Mixed up")

    theirs = ["D1", "D2", "D3", "D4", "D5"]
    assert went(desk) == (theirs, ["D6"], theirs)
    first = swap("D6", "D5")
    assert went(desk) == (["D1", "D2", "D3", "D4", "D6"], ["D5"], ["D1", "D2", "D3", "D4", "D6"])
    rows = shipped_units(actor=desk.shop.actor, of="customers", subject=desk.shop.customer.pk)
    assert {(one.shipment, one.warranty_until) for one in rows} == {(str(desk.sold.document), unit("D6").warranty_until)}
    told = refused(lambda: undo_entry(actor=desk.shop.actor, entry_id=first.pk, unit_ids=ids("D5")))
    assert (told.rule, [one.text for one in told.offenders]) == ("half-a-swap", ["D6"])
    second = swap("D5", "D1")
    assert went(desk) == (["D2", "D3", "D4", "D5", "D6"], ["D1"], ["D2", "D3", "D4", "D5", "D6"])
    told = refused(lambda: undo_entry(actor=desk.shop.actor, entry_id=first.pk))
    assert ([one.text for one in told.offenders], told.extra["possible"], told.way_out) == (["D5"], [], "Undo the later entries first.")
    assert chosen_units(entry_id=first.pk, scope="free") == []
    undo_entry(actor=desk.shop.actor, entry_id=second.pk)
    undo_entry(actor=desk.shop.actor, entry_id=first.pk)
    assert went(desk) == (theirs, ["D6"], theirs)
    swap("D6", "D5")
    paper = desk.back("D6")
    returning.restock(actor=desk.shop.actor, paper=paper, unit_ids=ids("D6"))
    ship_directly(actor=desk.shop.actor, customer=desk.other, unit_ids=ids("D6"))
    assert went(desk) == (["D1", "D2", "D3", "D4", "D6"], ["D5", "D6"], ["D1", "D2", "D3", "D4", "D6"])


def test_the_report_of_what_was_shipped_follows_swaps_too(desk: Counter) -> None:
    def shipped(**asked: str) -> list[tuple[str, str, str]]:
        page = listings.ALL["reports/shipped"].read(asked, actor=desk.shop.actor)
        assert page.errors == {}
        return sorted((row["serial"], row["customer"], row["status"]) for row in page.rows)

    def returned() -> list[str]:
        return [one[0] for one in shipped(returned="!=")]

    ours, theirs = str(desk.shop.customer), str(desk.other)
    for one, other in (("D6", "D5"), ("D5", "D1")):
        returning.swap_shipments(actor=desk.shop.actor, unit_id=ids(one)[0], other_id=ids(other)[0], reason="Mixed up")
    assert shipped() == [("D1", theirs, "shipped"), *((name, ours, "shipped") for name in ("D2", "D3", "D4", "D5", "D6"))]
    assert shipped(customer=theirs, serial="=D1") == shipped(customer=theirs, q="D1") == [("D1", theirs, "shipped")]
    assert (shipped(serial="=D6"), shipped(customer=theirs, q="D6"), returned()) == ([("D6", ours, "shipped")], [], [])
    desk.back("D6")
    assert (returned(), shipped(status="returned")) == (["D6"], [("D6", ours, "returned")])
    entry = Entry.objects.filter(act="shipments swapped").latest("pk")
    undo_entry(actor=desk.shop.actor, entry_id=entry.pk)
    assert shipped(customer=theirs) == [("D5", theirs, "shipped")]


def test_of_what_went_to_somebody_else_neither_address_nor_order_nor_warranty_is_used_until_it_is_swapped(desk: Counter) -> None:
    actor, (d6, d7, d8) = desk.shop.actor, ids("D6", "D7", "D8")
    strange = ship_directly(actor=actor, customer=desk.other, unit_ids=ids("D9"), address="9 Secret Street").document
    assert strange is not None
    paper = desk.back("D6", "D9", contradiction="They are on their desk.")
    assert paper.customer_return.address == "1 Harbour Road"
    entry = returning.ship_back(actor=actor, paper=paper, replacements={d6: d7})
    new = unit("D7")
    assert (new.customer, new.customer_order, new.warranty_until) == (desk.shop.customer, None, None)
    undo_entry(actor=actor, entry_id=entry.pk)
    theirs = unit("D5").customer_order
    returning.swap_shipments(actor=actor, unit_id=d6, other_id=ids("D5")[0], reason="Mixed up")
    returning.ship_back(actor=actor, paper=paper, replacements={d6: d8})
    assert theirs is not None
    assert (unit("D8").customer_order, unit("D8").warranty_until) == (theirs, unit("D6").warranty_until)
    assert (unit("D8").warranty_until is None, verify()) == (False, [])
