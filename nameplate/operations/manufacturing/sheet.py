"""The as-built grid as somebody fills it in: a sheet of texts, as a spreadsheet gives and takes it, and what can be done to it at once.

The first column is the product's number, the others are the places of its parts. Nothing here writes but the taking of numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count

from nameplate.models import Document, Tracking, User
from nameplate.operations.entering.parsing import parse
from nameplate.operations.manufacturing.booking import First, propose_units
from nameplate.operations.manufacturing.grid import HEAD, NUMBER_HEAD, Column, ProductRow
from nameplate.operations.manufacturing.numbering import planned_products
from nameplate.operations.manufacturing.progress import PartProgress, Progress
from nameplate.operations.manufacturing.shelves import Shelves
from nameplate.operations.numbering import propose_serial_numbers
from nameplate.refusals import Invalid, TooLarge
from nameplate.serial_text import canonical

MOST_ROWS = 2_000
LONGEST_TEXT = 4_000_000
"""Characters of a pasted sheet."""


@dataclass(slots=True)
class Sheet:
    """Rows of texts, each as wide as there are columns; what was pasted beyond them stays in the row, to be told."""

    columns: Sequence[Column]
    rows: list[list[str]] = field(default_factory=list)
    """The product's number first."""

    def products(self) -> list[ProductRow]:
        """The rows that hold anything, as a completion takes them."""
        return [ProductRow(row[0], row[1:]) for row in self.rows if any(cell.strip() for cell in row)]

    def text(self) -> str:
        """The sheet as a spreadsheet takes it, with its head."""
        head = "\t".join([HEAD, *(column.label for column in self.columns)])
        return "\n".join([head, *("\t".join(row) for row in self.rows)])

    def labels(self) -> list[str]:
        """What stands over its columns of parts."""
        return [column.label for column in self.columns]

    def empty_cells(self, line_id: int) -> list[tuple[int, int]]:
        """(row, cell) where a part is still to be named, row by row; only in rows that have a number or a part."""
        places = [index for index, column in enumerate(self.columns, 1) if column.part.line.pk == line_id]
        return [(at, index) for at, row in enumerate(self.rows) if any(row) for index in places if not row[index].strip()]


def kept_sheet(columns: Sequence[Column], labels: Sequence[str], rows: Sequence[Sequence[str]]) -> Sheet:
    """A sheet that was kept under these labels, in today's columns: what stood under one that is gone stands beyond, to be told."""
    width = len(columns) + 1
    now = {column.label: index for index, column in enumerate(columns, 1)}
    order = _beyond([0, *(now.get(label) for label in labels)], width)
    sheet = Sheet(columns, [[""] * width for _ in rows])
    _lay(sheet, rows, order if labels else None, 0, 0)
    return sheet


def read_sheet(columns: Sequence[Column], text: str) -> Sheet:
    """The sheet that a text holds: cells parted by tabs (or by semicolons or commas, where there is no tab), a row a line.

    A head is known by its names; it may have the columns in another order, or fewer. Refused: a column that the product does not have, or
    that stands in the head twice.
    """
    lines = [line for line in _lines(text) if any(line)]
    width = len(columns) + 1
    order = _head(columns, lines[0]) if lines else None
    if order is not None:
        lines = lines[1:]
    _refuse_too_many(len(lines), len(lines))
    sheet = Sheet(columns, [[""] * width for _ in lines])
    _lay(sheet, lines, order, 0, 0)
    return sheet


@dataclass(frozen=True, slots=True)
class Pasted:
    """What became of a block: how many rows it had, and whether their cells went where its head names them."""

    rows: int
    by_head: bool


def paste(sheet: Sheet, text: str, *, row: int, column: int) -> Pasted:
    """Lay a block over the sheet, as a spreadsheet does: from `row` and `column` (0 is the number of the product) to the right and down.

    A block that begins with a head goes from `row` down, each cell where the head names it. Refused is what `read_sheet` refuses; nothing
    is laid then.
    """
    lines = _lines(text.removesuffix("\n").removesuffix("\r"))
    order = _head(sheet.columns, lines[0])
    if order is not None:
        lines = lines[1:]
    row, width = min(max(row, 0), len(sheet.rows)), len(sheet.columns) + 1
    _refuse_too_many(row + len(lines), len(lines))
    sheet.rows += [[""] * width for _ in range(row + len(lines) - len(sheet.rows))]
    _lay(sheet, lines, order, row, max(column, 0))
    sheet.rows[:] = [line for line in sheet.rows if any(line)]
    return Pasted(len(lines), order is not None)


def _lines(text: str) -> list[list[str]]:
    if len(text) > LONGEST_TEXT:
        raise TooLarge("too-large", "This is more than one completion takes.", way_out="Finish the products in several goes.")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    mark = next((sign for sign in "\t;," if any(sign in line for line in lines)), "\t")
    return [[cell.strip() for cell in line.split(mark)] for line in lines]


def _refuse_too_many(count: int, given: int) -> None:
    if count > MOST_ROWS:
        these = f"these are {given:,}" if count == given else f"with these {given:,} it would be {count:,}"
        sentence = f"At most {MOST_ROWS:,} products at once; {these}."
        raise TooLarge("too-many", sentence, fields={"grid": sentence}, way_out="Finish the products in several goes.")


