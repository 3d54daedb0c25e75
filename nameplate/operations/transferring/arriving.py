"""What arrives of a transfer order, wholly, in part, unit by unit; what was on the lorry beside it; and that nothing more is coming."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from nameplate import access, functions
from nameplate.ledger import Goods, Group, Kind, LotChange, Step, bulk, post
from nameplate.ledger.state import Unit
from nameplate.ledger.transacting import transacting
from nameplate.ledger.units import fetch
from nameplate.models import Document, DocumentStatus, Entry, Location, Request, Stock, TransferExtra, User
from nameplate.operations.cataloguing.changes import log_changes
from nameplate.operations.choosing import chosen_once
from nameplate.operations.in_transit import (
    ARRIVED,
    NOUN,
    TAKEN_ALONG,
    UNDER_WAY,
    extras_bearing,
    lock_transfers,
    orders_carrying,
    settle_transfers,
)
from nameplate.operations.moving import free_first
from nameplate.operations.placing import place_of
from nameplate.operations.receiving.receipts import day_sent_as, moment_of
from nameplate.operations.transferring.orders import SWITCH, lock_transfer
from nameplate.operations.transferring.standing import Fate, GoodsOnOrder, TransferStanding, in_transit_under, standing
from nameplate.operations.transferring.steps import dispatch_groups
from nameplate.operations.transferring.units import Standing, standing_of
from nameplate.quantities import from_micro, to_micro
from nameplate.refusals import Cause, Conflict, Invalid, Offender

MOST_NOTED = 1_000
_TAKEN = "UPDATE nameplate_transferunit SET taken_by_id = %s WHERE order_id = %s AND {units}"


@dataclass(frozen=True, slots=True)
class GoodsArrived:
    """How much of a line of goods came."""

    line_id: int
    quantity: Decimal | int | str


@dataclass(frozen=True, slots=True)
class Noted:
    """A number that was met and is not taken along, and what is known of it."""

    number: str
    known: str


@transacting()
def receive_transfer(
    *,
    actor: User,
    order: Document | int,
    unit_ids: Sequence[int] = (),
    known: Mapping[int, Unit] | None = None,
    goods: Sequence[GoodsArrived] = (),
    location_id: int | None = None,
    noted: Sequence[Noted] = (),
    finished: bool = False,
    reason: str = "",
    arrived_on: dt.date | None = None,
    note: str = "",
    request: Request | None = None,
) -> Entry | None:
    """What has come, in one act; None where nothing did and only was said that nothing more comes, or what else was met.

    It goes to `location_id`, else where the order says. Units that are not on the order are taken along where how they stand permits it.
    `finished` says that nothing more is coming: what is still in transit is missing then, and waits to be settled. `known` are units that
    the caller has read from the ledger in this transaction. Refused, each named:
    a unit that arrived already, or lies at the destination; without a reason, units that are not on the order, and another site.
    """
    access.require(actor, "stock", "edit")
    functions.require_on(SWITCH, "Receiving a transfer")
    chosen = chosen_once(unit_ids, none_is_fine=True)
    number = order if isinstance(order, int) else order.pk
    concerned = {number, *orders_carrying(chosen, known)}
    lock_transfers(concerned)
    found = lock_transfer(number)
    refuse_not_under_way(found)
    if not chosen and not goods and not noted and not finished:
        raise Invalid("nothing-to-receive", "There is nothing to receive.", fields={"units": "Enter what came."})
    entry = None
    left: dict[int, int] = {}
    if chosen or goods:
        entry, left[number] = _arrive(actor, found, chosen, known, goods, location_id, reason.strip(), arrived_on, note.strip(), request)
    _note(actor, found, noted)
    head = found.transfer_order
    if finished and head.finished and not entry and not noted:
        _refuse_finished(found)
    if finished and not head.finished:
        head.finished = True
        head.save(update_fields=["finished"])
        log_changes(actor=actor, noun=NOUN, subject=found.pk, changes=[("finished", "no", "yes")])
    settle_transfers(actor=actor, orders=concerned, units_left=left)
    return entry


def _refuse_finished(order: Document) -> None:
    """Nothing more is coming of it as it is: it would be said twice."""
    sentence = f"It was said already that nothing more is coming of {order}."
    way_out = "Settle what is missing: found, still at origin, arrived elsewhere, or written off."
    raise Conflict("nothing-expected", sentence, causes=[Cause(NOUN, order.pk, order.number)], way_out=way_out)


def refuse_not_under_way(order: Document) -> None:
    """Refuse an order of which nothing is on its way or has come."""
    if order.status not in UNDER_WAY:
        label = DocumentStatus(order.status).label
        raise Conflict(
            "wrong-status",
            f"{order} is {label}, so nothing of it arrives.",
            causes=[Cause(NOUN, order.pk, order.number)],
            way_out="Ship it first." if order.status != DocumentStatus.CANCELED else "Make another order.",
        )


@day_sent_as("arrived_on")
def _arrive(
    actor: User,
    order: Document,
    chosen: Sequence[int],
    known: Mapping[int, Unit] | None,
    goods: Sequence[GoodsArrived],
    location_id: int | None,
    reason: str,
    arrived_on: dt.date | None,
    note: str,
    request: Request | None,
) -> tuple[Entry, int]:
    """The entry, and how many units of the order are on their way after it."""
    head = order.transfer_order
    place = place_of(location_id if location_id is not None else head.location_id)
    under_way = in_transit_under(order)
    on_order = {unit for unit, taken_by in under_way.items() if taken_by is None}
    strangers = [unit for unit in chosen if unit not in on_order]
    if place.site_id != head.destination_id and not reason:
        sentence = f"{order} goes to {head.destination}, and {place.name} is at {place.site}. Say why it arrives there."
        raise Conflict("elsewhere", sentence, fields={"reason": sentence}, way_out="Give a reason, or choose another location.")
    arrived = Step(Kind.ARRIVED, {"location_id": place.pk}, destination_id=head.destination_id)
    own = [unit for unit in chosen if unit in on_order]
    groups = [Group([arrived], units=own)] if own else []
    stands = standing(order) if strangers or goods else TransferStanding(order, [], [], [], Counter())
    extra, changes = _along(stands, strangers, place, reason) if strangers else ([], [])
    entry = post(
        actor=actor,
        act=ARRIVED,
        document=order,
        groups=[*groups, *extra],
        goods=[change for one in goods for change in _goods_in(stands, one, place)],
        lot_changes=changes,
        known=known,
        happened_at=moment_of(arrived_on, field="arrived_on"),
        reason=reason,
        note=note,
        request=request,
    )
    if strangers:
        _put_on(order, strangers, [unit.id for unit in stands.units], entry)
        extras = extras_bearing(order, strangers, settled="")
        TransferExtra.objects.filter(pk__in=extras).update(settled=TAKEN_ALONG, settled_by=actor)
    return entry, len(under_way) - len(own)


def _put_on(order: Document, strangers: Sequence[int], known: Collection[int], entry: Entry) -> None:
    """Those that the entry took along are on the order now. What is `known` was on it already, and had not left by it."""
    told = set(known)
    bulk.execute(_TAKEN.format(units=bulk.among("serial_id")), [entry.pk, order.pk, bulk.ids(unit for unit in strangers if unit in told)])
    fresh = ((order.pk, unit, entry.pk) for unit in strangers if unit not in told)
    bulk.insert("nameplate_transferunit", ("order_id", "serial_id", "taken_by_id"), fresh)


def _along(stands: TransferStanding, strangers: Sequence[int], place: Location, reason: str) -> tuple[list[Group], list[LotChange]]:
    """What is not on the order and was on the lorry all the same: it leaves and arrives at once, or ends another order's way."""
    fates = {unit.id: unit.fate for unit in stands.units}
    offenders: list[Offender] = []
    leaving: dict[int, list[int]] = {}
    coming: list[int] = []
    transits = dict(Location.objects.filter(purpose=Location.Purpose.TRANSIT).values_list("site_id", "pk"))
    units = standing_of(strangers)
    if len(units) < len(strangers):
        raise Invalid("no-such-unit", "Some of these units do not exist.", fields={"units": "Choose units that exist."})
    for unit in units:
        if why := why_not_along(unit, fates.get(unit.id), place.site_id):
            offenders.append(Offender(unit.number, why, unit.id))
        elif unit.transfer_id is not None:
            coming.append(unit.id)
        else:
            leaving.setdefault(transits[unit.site_id or 0], []).append(unit.id)
    if offenders:
        first = f"{offenders[0].text}: {offenders[0].why}."
        sentence = first if len(offenders) == 1 else f"{len(offenders):,} of these units cannot arrive here."
        raise Conflict("not-arriving", sentence, fields={"units": sentence}, offenders=offenders, way_out="Leave them out, or note them.")
    if not reason:
        not_on = {unit.id: "not sent by" if unit.id in fates else "not on" for unit in units}
        named = [Offender(unit.number, f"it is {not_on[unit.id]} {stands.order}; {unit.where}", unit.id) for unit in units]
        sentence = (
            f"{named[0].text} is {not_on[units[0].id]} the order."
            if len(named) == 1
            else f"{len(named):,} of these units are not on the order."
        )
        raise Conflict(
            "not-on-order",
            sentence,
            fields={"reason": "Say why they came along."},
            offenders=named,
            way_out="Give a reason to take them along, or note them as extra.",
        )
    arrived = Step(Kind.ARRIVED, {"location_id": place.pk})
    known = fetch(unit for those in leaving.values() for unit in those)
    groups, changes = dispatch_groups(stands.order, leaving, known) if leaving else ([], [])
    groups = [Group([*group.steps, arrived], units=group.units) for group in groups]
    return [*groups, *([Group([arrived], units=coming)] if coming else [])], changes


