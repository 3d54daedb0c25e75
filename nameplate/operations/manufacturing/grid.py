"""The as-built grid: rows are product units, columns the places of their parts; what stands in each cell is judged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from nameplate.ledger.state import Unit
from nameplate.models import Document, Item, Tracking
from nameplate.operations.manufacturing.bearers import Bearer, look_up, why_not
from nameplate.operations.manufacturing.progress import PartProgress, Progress
from nameplate.operations.manufacturing.shelves import Shelves, Taken
from nameplate.operations.receiving.verdicts import verdicts_of
from nameplate.quantities import MILLIONTHS
from nameplate.refusals import Conflict, Offender, TooLarge
from nameplate.serial_text import canonical, prepare

MOST_CELLS = 20_000
"""In one completion."""
HEAD, NUMBER_HEAD = "Product", "Serial number"
"""What may stand over the products' own numbers."""
PRODUCT_COLUMN = -1
"""Where a verdict stands that is about the row's product number."""


@dataclass(frozen=True, slots=True)
class Column:
    """One place of a part in each product. Lot-tracked parts have a column too: its cells take lot numbers."""

    part: PartProgress
    place: str
    quantity: int
    """What one cell stands for, in millionths of the part's unit."""
    label: str

    @property
    def item(self) -> Item:
        """What goes there."""
        return self.part.item


class ProductRow(NamedTuple):
    """One product unit: its number, and what is in each column; an empty cell is a part that is not in it."""

    number: str
    cells: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class CellVerdict:
    """What is wrong with a cell. `column` is its place among the columns, or `PRODUCT_COLUMN`."""

    row: int
    column: int
    text: str
    rule: str
    message: str
    unit_id: int | None = None


@dataclass(slots=True)
class Judged:
    """A grid as it stands against the shelves."""

    columns: Sequence[Column]
    verdicts: list[CellVerdict] = field(default_factory=list)
    units: dict[tuple[int, int], int] = field(default_factory=dict)
    """Cell → the unit in it."""
    known: dict[int, Unit] = field(default_factory=dict)
    """Those units as the ledger knows them, as far as they were read from it."""
    lots: dict[tuple[int, int], Taken] = field(default_factory=dict)
    """Cell → what of which lot is in it."""
    products: dict[int, int | None] = field(default_factory=dict)
    """Row → the announced unit that it takes over; None for a new one."""

    def tell(self, row: int, column: int, text: str, rule: str, message: str, unit_id: int | None = None) -> None:
        """Note what is wrong with a cell."""
        self.verdicts.append(CellVerdict(row, column, text, rule, message, unit_id))

    @property
    def bad_rows(self) -> set[int]:
        """Rows with something wrong in them."""
        return {verdict.row for verdict in self.verdicts}


def columns_of(standing: Progress) -> list[Column]:
    """The columns of the order's grid, in the order of its parts: a place each; where places have no names, one for each unit."""
    found: list[Column] = []
    for part in standing.parts:
        if part.item.tracking == Tracking.NONE:
            continue
        if part.places:
            share = part.each // len(part.places)
            found += [Column(part, place, share, place) for place in part.places]
        elif part.item.tracking == Tracking.LOT:
            found.append(Column(part, "", part.each, part.item.number))
        else:
            count = part.each // MILLIONTHS
            labels = [part.item.number] if count == 1 else [f"{part.item.number} {index}" for index in range(1, count + 1)]
            found += [Column(part, "", MILLIONTHS, label) for label in labels]
    return _told_apart(found)


def _told_apart(columns: Sequence[Column]) -> list[Column]:
    """The columns, each with a label of its own: where two parts have a place of the same name, the part's number stands beside it."""
    count = Counter([canonical(HEAD), canonical(NUMBER_HEAD), *(canonical(column.label) for column in columns)])
    return [
        replace(column, label=f"{column.label} ({column.item.number})") if count[canonical(column.label)] > 1 else column
        for column in columns
    ]


def judge_grid(
    order: Document, standing: Progress, rows: Sequence[ProductRow], *, keep: frozenset[str] = frozenset(), shelves: Shelves | None = None
) -> Judged:
    """What is wrong with each cell, and what is in those that are good: five statements, however many cells.

    `keep` are verdicts on product numbers that a person let stand (`other-item`). Refused: more cells than one completion takes.
    """
    columns = columns_of(standing)
    if sum(len(row.cells) for row in rows) > MOST_CELLS:
        raise TooLarge("too-many", f"At most {MOST_CELLS:,} parts in one completion.", way_out="Finish the products in several goes.")
    judged = Judged(columns)
    _judge_products(judged, order, standing, rows, keep)
    numbered = [column.item.tracking == Tracking.SERIAL for column in columns]
    serials: list[tuple[int, int, str]] = []
    lots: list[tuple[int, int, str]] = []
    for at, row in enumerate(rows):
        for index, raw in enumerate(row.cells):
            text = raw.strip()
            if not text:
                continue
            if index >= len(columns):
                judged.tell(
                    at, index, text, "beyond-the-grid", f"the product has {len(columns):,} places, this would be number {index + 1:,}"
                )
            elif numbered[index]:
                serials.append((at, index, text))
            else:
                lots.append((at, index, text))
    _judge_serials(judged, order, rows, serials)
    _judge_lots(judged, rows, lots, shelves or Shelves(order, standing))
    judged.verdicts.sort(key=lambda verdict: (verdict.row, verdict.column))
    return judged


