"""Parts are booked: units on the shelf are promised to a manufacturing order, proposed oldest first, and never without somebody's word."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from nameplate import access, functions
from nameplate.ledger import Group, Kind, Step, bulk, post
from nameplate.ledger.transacting import transacting
from nameplate.models import Availability, Document, DocumentStatus, Entry, Request, Serial, Tracking, User
from nameplate.operations.choosing import chosen_once
from nameplate.operations.manufacturing.bearers import Bearer, bearers_of, why_not
from nameplate.operations.manufacturing.booking_goods import BookedGoods, FreedGoods, freeing, propose_goods, reserving
from nameplate.operations.manufacturing.expecting import UNDER_WAY
from nameplate.operations.manufacturing.grid import pick
from nameplate.operations.manufacturing.orders import find_order, lock_order
from nameplate.operations.manufacturing.progress import PartProgress, Progress, booked_units, progress
from nameplate.operations.manufacturing.shelves import not_expired_before
from nameplate.quantities import MILLIONTHS, from_micro
from nameplate.refusals import Conflict, Invalid, Offender
from nameplate.serial_text import canonical

First = Literal["received", "expiry"]
"""By what a proposal goes: what was received first, or what expires first."""
ORDERS: Mapping[First, str] = {
    "received": "s.received_on, s.id",
    "expiry": "l.expires_on IS NULL, l.expires_on, s.received_on, s.id",
}
_FREE = (
    "SELECT s.id, s.number FROM nameplate_serial s JOIN nameplate_lot l ON l.id = s.lot_id "
    f"JOIN nameplate_location p ON p.id = s.location_id WHERE s.item_id = %s AND s.availability = {Availability.AVAILABLE.value} "
    "AND NOT s.withdrawn AND p.site_id = %s AND (l.expires_on IS NULL OR l.expires_on >= %s) ORDER BY {order} LIMIT %s"
)


@dataclass(frozen=True, slots=True)
class Proposal:
    """Units that would serve for a part: booked ones first, then free ones of the order's site."""

    part: PartProgress
    units: tuple[tuple[int, str], ...]
    """(unit, number)."""
    wanted: int

    @property
    def short(self) -> int:
        """How many units are missing."""
        return max(self.wanted - len(self.units), 0)


def propose_units(
    *, actor: User, order: Document | int, line: int, count: int | None = None, first: First = "received", without: Collection[str] = ()
) -> Proposal:
    """Units for a part of the order, as many as are still to go in, or `count`; nothing is changed until somebody confirms them.

    What has expired is not proposed. `without` are numbers that stand in the grid already. Refused: a part that has no serial numbers.
    """
    access.require(actor, "production", "view")
    functions.require_on(functions.SERIAL_NUMBERS, "Proposing units", field="line")
    by = ORDERS[read_first(first)]
    document = find_order(order)
    part = _part(progress(document), line)
    wanted = part.to_use // MILLIONTHS if count is None else max(count, 0)
    skip = {canonical(number) for number in without}
    own = Serial.objects.filter(pk__in=booked_units([line]).get(line, [])).order_by("received_on", "pk").values_list("pk", "number")
    sql = _FREE.format(order=by)
    free = bulk.query(sql, [part.item.pk, document.manufacturing_order.site_id, not_expired_before(), wanted + len(skip)])
    found = [(unit, number) for unit, number in (*own, *free) if canonical(number) not in skip]
    return Proposal(part, tuple(found[:wanted]), wanted)


def read_first(text: str) -> First:
    """By what a proposal goes. Refused: another word."""
    found = next((one for one in ORDERS if one == text), None)
    if found is None:
        raise Invalid("no-such-order", "Propose by what?", fields={"first": "It is received or expiry."})
    return found


@transacting()
def book_parts(
    *,
    actor: User,
    order: Document | int,
    units: Mapping[int, Sequence[int]],
    goods: Sequence[BookedGoods] = (),
    note: str = "",
    request: Request | None = None,
) -> Entry:
    """Promise these units (by part), and quantities of lots, to the order as one act; nobody else can use them then.

    Refused, each named: a unit of another item, one that is not free, or is at another site; more than the part still takes; a lot of
    which less lies free in one place of the site.
    """
    access.require(actor, "production", "edit")
    chosen = chosen_once([unit for found in units.values() for unit in found], none_is_fine=bool(goods))
    document = lock_order(order)
    _refuse_not_open(document)
    standing = progress(document)
    changes = reserving(document, standing, goods)
    bearers = _by_id(chosen)
    offenders = []
    groups = []
    for line, wanted in units.items():
        part = _part(standing, line)
        offenders += [
            Offender(unit.number, why, unit.id)
            for unit in (bearers[one] for one in wanted if one in bearers)
            if (why := f"it is a {unit.item}, not a {part.item}" if unit.item_id != part.item.pk else _not_free(unit, document))
        ]
        if len(set(wanted)) * MILLIONTHS > part.to_book:
            sentence = f"{len(set(wanted)):,} are more {part.item} than the {part.to_book // MILLIONTHS:,} still to be booked."
            raise Conflict("more-than-needed", sentence, fields={"units": sentence}, way_out="Choose fewer.")
        if wanted:
            groups.append(Group([Step(Kind.RESERVED, {"reserved_line_id": line}, line_id=line)], units=list(dict.fromkeys(wanted))))
    if offenders:
        count = len(offenders)
        sentence = f"{offenders[0].text}: {offenders[0].why}." if count == 1 else f"{count:,} of these units cannot be booked."
        raise Conflict("units-not-good", sentence, fields={"units": sentence}, offenders=offenders)
    return post(actor=actor, act="booked", document=document, groups=groups, goods=changes, note=note.strip(), request=request)


