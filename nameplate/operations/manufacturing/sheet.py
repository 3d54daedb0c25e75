"""The as-built grid as somebody fills it in: a sheet of texts, as a spreadsheet gives and takes it, and what can be done to it at once.

The first column is the product's number, the others are the places of its parts. Nothing here writes but the taking of numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from nameplate.models import Document, Tracking, User
from nameplate.operations.entering.parsing import parse
from nameplate.operations.manufacturing.bearers import bearers_of
from nameplate.operations.manufacturing.booking import First, propose_units
from nameplate.operations.manufacturing.grid import Column, ProductRow
from nameplate.operations.manufacturing.numbering import planned_products
from nameplate.operations.manufacturing.progress import Progress
from nameplate.operations.manufacturing.shelves import Shelves
from nameplate.operations.numbering import propose_serial_numbers
from nameplate.refusals import Invalid, TooLarge
from nameplate.serial_text import canonical

MOST_ROWS = 2_000
LONGEST_TEXT = 4_000_000
"""Characters of a pasted sheet."""
HEAD = "Product"


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

    def empty_cells(self, line_id: int) -> list[tuple[int, int]]:
        """(row, cell) where a part is still to be named, row by row; only in rows that have a number or a part."""
        places = [index for index, column in enumerate(self.columns, 1) if column.part.line.pk == line_id]
        return [(at, index) for at, row in enumerate(self.rows) if any(row) for index in places if not row[index].strip()]


def read_sheet(columns: Sequence[Column], text: str) -> Sheet:
    """The sheet that a text holds: cells parted by tabs (or by semicolons or commas, where there is no tab), a row a line.

    A head is known by its names; it may have the columns in another order, or fewer. Refused: a column that the product does not have.
    """
    if len(text) > LONGEST_TEXT:
        raise TooLarge("too-large", "This is more than one completion takes.", way_out="Finish the products in several goes.")
    lines = [line for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n") if line.strip()]
    mark = next((sign for sign in "\t;," if any(sign in line for line in lines)), "\t")
    cells = [[cell.strip() for cell in line.split(mark)] for line in lines]
    order = _head(columns, cells[0]) if cells else None
    if order is not None:
        cells = cells[1:]
    if len(cells) > MOST_ROWS:
        raise TooLarge(
            "too-many", f"At most {MOST_ROWS:,} products at once; these are {len(cells):,}.", fields={"grid": "Fewer rows, please."}
        )
    width = len(columns) + 1
    rows = []
    for line in cells:
        row = [""] * width
        for index, cell in enumerate(line):
            at = index if order is None else order[index] if index < len(order) else width + index - len(order)
            if at >= len(row) and cell:
                row += [""] * (at - len(row) + 1)
            if at < len(row):
                row[at] = cell
        rows.append(row)
    return Sheet(columns, rows)


def _head(columns: Sequence[Column], first: Sequence[str]) -> list[int] | None:
    """Where each cell of the head belongs; None where the first line is no head."""
    names = {canonical(column.label): index for index, column in enumerate(columns, 1)} | {canonical(HEAD): 0, "serial number": 0, "": -1}
    found = [names.get(canonical(cell)) for cell in first]
    known = [index for index in found if index not in (None, -1)]
    if not known or (len(known) == 1 and known != [0]):
        return None
    for cell, index in zip(first, found, strict=True):
        if index is None:
            sentence = f"The product has no place “{cell[:60]}”."
            raise Invalid(
                "no-such-place", sentence, fields={"grid": sentence}, way_out="Name the columns as the grid does, or leave the head out."
            )
    width = len(columns) + 1
    return [width + position if index == -1 else int(index or 0) for position, index in enumerate(found)]


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
            numbers = [number for _, number in found.units]
        else:
            numbers = []
            for _, index in cells:
                taken = shelves.take_any(part.item, sheet.columns[index - 1].quantity)
                # A cell holds one lot: a place that would need two is left to whoever builds.
                numbers += [taken[0].lot] if len(taken) == 1 else []
        for (at, index), number in zip(cells, numbers, strict=False):
            sheet.rows[at][index] = number
        if len(numbers) < len(cells):
            short[part.item.number] = len(cells) - len(numbers)
    return short


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a scan did: to which row, and what is to be said of it."""

    row: int
    said: str
    good: bool = True


def scan(sheet: Sheet, *, order: Document, standing: Progress, text: str, row: int) -> Scanned:
    """Take a scanned code: a product’s number chooses its row (a new one opens it), a part goes to its first empty place in that row."""
    code, key = text.strip(), canonical(text)
    at = next((index for index, line in enumerate(sheet.rows) if canonical(line[0]) == key), None)
    if at is not None:
        return Scanned(at, f"{code}: scan its parts now.")
    standing_cells = {canonical(cell) for line in sheet.rows for cell in line[1:] if cell}
    items = {part.item.pk: part for part in standing.parts}
    own = [unit for unit in bearers_of([key]).get(key, ()) if unit.item_id in items]
    part = items[own[0].item_id] if own else None
    shelves = Shelves(order, standing)
    if part is None:
        part = next((one for one in standing.parts if one.item.tracking == Tracking.LOT and shelves.holds(code, one.item)), None)
    if part is None:
        return _open_row(sheet, code)
    if not 0 <= row < len(sheet.rows):
        return Scanned(row, f"{code} is a {part.item}: scan the product first.", good=False)
    if own and key in standing_cells:
        return Scanned(row, f"{code} stands in the grid already.", good=False)
    line = sheet.rows[row]
    for index, column in enumerate(sheet.columns, 1):
        if column.part is part and not line[index]:
            line[index] = own[0].number if own else code
            left = sum(1 for cell in line[1:] if not cell)
            return Scanned(row, f"{code} → {line[0]}, {column.label}. {f'{left} to go.' if left else 'It is complete.'}")
    return Scanned(row, f"{line[0]} has no place left for a {part.item}.", good=False)


def _open_row(sheet: Sheet, code: str) -> Scanned:
    """A code that is no part of the order is taken for a product: it names the first row without a number, or opens one."""
    for index, line in enumerate(sheet.rows):
        if not line[0]:
            line[0] = code
            return Scanned(index, f"{code}: scan its parts now.")
    sheet.rows.append([code, *[""] * len(sheet.columns)])
    return Scanned(len(sheet.rows) - 1, f"{code} is a new row: scan its parts now.")
