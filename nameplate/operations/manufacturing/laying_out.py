"""Parts of products as a program gives them, by place, by column or by neither, laid out as the rows of the as-built grid."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from nameplate.models import Lot, Tracking
from nameplate.operations.cataloguing.texts import refuse_wrong
from nameplate.operations.manufacturing.bearers import bearers_of
from nameplate.operations.manufacturing.grid import MOST_CELLS, Column, ProductRow, columns_of
from nameplate.operations.manufacturing.progress import Progress
from nameplate.refusals import TooLarge
from nameplate.serial_text import canonical


class GivenPart(NamedTuple):
    """A serial or lot number, and where it went: a place by its name, a column of the grid from 1, or wherever its item goes."""

    text: str
    place: str = ""
    column: int | None = None
    line_id: int | None = None
    """The part of the order: where two have a place of the same name, or in place of its item where no place is given."""


class GivenProduct(NamedTuple):
    """One product unit with its parts."""

    number: str
    parts: Sequence[GivenPart] = ()


def lay_out(standing: Progress, products: Sequence[GivenProduct]) -> list[ProductRow]:
    """The products as rows of the order's grid. Two statements where parts are given without a place, else none.

    What is given without a place goes into the first free column of its item; a number that no part's item bears into the first column that
    is left, where the grid's judging names it. Refused, each beside its field: a place, column or part that the product does not have, or
    twice; a column that is not at the place given with it.
    """
    if sum(len(product.parts) for product in products) > MOST_CELLS:
        raise TooLarge("too-many", f"At most {MOST_CELLS:,} parts in one completion.", way_out="Finish the products in several goes.")
    columns = columns_of(standing)
    items = _items_of(part.text for product in products for part in product.parts if not part.place and part.column is None)
    at = _by_place(columns)
    wrong: dict[str, str] = {}
    rows = [ProductRow(one.number, _cells(columns, at, items, one, f"products.{row}", wrong)) for row, one in enumerate(products)]
    refuse_wrong(wrong)
    return rows


def _cells(
    columns: Sequence[Column],
    by_place: Mapping[str, Sequence[int]],
    items: Mapping[str, set[int]],
    product: GivenProduct,
    field: str,
    wrong: dict[str, str],
) -> list[str]:
    cells = [""] * len(columns)
    for position, part in enumerate(product.parts):
        if part.column is None and not part.place:
            continue
        index = _named(columns, by_place, cells, part)
        if isinstance(index, str):
            wrong[f"{field}.parts.{position}.{'place' if part.column is None else 'column'}"] = index
        elif part.column is not None and part.place and index not in by_place.get(_folded(part.place), ()):
            wrong[f"{field}.parts.{position}.place"] = f"Column {part.column} is {columns[index].label}."
        else:
            cells[index] = part.text
    for position, part in enumerate(product.parts):
        if part.column is not None or part.place:
            continue
        free = _first_free(columns, cells, items.get(canonical(part.text), set()), part.line_id)
        if free is not None:
            cells[free] = part.text
        elif part.line_id is None:
            cells.append(part.text)
        else:
            wrong[f"{field}.parts.{position}.part"] = "The product has no place left for this part."
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _named(columns: Sequence[Column], by_place: Mapping[str, Sequence[int]], cells: Sequence[str], part: GivenPart) -> int | str:
    """The column that a part names, or what is wrong with that."""
    if part.column is not None:
        if part.column > len(columns):
            return f"The product has {len(columns):,} places."
        found: Sequence[int] = [part.column - 1]
    else:
        found = by_place.get(part.place) or by_place.get(_folded(part.place), ())
        if len(found) == 1 and part.line_id is None and not cells[found[0]]:
            return found[0]
    if part.line_id is not None:
        found = [index for index in found if columns[index].part.line.pk == part.line_id]
    if not found:
        return f"The product has no place “{part.place}”." if part.column is None else "This column is of another part."
    free = next((index for index in found if not cells[index]), None)
    return f"{columns[found[0]].label} is given twice." if free is None else free


def _first_free(columns: Sequence[Column], cells: Sequence[str], items: set[int], line_id: int | None) -> int | None:
    free = [index for index, column in enumerate(columns) if not cells[index]]
    if line_id is not None:
        return next((index for index in free if columns[index].part.line.pk == line_id), None)
    fitting = (index for index in free if columns[index].item.pk in items)
    if items & {column.item.pk for column in columns}:
        return next(fitting, None)
    serial = (index for index in free if columns[index].item.tracking == Tracking.SERIAL)
    return next(serial, free[0] if free else None)


def _by_place(columns: Sequence[Column]) -> dict[str, list[int]]:
    """The columns by place, and those that have none by what stands over them."""
    found: dict[str, list[int]] = {}
    for index, column in enumerate(columns):
        found.setdefault(_folded(column.place or column.label), []).append(index)
    return found


def _folded(place: str) -> str:
    return " ".join(place.split()).casefold()


def _items_of(numbers: Iterable[str]) -> dict[str, set[int]]:
    """By key, the items of the units and lots that bear these numbers."""
    keys = {canonical(number) for number in numbers} - {""}
    if not keys:
        return {}
    found = {key: {unit.item_id for unit in units} for key, units in bearers_of(keys).items()}
    lots = Lot.objects.filter(number_key__in=[key for key in keys - found.keys() if "\x00" not in key])
    for key, item in lots.values_list("number_key", "item"):
        found.setdefault(key, set()).add(item)
    return found