def refuse_cells(judged: Judged, rows: Sequence[ProductRow]) -> None:
    """Refuse a grid of which any cell is wrong, naming each with its row and place."""
    if not judged.verdicts:
        return
    offenders = []
    for one in judged.verdicts:
        product = rows[one.row].number.strip() or f"row {one.row + 1}"
        inside = 0 <= one.column < len(judged.columns)
        where = f"in {product}, {judged.columns[one.column].label}: " if inside else f"in {product}: " if one.column >= 0 else ""
        offenders.append(Offender(one.text or f"Row {one.row + 1}", f"{where}{one.message}", one.unit_id, line=one.row + 1))
    first, count = offenders[0], len(offenders)
    raise Conflict(
        "cells-not-good",
        f"{first.text}: {first.why}." if count == 1 else f"{count:,} cells cannot stand; the first is {first.text}: {first.why}.",
        fields={"products": f"{count:,} cell{'' if count == 1 else 's'} cannot stand."},
        offenders=offenders,
        way_out="Correct these cells; everything else is kept.",
        extra={
            "cells": [
                {"row": one.row + 1, "column": None if one.column == PRODUCT_COLUMN else one.column + 1, "text": one.text, "rule": one.rule}
                for one in judged.verdicts
            ]
        },
    )


def _judge_products(judged: Judged, order: Document, standing: Progress, rows: Sequence[ProductRow], keep: frozenset[str]) -> None:
    prepared = prepare([row.number for row in rows])
    item = standing.product.item
    sound = [key for index, key in enumerate(prepared.keys) if index not in prepared.problems]
    verdicts = verdicts_of(item_id=item.pk, order=order, keys=sound)
    first: dict[str, int] = {}
    for at, key in enumerate(prepared.keys):
        text = rows[at].number.strip()
        verdict = verdicts.get(key)
        if at in prepared.problems:
            message = prepared.problems[at].message.rstrip(".") if text else "the product has no number yet"
            judged.tell(at, PRODUCT_COLUMN, text, prepared.problems[at].rule if text else "no-number", message)
        elif first.setdefault(key, at) != at:
            judged.tell(at, PRODUCT_COLUMN, text, "twice", f"it stands in row {first[key] + 1:,} already")
        elif verdict is None or verdict.rule == "was-withdrawn" or verdict.rule in keep:
            judged.products[at] = None
        elif verdict.rule == "announced":
            judged.products[at] = verdict.unit_id
        else:
            judged.tell(at, PRODUCT_COLUMN, text, verdict.rule, verdict.message, verdict.unit_id)


def _judge_serials(judged: Judged, order: Document, rows: Sequence[ProductRow], cells: Sequence[tuple[int, int, str]]) -> None:
    keys = [canonical(text) for _, _, text in cells]
    items = [column.item for column in judged.columns]
    numbers = [item.pk for item in items]
    lines = {column.part.line.pk for column in judged.columns}
    looked = look_up(order, [(key, numbers[column]) for key, (_, column, _) in zip(keys, cells, strict=True)], lines)
    first: dict[int, tuple[int, int]] = {}
    for key, (row, column, text) in zip(keys, cells, strict=True):
        unit: Unit | Bearer | None = looked.free.get((key, numbers[column]))
        problem = _NOTHING
        if unit is None:
            unit, problem = pick(looked.bearers, key, items[column])
        if unit is None:
            judged.tell(row, column, text, *problem)
            continue
        if (where := first.setdefault(unit.id, (row, column))) != (row, column):
            label = judged.columns[where[1]].label
            judged.tell(
                row, column, text, "twice", f"it stands in {rows[where[0]].number or f'row {where[0] + 1}'}, {label} already", unit.id
            )
        elif isinstance(unit, Bearer) and (why := why_not(unit, order)):
            judged.tell(row, column, text, why[0], why[1], unit.id)
        else:
            judged.units[row, column] = unit.id
            if isinstance(unit, Unit):
                judged.known[unit.id] = unit


def pick(bearers: Mapping[str, Sequence[Bearer]], key: str, item: Item) -> tuple[Bearer | None, tuple[str, str]]:
    """The unit of the item that bears the number, or what is to be said where none does."""
    found = bearers.get(key, ())
    for unit in found:
        if unit.item_id == item.id:
            return unit, _NOTHING
    if found:
        return None, ("other-item", f"it is a {found[0].item}, not a {item}")
    return None, ("unknown", f"no {item} bears this number")


_NOTHING = ("", "")


def _judge_lots(judged: Judged, rows: Sequence[ProductRow], cells: Sequence[tuple[int, int, str]], shelves: Shelves) -> None:
    shelves.look_up(text for _, _, text in cells)
    for row, column, text in cells:
        at = judged.columns[column]
        taken = shelves.take(text, at.item, at.quantity)
        if isinstance(taken, Taken):
            judged.lots[row, column] = taken
        else:
            judged.tell(row, column, text, *taken)
