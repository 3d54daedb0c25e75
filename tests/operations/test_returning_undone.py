"""What of a return is taken back, wholly or in part: it stands exactly as it stood before."""

from __future__ import annotations

import pytest

from nameplate.ledger import verify
from nameplate.models import Document, EarlierOutcome, Entry, ReturnGoods, Role, Status
from nameplate.operations import returning
from nameplate.operations.returning import GoodsPart, GoodsSaid
from nameplate.operations.shipping import GoodsShipped, ship_directly
from nameplate.operations.undoing import undo_entry
from tests import world
from tests.operations.returning import Counter, counter, row, status
from tests.operations.selling import ids, unit
from tests.pods import pod_shop


@pytest.fixture
def desk(any_database: None) -> Counter:
    return counter()


def said(paper: Document, number: str) -> tuple[str, str, str]:
    """The status of the return, and what is decided and was found of its unit."""
    return status(paper), row(number).outcome, row(number).finding


def undo(desk: Counter, *entries: Entry, only: str = "") -> None:
    for entry in entries:
        undo_entry(actor=desk.shop.actor, entry_id=entry.pk, unit_ids=ids(only) if only else None)


def test_what_an_undone_act_said_is_forgotten_and_what_was_decided_before_it_or_since_stands(desk: Counter) -> None:
    actor, paper, (d1, d2) = desk.shop.actor, desk.announced("D1", "D2"), ids("D1", "D2")
    came = desk.receive(paper)
    waits = ("Waiting for inspection", "", "")
    restocked = returning.restock(actor=actor, paper=paper, unit_ids=[d1, d2], finding="Nothing wrong")
    undo(desk, restocked, only="D1")
    assert (said(paper, "D1"), row("D2").outcome, row("D2").finding) == (waits, "receipt_and_credit", "Nothing wrong")
    undo(desk, restocked)
    assert said(paper, "D2") == waits
    undo(desk, returning.reject(actor=actor, paper=paper, unit_ids=[d1], reason="Dropped", ship_back=True))
    undo(desk, returning.end_repair(actor=actor, paper=paper, unit_ids=[d1], fault="Bearing", ship_back=False))
    assert said(paper, "D1") == waits
    begun = returning.begin_repair(actor=actor, paper=paper, unit_ids=[d1], fault="Bearing", ship_back=False)
    sent = returning.ship_back(actor=actor, paper=paper, unit_ids=[d1], replacements={d2: ids("D7")[0]})
    assert (row("D1").outcome, row("D2").outcome) == ("repair_and_ship_back", "replacement")
    undo(desk, sent, begun)
    assert (said(paper, "D1"), said(paper, "D2")) == (waits, waits)
    returning.decide(actor=actor, paper=paper, unit_ids=[d1], outcome="reject_and_ship_back", finding="Opened")
    undo(desk, returning.restock(actor=actor, paper=paper, unit_ids=[d1], finding="It runs"))
    decided = ("reject_and_ship_back", "Opened")
    assert said(paper, "D1")[1:] == decided
    begun = returning.begin_repair(actor=actor, paper=paper, unit_ids=[d2], fault="Bearing")
    returning.decide(actor=actor, paper=paper, unit_ids=[d2], outcome="repair")
    undo(desk, begun, came)
    assert (said(paper, "D1")[1:], said(paper, "D2")[1:]) == (decided, ("repair", "Bearing"))
    assert (EarlierOutcome.objects.count(), verify()) == (0, [])


def test_acts_undone_out_of_their_order_leave_what_was_before_both(desk: Counter) -> None:
    actor, paper = desk.shop.actor, desk.announced("D1")
    sent = returning.ship_back(actor=actor, paper=paper, replacements={ids("D1")[0]: ids("D7")[0]})
    came = desk.receive(paper)
    restocked = returning.restock(actor=actor, paper=paper, unit_ids=ids("D1"), finding="It runs")
    undo(desk, sent)
    assert said(paper, "D1") == ("Waiting for action", "replacement", "It runs")
    undo(desk, restocked, came)
    assert said(paper, "D1") == ("New", "", "")


def test_goods_forget_what_an_undone_act_said_too(desk: Counter) -> None:
    actor, customer, shelf = desk.shop.actor, desk.shop.customer, desk.shop.shelf.pk
    ship_directly(actor=actor, customer=customer, goods=[GoodsShipped(desk.shop.fans, 6)])
    paper = returning.create_return(actor=actor, customer=customer, goods=[GoodsSaid(4, lot=desk.shop.fans)])
    came = returning.receive_return(actor=actor, paper=paper, location_id=shelf)
    goods = ReturnGoods.objects.get(paper=paper)
    restocked = returning.restock(actor=actor, paper=paper, goods=[GoodsPart(goods.pk, 3)], finding="As new")
    rejected = returning.reject(actor=actor, paper=paper, goods=[GoodsPart(goods.pk)], reason="Bent")
    undo(desk, restocked, rejected)
    goods.refresh_from_db()
    assert (status(paper), goods.outcome, goods.finding) == ("Waiting for inspection", "", "")
    undo(desk, came)
    assert (status(paper), EarlierOutcome.objects.count(), verify()) == ("New", 0, [])


def test_a_product_stays_received_when_only_the_receipt_of_its_part_is_undone(any_database: None) -> None:
    pods = pod_shop(world.user(role=Role.MANAGER))
    pods.build(pods.order(1), pods.row("SP-1", ["D01", "D02", "D03"], ["P01", "P02"]))
    customer = world.customer()
    ship_directly(actor=pods.actor, customer=customer, unit_ids=ids("SP-1"))
    entry = returning.take_back(actor=pods.actor, customer=customer, unit_ids=ids("SP-1", "D01"), location_id=pods.shelf.pk)
    assert entry.document is not None
    undo_entry(actor=pods.actor, entry_id=entry.pk, unit_ids=ids("D01"))
    assert (row("SP-1").received_by, row("D01").received_by, status(entry.document)) == (entry, None, "Waiting for inspection")
    returning.restock(actor=pods.actor, paper=entry.document, unit_ids=ids("SP-1"))
    assert (unit("SP-1").status, verify()) == (Status.RECEIVED, [])
