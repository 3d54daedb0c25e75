"""Returns of units to which something happened elsewhere: inside a product, at their vendor, written off, bought back."""

from __future__ import annotations

import pytest

from nameplate import functions
from nameplate.ledger import verify
from nameplate.models import Entry, ReturnGoods, Role, Status, Switch
from nameplate.operations import returning
from nameplate.operations.rejecting import reject_units, release_rejected
from nameplate.operations.returning import GoodsPart, GoodsSaid
from nameplate.operations.shipping import GoodsShipped, ship_directly
from nameplate.operations.undoing import undo_entry
from tests import world
from tests.operations.orders import refused
from tests.operations.returning import Counter, counter
from tests.operations.selling import ids, stock, unit
from tests.pods import pod_shop


@pytest.fixture
def desk(any_database: None) -> Counter:
    return counter()


def test_a_part_that_comes_back_out_of_a_product_keeps_the_warranty_of_the_product(any_database: None) -> None:
    pods = pod_shop(world.user(role=Role.MANAGER))
    pods.build(pods.order(1), pods.row("SP-1", ["D01", "D02", "D03"], ["P01", "P02"]))
    customer = world.customer()
    ship_directly(actor=pods.actor, customer=customer, unit_ids=ids("SP-1"), warranty_months=24)
    until = unit("SP-1").warranty_until
    entry = returning.take_back(actor=pods.actor, customer=customer, unit_ids=ids("D01"), location_id=pods.shelf.pk)
    assert entry.document is not None
    assert (unit("D01").status, unit("D01").warranty_until, unit("D02").warranty_until) == (Status.RETURNED, until, None)
    undo_entry(actor=pods.actor, entry_id=entry.pk)
    assert unit("D01").warranty_until is None
    returning.receive_return(actor=pods.actor, paper=entry.document, location_id=pods.shelf.pk)
    returning.reject(actor=pods.actor, paper=entry.document, unit_ids=ids("D01"), reason="Opened", ship_back=True)
    returning.ship_back(actor=pods.actor, paper=entry.document, unit_ids=ids("D01"))
    again = returning.take_back(actor=pods.actor, customer=customer, unit_ids=ids("D01"), location_id=pods.shelf.pk)
    assert again.document is not None
    assert returning.standing(again.document).units[0].state.in_warranty
    assert verify() == []


def test_an_undo_leads_into_no_status_of_which_every_function_is_off_and_out_of_it_as_ever(desk: Counter) -> None:
    actor, paper = desk.shop.actor, desk.back("D1")
    restocked = returning.restock(actor=actor, paper=paper, unit_ids=ids("D1"))
    ship_directly(actor=actor, customer=desk.shop.customer, goods=[GoodsShipped(desk.shop.fans, 6)])
    fans = [GoodsSaid(4, lot=desk.shop.fans)]
    goods = returning.take_back(actor=actor, customer=desk.shop.customer, goods=fans, location_id=desk.shop.shelf.pk).document
    assert goods is not None
    [row] = ReturnGoods.objects.filter(paper=goods)
    again = returning.restock(actor=actor, paper=goods, goods=[GoodsPart(row.pk)])
    came = desk.back("D2")
    reject_units(actor=actor, unit_ids=ids("D7"), reason="Bent")
    released = release_rejected(actor=actor, unit_ids=ids("D7"))
    _switch(functions.RMA, on=False)
    written = Entry.objects.count()
    told = refused(lambda: undo_entry(actor=actor, entry_id=restocked.pk))
    assert (told.rule, told.extra["functions"], "Returned" in told.message) == ("switched-off", ["rma"], True)
    assert (Entry.objects.count(), unit("D1").status) == (written, Status.RECEIVED)
    assert (refused(lambda: undo_entry(actor=actor, entry_id=again.pk)).rule, stock(desk.shop.fans)) == ("switched-off", (8, 0))
    undo_entry(actor=actor, entry_id=Entry.objects.get(document=came, act="returned").pk)
    assert unit("D2").status == Status.SHIPPED
    _switch(functions.QUALITY_CONTROL, on=False)
    assert refused(lambda: undo_entry(actor=actor, entry_id=released.pk)).extra["functions"] == ["quality-control", "rma"]
    _switch(functions.QUALITY_CONTROL, on=True)
    undo_entry(actor=actor, entry_id=released.pk)
    assert (unit("D7").status, verify()) == (Status.REJECTED, [])


def _switch(name: str, *, on: bool) -> None:
    Switch.objects.update_or_create(name=name, defaults={"on": on})
    functions.forget()
