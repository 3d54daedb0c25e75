"""Lists by custom fields: every filter and order equals what Python works out from the rows; definitions count at once."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from nameplate.ledger import custom_values
from nameplate.listings import grammar
from nameplate.listings.columns import Column
from nameplate.listings.engine import Listing
from nameplate.listings.items import ITEMS
from nameplate.listings.lots import LOTS
from nameplate.listings.matching import matches
from nameplate.listings.narrowing import grammar_column
from nameplate.listings.serials import SERIALS
from nameplate.models import CustomField, FieldKind, FieldNoun, Item, Lot, Serial, User
from nameplate.operations import cataloguing
from nameplate.serial_text import fold
from tests import world
from tests.listings.units import Company

COUNT = 400 if os.environ.get("NAMEPLATE_PROVE") else 90
ROUNDS = 300 if os.environ.get("NAMEPLATE_PROVE") else 40
SEED = int(os.environ.get("NAMEPLATE_SEED", "20260301"))

VALUES: dict[FieldKind, list[Any]] = {
    FieldKind.TEXT: ["FW 2.1", "fw 2.10", "Ärger", "100%", "x_y", "'=1", "true"],
    FieldKind.LONG_TEXT: ["one\ntwo", "Zwei Zeilen\nmit Ä", "= 1"],
    FieldKind.WHOLE: [0, 1, -7, 12, 4_000_787_030_016],
    FieldKind.DECIMAL: ["0.1", "2.5", "-3", "0.000001"],
    FieldKind.DATE: ["2026-03-01", "2026-03-31", "2027-01-01"],
    FieldKind.YES_NO: [True, False],
    FieldKind.CHOICE: ["red", "green", "true"],
    FieldKind.LINK: ["https://example.com/A", "mailto:a@b.example"],
}
TEXTS: dict[FieldKind, list[str]] = {
    FieldKind.TEXT: ["fw*", "2.1", "=FW 2.1", "=", "!=", "!fw*", "a..g", ">fw 2.1", "%", "_", "ä", "*1?", "fw*, ärger, !*10", '"=1"'],
    FieldKind.LONG_TEXT: ["two", "=", "!=", "!ä", "one*"],
    FieldKind.WHOLE: ["0", ">0", "-7..1", "<=12", "=", "!=", "!0", ">1000000000000", "0, 12"],
    FieldKind.DECIMAL: ["2.5", ">0.1", "..0", "=", "!2.5", "0.000001"],
    FieldKind.DATE: ["2026-03", "=", "!=", "2026-03-31..2027", "<2026-03-31", "!2026"],
    FieldKind.YES_NO: ["yes", "no", "yes,no", "=", "!=", "!yes", "no,="],
    FieldKind.CHOICE: ["red", "red,green", "!red", "=", "!=", "true", "Green,="],
    FieldKind.LINK: ["https*", "@b", "=", "!mailto*"],
}


@dataclass
class Shop:
    """Random units of random lots of random items, each with random values of a field of every kind."""

    fields: dict[tuple[FieldNoun, FieldKind], CustomField]
    units: list[Serial]

    @classmethod
    def made(cls, random: Random, by: User) -> Shop:
        Company(random, COUNT, by)
        fields = {}
        for noun in FieldNoun:
            for kind in FieldKind:
                options: Any = {"options": ["Red", "Green", "True"]} if kind == FieldKind.CHOICE else {}
                fields[noun, kind] = world.custom_field(noun=noun, kind=kind, name=kind.value, **options)
        for noun, model in ((FieldNoun.SERIALS, Serial), (FieldNoun.LOTS, Lot), (FieldNoun.ITEMS, Item)):
            made = {row: _values(random) for row in model.objects.values_list("pk", flat=True)}
            for row, values in made.items():
                model.objects.filter(pk=row).update(custom=values or None)
            custom_values.write(noun, made)
        return cls(fields, list(Serial.objects.select_related("item", "lot")))


def _values(random: Random) -> dict[str, Any]:
    return {kind.value: random.choice(found) for kind, found in VALUES.items() if random.random() < 0.7}


OWNERS: dict[str, Callable[[Serial], Mapping[str, Any] | None]] = {
    "custom": lambda unit: unit.custom,
    "item.custom": lambda unit: unit.item.custom,
    "lot.custom": lambda unit: unit.lot.custom,
}


def columns(listing: Listing, viewer: User) -> dict[str, Column]:
    return {column.name: column for column in listing.visible(viewer)}


def value_of(unit: Serial, name: str) -> Any:
    group, _, slug = name.rpartition(".")
    return (OWNERS[group](unit) or {}).get(slug)


def as_filtered(name: str, value: Any) -> Any:
    kind = name.rpartition(".")[2]
    if value is None:
        return None
    if kind in {"whole", "decimal"}:
        return Decimal(str(value))
    return date.fromisoformat(value) if kind == "date" else value


def shows(unit: Serial, filters: Mapping[str, str], known: Mapping[str, Column]) -> bool:
    for name, text in filters.items():
        value = value_of(unit, name)
        if known[name].choices:
            has = "=" if value is None else {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value
            terms = [term.strip().lower() for term in text.split(",")]
            wanted = {term for term in terms if not term.startswith("!")}
            refused = {term.removeprefix("!") for term in terms if term.startswith("!")}
            if (wanted and has not in wanted) or has in refused:
                return False
            continue
        seen_as = grammar_column(known[name])
        if not matches(grammar.parse(text, seen_as), as_filtered(name, value), seen_as):
            return False
    return not unit.withdrawn


def sort_value(unit: Serial, name: str) -> Any:
    value = value_of(unit, name)
    kind = name.rpartition(".")[2]
    if value is None:
        return None
    if kind in {"text", "link"}:
        return fold(value)
    if kind == "decimal":
        return Decimal(value)
    return ["red", "green", "true"].index(value) if kind == "choice" else value


def in_order(units: list[Serial], name: str, descending: bool) -> list[str]:
    """Nothing last; linked rows' units together; ties in natural order."""
    group = name.rpartition(".")[0]

    def key(unit: Serial) -> tuple[Any, ...]:
        link = {"item.custom": unit.item_id, "lot.custom": unit.lot_id}.get(group, 0)
        return (sort_value(unit, name), link, unit.sort_key, unit.pk)

    some = sorted((unit for unit in units if sort_value(unit, name) is not None), key=key, reverse=descending)
    none = sorted((unit for unit in units if sort_value(unit, name) is None), key=lambda unit: key(unit)[1:], reverse=descending)
    return [str(unit.pk) for unit in [*some, *none]]


