"""Where what was in a lot went: what is in stock lies at a place, whoever had it before."""

from __future__ import annotations

from nameplate.listings.lot_ends import ends_of
from nameplate.models import Status
from nameplate.operations import returning
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
