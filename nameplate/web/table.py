"""The table of a list: cells made from a column's declaration, rows and head by Jinja2 (five times as fast as Django's templates here)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from html import escape
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from nameplate.listings.columns import NUMERIC, Column
from nameplate.listings.in_words import InWords
from nameplate.listings.query import Shown
from nameplate.models import NOUNS, Status
from nameplate.money import written_sum
from nameplate.operations.company import company
from nameplate.web import marks

Row = Mapping[str, Any]
Cell = Callable[[Row], str]
"""Makes the HTML of one cell; what it returns is escaped already."""

NUMBERS = frozenset({"serials", "lots", "documents", *NOUNS.values()})
"""Nouns whose names are numbers: set in the fixed-width face, so that O and 0 differ and digits stand under digits."""
FINISHED = frozenset({"done", "closed", "canceled"})
"""Orders that are late no more."""

environment = Environment(
    loader=FileSystemLoader(settings.BASE_DIR / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=settings.DEBUG,
)
environment.globals["icon"] = marks.icon
environment.filters["amount"] = lambda number: f"{number:,}"


def mark_of(column: Column, slug: str) -> Markup:
    """A choice as it is shown: a unit's status with colour and shape, another's as a tag, anything else by its label."""
    choice = next((choice for choice in column.choices if choice.slug == slug), None)
    if choice is None:
        return Markup(escape(slug))
    if column.name == "status" and isinstance(choice.stored, int):
        return Markup(marks.status(Status(choice.stored)))
    if slug == "no":
        return Markup('<span class="np-muted">no</span>')
    if column.name in {"status", "lot_status"}:
        return Markup(marks.tag(slug, choice.label))
    return Markup(escape(choice.label))


def cell_of(column: Column, zone: ZoneInfo, search: str = "") -> Cell:
    """What makes the HTML of this column's cell from a row. `search`: what the link to a unit of the list carries along."""
    name = column.name
    if column.told is not None:
        return _told(column, column.told, zone)
    if column.noun:
        return _link(column, zone, search)
    if column.path:
        return _link_by_path(name, column.path)
    if column.bits:
        labels = {choice.slug: escape(choice.label.lower()) for choice in column.choices}
        return lambda row: ", ".join(labels[slug] for slug in row[name])
    if column.choices:
        shown = {choice.slug: str(mark_of(column, choice.slug)) for choice in column.choices}
        return lambda row: shown.get(row[name], "")
    if column.kind == "url":
        return lambda row: "" if row[name] is None else str(marks.outward(row[name]))
    if column.kind == "time":
        return lambda row: "" if row[name] is None else marks.moment(row[name], zone)
    if column.kind == "money":
        return _money(name)
    if name == "due_on":
        return _due
    if name == "expiry":
        return _expiry(company().expiry_warning)
    if column.kind in NUMERIC:
        return lambda row: "" if row[name] is None else f"{row[name]:,}"
    return lambda row: "" if row[name] is None else escape(str(row[name]))


def _link(column: Column, zone: ZoneInfo, search: str = "") -> Cell:
    name, ref, before = column.name, column.ref or "id", f'<a href="/{column.noun}/'
    shape = '" class="np-sn">' if column.noun in NUMBERS else '">'
    if search and (column.noun, ref) == ("serials", "id"):
        shape = f"?{escape(urlencode({'in': search}))}{shape}"

    def cell(row: Row) -> str:
        value, target = row[name], row.get(ref)
        if value is None:
            return ""
        text = marks.moment(value, zone) if isinstance(value, datetime) else escape(str(value))
        return f"{before}{target}{shape}{text}</a>" if target is not None else text

    return cell


def _link_by_path(name: str, path: str) -> Cell:
    """What leads where another column of the row says; its name alone where it has gone."""
    return lambda row: f'<a href="{escape(row[path])}">{escape(str(row[name]))}</a>' if row[name] else ""


def _money(name: str) -> Cell:
    """A sum with its currency, where that is not the company's for the whole list."""
    ours = company().currency

    def cell(row: Row) -> str:
        currency = row.get("currency") or ""
        return "" if row[name] is None else escape(f"{written_sum(row[name], currency or ours)} {currency}".rstrip())

    return cell


def _expiry(warning: int) -> Cell:
    """The day on which a lot expires, with a word where that is past or not more than so many days ahead."""
    today = timezone.localdate()
    soon = today + timedelta(days=warning)

    def cell(row: Row) -> str:
        day = row["expiry"]
        if day is None:
            return ""
        return f"{day}" if day > soon else f"{day} {marks.expiry(day, today, warning)}"

    return cell


def _due(row: Row) -> str:
    """The day on which more is expected, with a word where it has passed."""
    day = row["due_on"]
    if day is None:
        return ""
    return f"{day.isoformat()} {marks.late()}" if day < timezone.localdate() and row["status"] not in FINISHED else day.isoformat()


def _told(column: Column, told: InWords, zone: ZoneInfo) -> Cell:
    """A cell in words, paler than what they lead to: the column itself, or another unit of the row."""
    own = _link(column, zone)

    def cell(row: Row) -> str:
        words, name = told.say(row)
        named = own(row) if name in {"", column.name} else f'<a class="np-sn" href="/serials/{row[f"{name}_id"]}">{escape(row[name])}</a>'
        muted = f'<span class="np-muted">{escape(words)}</span>' if words else ""
        return f"{muted} {named}" if muted and named else muted or named

    return cell


@lru_cache(maxsize=64)
def _template(name: str) -> Template:
    return environment.get_template(name)


def render(name: str, context: Mapping[str, Any]) -> str:
    """A Jinja2 template of ours; compiled once."""
    template = environment.get_template(name) if settings.DEBUG else _template(name)
    return template.render(context)


def rows_of(columns: Sequence[Shown], rows: Sequence[Row], zone: ZoneInfo, *, ticked_by: str = "", search: str = "") -> Markup:
    """All rows as HTML. Joined here and not in the template, where a thousand cells cost as much as all the rest of the page.

    With `ticked_by`, the column that names a row, the first cell begins with a box to tick. `search` travels along to the units' pages.
    """
    linked = [one.column for one in columns if one.column.noun or one.column.path]
    own = next((column for column in linked if column.ref == "id"), linked[0] if linked else None)
    makers = [(_opening(one, own=one.column is own), cell_of(one.column, zone, search)) for one in columns]
    if ticked_by and makers:
        makers[0] = (makers[0][0], _ticked(ticked_by, makers[0][1]))
    lines = ("".join([f"{opening}{make(row)}</td>" for opening, make in makers]) for row in rows)
    return Markup("".join(f"<tr>{line}</tr>\n" for line in lines))


def _ticked(named_by: str, make: Cell) -> Cell:
    """The cell with a box before it, by which its row is ticked. Scripts tell what is; without them it is not shown."""
    return lambda row: (
        f'<label class="np-tick"><input class="form-check-input" type="checkbox" data-row="{row["id"]}" '
        f'aria-label="Choose {escape(str(row[named_by]))}"></label>{make(row)}'
    )


def _opening(shown: Shown, *, own: bool) -> str:
    """The tag of a cell. Its `own` column is what a click anywhere on the row opens."""
    aligned = "np-num" if shown.column.kind in NUMERIC else "np-day" if shown.column.kind == "date" else ""
    classes = [one for one in (aligned, f"np-w{shown.width}" if shown.width else "") if one]
    shape = f' class="{" ".join(classes)}"' if classes else ""
    opens = " data-own" if own else ""
    return f'<td{shape}{opens} data-c="{escape(shown.column.name)}" data-l="{escape(shown.column.label)}">'