@pytest.fixture
def shop(any_database: None, administrator: User) -> Shop:
    return Shop.made(Random(SEED), administrator)


def paged(listing: Listing, params: dict[str, str], viewer: User) -> tuple[list[str], list[str]]:
    """The rows from the first page to the last, and from there back again, without the last one's."""
    found: list[str] = []
    back: list[str] = []
    place: dict[str, str] = {}
    while True:
        page = listing.read({**params, "size": "25", **place}, actor=viewer)
        assert page.errors == {}
        found += [row["id"] for row in page.rows]
        if page.next is None:
            break
        place = {"after": page.next}
    while page.previous is not None:
        page = listing.read({**params, "size": "25", "before": page.previous}, actor=viewer)
        back = [row["id"] for row in page.rows] + back
    return found, back


def test_every_filter_and_order_equals_what_python_works_out(shop: Shop, viewer: User) -> None:
    random = Random(SEED)
    known = columns(SERIALS, viewer)
    names = [name for name in known if known[name].kept is not None]
    assert len(names) == 3 * len(FieldKind)
    singles = [{name: text} for name in names for text in TEXTS[FieldKind(name.rpartition(".")[2])]]
    several = []
    for _ in range(ROUNDS):
        chosen = random.sample(names, random.randint(2, 5))
        several.append({name: random.choice(TEXTS[FieldKind(name.rpartition(".")[2])]) for name in chosen})
    for filters in [*random.sample(singles, len(singles) if COUNT > 100 else 60), *several]:
        wanted = [unit for unit in shop.units if shows(unit, filters, known)]
        for listing in (SERIALS, replace(SERIALS, cap=10, budget=5)):
            page = listing.read({**filters, "size": "500"}, actor=viewer)
            assert page.errors == {}, filters
            assert (page.count, page.capped) == (min(len(wanted), listing.cap), len(wanted) > listing.cap), filters
            assert {row["id"] for row in page.rows} == {str(unit.pk) for unit in wanted}, filters
        by = random.choice([name for name in names if known[name].sortable])
        descending = random.random() < 0.5
        params = {**filters, "sort": f"{'-' if descending else ''}{by}"}
        expected = in_order(wanted, by, descending)
        for listing in (SERIALS, replace(SERIALS, cap=random.choice([60, 12, 4]))):
            if expected:
                at = random.randrange(len(expected))
                beside = [int(expected[n]) if 0 <= n < len(expected) else None for n in (at - 1, at + 1)]
                assert listing.beside(params, actor=viewer, row_id=int(expected[at])) == tuple(beside), (params, listing.cap)
            assert paged(listing, params, viewer) == (expected, expected[: max(0, len(expected) - 1) // 25 * 25]), (params, listing.cap)


def test_rows_and_csv_hold_each_value_as_it_is(shop: Shop, viewer: User) -> None:
    known = columns(SERIALS, viewer)
    rows = {row["id"]: row for row in SERIALS.read({"size": "500"}, actor=viewer).rows}
    lines = list(csv.reader(SERIALS.csv({}, actor=viewer)))
    cells = {line[0] + "/" + line[1]: dict(zip(lines[0], line, strict=True)) for line in lines[1:]}
    for unit in shop.units:
        if unit.withdrawn:
            continue
        row = rows[str(unit.pk)]
        for name, column in known.items():
            if column.kept is None:
                continue
            value = as_filtered(name, value_of(unit, name))
            shown = {True: "yes", False: "no"}[value] if isinstance(value, bool) else value
            assert row[name] == shown, name
    assert len(cells) > 1
    assert {"decimal", "decimal (item)", "decimal (lot)"} < set(lines[0])


def test_items_and_lots_have_their_own(shop: Shop, viewer: User) -> None:
    own: list[tuple[Listing, list[Item] | list[Lot]]] = [(ITEMS, list(Item.objects.all())), (LOTS, list(Lot.objects.all()))]
    for listing, rows in own:
        for text, wanted in (("red", "red"), ("=", None)):
            found = {row["id"] for row in listing.read({"custom.choice": text}, actor=viewer).rows}
            assert found == {str(row.pk) for row in rows if (row.custom or {}).get("choice") == wanted}
    reds = {str(lot.pk) for lot in Lot.objects.select_related("item") if (lot.item.custom or {}).get("choice") == "red"}
    assert {row["id"] for row in LOTS.read({"item.custom.choice": "red"}, actor=viewer).rows} == reds


def test_definitions_count_at_once(db: None, administrator: User, viewer: User) -> None:
    assert "custom.colour" not in columns(ITEMS, viewer)
    field = world.custom_field(noun=FieldNoun.ITEMS, kind=FieldKind.CHOICE, name="Colour")
    assert columns(ITEMS, viewer)["custom.colour"].label == "Colour"
    assert columns(SERIALS, viewer)["item.custom.colour"].label == "Colour (item)"
    options: Any = [{"slug": "red", "label": "Crimson"}]
    cataloguing.edit_custom_field(actor=administrator, field=field, version=1, name="Paint", options=options)
    renamed = columns(ITEMS, viewer)["custom.colour"]
    assert (renamed.label, [choice.label for choice in renamed.choices]) == ("Paint", ["Crimson"])
    cataloguing.archive_custom_field(actor=administrator, field=field, version=2)
    page = ITEMS.read({"custom.colour": "red"}, actor=viewer)
    assert "custom.colour" in page.errors
    cataloguing.restore_custom_field(actor=administrator, field=field, version=3)
    assert ITEMS.read({"custom.colour": "red"}, actor=viewer).errors == {}


def test_wrong_filters_are_named(db: None, viewer: User) -> None:
    world.custom_field(kind=FieldKind.CHOICE, name="Colour")
    world.custom_field(kind=FieldKind.WHOLE, name="Hours")
    page = SERIALS.read({"custom.colour": "mauve", "custom.hours": "many"}, actor=viewer)
    assert page.errors == {
        "custom.colour": "“mauve” is not one of: red, green, blue.",
        "custom.hours": "“many” is not a number. Write 12 or 2.5.",
    }
