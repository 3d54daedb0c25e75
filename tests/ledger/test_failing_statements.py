"""The n-th statement of an act of the ledger fails, for every n: nothing is left of it."""

from __future__ import annotations

from nameplate.ledger import Goods, Group, Kind, LotChange, Step, open_lot, post, transacting, undo
from nameplate.models import Entry, LotStatus, Serial
from tests.failing import fails_at_every_statement
from tests.ledger.ground import Ground, P, R


def received(ground: Ground) -> Entry:
    """A receipt with all that can be in one: a new lot, new units, units announced before, goods."""
    with transacting():
        lot = open_lot(item=ground.item, status=LotStatus.PLANNED, source=ground.papers["PO"])
        screws = open_lot(item=ground.screws, status=LotStatus.RECEIVED)
        planned = Serial.objects.filter(status=P, withdrawn=False).values_list("pk", flat=True)
        step = Step(Kind.RECEIVED, {"location_id": ground.shelf.pk, "lot_id": lot.pk})
        return post(
            actor=ground.actor,
            act="received",
            document=ground.papers["PO"],
            groups=[Group([step], new=ground.newcomers(3, "NEW-")), Group([step], units=list(planned))],
            goods=[Goods(screws.pk, ground.shelf.pk, 12_500_000)],
            lot_changes=[LotChange(lot.pk, LotStatus.RECEIVED)],
        )


def test_a_receipt_that_fails_at_any_statement_changes_nothing(committing: str, ground: Ground) -> None:
    ground.brought(P, 2)
    fails_at_every_statement(lambda: received(ground))


def test_an_undo_that_fails_at_any_statement_changes_nothing(committing: str, ground: Ground) -> None:
    ground.brought(P, 2)
    entry = received(ground)
    fails_at_every_statement(lambda: undo(actor=ground.actor, entry=entry))


def test_a_build_that_fails_at_any_statement_changes_nothing(committing: str, ground: Ground) -> None:
    product = ground.unit(R)
    parts = ground.brought(R, 2)
    built: list[Entry] = []
    fails_at_every_statement(lambda: built.append(ground.do(Kind.CONSUMED, parts, to={"parent_id": product})))
    fails_at_every_statement(lambda: undo(actor=ground.actor, entry=built[0]))
