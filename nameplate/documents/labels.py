"""Labels for units: which units are meant, whether the code and the label can take their numbers, and the PDF."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import QuerySet

from nameplate import access, functions, listings
from nameplate.documents.label_layout import Label, Layout, laid_out
from nameplate.documents.label_pages import drawn, picture
from nameplate.documents.label_stock import STOCKS, Stock
from nameplate.documents.label_stock import USUAL as USUAL_STOCK
from nameplate.documents.paper import Printed
from nameplate.documents.symbols import CODES, Code
from nameplate.documents.symbols import USUAL as USUAL_CODE
from nameplate.ledger import Kind
from nameplate.models import Movement, Serial, User
from nameplate.refusals import Invalid, Offender, TooLarge

MOST_LABELS = 5_000
LINES = {"item": "Item number", "description": "Description", "lot": "Lot"}
"""What can stand below the number."""


@dataclass(frozen=True, slots=True)
class Style:
    """What somebody chose: the code, the labels, what stands below the number, and the first free place of the sheet."""

    code: str = USUAL_CODE
    stock: str = USUAL_STOCK
    lines: Sequence[str] = ("item", "description")
    start: int = 1


@dataclass(frozen=True, slots=True)
class Meant:
    """Which units: by their ids, of a receipt or another entry, in a lot, or all that a search of the list finds. One of these."""

    units: Sequence[int] = ()
    entry: int | None = None
    lot: int | None = None
    search: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class _Unit:
    """A unit as its label knows it."""

    id: int
    number: str
    facts: Mapping[str, str] = field(default_factory=dict)


def labels_document(*, actor: User, meant: Meant, style: Style) -> Printed:
    """A label for each unit, in the order of the list or of their numbers; as many statements for five thousand as for one.

    Refused: no units or too many; numbers that the code cannot carry, or that are too long for the label, each named.
    """
    stock, code = _chosen(style)
    units = _units(actor, meant)
    _refuse_uncarried(units, code)
    layouts = [laid_out(_label(unit, style), stock, code) for unit in units]
    small = [unit for unit, layout in zip(units, layouts, strict=True) if layout is None]
    if small:
        raise _refused("label-too-small", small, f"{code.label} on {stock.label}", "Choose larger labels or another code.")
    good = [layout for layout in layouts if layout is not None]
    return Printed("labels", drawn(good, stock, start=style.start, title=f"{len(good):,} labels"))


def labels_picture(*, actor: User, meant: Meant, style: Style) -> str:
    """The first of the labels as SVG; refused as the document is, of that one."""
    stock, code = _chosen(style)
    units = _units(actor, meant)[:1]
    _refuse_uncarried(units, code)
    layout: Layout | None = laid_out(_label(units[0], style), stock, code)
    if layout is None:
        raise _refused("label-too-small", units, f"{code.label} on {stock.label}", "Choose larger labels or another code.")
    return picture(layout, stock)


def count_of(*, actor: User, meant: Meant) -> int:
    """How many labels it would be. Refused: none, or too many."""
    return len(_units(actor, meant))


def _chosen(style: Style) -> tuple[Stock, Code]:
    wrong: dict[str, str] = {}
    stock, code = STOCKS.get(style.stock), CODES.get(style.code)
    if stock is None:
        wrong["stock"] = "Choose one of: " + ", ".join(STOCKS) + "."
    elif not 1 <= style.start <= stock.per_page:
        wrong["start"] = f"These labels have places 1 to {stock.per_page}."
    if code is None:
        wrong["code"] = "Choose one of: " + ", ".join(CODES) + "."
    if not set(style.lines) <= LINES.keys():
        wrong["lines"] = "Choose among: " + ", ".join(LINES) + "."
    if wrong or stock is None or code is None:
        raise Invalid("invalid-fields", next(iter(wrong.values())), fields=wrong)
    return stock, code


def _units(actor: User, meant: Meant) -> list[_Unit]:
    access.require(actor, "stock", "view")
    functions.require_on(functions.SERIAL_NUMBERS, "Printing labels")
    serials = Serial.objects.filter(withdrawn=False)
    if meant.search is not None:
        ids = listings.ALL["serials"].ids(meant.search, actor=actor, most=MOST_LABELS)
        found = {unit.id: unit for unit in _read(serials.filter(pk__in=ids[:MOST_LABELS]))} if len(ids) <= MOST_LABELS else {}
        return _refuse_count([found[unit] for unit in ids if unit in found], len(ids))
    if meant.entry is not None:
        touched = Movement.objects.filter(entry=meant.entry)
        made = touched.filter(kind=Kind.PRODUCED)
        # Of a completion only the products are new, not what went into them.
        serials = serials.filter(pk__in=(made if made.exists() else touched).values("serial"))
    elif meant.lot is not None:
        serials = serials.filter(lot=meant.lot)
    elif len(meant.units) > MOST_LABELS:
        return _refuse_count([], len(meant.units))
    else:
        serials = serials.filter(pk__in=meant.units)
    units = _read(serials.order_by("sort_key", "pk")[: MOST_LABELS + 1])
    return _refuse_count(units, len(units))


def _read(serials: QuerySet[Serial]) -> list[_Unit]:
    rows = serials.values_list("pk", "number", "item__number", "item__description", "lot__number")
    return [_Unit(pk, number, {"item": item, "description": description, "lot": lot}) for pk, number, item, description, lot in rows]


def _refuse_count(units: list[_Unit], count: int) -> list[_Unit]:
    if count > MOST_LABELS:
        message = f"These are more than {MOST_LABELS:,} units; that many labels go into one file."
        raise TooLarge("too-many", message, way_out="Narrow the list, or print them lot by lot.")
    if not units:
        raise Invalid("no-units", "There is no unit to print a label for.", way_out="Choose a receipt, a lot or a search that has units.")
    return units


def _refuse_uncarried(units: Sequence[_Unit], code: Code) -> None:
    uncarried = [unit for unit in units if not code.carries(unit.number)]
    if uncarried:
        way_out = "Choose QR code or DataMatrix." if code.linear else "Print those apart from the others, by another code."
        raise _refused("not-in-code", uncarried, code.label, way_out)


def _refused(rule: str, units: Sequence[_Unit], where: str, way_out: str) -> Invalid:
    first, count = units[0].number, len(units)
    why = "does not fit" if rule == "label-too-small" else "cannot be carried"
    message = f"{first} {why} by {where}." if rule == "not-in-code" else f"{first} {why} as {where}."
    if count > 1:
        others = "cannot be carried by" if rule == "not-in-code" else "do not fit as"
        message = f"{count:,} numbers {others} {where}; the first is {first}."
    offenders = [Offender(unit.number, why, unit.id) for unit in units]
    return Invalid(rule, message, fields={"code": way_out}, offenders=offenders, way_out=way_out)


def _label(unit: _Unit, style: Style) -> Label:
    return Label(unit.number, [unit.facts[name] for name in LINES if name in style.lines])
