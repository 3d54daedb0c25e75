"""Scanning into the as-built grid: a product chooses its row, a part goes to its place, and what is neither changes nothing."""

from __future__ import annotations

from dataclasses import dataclass

from nameplate.models import Document, Tracking
from nameplate.operations.cataloguing import accepted_of
from nameplate.operations.manufacturing.bearers import bearers_of
from nameplate.operations.manufacturing.progress import Progress
from nameplate.operations.manufacturing.sheet import Sheet
from nameplate.operations.manufacturing.shelves import Shelves
from nameplate.operations.receiving.verdicts import verdicts_of
from nameplate.serial_text import canonical, problem_of


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a scan did: to which row, and what is to be said of it."""

    row: int
    said: str
    good: bool = True


def scan(sheet: Sheet, *, order: Document, standing: Progress, text: str, row: int, keep: frozenset[str] = frozenset()) -> Scanned:
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
        why = _why_no_product(order, standing, code, keep)
        return Scanned(row, f"{code} {why}", good=False) if why else _open_row(sheet, code)
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


def _why_no_product(order: Document, standing: Progress, code: str, keep: frozenset[str]) -> str:
    """Why a code that is no part of the order cannot be the number of a new product either; nothing where it can."""
    item, key = standing.product.item, canonical(code)
    problem = problem_of(code)
    verdict = None if problem else verdicts_of(item_id=item.pk, order=order, keys=[key]).get(key)
    if verdict is not None and verdict.rule == "other-item" and verdict.rule not in keep:
        others = next((one.item for one in bearers_of([key]).get(key, ()) if one.item_id != item.pk), "")
        return f"is a {others}: no part of this order. If a {item} has this number too, type it into the grid."
    if verdict is not None and verdict.standing == "bad":
        return f"cannot be made: {verdict.message}."
    if problem is None and verdict is None and (accepted := accepted_of(item)):
        problem = accepted.problem_of(code)
    return f"is no part of this order, and no number of a {item}: {problem.message}" if problem else ""


def _open_row(sheet: Sheet, code: str) -> Scanned:
    """A code that is no part of the order is taken for a product: it names the first row without a number, or opens one."""
    for index, line in enumerate(sheet.rows):
        if not line[0]:
            line[0] = code
            return Scanned(index, f"{code}: scan its parts now.")
    sheet.rows.append([code, *[""] * len(sheet.columns)])
    return Scanned(len(sheet.rows) - 1, f"{code} is a new row: scan its parts now.")
