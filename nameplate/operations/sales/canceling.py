"""Called off: a customer order, or what had not been shipped of it. Everything that is reserved for it is free again."""

from __future__ import annotations

from nameplate import access
from nameplate.ledger.posting import post
from nameplate.ledger.transacting import transacting
from nameplate.models import Document, DocumentStatus, Pick, User
from nameplate.operations.cataloguing.changes import log_changes
from nameplate.operations.cataloguing.texts import Text, read_texts, refuse_wrong
from nameplate.operations.cataloguing.things import stale
from nameplate.operations.sales.freeing import all_reserved, unit_groups
from nameplate.operations.sales.orders import lock_order
from nameplate.operations.sales.progress import progress
from nameplate.operations.sales.statuses import NOUN, OPEN, set_status, settle
from nameplate.refusals import Cause, Conflict

ACT = "order canceled"
REASON = {"reason": Text("Reason", 1000, lines=True)}
UNSHIPPED = (DocumentStatus.NEW, DocumentStatus.READY)


@transacting()
def cancel(*, actor: User, order: Document | int, version: int | None = None, reason: str = "") -> Document:
    """Call the order off before anything of it was shipped. Shipments that have nothing else in them are canceled too."""
    found = _begin(actor, order, version)
    if any(one.shipped for one in progress(found)):
        raise Conflict(
            "partly-shipped",
            f"Part of {found} is shipped already.",
            causes=_gone(found),
            way_out="Cancel what is not shipped yet instead, or undo the shipment first.",
        )
    return _call_off(actor, found, reason)


@transacting()
def cancel_rest(*, actor: User, order: Document | int, version: int | None = None, reason: str = "") -> Document:
    """Ship nothing more of an order of which part has gone; it is then Shipped."""
    found = _begin(actor, order, version)
    if not any(one.shipped for one in progress(found)):
        raise Conflict("nothing-shipped", f"Nothing of {found} is shipped yet.", way_out="Cancel the whole order instead.")
    return _call_off(actor, found, reason)


def _begin(actor: User, order: Document | int, version: int | None) -> Document:
    access.require(actor, "sales", "delete")
    found = lock_order(order)
    if version is not None and found.version != version:
        raise stale(found, version, noun=NOUN, typed={}, now={})
    if found.status not in OPEN:
        label = DocumentStatus(found.status).label
        shipped = found.status == DocumentStatus.SHIPPED
        way_out = "Undo the shipment first, or take its units back." if shipped else "Make another order."
        sentence = f"{found} is {label}; nothing of it is left to cancel."
        raise Conflict("wrong-status", sentence, causes=_gone(found), way_out=way_out)
    return found


def _gone(order: Document) -> list[Cause]:
    """The shipments with which something of the order went."""
    found = order.shipments.filter(document__status=DocumentStatus.SHIPPED).select_related("document")
    return [Cause("shipments", one.pk, one.document.number) for one in found[:20]]


def _call_off(actor: User, order: Document, reason: str) -> Document:
    wrong: dict[str, str] = {}
    why = read_texts(REASON, {"reason": reason}, wrong)
    refuse_wrong(wrong)
    shipments = list(Document.objects.select_for_update(no_key=True).filter(shipment__orders=order, status__in=UNSHIPPED).order_by("pk"))
    lines = [one.line.pk for one in progress(order)]
    Pick.objects.filter(line__in=lines).delete()
    units, goods = all_reserved(lines)
    if units or goods:
        post(actor=actor, act=ACT, document=order, groups=unit_groups(units), goods=goods, reason=why["reason"])
    order.customer_order.rest_canceled = True
    order.customer_order.save(update_fields=["rest_canceled"])
    if why["reason"]:
        log_changes(actor=actor, noun=NOUN, subject=order.pk, changes=[("reason", "", why["reason"])])
    settle(actor=actor, orders=[order.pk])
    for shipment in shipments:
        others = shipment.shipment.orders.filter(status__in=OPEN).exclude(pk=order.pk).exists()
        if not others:
            set_status(actor=actor, noun="shipments", paper=shipment, status=DocumentStatus.CANCELED)
    order.refresh_from_db(fields=["status", "version"])
    return order
