"""A receipt and an undo as people do them: whichever statement fails, and whoever else writes or looks, nothing is half there."""

from __future__ import annotations

import re
from functools import partial

import pytest
from django.db import connection

from nameplate.ledger import open_lot, transacting, verify
from nameplate.models import (
    Document,
    DocumentKind,
    DocumentStatus,
    Entry,
    Line,
    Location,
    Lot,
    LotStatus,
    Serial,
    Status,
    Stock,
    Tracking,
    User,
)
from nameplate.operations.inspecting.judging import Said, judge
from nameplate.operations.inspecting.plans import Check, set_plan
from nameplate.operations.inspecting.results import Found
from nameplate.operations.lots import Contents, create_lot
from nameplate.operations.purchasing import OrderLine, create_purchase_order, plan_numbers
from nameplate.operations.reasons import create_reason
from nameplate.operations.receiving import LineReceipt, receive
from nameplate.operations.sending_back import receive_replacements, send_to_vendor
from nameplate.operations.undoing import undo_entry
from nameplate.operations.writing_off import GoodsGone, write_off
from nameplate.quantities import MILLIONTHS
from tests import proving, world
from tests.failing import fails_at_every_statement
from tests.ledger.racing import race

BALANCE = (
    "SELECT (SELECT COALESCE(SUM(quantity), 0) FROM nameplate_stock), "
    f"(SELECT count(*) FROM nameplate_serial WHERE NOT withdrawn AND status = 2) * {MILLIONTHS}"
)


@pytest.fixture
def order(committing: str, operator: User) -> Document:
    """Ten units, of which two were announced by number, and screws."""
    placed = world.purchase_order(lines=[(world.item(), 10), (world.item(tracking=Tracking.NONE), 40)])
    plan_numbers(actor=operator, line=placed.lines.get(position=1), numbers=["P-1", "P-2"])
    return placed


@pytest.fixture
def shelf(committing: str) -> Location:
    return world.location()


def received(actor: User, order: Document, shelf: Location) -> Entry:
    """All that can be in a receipt: an announced number, new ones, a quantity, a rest that gets a lot of its own, the order's status."""
    drives, screws = order.lines.order_by("position")
    lines = [LineReceipt(drives.pk, ["P-1", "N-1", "N-2"], vendor_batch="H-2211"), LineReceipt(screws.pk, quantity=40)]
    return receive(actor=actor, order=order, lines=lines, location_id=shelf.pk, note="by hand")


def written(failed: list[str]) -> set[str]:
    """The tables whose inserts, COPY included, are among the statements that failed."""
    return {found[1] for sql in failed if (found := re.match(r'(?:COPY|INSERT INTO) "?(\w+)', sql))}


def test_a_receipt_that_fails_at_any_statement_changes_nothing(order: Document, shelf: Location, operator: User) -> None:
    failed = fails_at_every_statement(lambda: received(operator, order, shelf))
    assert written(failed) >= {"nameplate_serial", "nameplate_movement"}
    assert any(sql.startswith("COPY ") for sql in failed) == (connection.vendor == "postgresql")
    assert set(Serial.objects.filter(status=2).values_list("number", flat=True)) == {"P-1", "N-1", "N-2"}


def test_an_undo_that_fails_at_any_statement_changes_nothing(order: Document, shelf: Location, operator: User) -> None:
    entry = received(operator, order, shelf)
    failed = fails_at_every_statement(lambda: undo_entry(actor=operator, entry_id=entry.pk, reason="wrong box"))
    assert "nameplate_movement" in written(failed)
    assert not Serial.objects.filter(status=2).exists()


def test_an_undo_of_chosen_units_that_fails_at_any_statement_changes_nothing(order: Document, shelf: Location, operator: User) -> None:
    entry = received(operator, order, shelf)
    chosen = list(Serial.objects.filter(number__in=["P-1", "N-2"]).values_list("pk", flat=True))
    fails_at_every_statement(lambda: undo_entry(actor=operator, entry_id=entry.pk, unit_ids=chosen))
    assert Serial.objects.get(status=2).number == "N-1"


def test_sixteen_who_take_numbers_of_orders_and_lots_never_get_the_same(committing: str, manager: User) -> None:
    vendor, item = world.vendor(), world.item()
    times = proving.times(2, 20)

    def take() -> None:
        for _ in range(times):
            create_purchase_order(actor=manager, vendor=vendor, lines=[OrderLine(item, 1)])
            with transacting():
                open_lot(item=item, status=LotStatus.PLANNED)

    race(*[take] * 16)
    orders = list(Document.objects.values_list("number", flat=True))
    lots = list(Lot.objects.values_list("number", flat=True))
    assert len(orders) == len(set(orders)) == len(lots) == len(set(lots)) == 16 * times


