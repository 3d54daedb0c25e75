"""A return to a vendor on paper: what goes with the units, with every serial number."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter

from nameplate import access
from nameplate.documents.order_pages import drawn
from nameplate.documents.paper import OrderPaper, PaperLine, Printed
from nameplate.documents.purchase_orders import file_name, head_of
from nameplate.models import Document, DocumentKind, DocumentStatus, User
from nameplate.operations import sending_back
from nameplate.operations.company import company
from nameplate.operations.entering.runs import folded
from nameplate.refusals import NotFound


def return_document(*, actor: User, vendor_return: int) -> Printed:
    """To whom, under which reference, why, and every number; those that follow each other folded. Refused: no such return."""
    access.require(actor, "stock", "view")
    returns = Document.objects.select_related("vendor_return", "party").filter(kind=DocumentKind.VENDOR_RETURN)
    found = returns.filter(pk=vendor_return).first()
    if found is None:
        raise NotFound("not-found", "There is no such return to a vendor.", way_out="Look for it in the list of returns to vendors.")
    head, vendor = found.vendor_return, found.party
    lines = list(_lines(found))
    facts = [
        ("Your reference", head.vendor_reference),
        ("Sent on", head.sent_on.isoformat() if head.sent_on else ""),
        ("Units", f"{sum(int(line.quantity.replace(',', '')) for line in lines):,}"),
    ]
    paper = OrderPaper(
        head=head_of(company()),
        title="Return to vendor",
        mark="Canceled" if found.status == DocumentStatus.CANCELED else "",
        number=found.number,
        addressee=[vendor.name, *vendor.address.splitlines()] if vendor else [],
        facts=[(label, value) for label, value in facts if value],
        currency="",
        lines=lines,
        total="",
        note="Please quote our number and the serial numbers in your answer.",
        signed=("Handed over by", "Taken over by"),
    )
    return Printed(f"return-to-vendor-{file_name(found.number)}", drawn(paper))


def _lines(paper: Document) -> Iterator[PaperLine]:
    """A line for each item."""
    why = " ".join(paper.vendor_return.reason.split())
    for position, (_, group) in enumerate(groupby(sending_back.sent_units(paper), key=attrgetter("item_id")), 1):
        units = list(group)
        numbers = folded([unit.number for unit in units])
        yield PaperLine(str(position), units[0].item, units[0].description, why, f"{len(units):,}", "", "", numbers)