def why_not_along(unit: Standing, fate: Fate | None, site_id: int) -> str:
    """Why a unit that is not in transit under the order cannot be taken in at this site; empty when it can, with a reason."""
    if fate in (Fate.ARRIVED, Fate.EXTRA):
        return "it arrived already"
    if fate is not None and fate is not Fate.WAITING:
        return f"it is settled already: {fate}"
    if not unit.in_stock:
        return unit.where
    return f"it lies here already ({unit.site} · {unit.location})" if unit.transfer_id is None and unit.site_id == site_id else ""


def goods_line(stands: TransferStanding, line_id: int, quantity: Decimal | int | str) -> tuple[GoodsOnOrder, int]:
    """(the line, how much in millionths) of goods that are in transit. Refused: no such line; nothing, or more than is on its way."""
    line = next((one for one in stands.goods if one.line.pk == line_id), None)
    if line is None:
        raise Invalid("no-such-line", "The order has no such line.", fields={"goods": f"There is no line {line_id}."})
    amount = to_micro(quantity)
    if amount <= 0:
        raise Invalid("not-positive", "The quantity must be more than zero.", fields={"goods": "More than zero, please."})
    if amount > line.in_transit:
        sentence = f"Only {from_micro(line.in_transit):,f} {line.line.item.unit} of {line.line.item} are in transit on this line."
        raise Conflict("not-enough", sentence, fields={"goods": sentence}, way_out="What came beside it is received by hand.")
    return line, amount


