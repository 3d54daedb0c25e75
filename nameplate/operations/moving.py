"""Units and goods to another location of their site, at once: no order is needed, and nothing is in transit."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from nameplate import access, ledger
from nameplate.ledger import Goods, Group, Kind, Step, bulk
from nameplate.models import Entry, Location, Lot, Request, Stock, Tracking, User
from nameplate.operations.choosing import chosen_once, units_in_stock
from nameplate.operations.lots.making import lock_lot
from nameplate.operations.placing import place_of
from nameplate.quantities import from_micro, to_micro
from nameplate.refusals import Conflict, Invalid, Offender

ACT = "moved"

_ELSEWHERE = (
    "SELECT s.id, s.number, t.name FROM nameplate_serial s JOIN nameplate_location l ON l.id = s.location_id "
    "JOIN nameplate_site t ON t.id = l.site_id WHERE s.parent_id IS NULL AND l.site_id <> %s AND s.id IN {ids} ORDER BY s.sort_key, s.id"
)


def move_units(
    *, actor: User, unit_ids: Sequence[int], location_id: int | None, reason: str = "", note: str = "", request: Request | None = None
) -> Entry:
    """Move these units to a location of their site.

    Refused, with every unit named: one that is not in stock, is there already, is in transit or work, or at another site.
    """
    access.require(actor, "stock", "edit")
    chosen = chosen_once(unit_ids)
    with ledger.transacting():
        place = place_of(location_id)
        _refuse_other_site(chosen, place)
        step = Step(Kind.MOVED, {"location_id": place.pk})
        return ledger.post(
            actor=actor, act=ACT, groups=[Group([step], units=chosen)], reason=reason.strip(), note=note.strip(), request=request
        )


def move_lot(
    *, actor: User, lot: Lot | int, location_id: int | None, reason: str = "", note: str = "", request: Request | None = None
) -> Entry:
    """Move all of a lot that is in stock to a location of its site; what lies there already stays. Refused: nothing of it is elsewhere."""
    access.require(actor, "stock", "edit")
    with ledger.transacting():
        found = lock_lot(lot)
        place = place_of(location_id)
        lying = Stock.objects.filter(lot=found, quantity__gt=0).exclude(location__purpose=Location.Purpose.TRANSIT)
        stock = list(lying.select_related("location__site"))
        elsewhere = [row for row in stock if row.location_id != place.pk]
        if not elsewhere:
            message = f"All of lot {found} is at {place} already." if stock else f"Nothing of lot {found} is in stock."
            raise Conflict("nothing-to-move", message, fields={"location": "Choose another location."})
        if found.item.tracking == Tracking.SERIAL:
            there = set(found.serials.filter(location=place, withdrawn=False).values_list("pk", flat=True))
            units = [unit for unit in units_in_stock(found) if unit not in there]
            return move_units(actor=actor, unit_ids=units, location_id=place.pk, reason=reason, note=note, request=request)
        goods = [change for row in elsewhere for change in _goods(row, place, row.quantity)]
        return ledger.post(actor=actor, act=ACT, goods=goods, reason=reason.strip(), note=note.strip(), request=request)


def move_goods(
    *,
    actor: User,
    lot: Lot | int,
    quantity: Decimal | int | str,
    location_id: int | None,
    from_location_id: int | None = None,
    reason: str = "",
    note: str = "",
    request: Request | None = None,
) -> Entry:
    """Move a quantity of a lot without serial numbers. What is free goes first; beyond that, what is on hold goes and stays on hold.

    `from_location_id` may be left out when the lot lies in one place. Refused: more than lies there and is not promised to an order.
    """
    access.require(actor, "stock", "edit")
    with ledger.transacting():
        found = lock_lot(lot)
        if found.item.tracking == Tracking.SERIAL:
            raise Invalid(
                "serials-needed", f"{found.item} is followed by serial numbers.", fields={"quantity": "Choose its units instead."}
            )
        place = place_of(location_id)
        row = stock_at(found, from_location_id)
        amount = to_micro(quantity)
        if amount <= 0:
            raise Invalid("not-positive", "The quantity must be more than zero.", fields={"quantity": "More than zero, please."})
        return ledger.post(
            actor=actor, act=ACT, goods=_goods(row, place, amount), reason=reason.strip(), note=note.strip(), request=request
        )


def stock_at(lot: Lot, location_id: int | None, *, in_transit: bool = False) -> Stock:
    """What of the lot lies at the location, or at the only place where it lies. Refused: nothing there, or several places.

    What is in transit is its transfer order's, and is found only where that asks.
    """
    stock = Stock.objects.filter(lot=lot, quantity__gt=0).select_related("location__site").order_by("location__label_key")
    rows = list(stock if in_transit else stock.exclude(location__purpose=Location.Purpose.TRANSIT))
    if location_id is not None:
        rows = [row for row in rows if row.location_id == location_id]
    if not rows:
        raise Conflict("not-enough", f"Nothing of lot {lot} lies there.", fields={"from_location": "Choose a place where it lies."})
    if len(rows) > 1:
        names = ", ".join(f"{row.location.site.name} · {row.location.name}" for row in rows)
        raise Invalid("which-place", f"Lot {lot} lies at {names}.", fields={"from_location": "Say from where."})
    return rows[0]


def _goods(row: Stock, place: Location, amount: int) -> list[Goods]:
    """A quantity from one place to another: free first, then what is on hold, which stays so."""
    _refuse_site(row, place)
    if row.location_id == place.pk:
        raise Conflict("nothing-to-move", f"It is at {place} already.", fields={"location": "Choose another location."})
    held = free_first(row, amount)
    return [Goods(row.lot_id, row.location_id, -amount, held=-held), Goods(row.lot_id, place.pk, amount, held=held)]


def free_first(row: Stock, amount: int) -> int:
    """How much of what is on hold goes when so much goes: what is free goes first. Refused: more than lies there unpromised."""
    held = max(amount - (row.quantity - row.reserved - row.held), 0)
    if held > row.held:
        loose = from_micro(row.quantity - row.reserved)
        promised = f" ({from_micro(row.reserved):,} more are promised to orders)" if row.reserved else ""
        sentence = f"Only {loose:,} of lot {row.lot} can be moved from {row.location}{promised}."
        raise Conflict("not-enough", sentence, fields={"quantity": f"At most {loose:,}."})
    return held


def _refuse_other_site(unit_ids: Sequence[int], place: Location) -> None:
    rows = bulk.query(_ELSEWHERE.format(ids=bulk.id_set()), [place.site_id, bulk.ids(unit_ids)])
    if rows:
        raise _other_site(place, [Offender(number, f"it is at another site ({site})", unit) for unit, number, site in rows])


def _refuse_site(row: Stock, place: Location) -> None:
    if row.location.site_id != place.site_id:
        raise _other_site(place, [Offender(str(row.location), f"it is at another site ({row.location.site.name})")])


def _other_site(place: Location, offenders: Sequence[Offender]) -> Conflict:
    which = offenders[0].text if len(offenders) == 1 else f"{len(offenders):,} of these"
    return Conflict(
        "another-site",
        f"{place} is at {place.site.name}, {which} at another site.",
        fields={"location": "Choose a location of the same site."},
        offenders=offenders,
        way_out="From site to site goods go by a transfer order: Stock → Transfer orders.",
    )
