"""Two units that were mixed up in packing are swapped between their shipments; the lists of what was shipped say so."""

from __future__ import annotations

import pytest

from nameplate.listings.shipment import contents
from nameplate.listings.shipped import shipped_units
from nameplate.models import Document, Entry
from nameplate.operations import returning
from nameplate.operations.shipping import ship_directly
from nameplate.operations.undoing import undo_entry
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
    undo_entry(actor=desk.shop.actor, entry_id=second.pk)
    undo_entry(actor=desk.shop.actor, entry_id=first.pk)
    assert went(desk) == (theirs, ["D6"], theirs)
    swap("D6", "D5")
    paper = desk.back("D6")
    returning.restock(actor=desk.shop.actor, paper=paper, unit_ids=ids("D6"))
    ship_directly(actor=desk.shop.actor, customer=desk.other, unit_ids=ids("D6"))
    assert went(desk) == (["D1", "D2", "D3", "D4", "D6"], ["D5", "D6"], ["D1", "D2", "D3", "D4", "D6"])
