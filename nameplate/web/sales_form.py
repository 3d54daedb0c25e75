"""The form of a customer order: its head, and as many lines as somebody adds; rows come and go without scripts."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from nameplate.models import Document
from nameplate.operations.company import company
from nameplate.operations.sales import LineProgress, OrderLine, progress, touched_lines
from nameplate.operations.sales.lines import MOST_LINES
from nameplate.quantities import from_micro
from nameplate.refusals import Refused
from nameplate.web.forms import EditForm, choosing_field, day_field, long_text_field, new_key, text_field, whole_number
from nameplate.web.options import customer_named, item_named

PARTS = ("item", "quantity", "price", "expected_on", "warranty_months", "line")


@dataclass(slots=True)
class Row:
    """One line as it is typed. One of which anything was ever reserved or shipped keeps its item and cannot be removed."""

    index: int
    item: str = ""
    quantity: str = ""
    price: str = ""
    expected_on: str = ""
    warranty_months: str = ""
    line: str = ""
    touched: bool = False
    least: int = 0
    """How much of it is reserved or shipped, in millionths."""
    fresh: bool = False
    """Added just now: it takes the keyboard."""
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def blank(self) -> bool:
        """Whether nothing was typed into it."""
        return not any(getattr(self, part) for part in PARTS)


class SalesForm(EditForm):
    """The head of an order."""

    customer = choosing_field("Customer", "customers", required=True)
    customer_reference = text_field("Customer’s reference", "Their order number.")
    expected_on = day_field("Expected on", "A line may have a day of its own.")
    currency = text_field("Currency", "Of the prices: three letters, like EUR.", maxlength="3", spellcheck="false")
    notes = long_text_field("Notes")

    def head(self) -> dict[str, Any]:
        """The head as the operation takes it."""
        typed = self.typed()
        return {**typed, "customer": customer_named(typed["customer"] or "")}


def rows_of_order(order: Document) -> list[Row]:
    """The lines of an order that stands."""
    touched = touched_lines(order)
    return [_row(index, one, touched) for index, one in enumerate(progress(order))]


def _row(index: int, one: LineProgress, touched: Collection[int]) -> Row:
    line = one.line
    return Row(
        index,
        one.item.number,
        f"{from_micro(one.ordered):f}",
        "" if line.price is None else f"{from_micro(line.price):f}",
        line.expected_on.isoformat() if line.expected_on else "",
        "" if line.warranty_months is None else str(line.warranty_months),
        str(line.pk),
        touched=line.pk in touched,
        least=one.shipped + one.reserved,
    )


def rows_sent(sent: QueryDict, order: Document | None = None, *, without: str = "") -> list[Row]:
    """The rows as they were sent, but for the one whose button was pressed to remove it."""
    count = min(whole_number(sent.get("rows", "")), MOST_LINES + 1)
    known = {row.line: row for row in rows_of_order(order)} if order is not None else {}
    rows: list[Row] = []
    for index in range(count):
        if str(index) == without:
            continue
        item, quantity, price, expected_on, warranty, line = (sent.get(f"line-{index}-{part}", "").strip() for part in PARTS)
        row = Row(len(rows), item, quantity, price, expected_on, warranty, line)
        if found := known.get(row.line):
            row.touched, row.least = found.touched, found.least
        rows.append(row)
    return rows


def with_blank(rows: list[Row], *, fresh: bool = False) -> list[Row]:
    """The rows with an empty one behind them, so that there is always somewhere to type."""
    return [*rows, Row(len(rows), fresh=fresh)]


def order_lines(rows: Iterable[Row]) -> list[OrderLine]:
    """The rows as the operation takes them, blank ones left out."""
    return [
        OrderLine(
            item_named(row.item),
            row.quantity,
            row.expected_on,
            whole_number(row.line) if row.line else None,
            row.price,
            row.warranty_months,
        )
        for row in rows
        if not row.blank
    ]


def tell_rows(rows: Iterable[Row], refusal: Refused) -> None:
    """Put the refusal's sentences into the rows that they are about; the operation counts without the blank ones."""
    for index, row in enumerate(row for row in rows if not row.blank):
        row.errors = {part: sentence for part in PARTS if (sentence := refusal.fields.get(f"lines.{index}.{part}"))}


def first_values(customer: str = "") -> dict[str, Any]:
    """What a new order's form begins with."""
    return {"idempotency_key": new_key(), "version": 1, "customer": customer, "currency": company().currency}
