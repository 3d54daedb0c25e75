"""A file's units on the lines of an order that stands: they take its Planned lots, as any receipt of it does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from nameplate.ledger import Group, Kind, LotChange, Step
from nameplate.ledger.lots import LotToOpen, open_lots
from nameplate.models import Document, Lot, LotStatus
from nameplate.operations.company import company
from nameplate.operations.importing.judging import Judged
from nameplate.operations.importing.judging_facts import unit_values
from nameplate.operations.importing.mapping import ANNOUNCEMENT
from nameplate.operations.importing.orders import Room
from nameplate.operations.importing.posting import Work, newcomers_of, step_of
from nameplate.operations.importing.targets import BATCH
from nameplate.operations.purchasing import LineProgress, currency_of
from nameplate.operations.receiving.lines import LineReceipt, cost_of, move_expected, take_lot
from nameplate.operations.receiving.lines import Work as ReceiptWork
from nameplate.quantities import MILLIONTHS

Batch = tuple[str, dt.date | None]


def order_work(judged: Judged) -> Work:
    """What is to be posted on the order: its lines of an item are filled one after the other."""
    order, room = judged.order, judged.room
    assert order is not None
    assert room is not None
    work = Work(document=order, orders=[order.pk], custom=unit_values(judged))
    if judged.mapping.mode == ANNOUNCEMENT:
        _announce(judged, order, room, work)
    else:
        for line, units in _spread(judged, room):
            _receive(judged, order, line, units, work)
    return work


def _spread(judged: Judged, room: Room) -> list[tuple[LineProgress, list[int]]]:
    """Each line with the places of the units that come on it."""
    announced = judged.mapping.mode == ANNOUNCEMENT
    found = []
    by_item: dict[str, list[int]] = {}
    for index, key in enumerate(judged.items):
        by_item.setdefault(key, []).append(index)
    for item, lines in room.lines.items():
        waiting = by_item.get(f"#{item}", [])
        for one in lines:
            count = room.of_line(one, announced=announced)
            if waiting[:count]:
                found.append((one, waiting[:count]))
            waiting = waiting[count:]
    return found


def _announce(judged: Judged, order: Document, room: Room, work: Work) -> None:
    spread = _spread(judged, room)
    lots = Lot.objects.filter(line__in=[one.line.pk for one, _ in spread], status=LotStatus.PLANNED).order_by("pk")
    target = {lot.line_id: lot.pk for lot in lots}
    for one, units in spread:
        step = step_of(judged, units, {"lot_id": target[one.line.pk], "source_id": order.pk}, one.line.pk, one.item)
        work.groups.append(Group([step], new=newcomers_of(judged, work, units, one.item)))


def _receive(judged: Judged, order: Document, one: LineProgress, units: Sequence[int], work: Work) -> None:
    """The line's Planned lot takes the units of the first batch, lots beside it those of the others; what is still to come moves on."""
    batches: dict[Batch, list[int]] = {}
    for index in units:
        batches.setdefault((judged.lines.text(BATCH, index), judged.expires(index)), []).append(index)
    first, *others = batches
    receipt = ReceiptWork(in_own_currency=currency_of(order) == company().currency)
    lot = take_lot(one, LineReceipt(one.line.pk, vendor_batch=first[0], expires_on=first[1]), len(units) * MILLIONTHS, order, receipt)
    move_expected(one, lot, [judged.taken_over[index] for index in units if index in judged.taken_over], receipt)
    beside = open_lots(
        [
            LotToOpen(
                one.item,
                LotStatus.RECEIVED,
                order,
                one.line,
                split_from=lot,
                vendor_batch=batch,
                expires_on=day,
                cost=cost_of(one, receipt),
            )
            for batch, day in others
        ]
    )
    work.lot_changes += [*receipt.lot_changes, *(LotChange(other.pk, LotStatus.RECEIVED) for other in beside)]
    for target, own in zip([lot, *beside], batches.values(), strict=True):
        to = {"lot_id": target.pk, "source_id": order.pk}
        new = [index for index in own if index not in judged.taken_over]
        known = [index for index in own if index in judged.taken_over]
        if new:
            work.groups.append(Group([step_of(judged, new, to, one.line.pk, one.item)], new=newcomers_of(judged, work, new, one.item)))
        if known:
            steps = [step_of(judged, known, to, one.line.pk, one.item)]
            if work.custom:
                given = [{f"custom.{slug}": value for slug, value in (work.custom[index] or {}).items()} for index in known]
                steps.append(Step(Kind.EDITED, edits=given))
            work.groups.append(Group(steps, units=[judged.taken_over[index] for index in known]))
    work.groups += receipt.groups
