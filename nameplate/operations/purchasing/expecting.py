"""What is expected of an order, in the ledger: a Planned lot for each line, canceled when nothing more will come."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db.models import F

from nameplate.ledger.kinds import Kind
from nameplate.ledger.lots import open_lot
from nameplate.ledger.moves import Group, LotChange, Step
from nameplate.ledger.posting import post
from nameplate.models import Document, DocumentStatus, Item, Lot, LotStatus, Serial, Status, Tracking, User
from nameplate.operations.cataloguing.changes import log_changes, log_many
from nameplate.operations.purchasing.progress import LineProgress, counted_again, progress, progress_of_all
from nameplate.quantities import MILLIONTHS, from_micro
from nameplate.refusals import Cause, Conflict

NOUN = "purchase-orders"
UNDER_WAY = (DocumentStatus.ORDERED, DocumentStatus.SHIPPED)


def expect_lines(*, actor: User, order: Document, lines: Sequence[LineProgress], act: str) -> None:
    """Open the target lot of each of these lines, as Planned. From then on the item is followed as it is now."""
    _lock_tracking(lines)
    lots = [open_lot(item=one.item, status=LotStatus.PLANNED, source=order, line=one.line) for one in lines]
    if lots:
        post(actor=actor, act=act, document=order, lot_changes=[LotChange(lot.pk, LotStatus.PLANNED) for lot in lots])


def _lock_tracking(lines: Sequence[LineProgress]) -> None:
    """Keep how the items are followed from changing meanwhile; refuse what a change since the line was typed made impossible."""
    items = Item.objects.select_for_update(no_key=True).order_by("pk").in_bulk([one.item.pk for one in lines])
    for one in lines:
        if items[one.item.pk].tracking == Tracking.SERIAL and one.ordered % MILLIONTHS:
            raise Conflict(
                "not-whole",
                f"Line {one.line.position} orders {from_micro(one.ordered):f} of {one.item}, which has serial numbers by now.",
                fields={"lines": "Order whole units of it."},
                causes=[Cause("items", one.item.pk, one.item.number)],
            )


def stop_expecting(*, actor: User, order: Document, lines: Sequence[int], act: str, reason: str = "") -> None:
    """Cancel the Planned lots of these lines and withdraw the numbers that were typed beforehand."""
    lots = list(Lot.objects.filter(line__in=lines, status=LotStatus.PLANNED).order_by("id").values_list("pk", flat=True))
    planned = list(Serial.objects.filter(lot__in=lots, status=Status.PLANNED, withdrawn=False).order_by("id").values_list("pk", flat=True))
    if lots:
        post(
            actor=actor,
            act=act,
            document=order,
            reason=reason,
            groups=[Group([Step(Kind.WITHDRAWN)], units=planned)] if planned else [],
            lot_changes=[LotChange(lot, LotStatus.CANCELED) for lot in lots],
        )


def follow_lines(*, actor: User, order: Document, raised: Collection[int]) -> None:
    """After lines of an order that was placed were edited: expect what is new or more, no longer expect what has come."""
    if order.status not in (*UNDER_WAY, DocumentStatus.RECEIVED):
        return
    now = progress(order)
    more = [one for one in now if not one.open_lots and (not one.lots or one.line.pk in raised) and one.received < one.ordered]
    expect_lines(actor=actor, order=order, lines=more, act="ordered")
    stop_expecting(actor=actor, order=order, lines=[one.line.pk for one in now if one.open_lots and one.to_come == 0], act="rest canceled")
    settle(actor=actor, document=order)


def settle(*, actor: User, document: Document, before: Sequence[LineProgress] = ()) -> Document:
    """Let the order's status follow from what has come: call it after receiving on an order and after undoing that.

    Every line come or canceled: Received (Canceled, when nothing came); something still expected: Shipped or Ordered as before.
    Orders that were never placed keep their status. Answers the document as it stands. `before` are its lines as they stood before the act:
    whoever gives them holds the order locked.
    """
    order, lines = document, counted_again(before)
    if not before:
        order = Document.objects.select_for_update(of=("self",), no_key=True).select_related("purchase_order").get(pk=document.pk)
        lines = progress(order)
    if not any(one.lots for one in lines):
        return order
    set_status(actor=actor, order=order, status=_status(order, lines))
    return order


def settle_all(*, actor: User, orders: Collection[int]) -> None:
    """As `settle`, for the many orders that one act concerned. The number of statements does not grow with the orders."""
    locked = Document.objects.select_for_update(of=("self",), no_key=True).select_related("purchase_order").order_by("pk")
    lines = progress_of_all(orders)
    logged: list[tuple[int, str, str, str]] = []
    by_status: dict[DocumentStatus, list[int]] = {}
    for order in locked.filter(pk__in=orders):
        status = _status(order, lines[order.pk])
        if any(one.lots for one in lines[order.pk]) and order.status != status:
            by_status.setdefault(status, []).append(order.pk)
            logged.append((order.pk, "status", DocumentStatus(order.status).label, status.label))
    for status, chosen in by_status.items():
        Document.objects.filter(pk__in=chosen).update(status=status, version=F("version") + 1)
    log_many(actor=actor, noun=NOUN, changes=logged)


def _status(order: Document, lines: Sequence[LineProgress]) -> DocumentStatus:
    if any(one.to_come for one in lines):
        return DocumentStatus.SHIPPED if order.purchase_order.shipped_on else DocumentStatus.ORDERED
    return DocumentStatus.RECEIVED if any(one.received for one in lines) else DocumentStatus.CANCELED


def set_status(*, actor: User, order: Document, status: DocumentStatus) -> None:
    """Give the locked order this status, and log it."""
    if order.status == status:
        return
    before, order.status = DocumentStatus(order.status), status
    order.version += 1
    order.save(update_fields=["status", "version"])
    log_changes(actor=actor, noun=NOUN, subject=order.pk, changes=[("status", before.label, status.label)])
