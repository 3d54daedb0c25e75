"""The papers of a shipment: the packing list that lies in the box, and the waybill that goes with whoever carries it."""

from __future__ import annotations

from collections.abc import Sequence

from nameplate import access
from nameplate.documents.order_pages import drawn
from nameplate.documents.paper import OrderPaper, PaperLine, Printed
from nameplate.documents.purchase_orders import file_name, head_of
from nameplate.listings.shipment import Content, contents
from nameplate.models import Document, DocumentKind, DocumentStatus, Tracking, User
from nameplate.operations.company import company
from nameplate.operations.entering.runs import folded
from nameplate.quantities import MILLIONTHS, from_micro
from nameplate.refusals import NotFound

SIGNED = ("Handed over by", "Taken over by", "Received by")


def packing_list(*, actor: User, shipment: int) -> Printed:
    """What is in the box, by order, with every serial number; runs of numbers are folded. The same shipment makes the same bytes."""
    found = _found(actor, shipment)
    paper = _paper(actor, found, "Packing list", _facts(found))
    return Printed(f"{file_name(found.number)}-packing-list", drawn(paper))


def waybill(*, actor: User, shipment: int) -> Printed:
    """From where to where, by whom, with what, and who signed for it. The same shipment makes the same bytes."""
    found = _found(actor, shipment)
    head = found.shipment
    site = head.site
    facts = [*_facts(found), *([("From", site.name)] if site is not None else [])]
    return Printed(f"{file_name(found.number)}-waybill", drawn(_paper(actor, found, "Waybill", facts, SIGNED)))


def _found(actor: User, shipment: int) -> Document:
    access.require(actor, "stock", "view")
    papers = Document.objects.select_related("shipment__site", "party").filter(kind=DocumentKind.SHIPMENT)
    found = papers.filter(pk=shipment).first()
    if found is None:
        raise NotFound("not-found", "There is no such shipment.", way_out="Look for it in the list of shipments.")
    return found


def _paper(actor: User, shipment: Document, title: str, facts: Sequence[tuple[str, str]], signed: Sequence[str] = ()) -> OrderPaper:
    customer = shipment.party
    held = contents(actor=actor, shipment=shipment)
    return OrderPaper(
        head=head_of(company()),
        title=title,
        mark=_mark(shipment),
        number=shipment.number,
        addressee=[*([customer.name] if customer else []), *shipment.shipment.address.splitlines()],
        facts=facts,
        currency="",
        lines=[_line(number, one) for number, one in enumerate(held, 1)],
        total="",
        note=counted([one.numbers for one in held]),
        signed=signed,
    )


def _mark(shipment: Document) -> str:
    if shipment.status == DocumentStatus.CANCELED:
        return "Canceled"
    return "" if shipment.status in {DocumentStatus.SHIPPED, DocumentStatus.READY} else "Draft"


def _facts(shipment: Document) -> list[tuple[str, str]]:
    head = shipment.shipment
    orders = list(head.orders.select_related("customer_order").order_by("pk"))
    references = [reference for order in orders if (reference := _reference(order))]
    facts = [
        ("Shipped on", head.shipped_on.isoformat() if head.shipped_on else ""),
        ("Order", ", ".join(order.number for order in orders if order.kind != DocumentKind.RETURN)),
        ("Return", ", ".join(order.number for order in orders if order.kind == DocumentKind.RETURN)),
        ("Your reference", ", ".join(references)),
        ("Carrier", head.carrier),
        ("Tracking number", head.tracking_number),
    ]
    return [(label, value) for label, value in facts if value]


def _reference(order: Document) -> str:
    """The customer's own number of what the shipment is for: an order, or a return."""
    head = order.customer_return if order.kind == DocumentKind.RETURN else order.customer_order
    return head.customer_reference


def _line(position: int, one: Content) -> PaperLine:
    item, order = one.line.item, one.line.document
    by_serials = item.tracking == Tracking.SERIAL
    amount = len(one.numbers) * MILLIONTHS if by_serials else one.goods
    reference = _reference(order)
    noun = "Return" if order.kind == DocumentKind.RETURN else "Order"
    lots = [f"lot {lot}: {from_micro(part):,f} {item.unit}" for lot, part in one.lots] if item.tracking == Tracking.LOT else []
    remark = " · ".join(part for part in (f"{noun} {order.number}", reference, *lots) if part)
    return PaperLine(
        position=str(position),
        item=item.number,
        description=item.description,
        remark=remark,
        quantity=f"{from_micro(amount):,f} {item.unit}",
        price="",
        amount="",
        numbers=folded(one.numbers),
    )


def counted(lines: Sequence[Sequence[str]]) -> str:
    """How many units these serial numbers of lines are, and what a folded run means where there is one; empty for none."""
    units = sum(map(len, lines))
    if not units:
        return ""
    words = f"{units:,} unit{'' if units == 1 else 's'} with serial numbers."
    folds = any(len(folded(numbers)) < len(numbers) for numbers in lines)
    return f"{words} “..” stands for every number from the one to the other." if folds else words