def test_whoever_looks_while_others_receive_sees_stock_that_equals_the_units(committing: str, operator: User, shelf: Location) -> None:
    drive = world.item()
    orders = [world.purchase_order(lines=[(drive, 10_000)]) for _ in range(3)]
    times = proving.times(4, 40)
    seen: list[tuple[int, int]] = []
    under_way = list(orders)

    def look() -> None:
        while under_way:
            with connection.cursor() as cursor:
                cursor.execute(BALANCE)
                seen.append(cursor.fetchone())

    def work(order: Document) -> None:
        try:
            line = Line.objects.get(document=order).pk
            for index in range(times):
                numbers = [f"{order.number}-{index}-{n}" for n in range(30)]
                entry = receive(actor=operator, order=order, lines=[LineReceipt(line, numbers)], location_id=shelf.pk)
                units = list(Serial.objects.filter(movements__entry=entry).order_by("pk").values_list("pk", flat=True))
                undo_entry(actor=operator, entry_id=entry.pk, unit_ids=units[:10])
        finally:
            under_way.remove(order)

    race(look, *[partial(work, one) for one in orders])
    assert len(seen) > 1
    assert [pair for pair in seen if pair[0] != pair[1]] == []
    assert sum(Stock.objects.values_list("quantity", flat=True)) == 3 * times * 20 * MILLIONTHS
    assert set(Document.objects.values_list("status", flat=True)) == {DocumentStatus.ORDERED}
    assert verify() == []


def test_a_write_off_that_fails_at_any_statement_changes_nothing(committing: str, operator: User, administrator: User) -> None:
    shelf = world.location()
    reason = create_reason(actor=administrator, kind="write-off", name="Broken")
    fan = world.item(tracking=Tracking.LOT)
    lots = [
        create_lot(actor=operator, item=item, contents=contents, location_id=shelf.pk, reason="Opening stock")[0]
        for item, contents in ((world.item(), Contents(["A1", "A2"])), (fan, Contents(quantity=5)))
    ]
    gone = Serial.objects.get(number="A1").pk
    failed = fails_at_every_statement(
        lambda: write_off(actor=operator, reason=reason, unit_ids=[gone], goods=[GoodsGone(lots[1], 2)], note="Dropped")
    )
    assert written(failed) >= {"nameplate_document", "nameplate_writeoff", "nameplate_movement"}
    assert Serial.objects.get(pk=gone).status == Status.WRITTEN_OFF


def test_a_judgement_that_fails_at_any_statement_changes_nothing(committing: str, manager: User, administrator: User) -> None:
    reason = create_reason(actor=administrator, kind="rejection", name="Clicks")
    item = world.item(requires_inspection=True)
    set_plan(actor=manager, item=item, version=0, checks=[Check("Speed")])
    world.receipt(numbers=["A1", "A2", "A3"], of=item)
    paper = Document.objects.get(kind=DocumentKind.INSPECTION)
    first, second, _ = paper.inspection.units.order_by("pk").values_list("serial", flat=True)
    failed = fails_at_every_statement(
        lambda: judge(
            actor=manager,
            inspection=paper,
            verdicts=[Said(first, True), Said(second, False, reason)],
            results=[Found(first, {"Speed": "3"})],
            rest_by_sample=True,
        )
    )
    assert written(failed) >= {"nameplate_checkresult", "nameplate_movement", "nameplate_lot"}
    assert Serial.objects.get(pk=second).status == Status.REJECTED


def test_what_comes_from_a_vendor_and_fails_at_any_statement_changes_nothing(committing: str, operator: User) -> None:
    """One unit is replaced, the other comes back itself."""
    shelf = world.location()
    one, other = list(world.receipt(numbers=["A1", "A2"], at=shelf).movements.order_by("serial").values_list("serial_id", flat=True))
    sent = send_to_vendor(actor=operator, vendor=world.vendor(), unit_ids=[one, other], reason="Clicks")
    assert sent.document_id is not None
    paper, numbers = sent.document_id, {one: "N-1", other: "A2"}
    failed = fails_at_every_statement(
        lambda: receive_replacements(actor=operator, vendor_return=paper, numbers=numbers, location_id=shelf.pk)
    )
    assert written(failed) >= {"nameplate_vendorreplacement", "nameplate_movement", "nameplate_lot"}
    assert Document.objects.get(pk=paper).status == DocumentStatus.DONE
