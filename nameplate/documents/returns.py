"""The papers of a return: the form that the customer puts into the box, and the report of its repairs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from django.utils import timezone

from nameplate import access
from nameplate.documents.inspection_pages import Row, drawn, heading, row
from nameplate.documents.order_pages import drawn as order_drawn
from nameplate.documents.paper import OrderPaper, PaperLine, Printed
from nameplate.documents.purchase_orders import file_name, head_of
from nameplate.models import Component, Document, DocumentKind, DocumentStatus, Movement, Repair, Tracking, User
from nameplate.operations import returning
from nameplate.operations.company import company
from nameplate.operations.returned_goods import GoodsBack
from nameplate.operations.returning import ReturnStanding, UnitBack
from nameplate.quantities import from_micro
from nameplate.refusals import NotFound


def rma_form(*, actor: User, paper: int) -> Printed:
    """The form: whose, which units and goods, why, the warranty of each unit. Refused: there is no such return."""
    stands = _standing(actor, paper)
    units = stands.units
    lines = [_form_line(place, unit) for place, unit in enumerate(units, 1)]
    lines += [_goods_line(place, one) for place, one in enumerate(stands.goods, len(units) + 1)]
    coming = stands.expected or stands.expected_goods
    note = f"Put this form into the box and write {stands.paper.number} on the outside." if coming else ""
    form = _paper(stands, "Return form", lines, note, ("Sent by", "Received by"))
    form = replace(form, boxes=("What was found", "What was decided"))
    return Printed(f"{file_name(stands.paper.number)}-form", order_drawn(form))


def repair_report(*, actor: User, paper: int) -> Printed:
    """What was wrong with each unit, what was done, which parts were replaced, and what the test said. Refused: nothing was repaired."""
    stands = _standing(actor, paper)
    repairs = list(Repair.objects.filter(paper=stands.paper).select_related("document").order_by("pk"))
    if not repairs:
        raise NotFound("not-found", f"Nothing of {stands.paper} was repaired yet.", way_out="Begin a repair first.")
    rows = [line for repair in repairs for line in _repair(repair, stands)]
    return Printed(f"{file_name(stands.paper.number)}-repair-report", drawn(_paper(stands, "Repair report", [], "", ()), rows))


def _standing(actor: User, paper: int) -> ReturnStanding:
    access.require(actor, "stock", "view")
    found = Document.objects.select_related("customer_return", "party").filter(pk=paper, kind=DocumentKind.RETURN).first()
    if found is None:
        raise NotFound("not-found", "There is no such return.", way_out="Look for it in the list of returns.")
    return returning.standing(found)


def _paper(stands: ReturnStanding, title: str, lines: list[PaperLine], note: str, signed: tuple[str, ...]) -> OrderPaper:
    paper = stands.paper
    facts = [
        ("Opened on", timezone.localdate(paper.created_at).isoformat()),
        ("Status", str(DocumentStatus(paper.status).label)),
        ("Your reference", paper.customer_return.customer_reference),
        ("Units", f"{len(stands.units):,}" if stands.units or not stands.goods else ""),
    ]
    return OrderPaper(
        head=head_of(company()),
        title=title,
        mark="Canceled" if paper.status == DocumentStatus.CANCELED else "",
        number=paper.number,
        addressee=[*([paper.party.name] if paper.party else []), *paper.customer_return.address.splitlines()],
        facts=[(label, value) for label, value in facts if value],
        currency="",
        lines=lines,
        total="",
        note=note,
        signed=signed,
    )


def _form_line(place: int, unit: UnitBack) -> PaperLine:
    item = unit.state.item
    why = ". ".join(filter(None, [unit.state.reason or "", unit.state.complaint]))
    shipment = f"Shipped with {unit.state.shipment}" if unit.state.shipment else ""
    outcome = unit.state.outcome_label
    stays = "" if unit.state.coming else "Stays with you"
    remark = " · ".join(filter(None, [why, shipment, f"Warranty: {unit.state.warranty}", outcome, stays]))
    return PaperLine(str(place), item.number, item.description, remark, f"1 {item.unit}", "", "", [unit.number])


def _goods_line(place: int, one: GoodsBack) -> PaperLine:
    item = one.row.line.item
    why = ". ".join(filter(None, [one.row.reason.name if one.row.reason else "", one.row.complaint]))
    lot = f"Lot {one.row.lot}" if one.row.lot is not None and item.tracking == Tracking.LOT else ""
    shipment = f"Shipped with {one.row.shipment}" if one.row.shipment else ""
    stays = "" if one.row.coming else "Stays with you"
    remark = " · ".join(filter(None, [why, lot, shipment, one.row.get_outcome_display(), stays]))
    return PaperLine(str(place), item.number, item.description, remark, f"{from_micro(one.row.quantity):,f} {item.unit}", "", "", [])


def _repair(repair: Repair, stands: ReturnStanding) -> Iterator[Row]:
    order = repair.document
    yield heading(f"Repair {order.number}: {DocumentStatus(order.status).label}")
    begun = Movement.objects.filter(entry__document=order, work_id=order.pk).values_list("serial_id", flat=True)
    repaired = set(begun)
    for unit in stands.units:
        if unit.serial_id in repaired:
            yield row(unit.number, f"Warranty {unit.state.warranty}", item=unit.state.item.number, face="number")
    yield row("What was wrong", order.notes)
    yield row("What was done", repair.work or "—")
    yield from _parts(order)
    verdict = {True: "Passed. ", False: "Failed. ", None: ""}[repair.passed]
    yield row("Test", f"{verdict}{repair.test}".strip() or "—")


def _parts(order: Document) -> Iterable[Row]:
    """Each place whose part changed under the order: what came out, and what is in it now."""
    out = {
        (part.parent_id, part.place): part
        for part in Component.objects.filter(until__document=order, until__reverses=None, child__isnull=False).select_related("child__item")
    }
    fresh = Component.objects.filter(since__document=order, until=None, child__isnull=False).select_related("child__item", "parent")
    into = {(part.parent_id, part.place): part for part in fresh}
    for spot in sorted(out.keys() | into.keys(), key=lambda one: (one[0] or 0, one[1])):
        old, new = out.get(spot), into.get(spot)
        words = " ".join(filter(None, [f"{old.child} out" if old else "", "·" if old and new else "", f"{new.child} in" if new else ""]))
        item = (new or old or Component()).child
        yield row(f"Part {spot[1]}".strip(), words, below=item.item.number if item else "")
