"""Shipped: what was picked leaves, wholly, and every unit is told to whom, on which order, when, and until when its warranty lasts."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Mapping, Sequence

from django.utils import timezone

from nameplate import access, functions, ledger
from nameplate.ledger import Goods, Group, Kind, Step, bulk
from nameplate.ledger.state import Unit
from nameplate.ledger.units import fetch
from nameplate.models import Document, Entry, LotStatus, Pick, Request, Tracking, User
from nameplate.operations.cataloguing.changes import log_changes
from nameplate.operations.cataloguing.texts import read_date, refuse_wrong
from nameplate.operations.receiving.receipts import day_sent_as, moment_of
from nameplate.operations.sales.progress import LineProgress
from nameplate.operations.sales.standing import Objection, Standing, all_may_go, objection, refuse_units, standings
from nameplate.operations.sales.statuses import set_status, settle
from nameplate.operations.shipping.picking import lines_of
from nameplate.operations.shipping.shipments import NOUN, SHIPPED, SOURCES, lock_shipment, refuse_not, refuse_stale
from nameplate.refusals import Cause, Conflict, Invalid, Offender

ACT = "shipped"


def ship(
    *,
    actor: User,
    shipment: Document | int,
    shipped_on: dt.date | str | None = None,
    note: str = "",
    version: int | None = None,
    request: Request | None = None,
) -> Entry:
    """Ship what is picked (today, unless another day is said; earlier needs the right to backdate) as one act, and let its orders follow.

    Refused: a shipment that has left or was canceled; nothing in it; a unit or goods that cannot go as they stand now, each named with why.
    """
    access.require(actor, "stock", "edit")
    with ledger.transacting():
        found, orders = lock_shipment(shipment)
        refuse_not(found, SOURCES[SHIPPED], "it is not shipped")
        refuse_stale(found, version)
        day = day_of(shipped_on)
        lines = {one.line.pk: one for one in lines_of(found)}
        units, goods, known = _picked(found, lines)
        if not units and not goods:
            raise Conflict("nothing-picked", f"Nothing is in {found} yet.", way_out="Pick what goes first.")
        entry = post_shipped(actor, found, lines, units, goods, known=known, day=day, note=note, request=request)
        Pick.objects.filter(shipment=found).delete()
        mark_shipped(actor, found, day)
        settle(actor=actor, orders=[order.pk for order in orders])
        return entry


def day_of(shipped_on: dt.date | str | None) -> dt.date:
    """The day that was said, or today; never one to come."""
    wrong: dict[str, str] = {}
    day = read_date("Shipped on", shipped_on, "shipped_on", wrong) or timezone.localdate()
    if day > timezone.localdate():
        wrong["shipped_on"] = "That day is still to come."
    elif day.year < 1970:
        wrong["shipped_on"] = "That day is too long ago."
    refuse_wrong(wrong)
    return day


def post_shipped(
    actor: User,
    shipment: Document,
    lines: Mapping[int, LineProgress],
    units: Mapping[int, Sequence[int]],
    goods: Sequence[Goods],
    *,
    known: Mapping[int, Unit] | None = None,
    day: dt.date,
    note: str,
    request: Request | None,
) -> Entry:
    """Post units (by order line) and goods as shipped. Refused as the ledger does, in the words of a day."""
    groups = _groups(shipment, lines, units, day)
    with day_sent_as("shipped_on"):
        return ledger.post(
            actor=actor,
            act=ACT,
            document=shipment,
            groups=groups,
            goods=goods,
            known=known,
            happened_at=moment_of(day, field="shipped_on"),
            note=note.strip(),
            request=request,
        )


def mark_shipped(actor: User, shipment: Document, day: dt.date) -> None:
    """The locked shipment has left on that day."""
    shipment.shipment.shipped_on = day
    shipment.shipment.save(update_fields=["shipped_on"])
    log_changes(actor=actor, noun=NOUN, subject=shipment.pk, changes=[("shipped_on", "", day.isoformat())])
    set_status(actor=actor, noun=NOUN, paper=shipment, status=SHIPPED)


def _groups(shipment: Document, lines: Mapping[int, LineProgress], units: Mapping[int, Sequence[int]], day: dt.date) -> list[Group]:
    """The units of each line as they leave. Without a length a date set by hand stays, but none from a customer who had the unit before."""
    silent = [unit for line, those in units.items() for unit in those if _says_nothing(lines[line])]
    again = {row[0] for row in bulk.query(_OF_ANOTHER.format(among=bulk.among("s.id")), [bulk.ids(silent)])} if silent else set()
    groups: list[Group] = []
    for line, those in units.items():
        anew = [unit for unit in those if unit in again]
        others = [unit for unit in those if unit not in again] if anew else those
        for part, forget in ((others, False), (anew, True)):
            if part:
                groups.append(Group([_step(shipment, lines[line], day, forget=forget)], units=part))
    return groups


_OF_ANOTHER = (
    "SELECT s.id FROM nameplate_serial s WHERE s.shipped_on IS NOT NULL AND {among} AND NOT EXISTS (SELECT 1 FROM nameplate_movement e "
    f"WHERE e.serial_id = s.id AND e.kind = {Kind.EDITED.value} AND CAST(e.edits AS text) LIKE '%%warranty_until%%' AND e.seq > "
    f"(SELECT max(w.seq) FROM nameplate_movement w WHERE w.serial_id = s.id AND w.kind = {Kind.SHIPPED.value}))"
)
"""Units that a customer had before, whose warranty nobody set by hand since."""


def _says_nothing(one: LineProgress) -> bool:
    """Whether neither the line nor the item says how long the warranty is."""
    return not one.warranty_months and one.line.warranty_months is None


def _step(shipment: Document, one: LineProgress, day: dt.date, *, forget: bool) -> Step:
    to: dict[str, object] = {
        "customer_id": shipment.party_id,
        "customer_order_id": one.line.document_id,
        "shipment_id": shipment.pk,
    }
    if one.warranty_months:
        to["warranty_until"] = warranty_until(day, one.warranty_months)
    elif forget or not _says_nothing(one):
        to["warranty_until"] = None
    return Step(Kind.SHIPPED, to, line_id=one.line.pk, order_id=one.line.document_id)


def warranty_until(day: dt.date, months: int) -> dt.date:
    """The same day so many months later, or the last of its month where that is shorter."""
    place = day.year * 12 + day.month - 1 + months
    year, month = place // 12, place % 12 + 1
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _picked(shipment: Document, lines: Mapping[int, LineProgress]) -> tuple[dict[int, list[int]], list[Goods], dict[int, Unit]]:
    """The units by order line, the goods, and the units as the ledger knows them. Refused: what cannot go."""
    line_of = dict(Pick.objects.filter(shipment=shipment, serial__isnull=False).order_by("id").values_list("serial_id", "line_id"))
    known = fetch(line_of)
    if not all_may_go(known, line_of):
        _refuse_each(shipment, line_of)
    units: dict[int, list[int]] = {}
    for unit in known:
        units.setdefault(line_of[unit], []).append(unit)
    rows = list(
        Pick.objects.filter(shipment=shipment, lot__isnull=False).select_related("lot", "location").order_by("lot_id", "location_id")
    )
    for row in rows:
        _refuse_goods(row, lines)
    return units, [Goods(row.lot_id or 0, row.location_id or 0, -row.quantity, row.line_id, reserved=-row.quantity) for row in rows], known


def _refuse_each(shipment: Document, line_of: Mapping[int, int]) -> None:
    """Refuse each picked unit that cannot go as it stands now."""
    offenders: list[Offender] = []
    causes: list[Cause | None] = []
    for unit in standings(line_of.keys()):
        found = problem_of(unit, line_of[unit.id], shipment.pk)
        if found is not None:
            offenders.append(Offender(unit.number, found.message, unit.id))
            causes.append(found.cause)
    refuse_units("not-shippable", offenders, causes, asked=len(line_of), what="shipped")


def problem_of(unit: Standing, line: int, shipment: int) -> Objection | None:
    """Why a picked unit cannot go as it stands now; None when it can."""
    if unit.reserved_line != line:
        found = objection(unit)
        return found or Objection("not-reserved", "no longer reserved for the order; take it out or scan it again")
    found = objection(unit, own_lines={line}, shipment=shipment)
    return None if found is not None and found.rule == "in-this-shipment" else found


def _refuse_goods(row: Pick, lines: Mapping[int, LineProgress]) -> None:
    item, lot = lines[row.line_id].item, row.lot
    assert lot is not None
    if item.tracking == Tracking.LOT:
        functions.require_on(functions.LOTS, f"Shipping {item}", field="quantity")
    if lot.status == LotStatus.ON_HOLD:
        raise Conflict(
            "not-shippable",
            f"Lot {lot} of {item} is on hold ({lot.hold}).",
            causes=[Cause("lots", lot.pk, lot.number)],
            way_out="Free it, or take it out of the shipment.",
        )


def refuse_nothing(units: Sequence[int], goods: Sequence[object]) -> None:
    """Refuse an act that would ship nothing."""
    if not units and not goods:
        raise Invalid("no-units", "Nothing is chosen.", fields={"units": "Scan or choose what goes."})
