"""A purchase order as it goes to its vendor: what stands on it, read in a constant number of statements; `order_pages` draws it."""

from __future__ import annotations

import datetime as dt

from nameplate import access
from nameplate.documents.order_pages import drawn
from nameplate.documents.paper import Head, OrderPaper, PaperLine, Printed
from nameplate.models import Document, DocumentKind, DocumentStatus, FileContent, Line, Serial, Status, User
from nameplate.money import written
from nameplate.operations.company import Company, company
from nameplate.quantities import from_micro
from nameplate.refusals import NotFound


def order_document(*, actor: User, order: int, with_serials: bool = False) -> Printed:
    """The order as PDF; `with_serials` adds the numbers that the vendor announced. The same order makes the same bytes.

    Refused: there is no such order.
    """
    access.require(actor, "purchasing", "view")
    found = Document.objects.select_related("purchase_order", "party").filter(pk=order, kind=DocumentKind.PURCHASE_ORDER).first()
    if found is None:
        raise NotFound("not-found", "There is no such purchase order.", way_out="Look for it in the list of purchase orders.")
    return Printed(file_name(found.number), drawn(_paper(found, with_serials=with_serials)))


def file_name(number: str) -> str:
    """A file's name after a document's number, of signs that every system takes."""
    return "".join(sign if sign.isascii() and (sign.isalnum() or sign in "-_.") else "-" for sign in number).strip(".-") or "document"


def _paper(order: Document, *, with_serials: bool) -> OrderPaper:
    own = company()
    currency = order.purchase_order.currency or own.currency
    lines = list(Line.objects.filter(document=order).select_related("item").order_by("position"))
    numbers = _announced(order) if with_serials else {}
    amounts = [line.amount for line in lines if line.amount is not None]
    vendor = order.party
    return OrderPaper(
        head=head_of(own),
        title="Request for quotation" if order.status == DocumentStatus.RFQ else "Purchase order",
        mark="Canceled" if order.status == DocumentStatus.CANCELED else "",
        number=order.number,
        addressee=[vendor.name, *vendor.address.splitlines()] if vendor else [],
        facts=_facts(order),
        currency=currency,
        lines=[_line(line, currency, numbers.get(line.pk, ())) for line in lines],
        total=written(from_micro(sum(amounts)), currency) if amounts else "",
        note="Lines without a price are not in the total." if amounts and len(amounts) < len(lines) else "",
    )


def head_of(own: Company) -> Head:
    """Who writes, as the company set it."""
    logo = FileContent.objects.filter(pk=own.logo).first() if own.logo else None
    contact = [part for part in (own.email, own.phone) if part]
    return Head(own.name, [*own.address.splitlines(), *contact], bytes(logo.data) if logo else b"")


def _facts(order: Document) -> list[tuple[str, str]]:
    head = order.purchase_order
    days: list[tuple[str, dt.date | None]] = [("Ordered on", head.ordered_on), ("Expected on", head.expected_on)]
    facts = [(label, day.isoformat()) for label, day in days if day is not None]
    return [*facts, ("Your reference", head.vendor_reference)] if head.vendor_reference else facts


def _line(line: Line, currency: str, numbers: tuple[str, ...]) -> PaperLine:
    own_day = f"Expected on {line.expected_on.isoformat()}" if line.expected_on else ""
    return PaperLine(
        position=str(line.position),
        item=line.item.number,
        description=line.item.description,
        remark=own_day,
        quantity=f"{from_micro(line.quantity):,f} {line.item.unit}",
        price="" if line.price is None else written(from_micro(line.price), currency),
        amount="" if line.amount is None else written(from_micro(line.amount), currency),
        numbers=numbers,
    )


def _announced(order: Document) -> dict[int, tuple[str, ...]]:
    """By line, the numbers that are Planned on it, in their natural order."""
    found: dict[int, list[str]] = {}
    planned = Serial.objects.filter(lot__line__document=order, status=Status.PLANNED, withdrawn=False)
    for line, number in planned.order_by("sort_key", "id").values_list("lot__line", "number"):
        found.setdefault(line, []).append(number)
    return {line: tuple(numbers) for line, numbers in found.items()}
