"""From one status of a purchase order to the next: asked for, new, approved, ordered, shipped; canceled. Received follows."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from nameplate import access
from nameplate.ledger.transacting import transacting
from nameplate.models import Document, DocumentStatus, Entry, User
from nameplate.operations.cataloguing.changes import log_changes
from nameplate.operations.cataloguing.texts import Text, read_date, read_texts, refuse_wrong
from nameplate.operations.cataloguing.things import stale
from nameplate.operations.purchasing.approving import refuse_own, refuse_unapproved
from nameplate.operations.purchasing.expecting import NOUN, expect_lines, set_status, settle, stop_expecting
from nameplate.operations.purchasing.orders import lock_order
from nameplate.operations.purchasing.progress import progress
from nameplate.refusals import Cause, Conflict

RFQ, NEW, APPROVED, ORDERED, SHIPPED, CANCELED = (
    DocumentStatus.RFQ,
    DocumentStatus.NEW,
    DocumentStatus.APPROVED,
    DocumentStatus.ORDERED,
    DocumentStatus.SHIPPED,
    DocumentStatus.CANCELED,
)
SOURCES = {
    NEW: (RFQ,),
    APPROVED: (NEW,),
    ORDERED: (RFQ, NEW, APPROVED),
    SHIPPED: (ORDERED,),
    CANCELED: (RFQ, NEW, APPROVED, ORDERED, SHIPPED),
}
"""Each status that somebody gives an order, and those from which it can be given."""
RIGHTS: dict[DocumentStatus, access.Right] = {CANCELED: "delete", APPROVED: "approve"}
"""The right that a step needs, where it is not to edit."""
REASON = {"reason": Text("Reason", 1000, lines=True)}


@transacting()
def confirm(*, actor: User, order: Document | int, version: int | None = None) -> Document:
    """Turn a request for quotation into a new order."""
    found = _begin(actor, order, version, NEW)
    set_status(actor=actor, order=found, status=NEW)
    return found


@transacting()
def approve(*, actor: User, order: Document | int, version: int | None = None) -> Document:
    """Let a new order go to its vendor. Refused: where that is not asked for, and one's own order where another person shall."""
    found = _begin(actor, order, version, APPROVED)
    refuse_own(actor, found)
    set_status(actor=actor, order=found, status=APPROVED)
    return found


@transacting()
def order(*, actor: User, order: Document | int, version: int | None = None, ordered_on: dt.date | str | None = None) -> Document:
    """Place the order (today, unless another day is given): each line gets its target lot, Planned."""
    found = _begin(actor, order, version, ORDERED)
    refuse_unapproved(found)
    day = _day("Ordered on", "ordered_on", ordered_on)
    lines = progress(found)
    if not lines:
        raise Conflict("no-lines", f"{found} has no lines yet.", fields={"lines": "Add what is to be ordered."})
    if found.party is None or found.party.archived:
        raise Conflict("vendor-archived", f"{found.party} is archived.", fields={"vendor": "Choose a vendor in use, or restore this one."})
    archived = [one.item for one in lines if one.item.archived]
    if archived:
        raise Conflict(
            "item-archived",
            f"{archived[0]} is archived.",
            causes=[Cause("items", item.pk, item.number) for item in archived],
            way_out="Restore it, or take it off the order.",
        )
    _stamp(actor, found, "ordered_on", day)
    expect_lines(actor=actor, order=found, lines=lines, act="ordered")
    set_status(actor=actor, order=found, status=ORDERED)
    return found


@transacting()
def mark_shipped(*, actor: User, order: Document | int, version: int | None = None, shipped_on: dt.date | str | None = None) -> Document:
    """Note that the vendor has sent it off (today, unless another day is given)."""
    found = _begin(actor, order, version, SHIPPED)
    _stamp(actor, found, "shipped_on", _day("Shipped on", "shipped_on", shipped_on))
    set_status(actor=actor, order=found, status=SHIPPED)
    return found


@transacting()
def cancel(*, actor: User, order: Document | int, version: int | None = None, reason: str = "") -> Document:
    """Call the order off before anything of it was received; numbers typed beforehand are withdrawn."""
    found = _begin(actor, order, version, CANCELED)
    lines = progress(found)
    if any(one.received for one in lines):
        undone = Entry.objects.filter(reverses__document=found, partial=False).values("reverses")
        receipts = Entry.objects.filter(document=found, stock_movements__line__document=found, reverses=None).exclude(pk__in=undone)
        receipts = receipts.distinct().order_by("id")
        raise Conflict(
            "partly-received",
            f"Part of {found} is received already.",
            causes=[Cause("entries", entry.pk, f"receipt of {entry.happened_at:%Y-%m-%d}") for entry in receipts[:20]],
            way_out="Cancel what is still to come instead.",
        )
    stop_expecting(actor=actor, order=found, lines=[one.line.pk for one in lines], act="canceled", reason=_reason(reason))
    set_status(actor=actor, order=found, status=CANCELED)
    return found


@transacting()
def cancel_rest(*, actor: User, order: Document | int, version: int | None = None, reason: str = "") -> Document:
    """Expect nothing more of an order of which part has come; it is then Received. Numbers typed beforehand are withdrawn."""
    found = _begin(actor, order, version, CANCELED)
    lines = progress(found)
    if not any(one.received for one in lines):
        raise Conflict("nothing-received", f"Nothing of {found} is received yet.", way_out="Cancel the whole order instead.")
    rest = [one.line.pk for one in lines if one.open_lots]
    stop_expecting(actor=actor, order=found, lines=rest, act="rest canceled", reason=_reason(reason))
    return settle(actor=actor, document=found)


def _begin(actor: User, order: Document | int, version: int | None, status: DocumentStatus) -> Document:
    """The locked order, if `actor` may and its status allows the step."""
    access.require(actor, "purchasing", RIGHTS.get(status, "edit"))
    found = lock_order(order)
    if version is not None and found.version != version:
        raise stale(found, version, noun=NOUN, typed={}, now={})
    if found.status not in SOURCES[status]:
        label = DocumentStatus(found.status).label
        wanted = " or ".join(source.label for source in SOURCES[status])
        raise Conflict("wrong-status", f"{found} is {label}; to become {status.label} it must be {wanted}.")
    return found


def _day(label: str, field: str, given: dt.date | str | None) -> dt.date:
    """The day given, or today; never one to come."""
    wrong: dict[str, str] = {}
    day = read_date(label, given, field, wrong) or timezone.localdate()
    if day > timezone.localdate():
        wrong[field] = f"{label} is in the future."
    refuse_wrong(wrong)
    return day


def _stamp(actor: User, order: Document, name: str, day: dt.date) -> None:
    head = order.purchase_order
    setattr(head, name, day)
    head.save(update_fields=[name])
    log_changes(actor=actor, noun=NOUN, subject=order.pk, changes=[(name, "", day.isoformat())])


def _reason(text: str) -> str:
    wrong: dict[str, str] = {}
    read = read_texts(REASON, {"reason": text}, wrong)
    refuse_wrong(wrong)
    return read["reason"]
