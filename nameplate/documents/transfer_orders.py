"""A transfer order on paper: the waybill that goes with the lorry, and the list to pick by."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter

from django.utils import timezone

from nameplate import access
from nameplate.documents.order_pages import drawn
from nameplate.documents.paper import OrderPaper, PaperLine, Printed
from nameplate.documents.purchase_orders import file_name, head_of
from nameplate.documents.section_pages import PaperSection, SectionPaper
from nameplate.documents.section_pages import drawn as sections_drawn
from nameplate.documents.shipments import SIGNED, counted
from nameplate.models import Document, DocumentKind, DocumentStatus, Item, Location, Site, User
from nameplate.operations import transferring
from nameplate.operations.company import company
from nameplate.operations.entering.runs import folded
from nameplate.operations.transferring import Fate, TransferStanding, UnitOnOrder
from nameplate.quantities import from_micro
from nameplate.refusals import NotFound

_HERE = (Fate.WAITING, Fate.AT_ORIGIN)


def waybill(*, actor: User, order: int) -> Printed:
    """What goes with the lorry: from where to where, and every number, those that follow each other folded. Refused: no such order."""
    stands = _standing(actor, order)
    found, head = stands.order, stands.order.transfer_order
    facts = [("Status", DocumentStatus(found.status).label)]
    facts += [("Shipped on", head.shipped_on.isoformat())] if head.shipped_on else []
    facts += [("Units", f"{len(stands.units):,}")] if stands.units else []
    paper = OrderPaper(
        head=head_of(company()),
        title="Waybill",
        mark="Canceled" if found.status == DocumentStatus.CANCELED else "",
        number=found.number,
        addressee=[*_site("To", head.destination, head.location), "", *_site("From", head.origin)],
        facts=facts,
        currency="",
        lines=list(_lines(stands)),
        total="",
        note=counted([[unit.number for unit in units] for units in _by_item(stands)]),
        signed=SIGNED,
    )
    return Printed(f"waybill-{file_name(found.number)}", drawn(paper))


def picking_list(*, actor: User, order: int) -> Printed:
    """What is to be fetched from where, place by place, a line and a box to tick for each unit. Refused: no such order.

    A unit stands where it lies; one that has left stands under the day on which it did, wherever it is by now.
    """
    stands = _standing(actor, order)
    found, head = stands.order, stands.order.transfer_order
    left = f"Left {head.origin}{f' on {head.shipped_on.isoformat()}' if head.shipped_on else ''}"
    rows: dict[str, list[list[str]]] = {}
    for unit in stands.units:
        rows.setdefault(unit.location if unit.fate in _HERE else left, []).append(
            ["☐", unit.item, unit.description, unit.number, unit.lot, "1"]
        )
    for line in stands.goods:
        amount = f"{from_micro(line.quantity):,f} {line.line.item.unit}"
        item = line.line.item
        rows.setdefault(line.detail.location.name, []).append(["☐", item.number, item.description, "", line.detail.lot.number, amount])
    columns, widths = ("", "Item", "Description", "Serial number", "Lot", "Quantity"), (1, 4, 7, 6, 3, 3)
    sections = [PaperSection(place or "No place", columns, widths, rows[place]) for place in sorted(rows)]
    made = f"{head.origin} to {head.destination} · printed {timezone.localdate().isoformat()}"
    empty = [PaperSection("Nothing is on it yet", columns, widths, [])]
    paper = SectionPaper("Picking list", found.number, company().name, made, sections or empty)
    return Printed(f"picking-list-{file_name(found.number)}", sections_drawn(paper))


def _standing(actor: User, order: int) -> TransferStanding:
    access.require(actor, "stock", "view")
    related = ("transfer_order__origin", "transfer_order__destination", "transfer_order__location")
    found = Document.objects.select_related(*related).filter(pk=order, kind=DocumentKind.TRANSFER_ORDER).first()
    if found is None:
        raise NotFound("not-found", "There is no such transfer order.", way_out="Look for it in the list of transfer orders.")
    return transferring.standing(found)


def _site(word: str, site: Site, place: Location | None = None) -> list[str]:
    """A site with its address, as much as there is room for, and the place within it."""
    return [f"{word} {site}", *site.address.splitlines()[:5], *([place.name] if place else [])]


def _by_item(stands: TransferStanding) -> list[list[UnitOnOrder]]:
    return [list(group) for _, group in groupby(stands.units, key=attrgetter("item_id"))]


def _lines(stands: TransferStanding) -> Iterator[PaperLine]:
    position = 0
    items = Item.objects.only("unit").in_bulk({unit.item_id for unit in stands.units})
    for position, units in enumerate(_by_item(stands), 1):
        first, numbers = units[0], folded([unit.number for unit in units])
        amount = f"{len(units):,} {items[first.item_id].unit}"
        yield PaperLine(str(position), first.item, first.description, "", amount, "", "", numbers)
    for number, line in enumerate(stands.goods, position + 1):
        item, lot = line.line.item, f"Lot {line.detail.lot.number}"
        yield PaperLine(str(number), item.number, item.description, lot, f"{from_micro(line.quantity):,f} {item.unit}", "", "")