def _lay(sheet: Sheet, lines: Sequence[Sequence[str]], order: Sequence[int] | None, row: int, column: int) -> None:
    """Each line over a row of the sheet. What has no place in it stands beyond the last, to be told."""
    last = max([len(sheet.columns), *(order or ())])
    for at, line in enumerate(lines, row):
        cells = sheet.rows[at]
        for index, cell in enumerate(line):
            to = column + index if order is None else order[index] if index < len(order) else last + 1 + index - len(order)
            if to >= len(cells) and cell:
                cells += [""] * (to - len(cells) + 1)
            if to < len(cells):
                cells[to] = cell


def _head(columns: Sequence[Column], first: Sequence[str]) -> list[int] | None:
    """Where each cell of the head belongs; None where the first line is no head.

    A head is a line that begins with “Product” or “Serial number” and has more than that, or that names two places of the product (one is
    enough after an empty cell, which stands over the products' numbers then).
    """
    names = {_plain(column.label): index for index, column in enumerate(columns, 1)} | {_plain(HEAD): 0, _plain(NUMBER_HEAD): 0}
    found = [names.get(_plain(cell)) if cell else None for cell in first]
    known = [index for index in found if index is not None]
    blank = not first[0] and bool(known) and 0 not in known
    if not ((found[0] == 0 and (len(first) > 1 or not columns)) or len(known) > 1 or blank):
        return None
    if blank:
        found[0] = 0
    seen: set[int] = set()
    for cell, index in zip(first, found, strict=True):
        if index is None and cell:
            raise _no_head(f"The product has no place “{cell[:60]}”.")
        if index is not None and index in seen:
            raise _no_head(f"“{cell[:60]}” stands over two columns.")
        seen |= {index} if index is not None else set()
    return _beyond(found, len(columns) + 1)


def _beyond(order: Sequence[int | None], width: int) -> list[int]:
    """Where each column belongs; those that the sheet does not have follow each other beyond its last."""
    more = count(width)
    return [next(more) if index is None else index for index in order]


def _plain(name: str) -> str:
    return canonical(" ".join(name.split()))


def _no_head(sentence: str) -> Invalid:
    way_out = "Nothing was taken over. Name the columns as the grid does, or leave the first line out."
    return Invalid("no-such-place", sentence, fields={"grid": sentence}, way_out=way_out)


def number_rows(sheet: Sheet, *, actor: User, order: Document, standing: Progress, count: int) -> None:
    """Give the sheet so many numbered rows: with numbers given beforehand, then with the next of the item's pattern.

    Rows that stand keep their numbers. Call it in no transaction: taken numbers stay taken. Refused: an item without a pattern, where
    numbers given beforehand do not suffice.
    """
    if not 1 <= count <= MOST_ROWS:
        raise Invalid("bad-count", "How many products?", fields={"count": f"Between 1 and {MOST_ROWS:,}."})
    width = len(sheet.columns) + 1
    while len(sheet.rows) < count:
        sheet.rows.append([""] * width)
    blank = [row for row in sheet.rows[:count] if not row[0].strip()]
    used = {canonical(row[0]) for row in sheet.rows}
    numbers = [number for number in planned_products(order).values_list("number", flat=True) if canonical(number) not in used][: len(blank)]
    if len(numbers) < len(blank):
        numbers += propose_serial_numbers(actor=actor, item=standing.product.item, count=len(blank) - len(numbers))
    for row, number in zip(blank, numbers, strict=True):
        row[0] = number


def pair_in_order(sheet: Sheet, line_id: int, text: str) -> int:
    """Put these numbers into the empty cells of a part, row by row; how many found no cell."""
    numbers = [number for candidate in parse(text).candidates for number in (candidate.numbers or [candidate.raw])]
    cells = sheet.empty_cells(line_id)
    for (at, index), number in zip(cells, numbers, strict=False):
        sheet.rows[at][index] = number
    return max(len(numbers) - len(cells), 0)


def fill_down(sheet: Sheet) -> None:
    """Let each lot stand in the rows below it, as far as they are empty."""
    for index, column in enumerate(sheet.columns, 1):
        if column.item.tracking != Tracking.LOT:
            continue
        above = ""
        for row in sheet.rows:
            if any(row):
                above = row[index] = row[index] or above


def propose(sheet: Sheet, *, actor: User, order: Document, standing: Progress, first: First) -> dict[str, int]:
    """Fill the empty cells from the shelf, booked units first; item number → how many are missing. Finishing is what confirms it."""
    short: dict[str, int] = {}
    given = {cell for row in sheet.rows for cell in row[1:] if cell}
    shelves = Shelves(order, standing)
    for part in standing.parts:
        cells = sheet.empty_cells(part.line.pk)
        if not cells or part.item.tracking == Tracking.NONE:
            continue
        if part.item.tracking == Tracking.SERIAL:
            found = propose_units(actor=actor, order=order, line=part.line.pk, count=len(cells), first=first, without=given)
            for (at, index), (_, number) in zip(cells, found.units, strict=False):
                sheet.rows[at][index] = number
        else:
            _propose_lots(sheet, part, cells, shelves)
        if left := len(sheet.empty_cells(part.line.pk)):
            short[part.item.number] = left
    return short


def _propose_lots(sheet: Sheet, part: PartProgress, cells: Sequence[tuple[int, int]], shelves: Shelves) -> None:
    """A cell holds one lot: a place that would need two is left to whoever builds. What stands in other cells is taken already."""
    for index, column in enumerate(sheet.columns, 1):
        if column.part is part:
            for row in sheet.rows:
                if row[index]:
                    shelves.take(row[index], part.item, column.quantity)
    for at, index in cells:
        taken = shelves.take_whole(part.item, sheet.columns[index - 1].quantity)
        if taken is not None:
            sheet.rows[at][index] = taken.lot
