"""Pictures of reports that count: bars as SVG whose every part leads to the list behind it, and the same numbers as a table beside them.

A bar leads to the list of serial numbers as far as that can say what the bar counts, and else to the report's own rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from urllib.parse import urlencode

from django.utils import timezone

from nameplate import access
from nameplate.listings import ageing, status_over_time, stock_value
from nameplate.listings.engine import Page
from nameplate.listings.query import Query
from nameplate.models import Item, Status, Tracking
from nameplate.money import written_sum
from nameplate.operations.company import company
from nameplate.quantities import from_micro
from nameplate.web import marks, returned_picture
from nameplate.web.drawing import (
    ABOVE,
    HIGH,
    LEFT,
    LETTER,
    MOST_DRAWN,
    MOST_TOLD,
    TALL,
    WIDE,
    Bar,
    Mark,
    Picture,
    amount_of,
    asked,
    own_rows,
    shortened,
)
from nameplate.web.lookups import term_of

MOST_BARS = 31
"""The newest ends that are drawn; the rows tell all."""
MOST_NAMES = 12
SLUGS = {int(status): str(status.label).lower().replace(" ", "_") for status in Status}


def picture_of(found: Page, *, actor: access.Actor) -> Picture | None:
    """The picture of a report, of the rows that its filters find; None for lists that have none."""
    drawn = _DRAWN.get(found.listing.name)
    return drawn(found, actor) if drawn is not None else None


def _serials(query: Query, known: frozenset[str], **filters: str) -> str:
    """The units themselves, where the search says nothing that their list does not know; else nothing."""
    if query.q or not query.texts.keys() <= known:
        return ""
    item = {"item": query.texts["item"]} if "item" in query.texts else {}
    return f"/serials?{urlencode({**item, **filters})}"


def _round_above(most: int) -> int:
    """The least of 2, 4, 6, 8, 10, 20, 30 … 200, 250 … that is no less: the top of an axis, of which the half is whole."""
    size = 1
    while True:
        for tenths in (20, 25, 30, 40, 50, 60, 80, 100):
            top = tenths * size // 10
            if top >= most and tenths * size % 20 == 0:
                return top
        size *= 10


def _over_time(found: Page, actor: access.Actor) -> Picture:
    query = found.query
    totals = status_over_time.totals(actor=actor, params=asked(query))
    days = totals.days[-MOST_BARS:]
    statuses = [status for status in Status if any((day, int(status)) in totals.units for day in days)]
    top = _round_above(max((sum(totals.units.get((day, int(one)), 0) for one in statuses) for day in days), default=0))
    lines = [ABOVE + HIGH * part / 2 for part in range(3)]
    amounts = [Mark(LEFT - 8, line + 4, f"{top * (2 - part) // 2:,}", end=True) for part, line in enumerate(lines)]
    rows = [[(str(day), ""), *(_cell(query, day, one, totals.units.get((day, int(one)), 0)) for one in statuses)] for day in reversed(days)]
    newest = ", ".join(f"{cell[0]} {status.label}" for status, cell in zip(statuses, rows[0][1:], strict=True)) if days else "nothing"
    step = next(choice for choice in status_over_time.STEPS if choice.stored == totals.step)
    return Picture(
        title=f"Units by status at the end of each {step.label.lower()}",
        description=f"{len(days)} bars, one for each end, stacked by status. The last one: {newest}.",
        bars=[bar for place, day in enumerate(days) for bar in _stack(query, totals, day, len(days), place, top)],
        marks=[*_names(days, totals.step), *amounts],
        lines=lines,
        legend=[(marks.status_class(status), str(status.label)) for status in statuses],
        heads=["At the end of", *(str(status.label) for status in statuses)],
        rows=rows,
        choices=[(own_rows(query, by=one.slug, day=""), f"{one.label}s", one is step) for one in status_over_time.STEPS],
    )


def _stack(query: Query, totals: status_over_time.Totals, day: date, count: int, place: int, top: int) -> Iterator[Bar]:
    """The parts of one bar, from below."""
    pitch = (WIDE - LEFT) / count
    wide = min(pitch * 0.72, 48)
    x, y = LEFT + place * pitch + (pitch - wide) / 2, float(ABOVE + HIGH)
    for status in Status:
        units = totals.units.get((day, int(status)), 0)
        if units:
            high = units / top * HIGH
            y -= high
            says = f"{day}: {units:,} {status.label}"
            tone = marks.status_class(status)
            yield Bar(round(x, 2), round(y, 2), round(wide, 2), round(high, 2), tone, says, _behind(query, day, status))


def _names(days: Sequence[date], step: int) -> list[Mark]:
    """The ends below the bars: as many as fit, the last one always."""
    pitch, each = (WIDE - LEFT) / max(len(days), 1), -(-len(days) // MOST_NAMES)
    chosen = [place for place in range(len(days)) if (len(days) - 1 - place) % each == 0]
    return [Mark(round(LEFT + (place + 0.5) * pitch, 2), TALL - 6, _short(days[place], step)) for place in chosen]


def _cell(query: Query, day: date, status: Status, units: int) -> tuple[str, str]:
    return amount_of(units), _behind(query, day, status) if units else ""


def _behind(query: Query, day: date, status: Status) -> str:
    """The units in the list of serial numbers, as it was that day."""
    slug = SLUGS[int(status)]
    then = {} if day == timezone.localdate() else {"as_of": str(day)}
    return _serials(query, frozenset({"item", "by"}), status=slug, **then) or own_rows(query, day=str(day), status=slug, sort="item")


def _short(day: date, step: int) -> str:
    return f"{day:%Y-%m}" if step == status_over_time.MONTH else f"{day:%m-%d}"


def _ages(found: Page, actor: access.Actor) -> Picture:
    query, currency = found.query, company().currency
    totals = ageing.totals(actor=actor, params=asked(query))
    most = max((total.units for total in totals), default=0) or 1
    tall = 34 * len(totals) + 6
    left, room = 110, WIDE - 110 - 90
    bars, names, rows = [], [], []
    for place, total in enumerate(totals):
        choice = ageing.AGES[total.age - 1]
        y, wide = 34 * place + 6, total.units / most * room
        amount = f"{written_sum(from_micro(total.value), currency)} {currency}"
        href = _serials(query, frozenset({"item"}), status="received", received_on=ageing.received_on(total.age))
        href = href or own_rows(query, age=choice.slug, sort="item")
        if total.units:
            bars.append(Bar(left, y, round(max(wide, 2), 2), 24, "np-received", f"{choice.label}: {total.units:,} units, {amount}", href))
        names += [Mark(left - 10, y + 16, choice.label, end=True), Mark(round(left + wide + 8, 2), y + 16, f"{total.units:,}")]
        rows.append(
            [(choice.label, ""), (amount_of(total.units), href if total.units else ""), (amount, ""), (amount_of(total.unpriced), "")]
        )
    return Picture(
        title="Units in stock by how long ago they were received",
        description="; ".join(f"{row[0][0]}: {row[1][0]}" for row in rows),
        bars=bars,
        marks=names,
        lines=(),
        legend=(),
        heads=["Received", "Units", "Value", "Without a cost"],
        rows=rows,
        tall=tall,
    )


def _worth(found: Page, actor: access.Actor) -> Picture:
    query, currency = found.query, company().currency
    totals = stock_value.totals(actor=actor, params=asked(query))
    items = Item.objects.in_bulk([total.item_id for total in totals])
    most = max((total.stock.value for total in totals), default=0) or 1
    longest = max((len(shortened(items[total.item_id].number)) for total in totals[:MOST_DRAWN]), default=0)
    left = 16 + round(longest * LETTER)
    room = WIDE - left - 120
    bars, names, rows = [], [], []
    for place, total in enumerate(totals):
        item, amount = items[total.item_id], _money(total.stock.value, currency)
        quantity, href = f"{from_micro(total.stock.quantity):,f} {item.unit}", _lying(query, item) if total.stock.quantity else ""
        if place < MOST_DRAWN and href:
            y, wide = 34 * place + 6, total.stock.value / most * room
            bars.append(Bar(left, y, round(max(wide, 2), 2), 24, "np-received", f"{item.number}: {quantity}, {amount}", href))
            names += [Mark(left - 10, y + 16, shortened(item.number), end=True), Mark(round(left + wide + 8, 2), y + 16, amount)]
        unpriced = f"{from_micro(total.stock.unpriced):,f}" if total.stock.unpriced else "–"
        rows += [[(item.number, ""), (quantity, href), (amount, ""), (unpriced, "")]] if place < MOST_TOLD and href else []
    whole = _money(sum(total.stock.value for total in totals), currency)
    apart = [name for name in ("rejected", "returned") if any(getattr(total, name).quantity for total in totals)]
    sums = {name: _money(sum(getattr(total, name).value for total in totals), currency) for name in apart}
    besides = [
        [(f"{name.capitalize()}, no stock", ""), ("", ""), (its, own_rows(query, status=name)), ("", "")] for name, its in sums.items()
    ]
    return Picture(
        title="; ".join([f"What is in stock, and what it cost: {whole}", *(f"{name} {its}" for name, its in sums.items())]),
        description="; ".join(bar.says for bar in bars) or "Nothing is in stock.",
        bars=bars,
        marks=names,
        lines=(),
        legend=(),
        heads=["Item", "Quantity", "Value", "Without a cost"],
        rows=[*rows, [("All items", ""), ("", ""), (whole, ""), ("", "")], *besides],
        tall=34 * max(len(bars), 1) + 6,
    )


def _money(value: int, currency: str) -> str:
    return f"{written_sum(from_micro(value), currency)} {currency}"


def _lying(query: Query, item: Item) -> str:
    """The item's units that are in stock, in the list of serial numbers, as of the same day; of goods the report's own rows."""
    exactly = term_of(item.number)
    if query.q or item.tracking != Tracking.SERIAL or not query.texts.keys() <= {"item", "site", "status", "vendor"}:
        return own_rows(query, item=exactly, status=SLUGS[Status.RECEIVED], sort="site")
    asked = {"item": exactly, **query.texts, "status": SLUGS[Status.RECEIVED], "as_of": query.as_of}
    return f"/serials?{urlencode({name: text for name, text in {**asked, 'item': exactly}.items() if text})}"


_DRAWN: dict[str, Callable[[Page, access.Actor], Picture]] = {
    "reports/status-over-time": _over_time,
    "reports/stock-value": _worth,
    "reports/ageing": _ages,
    "reports/returned": returned_picture.by_reason,
}
