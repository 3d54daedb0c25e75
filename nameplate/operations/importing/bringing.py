"""A file's units brought in, all or nothing, as one entry: whatever items, vendors and orders that takes, in the same transaction."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from nameplate import access, ledger
from nameplate.ledger import Group, LotChange
from nameplate.ledger.lots import LotToOpen, open_lots
from nameplate.models import DocumentStatus, Entry, Item, LotStatus, Party, Request, User
from nameplate.operations.importing.judging import Judged, judge
from nameplate.operations.importing.judging_facts import item_values, lot_values, unit_values
from nameplate.operations.importing.making import make_items, make_vendors
from nameplate.operations.importing.mapping import ANNOUNCEMENT, FileMapping
from nameplate.operations.importing.orders import MOST_ORDERS, NewLine, NewOrder, make_orders, room_of
from nameplate.operations.importing.posting import Work, newcomers_of, step_of
from nameplate.operations.importing.reading import Lines
from nameplate.operations.importing.standing import order_work
from nameplate.operations.importing.targets import BATCH, DESCRIPTION, RECEIVED_ON
from nameplate.operations.purchasing import lock_order, settle_all
from nameplate.refusals import Conflict, Offender, TooLarge

MOST_OFFENDERS = 1_000
"""Lines that a refusal names; the file of bad lines has them all."""


class LinesRefused(Conflict):
    """Some lines cannot be brought in, so none was. `judged` knows them all."""

    judged: Judged


def bring_in(*, actor: User, lines: Lines, mapping: FileMapping, name: str, request: Request | None = None) -> tuple[Entry, Judged]:
    """Receive or announce every unit of the file in one entry; items, vendors and orders that it needs are made with it.

    Refused, with nothing stored: whatever `judge` finds, each line named. Undone like any entry; orders that it made are canceled then.
    """
    access.require(actor, "stock", "create")
    with ledger.transacting():
        if mapping.order:
            _lock(mapping)
        judged = judge(actor=actor, lines=lines, mapping=mapping)
        refuse_wrong(judged)
        work = order_work(judged) if judged.order is not None else _new_orders(actor, judged)
        entry = ledger.post(
            actor=actor,
            act="planned" if mapping.mode == ANNOUNCEMENT else "received",
            document=work.document,
            happened_at=judged.happened,
            note=f"From {name}",
            groups=work.groups,
            lot_changes=work.lot_changes,
            request=request,
        )
        settle_all(actor=actor, orders=work.orders)
        return entry, judged


def _lock(mapping: FileMapping) -> None:
    order, _ = room_of(mapping.order)
    if order is not None:
        lock_order(order)


def refuse_wrong(judged: Judged) -> None:
    """Refuse the file if anything is wrong with it, naming the lines."""
    wrong = judged.wrong
    if not wrong:
        return
    first, bad = wrong[0], len(judged.bad_lines)
    where = f"line {first.line}: " if first.line else ""
    offenders = [
        Offender(
            one.text or judged.lines.heads.get(one.column, ""), f"{_head(judged, one.column)}{one.message}", one.unit_id, one.line or None
        )
        for one in wrong[:MOST_OFFENDERS]
    ]
    message = (
        f"{bad:,} of {len(judged.lines):,} lines cannot be brought in, so nothing was."
        if bad
        else "The file cannot be brought in as it is."
    )
    refusal = LinesRefused(
        "lines-refused",
        f"{message} The first: {where}{_head(judged, first.column)}{first.message}",
        offenders=offenders,
        way_out="Mend these lines in the file and choose it again; the file of bad lines has them all.",
        extra={"bad": bad, "lines": len(judged.lines)},
    )
    refusal.judged = judged
    raise refusal


def _head(judged: Judged, column: int) -> str:
    return f"{judged.lines.heads[column]}: " if column in judged.lines.heads else ""


def _new_orders(actor: User, judged: Judged) -> Work:
    orders = _planned_orders(actor, judged)
    announced = judged.mapping.mode == ANNOUNCEMENT
    days = judged.lines.days.get(RECEIVED_ON, {}).values()
    make_orders(
        actor=actor,
        orders=orders,
        status=DocumentStatus.ORDERED if announced else DocumentStatus.RECEIVED,
        day=min(days, default=timezone.localdate()),
    )
    status = LotStatus.PLANNED if announced else LotStatus.RECEIVED
    lines = [(order, one) for order in orders for one in order.lines]
    lots = open_lots(
        [
            LotToOpen(
                item=order.item,
                status=status,
                source=order.document,
                line=one.line,
                vendor_batch=one.batch,
                expires_on=one.expires_on,
                cost=order.item.cost,
                custom=dict(one.custom) or None,
            )
            for order, one in lines
        ]
    )
    work = Work(document=orders[0].document if len(orders) == 1 else None, custom=unit_values(judged))
    for (order, one), lot in zip(lines, lots, strict=True):
        assert order.document is not None
        assert one.line is not None
        work.lot_changes.append(LotChange(lot.pk, status))
        to = {"lot_id": lot.pk, "source_id": order.document.pk}
        step = step_of(judged, one.units, to, one.line.pk, order.item)
        work.groups.append(Group([step], new=newcomers_of(judged, work, one.units, order.item)))
    return work


def _planned_orders(actor: User, judged: Judged) -> list[NewOrder]:
    """One order for each item and vendor, in the file's order, with a line for each batch and expiry. Makes the items and vendors."""
    items, vendors = _items(actor, judged), _vendors(actor, judged)
    lines, facts = judged.lines, lot_values(judged)
    found: dict[tuple[str, str], dict[tuple[Any, ...], NewLine]] = {}
    for index in range(len(lines)):
        own = found.setdefault((judged.items[index], judged.vendors[index]), {})
        batch = (lines.text(BATCH, index), judged.expires(index), facts[index])
        own.setdefault(batch, NewLine(*batch)).units.append(index)
    if len(found) > MOST_ORDERS:
        message = f"The file has {len(found):,} pairs of item and vendor; {MOST_ORDERS:,} orders are the most."
        raise TooLarge("too-many", message, way_out="Split it and bring the parts in one after the other.")
    return [NewOrder(items[item], vendors[vendor], list(own.values())) for (item, vendor), own in found.items()]


def _items(actor: User, judged: Judged) -> dict[str, Item]:
    found = {f"#{pk}": row for pk, row in judged.known.rows.items()}
    missing = {named.key: named.text for named in judged.known.items.values() if named.id is None}
    if missing:
        described: dict[str, str] = {}
        for index, key in enumerate(judged.items) if judged.lines.has(DESCRIPTION) else ():
            described.setdefault(key, judged.lines.text(DESCRIPTION, index))
        found |= make_items(actor=actor, numbers=list(missing.values()), descriptions=described, custom=item_values(judged))
    return found


def _vendors(actor: User, judged: Judged) -> dict[str, Party]:
    known = judged.known.vendors.values()
    rows = Party.objects.in_bulk([named.id for named in known if named.id is not None])
    found = {named.key: rows[named.id] for named in known if named.id is not None}
    missing = {named.key: named.text for named in known if named.id is None}
    if missing:
        found |= make_vendors(actor=actor, names=list(missing.values()))
    return found