def _goods_in(stands: TransferStanding, one: GoodsArrived, place: Location) -> list[Goods]:
    line, amount = goods_line(stands, one.line_id, one.quantity)
    return goods_to(line, amount, place)


def goods_to(line: GoodsOnOrder, amount: int, place: Location) -> list[Goods]:
    """A quantity out of transit to a place: free first, then what is on hold, which stays so."""
    row = Stock.objects.select_related("location__site", "lot").get(lot=line.transit_lot, location=line.transit_place)
    held = free_first(row, amount)
    return [
        Goods(row.lot_id, row.location_id, -amount, line.line.pk, held=-held),
        Goods(row.lot_id, place.pk, amount, line.line.pk, held=held),
    ]


def _note(actor: User, order: Document, noted: Sequence[Noted]) -> None:
    if not noted:
        return
    if len(noted) > MOST_NOTED:
        raise Invalid("too-many", f"At most {MOST_NOTED:,} numbers are noted at once.", fields={"units": "Enter them in parts."})
    known = set(TransferExtra.objects.filter(order=order, settled="").values_list("number", flat=True))
    TransferExtra.objects.bulk_create(
        TransferExtra(order=order, number=one.number, known=one.known, noted_by=actor)
        for one in {one.number: one for one in noted}.values()
        if one.number not in known
    )
