"""What arrives of items that require inspection, from a vendor or from production, goes on hold and into an inspection in the same act.

The act calls `arriving` with what it is about to post, posts what it is given back, and tells the arrival which entry that was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from nameplate import functions
from nameplate.ledger import Goods, Group, Kind, Step, bulk
from nameplate.models import Document, Entry, InspectedGoods, Lot, User
from nameplate.operations.inspecting.documents import make_inspection
from nameplate.operations.inspecting.waiting import hold_of

COMING = frozenset({Kind.RECEIVED, Kind.PRODUCED})
_REQUIRING = (
    "SELECT id FROM nameplate_item WHERE requires_inspection AND (id IN {ids} "
    "OR id IN (SELECT item_id FROM nameplate_serial WHERE id IN {ids}) OR id IN (SELECT item_id FROM nameplate_lot WHERE id IN {ids}))"
)
_TAKE_IN = (
    "INSERT INTO nameplate_inspectedunit (inspection_id, serial_id, verdict, note, opened_id) "
    "SELECT %s, m.serial_id, 'waiting', '', m.entry_id FROM nameplate_movement m JOIN nameplate_serial s ON s.id = m.serial_id "
    "JOIN nameplate_item i ON i.id = s.item_id AND i.requires_inspection "
    f"WHERE m.entry_id = %s AND m.kind IN ({', '.join(str(kind.value) for kind in sorted(COMING))}) ORDER BY s.sort_key, s.id"
)


@dataclass(slots=True)
class Arrival:
    """What an act posts in place of what it meant to: the same, on hold where it has to be inspected."""

    groups: Sequence[Group]
    goods: Sequence[Goods]
    inspection: Document | None = None
    """The inspection that opens; None where nothing has to be inspected."""
    waiting: dict[int, int] = field(default_factory=dict)
    """Goods without serial numbers that wait: lot → millionths."""

    def recorded(self, entry: Entry) -> None:
        """Put what came by this entry into the inspection. As many statements for one unit as for fifty thousand."""
        if self.inspection is None:
            return
        bulk.execute(_TAKE_IN, [self.inspection.pk, entry.pk])
        InspectedGoods.objects.bulk_create(
            InspectedGoods(inspection_id=self.inspection.pk, lot_id=lot, quantity=quantity, opened=entry)
            for lot, quantity in sorted(self.waiting.items())
        )


def arriving(*, actor: User, groups: Sequence[Group], goods: Sequence[Goods], source: Document | None = None) -> Arrival:
    """The same act, with units and goods of items that require inspection on hold for the inspection that opens with them.

    Each group's units are of one item. A unit that the act puts on hold for another reason (its number is missing, its lot is on hold)
    keeps that, and is on hold for the inspection once it is freed. While Quality control is off, nothing is different.
    """
    if not functions.is_on(functions.QUALITY_CONTROL):
        return Arrival(groups, goods)
    coming = [group for group in groups if _comes(group)]
    known = [group.units[0] for group in coming if group.units]
    lots = {one.lot_id for one in goods if one.change > 0}
    new = {group.new.item_id for group in coming if group.new is not None}
    rows = (
        bulk.query(_REQUIRING.format(ids=bulk.id_set()), [bulk.ids(new), bulk.ids(known), bulk.ids(lots)]) if new or known or lots else []
    )
    if not rows:
        return Arrival(groups, goods)
    requiring = {row[0] for row in rows}
    paper = make_inspection(actor=actor, source=source)
    arrival = Arrival([], [], paper)
    items = dict(bulk.query(f"SELECT id, item_id FROM nameplate_serial WHERE id IN {bulk.id_set()}", [bulk.ids(known)])) if known else {}
    held = Step(Kind.HELD, {"hold": hold_of(paper.number)})
    arrival.groups = [_held(group, held) if _comes(group) and _item(group, items) in requiring else group for group in groups]
    inspected = set(Lot.objects.filter(pk__in=lots, item__in=requiring).values_list("pk", flat=True)) if lots else set()
    arrival.goods = [replace(one, held=one.change) if one.lot_id in inspected and one.change > 0 else one for one in goods]
    for one in arrival.goods:
        if one.lot_id in inspected and one.change > 0:
            arrival.waiting[one.lot_id] = arrival.waiting.get(one.lot_id, 0) + one.change
    return arrival


def _comes(group: Group) -> bool:
    return bool(COMING & {step.kind for step in group.steps}) and bool(group.units or (group.new and group.new.numbers))


def _item(group: Group, items: dict[int, int]) -> int:
    return group.new.item_id if group.new is not None else items[group.units[0]]


def _held(group: Group, held: Step) -> Group:
    """The group with the hold behind its steps, unless one of them is a hold already."""
    return group if Kind.HELD in {step.kind for step in group.steps} else replace(group, steps=[*group.steps, held])
