"""A transfer order made ready, shipped, or called off."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from django.utils import timezone

from nameplate import access, functions
from nameplate.ledger import Goods, Group, Kind, LotChange, Step, post
from nameplate.ledger.state import Unit
from nameplate.ledger.transacting import transacting
from nameplate.ledger.units import fetch
from nameplate.models import Document, DocumentStatus, Entry, Location, Request, Site, Stock, TransferLine, TransferUnit, User
from nameplate.operations.cataloguing.changes import log_changes
from nameplate.operations.cataloguing.things import stale
from nameplate.operations.in_transit import NOUN, SHIPPED, set_status
from nameplate.operations.lots.making import lock_lot
from nameplate.operations.moving import free_first, stock_at
from nameplate.operations.receiving.receipts import day_sent_as, moment_of
from nameplate.operations.transferring.orders import OPEN, SWITCH, lock_transfer
from nameplate.operations.transferring.splitting import split_lots, split_units
from nameplate.operations.transferring.units import all_lie_at, refuse_not_at
from nameplate.refusals import Cause, Conflict

S = DocumentStatus


@transacting()
def make_ready(*, actor: User, order: Document | int, version: int | None = None) -> Document:
    """Everything is picked and waits for the lorry. Refused: nothing on it; a unit that no longer lies at the origin."""
    access.require(actor, "stock", "edit")
    found = _begin(order, version, (S.NEW,), S.READY)
    units = _units(found)
    _refuse_empty(found, units)
    refuse_not_at(found.transfer_order.origin, units)
    set_status(actor=actor, order=found, status=S.READY)
    return found


@transacting()
def cancel(*, actor: User, order: Document | int, version: int | None = None, reason: str = "") -> Document:
    """Nothing of it goes. Refused once it has left: its dispatch can be undone."""
    access.require(actor, "stock", "delete")
    found = _begin(order, version, OPEN, S.CANCELED)
    set_status(actor=actor, order=found, status=S.CANCELED)
    if reason.strip():
        log_changes(actor=actor, noun=NOUN, subject=found.pk, changes=[("reason", "", reason.strip()[:1000])])
    return found


@transacting()
@day_sent_as("shipped_on")
def ship(
    *,
    actor: User,
    order: Document | int,
    version: int | None = None,
    shipped_on: dt.date | None = None,
    note: str = "",
    request: Request | None = None,
) -> Entry:
    """All that is on the order leaves: units and goods are in transit, as one entry, and what was part of a lot is a lot of its own.

    Refused, each named: units that do not lie at the origin any more, that are in work, or that another order took meanwhile; more of a lot
    than lies there unpromised. What is on hold may go, and stays so.
    """
    access.require(actor, "stock", "edit")
    found = _begin(order, version, OPEN, S.SHIPPED)
    units = _units(found)
    _refuse_empty(found, units)
    head = found.transfer_order
    known = fetch(units)
    if not all_lie_at(head.origin, known.values()):
        refuse_not_at(head.origin, units)
    transit = transit_of(head.origin)
    groups, changes = dispatch_groups(found, {transit.pk: units}, known)
    goods, more = _goods(found, transit)
    entry = post(
        actor=actor,
        act=SHIPPED,
        document=found,
        groups=groups,
        goods=goods,
        lot_changes=[*changes, *more],
        known=known,
        happened_at=moment_of(shipped_on, field="shipped_on"),
        note=note.strip(),
        request=request,
    )
    head.shipped_on = timezone.localdate(entry.happened_at)
    head.save(update_fields=["shipped_on"])
    set_status(actor=actor, order=found, status=S.SHIPPED)
    return entry


def transit_of(site: Site) -> Location:
    """The location that stands for what is on its way from the site."""
    return Location.objects.get(site=site, purpose=Location.Purpose.TRANSIT)


def dispatch_groups(
    order: Document, by_transit: Mapping[int, Sequence[int]], known: Mapping[int, Unit]
) -> tuple[list[Group], list[LotChange]]:
    """The units of each transit location as a group that leaves, and the lots opened for those that leave a part behind.

    `known` are these units, all in stock.
    """
    lot_of, changes = split_units(known)
    groups = []
    for transit, units in by_transit.items():
        each = {"lot_id": [lot_of[unit] for unit in units]} if changes else {}
        groups.append(Group([Step(Kind.DISPATCHED, {"transfer_id": order.pk, "location_id": transit}, each)], units=units))
    return [group for group in groups if group.units], changes


def _goods(order: Document, transit: Location) -> tuple[list[Goods], list[LotChange]]:
    """What leaves of each lot: free first, then what is on hold, which stays so."""
    found: list[Goods] = []
    lines = list(TransferLine.objects.filter(line__document=order).select_related("line", "location__site").order_by("lot_id", "line_id"))
    lots = {line.lot_id: lock_lot(line.lot_id) for line in lines}
    left = {lot: sum(Stock.objects.filter(lot=lot).values_list("quantity", flat=True)) for lot in lots}
    for line in lines:
        left[line.lot_id] -= line.line.quantity
    fresh, changes = split_lots([lot for lot, quantity in left.items() if quantity > 0])
    for line in lines:
        row = stock_at(lots[line.lot_id], line.location_id)
        held = free_first(row, line.line.quantity)
        amount, goes = line.line.quantity, fresh.get(line.lot_id, line.lot_id)
        found.append(Goods(line.lot_id, line.location_id, -amount, line.line_id, held=-held))
        found.append(Goods(goes, transit.pk, amount, line.line_id, held=held))
    return found, changes


def _units(order: Document) -> list[int]:
    return list(TransferUnit.objects.filter(order=order).order_by("serial_id").values_list("serial_id", flat=True))


def _begin(order: Document | int, version: int | None, sources: Sequence[DocumentStatus], status: DocumentStatus) -> Document:
    functions.require_on(SWITCH, "A transfer order")
    found = lock_transfer(order)
    if version is not None and found.version != version:
        raise stale(found, version, noun=NOUN, typed={}, now={})
    if found.status not in sources:
        wanted = " or ".join(source.label for source in sources)
        raise Conflict(
            "wrong-status",
            f"{found} is {S(found.status).label}; to become {status.label} it must be {wanted}.",
            causes=[Cause(NOUN, found.pk, found.number)],
            way_out="Undo its dispatch first." if found.status == S.SHIPPED else "",
        )
    return found


def _refuse_empty(order: Document, units: Sequence[int]) -> None:
    if not units and not order.lines.exists():
        raise Conflict("no-lines", f"Nothing is on {order} yet.", way_out="Put units or goods on it first.")
