"""Reserving: a given unit, any unit of an item (the oldest receipt first, bound at once), or a quantity of goods; and freeing again."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal

from nameplate import access, ledger
from nameplate.ledger import Goods, Group, Kind, Step, bulk, units
from nameplate.ledger.state import Unit
from nameplate.models import Document, DocumentStatus, Entry, Item, Lot, Pick, Request, Tracking, User
from nameplate.operations.choosing import chosen_once
from nameplate.operations.lots.making import lock_lot
from nameplate.operations.moving import stock_at
from nameplate.operations.sales.allotting import allot
from nameplate.operations.sales.freeing import forget_picks, unit_groups, unpicked
from nameplate.operations.sales.orders import lock_order
from nameplate.operations.sales.progress import LineProgress, progress
from nameplate.operations.sales.proposing import free_goods, free_units
from nameplate.operations.sales.standing import refuse_units, standings
from nameplate.operations.sales.statuses import OPEN
from nameplate.quantities import MILLIONTHS, from_micro, to_micro
from nameplate.refusals import Cause, Conflict, Invalid, Offender

ACT = "reserved"


def reserve_units(*, actor: User, order: Document | int, unit_ids: Sequence[int], note: str = "", request: Request | None = None) -> Entry:
    """Reserve these units for the lines of the order that order their items.

    Refused, each named with why: one that is not in stock, is on hold, holds a part that is, is reserved already (for whom), is of an item
    that the order has no line for, or is more than the line still wants.
    """
    access.require(actor, "stock", "edit")
    chosen = chosen_once(unit_ids)
    with ledger.transacting():
        found = lock_open(order)
        known = units.fetch(chosen)
        by_line = allot(found, known, progress(found))
        return _post(actor, found, reserving_groups(by_line), [], note, request, known)


def reserve_any(
    *,
    actor: User,
    order: Document | int,
    quantities: Mapping[int, Decimal | int | str] | None = None,
    note: str = "",
    request: Request | None = None,
) -> Entry:
    """Reserve so much of each of these lines (by id), bound at once: whatever is free, the first to expire, then the oldest receipt.

    None: as much of every line as there is. What is on hold or has expired is not proposed. Refused: more than the line still wants;
    more than is free, with how much that is; nothing at all.
    """
    access.require(actor, "stock", "edit")
    with ledger.transacting():
        found = lock_open(order)
        lines = {one.line.pk: one for one in progress(found)}
        wanted = _wanted(found, lines, quantities)
        # Two who propose at once would propose the same units: whoever comes second waits, and sees what is left.
        list(Item.objects.select_for_update(no_key=True).filter(pk__in={lines[line].item.pk for line in wanted}).order_by("pk"))
        by_line: dict[int, list[int]] = {}
        goods: list[Goods] = []
        taken: set[int] = set()
        for line, amount in wanted.items():
            one = lines[line]
            if one.item.tracking == Tracking.SERIAL:
                by_line[line] = free_units(one.item, amount // MILLIONTHS, but=taken)
                taken.update(by_line[line])
                got = len(by_line[line]) * MILLIONTHS
            else:
                proposed = free_goods(one.item, amount, line, but=goods)
                goods += proposed
                got = sum(change.reserved for change in proposed)
            if quantities is not None and got < amount:
                raise _not_enough(one, got)
        if not any(by_line.values()) and not goods:
            raise Conflict("nothing-free", f"Nothing that {found} still wants is free in stock.", way_out="Reserve it when it has come.")
        return _post(actor, found, reserving_groups(by_line), goods, note, request)


def reserve_goods(
    *,
    actor: User,
    order: Document | int,
    line: int,
    lot: Lot | int,
    quantity: Decimal | int | str,
    location_id: int | None = None,
    note: str = "",
    request: Request | None = None,
) -> Entry:
    """Reserve a quantity of this lot without serial numbers. Refused: more than lies there free, or than the line still wants."""
    access.require(actor, "stock", "edit")
    with ledger.transacting():
        found = lock_open(order)
        one = line_of({each.line.pk: each for each in progress(found)}, line)
        lot_found = lock_lot(lot)
        if lot_found.item_id != one.item.pk or one.item.tracking == Tracking.SERIAL:
            sentence = f"Line {one.line.position} does not order goods of lot {lot_found}."
            raise Invalid("lot-of-another-item", sentence, fields={"lot": sentence})
        amount = amount_wanted(quantity)
        if amount > one.to_reserve:
            raise _too_many(found, one)
        row = stock_at(lot_found, location_id)
        free = row.quantity - row.reserved - row.held
        if amount > free:
            sentence = f"Only {from_micro(free):,} of lot {lot_found} is free at {row.location}."
            raise Conflict("not-enough", sentence, fields={"quantity": f"At most {from_micro(free):,}."})
        return _post(actor, found, [], [Goods(lot_found.pk, row.location_id, 0, one.line.pk, reserved=amount)], note, request)


def free_reserved(*, actor: User, order: Document | int, unit_ids: Sequence[int], note: str = "", request: Request | None = None) -> Entry:
    """Free these units of their reservation; one that lies in a shipment is taken out of it. Refused: one not reserved for this order."""
    access.require(actor, "stock", "edit")
    chosen = chosen_once(unit_ids)
    with ledger.transacting():
        found = lock_order(order)
        lines = {one.line.pk for one in progress(found)}
        others = [unit for unit in standings(chosen) if unit.reserved_line not in lines]
        offenders = [Offender(unit.number, f"not reserved for {found}", unit.id) for unit in others]
        refuse_units("not-reserved", offenders, (), asked=len(chosen), what="freed")
        _refuse_packed(chosen)
        forget_picks(chosen)
        return ledger.post(
            actor=actor, act="reservation freed", document=found, groups=unit_groups(chosen), note=note.strip(), request=request
        )


def free_line(*, actor: User, order: Document | int, line: int, note: str = "", request: Request | None = None) -> Entry:
    """Free all that is reserved for a line and lies in no shipment. Refused: nothing is."""
    access.require(actor, "stock", "edit")
    with ledger.transacting():
        found = lock_order(order)
        one = line_of({each.line.pk: each for each in progress(found)}, line)
        units, goods = unpicked(one.line.pk)
        if not units and not goods:
            raise Conflict("nothing-reserved", f"Nothing is reserved for line {one.line.position} beside what lies in a shipment.")
        return ledger.post(
            actor=actor,
            act="reservation freed",
            document=found,
            groups=unit_groups(units),
            goods=goods,
            note=note.strip(),
            request=request,
        )


def _refuse_packed(unit_ids: Collection[int]) -> None:
    """What is packed is not taken out from behind: whoever packed it reads it on the shipment."""
    within = f"nameplate_pick.serial_id IN {bulk.id_set()}"
    picks = Pick.objects.extra(where=[within], params=[bulk.ids(unit_ids)])  # noqa: S610  # the SQL is ours, the ids a parameter
    packed = picks.filter(shipment__status=DocumentStatus.READY).select_related("shipment").first()
    if packed is not None:
        raise Conflict(
            "ready-for-shipment",
            f"Some of these units lie in {packed.shipment}, which is ready for shipment.",
            causes=[Cause("shipments", packed.shipment_id, packed.shipment.number)],
            way_out="Open the shipment again, and take them out there.",
        )


def lock_open(order: Document | int) -> Document:
    """The order, locked, if something can still be reserved and shipped for it."""
    found = lock_order(order)
    refuse_closed(found)
    return found


def refuse_closed(order: Document) -> None:
    """Refuse an order of which nothing more is shipped."""
    if order.status not in OPEN:
        label = DocumentStatus(order.status).label
        raise Conflict(
            "order-closed",
            f"{order} is {label}, so nothing more is reserved or shipped for it.",
            causes=[Cause("customer-orders", order.pk, order.number)],
            way_out="Raise the quantity of a line, or make another order."
            if order.status == DocumentStatus.SHIPPED
            else "Make another order.",
        )


def line_of(lines: Mapping[int, LineProgress], line: int) -> LineProgress:
    """The line. Refused: the order has none such."""
    if line not in lines:
        raise Invalid("no-such-line", "The order has no such line.", fields={"line": "Load the page again."})
    return lines[line]


def amount_wanted(quantity: Decimal | int | str) -> int:
    """The quantity in millionths. Refused: nothing, or less."""
    amount = to_micro(quantity.strip() if isinstance(quantity, str) else quantity)
    if amount <= 0:
        raise Invalid("not-positive", "The quantity must be more than zero.", fields={"quantity": "More than zero, please."})
    return amount


def reserving_groups(by_line: Mapping[int, Sequence[int]]) -> list[Group]:
    """What reserves these units, for the ledger."""
    return [Group([Step(Kind.RESERVED, {"reserved_line_id": line}, line_id=line)], units=units) for line, units in by_line.items() if units]


def _wanted(order: Document, lines: Mapping[int, LineProgress], quantities: Mapping[int, Decimal | int | str] | None) -> dict[int, int]:
    if quantities is None:
        return {line: one.to_reserve for line, one in lines.items() if one.to_reserve}
    wanted: dict[int, int] = {}
    for line, quantity in quantities.items():
        one = line_of(lines, line)
        wanted[line] = amount_wanted(quantity)
        if one.item.tracking == Tracking.SERIAL and wanted[line] % MILLIONTHS:
            sentence = f"{one.item} has serial numbers, so only whole units can be reserved."
            raise Invalid("not-whole", sentence, fields={"quantity": sentence})
        if wanted[line] > one.to_reserve:
            raise _too_many(order, one)
    return wanted


def _too_many(order: Document, one: LineProgress) -> Conflict:
    most = f"{from_micro(one.to_reserve):,f}"
    return Conflict(
        "more-than-ordered",
        f"Line {one.line.position} of {order} still wants {most} {one.item.unit} of {one.item}.",
        fields={"quantity": f"At most {most}."},
        way_out="Raise the quantity of the line first, if more shall go.",
    )


def _not_enough(one: LineProgress, got: int) -> Conflict:
    free = f"{from_micro(got):,f}"
    return Conflict(
        "not-enough",
        f"Only {free} {one.item.unit} of {one.item} {'is' if got == MILLIONTHS else 'are'} free in stock.",
        fields={"quantity": f"At most {free}."},
        causes=[Cause("items", one.item.pk, one.item.number)],
        way_out="Reserve fewer, free what another order does not need yet, or wait for the next receipt.",
    )


def _post(
    actor: User,
    order: Document,
    groups: Sequence[Group],
    goods: Sequence[Goods],
    note: str,
    request: Request | None,
    known: Mapping[int, Unit] | None = None,
) -> Entry:
    return ledger.post(actor=actor, act=ACT, document=order, groups=groups, goods=goods, known=known, note=note.strip(), request=request)
