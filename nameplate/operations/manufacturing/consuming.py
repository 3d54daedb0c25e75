"""What a completion takes beside the cells of its grid: units not known in which product, quantities, what failed; and what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple, Protocol

from nameplate.ledger.state import Unit
from nameplate.models import Document, Line, Tracking
from nameplate.operations.manufacturing.bearers import Bearer, bearers_of, look_up, why_not
from nameplate.operations.manufacturing.grid import Judged, ProductRow, pick
from nameplate.operations.manufacturing.progress import PartProgress, Progress
from nameplate.operations.manufacturing.shelves import Shelves, Taken
from nameplate.quantities import MILLIONTHS, from_micro, to_micro
from nameplate.refusals import Conflict, Invalid, Offender
from nameplate.serial_text import canonical


class UsedUnit(NamedTuple):
    """A unit that the order used, not known in which product: a trace says *possible*."""

    line_id: int
    number: str


@dataclass(frozen=True, slots=True)
class GoodsUsed:
    """A quantity of a lot that the order used. `location_id` may be left out where one place has enough of it."""

    line_id: int
    lot: str
    quantity: Decimal | int | str
    location_id: int | None = None


@dataclass(frozen=True, slots=True)
class FailedUnit:
    """A part that failed on the bench: rejected in the same act."""

    number: str
    reason: str


class Given(Protocol):
    """The part of a completion that is read here."""

    @property
    def rows(self) -> Sequence[ProductRow]:
        """The products."""

    @property
    def used(self) -> Sequence[UsedUnit]:
        """Units not known in which product."""

    @property
    def goods(self) -> Sequence[GoodsUsed]:
        """Quantities."""

    @property
    def failed(self) -> Sequence[FailedUnit]:
        """What failed."""


@dataclass(frozen=True, slots=True)
class Missing:
    """What a product, or the completion where it is not known which, was finished without."""

    line: Line
    row: int | None
    place: str
    quantity: int


@dataclass(slots=True)
class Parts:
    """What goes in beside the cells."""

    used: dict[int, list[int]] = field(default_factory=dict)
    known: dict[int, Unit] = field(default_factory=dict)
    """Those units as the ledger knows them, as far as they were read from it."""
    goods: list[tuple[int, Taken]] = field(default_factory=list)
    failed: dict[int, str] = field(default_factory=dict)
    """Units that failed, with what is wrong with each."""
    failures: str = ""
    """The reasons of what failed, for the entry."""
    missing: list[Missing] = field(default_factory=list)


def gather_parts(order: Document, standing: Progress, judged: Judged, given: Given, made: int, shelves: Shelves) -> Parts:
    """Everything else that goes in. Refused: units and lots that cannot, each named; what is missing, unless the order allows it."""
    parts = Parts()
    _units(parts, order, standing, judged, given)
    taken = _goods(parts, standing, given, shelves)
    for part in standing.parts:
        needed = part.each * made // MILLIONTHS
        cells = [cell for cell in (*judged.units, *judged.lots) if judged.columns[cell[1]].part is part]
        filled = sum(judged.columns[column].quantity for _, column in cells)
        used = len(parts.used.get(part.line.pk, ())) * MILLIONTHS + taken.get(part.line.pk, 0)
        if part.item.tracking == Tracking.NONE and not used:
            found = shelves.take_any(part.item, needed)
            parts.goods += [(part.line.pk, one) for one in found]
            used = sum(one.quantity for one in found)
        if filled + used < needed:
            _miss(parts, part, judged, given, needed - filled - used, unknown=used > 0)
        elif part.item.tracking == Tracking.SERIAL and filled + used > needed:
            sentence = f"{from_micro(filled + used - needed):,f} more {part.item} are given than the products take."
            raise Conflict("more-than-needed", sentence, fields={f"used.{part.line.pk}": sentence}, way_out="Leave them on the shelf.")
    if parts.missing and not order.manufacturing_order.may_miss_parts:
        _refuse_missing(standing, parts.missing, given)
    return parts


def _miss(parts: Parts, part: PartProgress, judged: Judged, given: Given, quantity: int, *, unknown: bool) -> None:
    """Note what is missing: cell by cell where it is certain which cells stay empty, else as so much of the part."""
    empty = [
        (row, index)
        for row in range(len(given.rows))
        for index, column in enumerate(judged.columns)
        if column.part is part and (row, index) not in judged.units and (row, index) not in judged.lots
    ]
    if empty and not unknown:
        parts.missing += [Missing(part.line, row, judged.columns[index].place, judged.columns[index].quantity) for row, index in empty]
    else:
        parts.missing.append(Missing(part.line, None, "", quantity))


def _refuse_missing(standing: Progress, missing: Sequence[Missing], given: Given) -> None:
    short: dict[int, int] = {}
    for one in missing:
        short[one.line.pk] = short.get(one.line.pk, 0) + one.quantity
    words = [f"{from_micro(quantity):,f} {part.item.unit} {part.item}" for part in standing.parts if (quantity := short.get(part.line.pk))]
    offenders = [
        Offender(
            given.rows[one.row].number or f"row {one.row + 1}",
            f"{one.line.item}{f' at {one.place}' if one.place else ''} is missing",
            line=one.row + 1,
        )
        for one in missing
        if one.row is not None
    ]
    raise Conflict(
        "parts-missing",
        f"Parts are missing: {', '.join(words)}.",
        fields={"parts": f"Missing: {', '.join(words)}."},
        offenders=offenders,
        way_out="Fill them in, or let the order be finished with parts missing, on its form.",
    )


def _units(parts: Parts, order: Document, standing: Progress, judged: Judged, given: Given) -> None:
    """Units used, not known where, and units that failed."""
    inside = set(judged.units.values())
    offenders = _used(parts, order, standing, inside, given.used) if given.used else []
    offenders += _failed(parts, order, standing, inside, given.failed) if given.failed else []
    if offenders:
        count = len(offenders)
        sentence = f"{offenders[0].text}: {offenders[0].why}." if count == 1 else f"{count:,} of these units cannot be taken."
        raise Conflict("units-not-good", sentence, fields={"used" if given.used else "failed": sentence}, offenders=offenders)


def _used(parts: Parts, order: Document, standing: Progress, inside: set[int], used: Sequence[UsedUnit]) -> list[Offender]:
    numbered = {part.line.pk: part.item for part in standing.parts if part.item.tracking == Tracking.SERIAL}
    for one in used:
        if one.line_id not in numbered:
            raise Invalid("no-such-line", "The order takes no such part.", fields={"used": f"There is no part {one.line_id}."})
    keys = [canonical(one.number) for one in used]
    looked = look_up(order, [(key, numbered[one.line_id].pk) for key, one in zip(keys, used, strict=True)], numbered)
    offenders = []
    for position, (key, one) in enumerate(zip(keys, used, strict=True), 1):
        item = numbered[one.line_id]
        free = looked.free.get((key, item.id))
        unit: Unit | Bearer | None = free
        problem = ""
        if unit is None:
            unit, (_, problem) = pick(looked.bearers, key, item)
        why = problem if unit is None else "it is given twice" if unit.id in inside else ""
        if isinstance(unit, Bearer) and not why:
            why = (why_not(unit, order) or ("", ""))[1]
        if why or unit is None:
            offenders.append(Offender(one.number, why, unit.id if unit else None, line=position))
            continue
        inside.add(unit.id)
        parts.used.setdefault(one.line_id, []).append(unit.id)
        if free is not None:
            parts.known[free.id] = free
    return offenders


def _failed(parts: Parts, order: Document, standing: Progress, inside: set[int], failed: Sequence[FailedUnit]) -> list[Offender]:
    bearers = bearers_of(canonical(one.number) for one in failed)
    items = {part.item.pk for part in standing.parts}
    offenders = []
    for position, one in enumerate(failed, 1):
        unit = next((unit for unit in bearers.get(canonical(one.number), ()) if unit.item_id in items), None)
        if unit is None:
            offenders.append(Offender(one.number, "no part of this order bears this number", None, line=position))
            continue
        why = (
            "it is built in as well; put another in its place"
            if unit.id in inside
            else "say what is wrong with it"
            if not one.reason.strip()
            else (why_not(unit, order) or ("", ""))[1]
        )
        if why:
            offenders.append(Offender(one.number, why, unit.id, line=position))
            continue
        inside.add(unit.id)
        parts.failed[unit.id] = one.reason.strip()
    parts.failures = "; ".join(f"{one.number.strip()}: {one.reason.strip()}" for one in failed)[:10_000]
    return offenders


def _goods(parts: Parts, standing: Progress, given: Given, shelves: Shelves) -> dict[int, int]:
    """Quantities that somebody named; line → how much."""
    taken: dict[int, int] = {}
    shelves.look_up(one.lot for one in given.goods)
    for index, one in enumerate(given.goods):
        part = standing.part(one.line_id)
        if part is None or part.item.tracking == Tracking.SERIAL:
            raise Invalid("no-such-line", "The order takes no such part.", fields={f"goods.{index}.line": "There is no such part."})
        quantity = to_micro(one.quantity, field=f"goods.{index}.quantity")
        if quantity <= 0:
            raise Invalid(
                "not-positive", "The quantity must be more than zero.", fields={f"goods.{index}.quantity": "More than zero, please."}
            )
        found = shelves.take(one.lot, part.item, quantity, one.location_id)
        if not isinstance(found, Taken):
            raise Conflict(found[0], f"{one.lot}: {found[1]}.", fields={f"goods.{index}.lot": f"{found[1][0].upper()}{found[1][1:]}."})
        parts.goods.append((one.line_id, found))
        taken[one.line_id] = taken.get(one.line_id, 0) + quantity
    return taken
