"""Which order line each unit is reserved for, or why none takes it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import InitVar, dataclass, field

from nameplate.ledger.state import Unit
from nameplate.models import Document
from nameplate.operations.sales.progress import LineProgress
from nameplate.operations.sales.standing import Standing, all_may_go, objection, refuse_units, standings
from nameplate.quantities import MILLIONTHS
from nameplate.refusals import Cause, Offender


@dataclass(slots=True)
class Room:
    """How much more each line of an order takes, while units are allotted one after the other."""

    lines: InitVar[Sequence[LineProgress]]
    left: dict[int, dict[int, int]] = field(default_factory=dict)
    """By item, its lines with how much each still takes."""

    def __post_init__(self, lines: Sequence[LineProgress]) -> None:
        for one in lines:
            self.left.setdefault(one.item.pk, {})[one.line.pk] = one.to_reserve

    def take(self, item_id: int) -> int | None:
        """The first line of the item that takes one more, or None."""
        lines = self.left.get(item_id, {})
        for line, left in lines.items():
            if left >= MILLIONTHS:
                lines[line] = left - MILLIONTHS
                return line
        return None


def allot(order: Document, known: Mapping[int, Unit], lines: Sequence[LineProgress]) -> dict[int, list[int]]:
    """By line, the units for it. Refused: each that cannot be reserved, with why. Nearly always all can, and nobody asks for words."""
    return (_all_allotted(known, lines) if all_may_go(known) else None) or _each_allotted(order, known.keys(), lines)


def _all_allotted(known: Mapping[int, Unit], lines: Sequence[LineProgress]) -> dict[int, list[int]] | None:
    """By line, the units for it; None where not all have one."""
    room = Room(lines)
    by_line: dict[int, list[int]] = {}
    for unit in known.values():
        line = room.take(unit.item_id)
        if line is None:
            return None
        by_line.setdefault(line, []).append(unit.id)
    return by_line


def _each_allotted(order: Document, chosen: Collection[int], lines: Sequence[LineProgress]) -> dict[int, list[int]]:
    """The same, looked at one by one. Refused: each that cannot be reserved, with why."""
    room = Room(lines)
    by_line: dict[int, list[int]] = {}
    offenders: list[Offender] = []
    causes: list[Cause | None] = []
    for unit in standings(chosen):
        line, why, cause = _allotted(order, unit, lines, room)
        if line is None:
            offenders.append(Offender(unit.number, why, unit.id))
            causes.append(cause)
        else:
            by_line.setdefault(line, []).append(unit.id)
    refuse_units("not-reservable", offenders, causes, asked=len(chosen), what="reserved")
    return by_line


def _allotted(order: Document, unit: Standing, lines: Sequence[LineProgress], room: Room) -> tuple[int | None, str, Cause | None]:
    """The line for the unit; or None, why, and what causes it."""
    if objected := objection(unit):
        return None, objected.message, objected.cause
    if all(one.item.pk != unit.item_id for one in lines):
        return None, f"{order} has no line for {unit.item}", None
    line = room.take(unit.item_id)
    return line, "" if line is not None else f"more than {order} still wants of {unit.item}", None
