"""Where what was in a lot went: what is in stock lies at a place, whoever had it before."""

from __future__ import annotations

from nameplate.listings.lot_ends import ends_of
from nameplate.listings.trace import Node
from nameplate.listings.trace.facts import facts_of
from nameplate.models import Role, Status
from nameplate.operations import returning
from nameplate.operations.reasons import create_reason
from nameplate.operations.writing_off import write_off
from tests import world
from tests.operations.returning import counter
from tests.operations.selling import ids, unit


def test_what_is_in_stock_again_is_not_at_its_last_customer(db: None) -> None:
    desk = counter()
    customer, shelf = desk.shop.customer.name, f"{desk.shop.shelf.site} · {desk.shop.shelf.name}"
    paper = desk.announced("D1", "D2")
    desk.receive(paper)
    returning.restock(actor=desk.shop.actor, paper=paper, unit_ids=ids("D1"))
    lot = unit("D1").lot
    found = {(end.status, end.customer, end.place) for end in ends_of(lot, [lot.pk], ids("D1", "D2", "D3"))}
    assert found == {(Status.RECEIVED, "", shelf), (Status.RETURNED, "", shelf), (Status.SHIPPED, customer, "")}


def test_what_is_gone_is_not_at_its_last_customer(db: None) -> None:
    desk = counter()
    desk.receive(desk.announced("D1"))
    lost = create_reason(actor=world.user(role=Role.ADMINISTRATOR), kind="write-off", name="Lost")
    write_off(actor=desk.shop.actor, reason=lost, unit_ids=ids("D1"))
    lot = unit("D1").lot
    assert {(end.status, end.customer) for end in ends_of(lot, [lot.pk], ids("D1"))} == {(Status.WRITTEN_OFF, "")}


def test_a_trace_says_the_customer_of_what_is_there_alone(db: None) -> None:
    desk = counter()
    desk.receive(desk.announced("D1"))
    found = facts_of([Node("serials", unit(number).pk) for number in ("D1", "D2")])
    shelf = f"{desk.shop.shelf.site} · {desk.shop.shelf.name}"
    assert {(one.customer, one.where) for one in found.values()} == {("", shelf), (desk.shop.customer.name, "")}
