"""Returns of units to which something happened elsewhere: inside a product, at their vendor, written off, bought back."""

from __future__ import annotations

import pytest

from nameplate import functions
from nameplate.ledger import verify
from nameplate.models import Document, Entry, ReasonKind, ReturnGoods, Role, Status, Switch
from nameplate.operations import returning
from nameplate.operations.inspecting.judging import Said as Judged
from nameplate.operations.inspecting.judging import judge
from nameplate.operations.inspecting.opening import open_inspection
from nameplate.operations.re_entering import Occasion, re_enter
from nameplate.operations.reasons import create_reason
from nameplate.operations.rejecting import reject_units, release_rejected
from nameplate.operations.returning import GoodsPart, GoodsSaid
from nameplate.operations.sending_back import send_to_vendor
from nameplate.operations.shipping import GoodsShipped, ship_directly
from nameplate.operations.undoing import undo_entry
from nameplate.operations.writing_off import write_off
from tests import world
from tests.operations.orders import refused
from tests.operations.returning import Counter, counter, status
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


def test_a_unit_that_went_on_to_its_vendor_waits_for_nobody_on_its_return(desk: Counter) -> None:
    actor, paper = desk.shop.actor, desk.back("D1")
    sent = send_to_vendor(actor=actor, vendor=world.vendor(), unit_ids=ids("D1"), reason="Dead on arrival")
    assert (_next(paper), status(paper)) == (["at its vendor"], "Resolved")
    undo_entry(actor=actor, entry_id=sent.pk)
    assert (_next(paper), status(paper)) == (["to be inspected"], "Waiting for inspection")
    send_to_vendor(actor=actor, vendor=world.vendor(), unit_ids=ids("D1"), reason="Dead on arrival")
    returning.decide(actor=actor, paper=paper, unit_ids=ids("D1"), outcome="replacement")
    assert (_next(paper), status(paper)) == (["a replacement is to be shipped"], "Waiting for action")


def test_announced_units_that_cannot_come_any_more_are_passed_over_and_refused_by_name(desk: Counter) -> None:
    actor, paper = desk.shop.actor, desk.announced("D1", "D2", "D3")
    lost = create_reason(actor=world.user(role=Role.ADMINISTRATOR), kind=ReasonKind.WRITE_OFF, name="Burnt")
    gone = write_off(actor=actor, reason=lost, unit_ids=ids("D1"), at_customers=True)
    re_enter(actor=actor, unit_ids=ids("D2"), location_id=desk.shop.shelf.pk, reason="Bought", occasion=Occasion.BOUGHT_BACK)
    assert (_next(paper), status(paper)) == (["written off", "in stock again", "expected"], "New")
    written = Entry.objects.count()
    told = refused(lambda: desk.receive(paper, "D1", "D2", "D3"))
    assert [(one.text, one.why) for one in told.offenders] == [
        ("D1", "it is written off by now"),
        ("D2", "it is in stock again by now"),
    ]
    assert (told.rule, told.way_out, Entry.objects.count()) == ("return-unit", "Take it off the return.", written)
    desk.receive(paper)
    assert (_next(paper)[2], unit("D2").status, unit("D3").status) == ("to be inspected", Status.RECEIVED, Status.RETURNED)
    assert refused(lambda: desk.receive(paper)).way_out == "Take it off the return."
    returning.restock(actor=actor, paper=paper, unit_ids=ids("D3"))
    assert status(paper) == "Resolved"
    undo_entry(actor=actor, entry_id=gone.pk)
    assert (_next(paper)[0], status(paper)) == ("expected", "Waiting for action")
    returning.take_off_return(actor=actor, paper=paper, unit_ids=ids("D1", "D2"))
    assert (status(paper), verify()) == ("Resolved", [])


def _next(paper: Document) -> list[str]:
    return [one.state.next for one in returning.standing(paper).units]


def _switch(name: str, *, on: bool) -> None:
    Switch.objects.update_or_create(name=name, defaults={"on": on})
    functions.forget()


def test_a_rejected_unit_that_is_released_or_passes_leaves_nothing_to_do_on_its_return(desk: Counter) -> None:
    actor = desk.shop.actor
    first, second = desk.back("D1"), desk.back("D2")
    reject_units(actor=actor, unit_ids=ids("D1", "D2"), reason="Bent")
    assert [status(paper) for paper in (first, second)] == ["Waiting for inspection"] * 2
    release_rejected(actor=actor, unit_ids=ids("D1"))
    paper, _ = open_inspection(actor=actor, unit_ids=ids("D2"))
    judge(actor=actor, inspection=paper, verdicts=[Judged(ids("D2")[0], passed=True)])
    assert [status(paper) for paper in (first, second)] == ["Resolved"] * 2
