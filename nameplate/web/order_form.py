"""The form of a purchase order: its head, and as many lines as somebody adds; rows come and go without scripts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from nameplate.models import Document
from nameplate.operations.company import company
from nameplate.operations.purchasing import LineProgress, OrderLine, progress
from nameplate.operations.purchasing.lines import MOST_LINES
from nameplate.quantities import from_micro
from nameplate.refusals import Refused
from nameplate.web.forms import EditForm, choosing_field, day_field, long_text_field, new_key, text_field, whole_number
from nameplate.web.options import item_named, vendor_named

PARTS = ("item", "quantity", "price", "expected_on", "line")
BLANK_ROWS = 1


@dataclass(slots=True)
class Row:
    """One line as it is typed. An ordered one keeps its item and cannot be removed."""

    index: int
    item: str = ""
    quantity: str = ""
    price: str = ""
    expected_on: str = ""
    line: str = ""
    ordered: bool = False
    received: int = 0
    fresh: bool = False
    """Added just now: it takes the keyboard."""
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def blank(self) -> bool:
        """Whether nothing was typed into it."""
        return not (self.item or self.quantity or self.price or self.expected_on or self.line)


class OrderForm(EditForm):
    """The head of an order."""

    vendor = choosing_field("Vendor", "vendors", required=True)
    vendor_reference = text_field("Vendor’s reference", "Their quotation or order number.")
    currency = text_field("Currency", "Of the prices: three letters, like EUR.", maxlength="3", spellcheck="false")
    expected_on = day_field("Expected on", "A line may have a day of its own.")
    notes = long_text_field("Notes")

    def head(self) -> dict[str, Any]:
        """The head as the operation takes it."""
        typed = self.typed()
        return {**typed, "vendor": vendor_named(typed["vendor"] or "")}


def rows_of_order(order: Document) -> list[Row]:
    """The lines of an order that stands."""
    return [
        Row(
            index,
            one.item.number,
            f"{from_micro(one.ordered):f}",
            "" if one.line.price is None else f"{from_micro(one.line.price):f}",
            one.line.expected_on.isoformat() if one.line.expected_on else "",
            str(one.line.pk),
            ordered=one.lots > 0,
            received=one.received,
        )
        for index, one in enumerate(progress(order))
    ]


def rows_sent(sent: QueryDict, existing: Iterable[LineProgress] = (), *, without: str = "") -> list[Row]:
    """The rows as they were sent, but for the one whose button was pressed to remove it."""
    count = min(whole_number(sent.get("rows", "")), MOST_LINES + 1)
    known = {str(one.line.pk): one for one in existing}
    rows: list[Row] = []
    for index in range(count):
        item, quantity, price, expected_on, line = (sent.get(f"line-{index}-{part}", "").strip() for part in PARTS)
        if str(index) == without:
            continue
        row = Row(len(rows), item, quantity, price, expected_on, line)
        if found := known.get(row.line):
            row.ordered, row.received = found.lots > 0, found.received
        rows.append(row)
    return rows


def with_blank(rows: list[Row], *, fresh: bool = False) -> list[Row]:
    """The rows with empty ones behind them, so that there is always somewhere to type."""
    return [*rows, *(Row(len(rows) + more, fresh=fresh) for more in range(BLANK_ROWS))]


def order_lines(rows: Iterable[Row]) -> list[OrderLine]:
    """The rows as the operation takes them, blank ones left out."""
    return [
        OrderLine(item_named(row.item), row.quantity, row.expected_on, whole_number(row.line) if row.line else None, row.price)
        for row in rows
        if not row.blank
    ]


def tell_rows(rows: Iterable[Row], refusal: Refused) -> None:
    """Put the refusal's sentences into the rows that they are about; the operation counts without the blank ones."""
    for index, row in enumerate(row for row in rows if not row.blank):
        row.errors = {part: sentence for part in PARTS if (sentence := refusal.fields.get(f"lines.{index}.{part}"))}


def first_values(vendor: str = "") -> dict[str, Any]:
    """What a new order's form begins with."""
    return {"idempotency_key": new_key(), "version": 1, "vendor": vendor, "currency": company().currency}
