"""What an order still has to make, in the ledger: a Planned lot of the product; and the order's status that follows from what was made."""

from __future__ import annotations

from nameplate.ledger.kinds import Kind
from nameplate.ledger.lots import open_lot
from nameplate.ledger.moves import Goods, Group, LotChange, Step
from nameplate.ledger.posting import post
from nameplate.models import Document, DocumentStatus, Lot, LotStatus, Serial, Status, User
from nameplate.operations.cataloguing.changes import log_changes
from nameplate.operations.manufacturing.progress import Progress, booked_units, made_and_open, progress
from nameplate.operations.reserved_goods import bookings
from nameplate.refusals import Cause, Conflict

NOUN = "manufacturing-orders"
S = DocumentStatus
UNDER_WAY = (S.SCHEDULED, S.IN_PROGRESS, S.PAUSED)


def planned_lot(standing: Progress) -> Lot | None:
    """The lot in which the products stand that are still to be made."""
    return Lot.objects.filter(line=standing.product.line, status=LotStatus.PLANNED).order_by("-pk").first()


def expect(*, actor: User, order: Document, standing: Progress, act: str) -> None:
    """Open the target lot, Planned, where there is none and something is still to be made."""
    if standing.product.open_lots or not standing.product.to_make:
        return
    lot = open_lot(item=standing.product.item, status=LotStatus.PLANNED, source=order, line=standing.product.line)
    post(actor=actor, act=act, document=order, lot_changes=[LotChange(lot.pk, LotStatus.PLANNED)])


def stop_expecting(*, actor: User, order: Document, standing: Progress, act: str, reason: str = "") -> None:
    """Nothing more is made: cancel the Planned lot, withdraw the numbers in it, free what is booked. One entry, if there is anything."""
    lots = list(Lot.objects.filter(line=standing.product.line, status=LotStatus.PLANNED).order_by("pk").values_list("pk", flat=True))
    planned = list(Serial.objects.filter(lot__in=lots, status=Status.PLANNED, withdrawn=False).order_by("pk").values_list("pk", flat=True))
    booked = [unit for units in booked_units([part.line.pk for part in standing.parts]).values() for unit in units]
    groups = [Group([Step(Kind.WITHDRAWN)], units=planned)] if planned else []
    groups += [Group([Step(Kind.UNRESERVED)], units=sorted(booked))] if booked else []
    promised = bookings([part.line.pk for part in standing.parts])
    goods = [Goods(lot, place, 0, line, reserved=-amount) for (line, lot, place), amount in promised.items()]
    if lots or groups or goods:
        changes = [LotChange(lot, LotStatus.CANCELED) for lot in lots]
        post(actor=actor, act=act, document=order, reason=reason, groups=groups, goods=goods, lot_changes=changes)


def follow_quantity(*, actor: User, order: Document) -> None:
    """After an edit: expect what is more, no longer expect what is made."""
    if order.status not in (*UNDER_WAY, S.DONE):
        return
    standing = progress(order)
    if standing.product.to_make:
        expect(actor=actor, order=order, standing=standing, act="raised")
    elif standing.product.open_lots:
        stop_expecting(actor=actor, order=order, standing=standing, act="rest canceled")
    settle(actor=actor, document=order)


def settle(*, actor: User, document: Document) -> Document:
    """Let the order's status follow from what was made: call it after a completion and after undoing one."""
    order = Document.objects.select_for_update(of=("self",), no_key=True).get(pk=document.pk)
    made, left = made_and_open(order)
    if made and not left and order.status in (S.NEW, *UNDER_WAY):
        set_status(actor=actor, order=order, status=S.DONE)
    elif left and order.status == S.CANCELED:
        set_status(actor=actor, order=order, status=S.SCHEDULED)
    elif left and (order.status == S.DONE or (made and order.status in (S.NEW, S.SCHEDULED))):
        set_status(actor=actor, order=order, status=S.IN_PROGRESS)
    return order


def set_status(*, actor: User, order: Document, status: DocumentStatus) -> None:
    """Give the locked order this status, and log it."""
    if order.status == status:
        return
    before, order.status = DocumentStatus(order.status), status
    order.version += 1
    order.save(update_fields=["status", "version"])
    log_changes(actor=actor, noun=NOUN, subject=order.pk, changes=[("status", before.label, status.label)])


def refuse_overdrawn(order: Document) -> None:
    """Refuse an undo after which less than nothing would be booked for a part: what it had booked went in, or was freed."""
    lines = dict(order.lines.values_list("pk", "item__number"))
    below = sorted({lines[line] for (line, *_), amount in bookings(lines).items() if amount < 0})
    if below:
        raise Conflict(
            "later-entries",
            f"What was booked of {', '.join(below)} for {order} was used or freed since.",
            causes=[Cause(order.noun, order.pk, order.number)],
            way_out="Look at the order; undo what was done later first.",
        )
