"""Which goods without serial numbers go: those reserved for the line first, then free ones, which are reserved in the same act."""

from __future__ import annotations

from collections.abc import Mapping

from nameplate.ledger import Goods
from nameplate.models import Document, Lot, Stock
from nameplate.operations.lots.making import lock_lot
from nameplate.operations.moving import stock_at
from nameplate.operations.sales.freeing import unpicked_goods
from nameplate.operations.sales.progress import LineProgress
from nameplate.operations.sales.proposing import free_stock
from nameplate.quantities import from_micro
from nameplate.refusals import Conflict, Invalid, Offender

Place = tuple[int, int]
"""Lot and location."""


def pick_amounts(
    shipment: Document, one: LineProgress, amount: int, lot: Lot | int | None, location_id: int | None
) -> tuple[list[Goods], dict[Place, int]]:
    """(what changes in the ledger, how much is picked of each lot and location). Refused: there is not as much."""
    line = one.line.pk
    reserved = {(lot_id, place): left for (_, lot_id, place), left in unpicked_goods([line]).items()}
    if lot is None:
        spots = _proposed(shipment, one, reserved)
    else:
        row = _row(shipment, one, lot, location_id)
        spot = (row.lot_id, row.location_id)
        spots = {spot: (reserved.get(spot, 0), row.quantity - row.reserved - row.held)}
    picked: dict[Place, int] = {}
    changes: list[Goods] = []
    left, fresh = amount, 0
    for spot, (own, _) in spots.items():
        taken = min(own, left)
        picked[spot] = taken
        left -= taken
    for spot, (_, free) in spots.items():
        taken = min(free, left)
        if taken > 0:
            picked[spot] += taken
            changes.append(Goods(*spot, 0, line, reserved=taken))
            left, fresh = left - taken, fresh + taken
    if left:
        raise _not_enough(one, amount - left)
    picked = {spot: taken for spot, taken in picked.items() if taken}
    others = {spot: own - picked.get(spot, 0) for spot, own in reserved.items()}
    return [*changes, *_instead(line, others, fresh)], picked


def _instead(line: int, others: Mapping[Place, int], fresh: int) -> list[Goods]:
    """What was reserved elsewhere for the line and is no longer needed there, the newest lot first."""
    found = []
    for (lot, place), own in sorted(others.items(), reverse=True):
        freed = min(own, fresh)
        if freed > 0:
            found.append(Goods(lot, place, 0, line, reserved=-freed))
            fresh -= freed
    return found


def _proposed(shipment: Document, one: LineProgress, reserved: Mapping[Place, int]) -> dict[Place, tuple[int, int]]:
    """Reserved and free amount of each spot at the shipment's site, or at the one where the first of it lies."""
    rows = free_stock(one.item)
    first = next((row for row in rows if (row.lot_id, row.location_id) in reserved), rows[0] if rows else None)
    site = shipment.shipment.site_id or (first.location.site_id if first else None)
    return {
        (row.lot_id, row.location_id): (reserved.get((row.lot_id, row.location_id), 0), row.quantity - row.reserved - row.held)
        for row in rows
        if row.location.site_id == site
    }


def _row(shipment: Document, one: LineProgress, lot: Lot | int, location_id: int | None) -> Stock:
    found = lock_lot(lot)
    if found.item_id != one.item.pk:
        sentence = f"Lot {found} is of {found.item}, not of {one.item}."
        raise Invalid("lot-of-another-item", sentence, fields={"lot": sentence})
    row = stock_at(found, location_id)
    site = shipment.shipment.site
    if site is not None and row.location.site_id != site.pk:
        sentence = f"Lot {found} lies at {row.location.site.name}; this shipment leaves from {site.name}."
        raise Conflict("another-site", sentence, fields={"lot": sentence}, offenders=[Offender(found.number, "at another site")])
    return row


def _not_enough(one: LineProgress, got: int) -> Conflict:
    there = f"{from_micro(got):,f}"
    return Conflict(
        "not-enough",
        f"Only {there} {one.item.unit} of {one.item} can be picked there.",
        fields={"quantity": f"At most {there}."},
        way_out="The rest is on hold, has expired, is reserved for another order or lies at another site.",
    )