@transacting()
def book_proposed(*, actor: User, order: Document | int, line: int, count: int | None = None, first: First = "received") -> Entry:
    """Book what is proposed for a part, units or lots: the word of whoever has seen the proposal."""
    document = lock_order(order)
    part = progress(document).part(line)
    if part is not None and part.item.tracking != Tracking.SERIAL:
        return book_parts(actor=actor, order=document, units={}, goods=goods_to_book(actor=actor, order=document, line=line))
    units = units_to_book(actor=actor, order=document, line=line, count=count, first=first)
    return book_parts(actor=actor, order=document, units={line: units})


def goods_to_book(*, actor: User, order: Document, line: int) -> list[BookedGoods]:
    """Lots for a part, as much as is still to be booked. Refused: there is none."""
    found = propose_goods(actor=actor, order=order, line=line)
    if not found.goods:
        raise _nothing_free(found.part, order)
    return [BookedGoods(line, one.lot, from_micro(one.quantity), one.location_id) for one in found.goods]


def _nothing_free(part: PartProgress, order: Document) -> Conflict:
    return Conflict("nothing-free", f"No {part.item} is free at {order.manufacturing_order.site}.", way_out="Receive or move some.")


def units_to_book(*, actor: User, order: Document, line: int, count: int | None = None, first: First = "received") -> list[int]:
    """Free units for a part, as many as are still to be booked, or `count`. Refused: there is none."""
    part = _part(progress(order), line)
    wanted = part.to_book // MILLIONTHS if count is None else count
    taken = set(booked_units([line]).get(line, []))
    found = propose_units(actor=actor, order=order.pk, line=line, count=wanted + len(taken), first=first)
    units = [unit for unit, _ in found.units if unit not in taken][:wanted]
    if not units:
        raise _nothing_free(part, order)
    return units


@transacting()
def free_parts(
    *,
    actor: User,
    order: Document | int,
    unit_ids: Sequence[int],
    goods: Sequence[FreedGoods] = (),
    reason: str = "",
    request: Request | None = None,
) -> Entry:
    """Take back the promise of these units and quantities. Refused, each named: what is not booked for this order."""
    access.require(actor, "production", "edit")
    chosen = chosen_once(unit_ids, none_is_fine=bool(goods))
    document = lock_order(order)
    standing = progress(document)
    changes = freeing(standing, goods)
    lines = [part.line.pk for part in standing.parts]
    booked = {unit for units in booked_units(lines).values() for unit in units}
    strangers = [unit for unit in chosen if unit not in booked]
    if strangers:
        numbers = dict(Serial.objects.filter(pk__in=strangers).values_list("pk", "number"))
        offenders = [Offender(numbers.get(unit, str(unit)), f"it is not booked for {document}", unit) for unit in strangers]
        raise Conflict(
            "not-booked", f"{offenders[0].text}: {offenders[0].why}.", fields={"units": "Choose booked units."}, offenders=offenders
        )
    groups = [Group([Step(Kind.UNRESERVED)], units=chosen)] if chosen else []
    return post(actor=actor, act="freed", document=document, groups=groups, goods=changes, reason=reason.strip(), request=request)


def units_for(standing: Progress, line: int, numbers: Sequence[str]) -> list[int]:
    """The units of a part's item that bear these numbers. Refused, each named: a number that none bears."""
    part = _part(standing, line)
    bearers = bearers_of(canonical(number) for number in numbers)
    offenders, found = [], []
    for position, number in enumerate(numbers, 1):
        unit, (_, problem) = pick(bearers, canonical(number), part.item)
        if unit is None:
            offenders.append(Offender(number, problem, line=position))
        else:
            found.append(unit.id)
    if offenders:
        sentence = (
            f"{offenders[0].text}: {offenders[0].why}." if len(offenders) == 1 else f"{len(offenders):,} of these numbers do not fit."
        )
        raise Invalid("units-not-found", sentence, fields={"units": sentence}, offenders=offenders)
    return found


def _part(standing: Progress, line: int) -> PartProgress:
    part = standing.part(line)
    if part is None:
        raise Invalid("no-such-line", "The order takes no such part.", fields={"line": f"There is no part {line}."})
    if part.item.tracking != Tracking.SERIAL:
        raise Invalid(
            "not-serial-tracked",
            f"{part.item} has no serial numbers.",
            fields={"line": "Only units are booked one by one."},
            way_out="Book it by lot and quantity.",
        )
    return part


def _refuse_not_open(order: Document) -> None:
    if order.status not in (DocumentStatus.NEW, *UNDER_WAY):
        label = DocumentStatus(order.status).label
        raise Conflict("not-under-way", f"{order} is {label}, so nothing is booked for it.", way_out="Make another order.")


def _by_id(units: Sequence[int]) -> dict[int, Bearer]:
    keys = Serial.objects.filter(pk__in=units).values_list("key", flat=True)
    return {one.id: one for found in bearers_of(keys).values() for one in found}


def _not_free(unit: Bearer, order: Document) -> str:
    if unit.order_id == order.pk:
        return "it is booked for this order already"
    return (why_not(unit, order) or ("", ""))[1]
