"""The lines of a customer order as they are typed: read, checked one by one, and written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from nameplate.models import Document, Item, Line, Tracking
from nameplate.money import amount_of
from nameplate.operations.cataloguing.amounts import read_money, read_warranty
from nameplate.operations.cataloguing.texts import read_date
from nameplate.operations.cataloguing.things import id_of
from nameplate.operations.sales.progress import LineProgress
from nameplate.quantities import LIMIT, MILLIONTHS, from_micro, to_micro
from nameplate.refusals import Invalid

MOST_LINES = 500


class OrderLine(NamedTuple):
    """A line as it is typed. `line` is the id of the one that it replaces, None for a new one; `price` is of one unit of the item."""

    item: Item | int
    quantity: Decimal | int | str
    expected_on: dt.date | str | None = None
    line: int | None = None
    price: Decimal | int | str | None = None
    warranty_months: int | str | None = None
    """None is as long as the item has, 0 none at all."""


@dataclass(frozen=True, slots=True)
class ReadLine:
    """A line that was found good."""

    item: Item
    quantity: int
    expected_on: dt.date | None
    before: LineProgress | None
    price: int | None
    amount: int | None
    warranty_months: int | None


def read_lines(
    given: Sequence[OrderLine], existing: Sequence[LineProgress], touched: Collection[int], currency: str, wrong: dict[str, str]
) -> list[ReadLine]:
    """The lines that can be taken; a sentence goes into `wrong` under `lines.<index>.<field>` for each that cannot.

    `touched` are the lines of which anything was ever reserved or shipped.
    """
    if len(given) > MOST_LINES:
        wrong["lines"] = f"An order has at most {MOST_LINES} lines; make a second order."
        return []
    given = [OrderLine(*line) for line in given]
    known = {one.line.pk: one for one in existing}
    items = Item.objects.in_bulk({id_of(line.item) for line in given})
    read = [_read_line(line, f"lines.{index}", items, known, touched, currency, wrong) for index, line in enumerate(given)]
    chosen = [line.line for line in given if line.line is not None]
    if len(chosen) != len(set(chosen)):
        wrong["lines"] = "The same line was sent twice; open the order again."
    for one in existing:
        if one.line.pk in touched and one.line.pk not in chosen:
            wrong["lines"] = f"Of line {one.line.position} something was reserved or shipped, so it stays; lower its quantity instead."
    found = [line for line in read if line is not None]
    if len(found) > 1 and sum(line.amount or 0 for line in found) > LIMIT:
        wrong["lines"] = "The order comes to more than can be kept; make several orders of it."
    return found


def _read_line(
    given: OrderLine,
    field: str,
    items: Mapping[int, Item],
    known: Mapping[int, LineProgress],
    touched: Collection[int],
    currency: str,
    wrong: dict[str, str],
) -> ReadLine | None:
    before = known.get(given.line) if given.line is not None else None
    if given.line is not None and before is None:
        wrong[f"{field}.item"] = "This line is no longer part of the order; open the order again."
        return None
    item = items.get(id_of(given.item))
    sentence = _item_problem(item, before, touched)
    if sentence or item is None:
        wrong[f"{field}.item"] = sentence
        return None
    quantity = _read_quantity(given, f"{field}.quantity", item, before, wrong)
    expected_on = read_date("Expected on", given.expected_on, f"{field}.expected_on", wrong)
    price = read_money("Price", given.price, f"{field}.price", wrong)
    standing = before.line.warranty_months if before is not None else None
    warranty = read_warranty(given.warranty_months, f"{field}.warranty_months", wrong, least=0, before=standing)
    amount = None if price is None else amount_of(quantity, price, currency)
    if amount is not None and amount > LIMIT:
        wrong[f"{field}.price"] = "The line comes to more than can be kept."
    return ReadLine(item, quantity, expected_on, before, price, amount, warranty)


def _item_problem(item: Item | None, before: LineProgress | None, touched: Collection[int]) -> str:
    if item is None:
        return "There is no such item; choose another."
    if before is not None and before.item.pk == item.pk:
        return ""
    if before is not None and before.line.pk in touched:
        return f"{before.item} was reserved or shipped on this line already; add a line for another item."
    return f"{item} is archived; restore it to sell it." if item.archived else ""


def _read_quantity(given: OrderLine, field: str, item: Item, before: LineProgress | None, wrong: dict[str, str]) -> int:
    typed = given.quantity.strip() if isinstance(given.quantity, str) else given.quantity
    try:
        quantity = to_micro(typed, field=field)
    except Invalid as refusal:
        wrong.update(refusal.fields)
        return 0
    least = before.shipped + before.reserved if before else 0
    if quantity <= 0:
        wrong[field] = "Order more than nothing."
    elif item.tracking == Tracking.SERIAL and quantity % MILLIONTHS:
        wrong[field] = f"{item} has serial numbers, so only whole units can be ordered."
    elif before is not None and quantity < least and quantity != before.ordered:
        parts = [(before.shipped, "shipped"), (before.reserved, "reserved")]
        said = " and ".join(f"{from_micro(part):,f} {word}" for part, word in parts if part)
        wrong[field] = f"{said} already; order at least {from_micro(least):,f}, or free what is reserved first."
    return quantity


def write_lines(order: Document, read: Sequence[ReadLine], existing: Sequence[LineProgress]) -> list[tuple[str, str, str]]:
    """Make the order's lines these. Answers what changed, for the log."""
    kept = {line.before.line.pk for line in read if line.before}
    removed = [one.line for one in existing if one.line.pk not in kept]
    changes = [(f"line {line.position}", described(line), "") for line in removed]
    Line.objects.filter(pk__in=[line.pk for line in removed]).delete()
    position = max((one.line.position for one in existing), default=0)
    new: list[Line] = []
    for one in read:
        if one.before is None:
            position += 1
            new.append(_written(Line(document=order, position=position), one))
            changes.append((f"line {position}", "", described(new[-1])))
            continue
        line, before = one.before.line, described(one.before.line)
        if described(_written(line, one)) != before:
            line.save()
            changes.append((f"line {line.position}", before, described(line)))
    Line.objects.bulk_create(new)
    return changes


def _written(line: Line, read: ReadLine) -> Line:
    """The line with what was read."""
    line.item, line.quantity, line.expected_on = read.item, read.quantity, read.expected_on
    line.price, line.amount, line.warranty_months = read.price, read.amount, read.warranty_months
    return line


def described(line: Line) -> str:
    """A line in words, as the log keeps it."""
    expected = f", expected {line.expected_on.isoformat()}" if line.expected_on else ""
    price = "" if line.price is None else f" at {from_micro(line.price):f}"
    months = line.warranty_months
    warranty = "" if months is None else f", {months} months of warranty" if months else ", no warranty"
    return f"{from_micro(line.quantity):f} {line.item.unit} {line.item.number}{price}{expected}{warranty}"
