"""Five custom fields of which every unit has a value, and the questions that filter by all of them at once."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

from bench.databases import Kind
from bench.questions import LIVE, NATURAL, Question, ordered
from bench.seeding import moved_account, template
from bench.store import Postgresql, Store


@dataclass(frozen=True)
class Field:
    """One field. `typed` is SQL for what the typed table holds of a unit `s`, `json` for the same as JSON text."""

    slug: str
    name: str
    kind: str
    column: str
    typed: str
    json: str
    options: str = "[]"


def _hashed(factor: int, values: int) -> str:
    """SQL: one of so many values, without an order, another for each factor."""
    return f"CAST(s.id * {factor} % 1000003 % {values} AS INTEGER)"


_VERSION = f"CAST({_hashed(7919, 200)} AS TEXT)"
_HOURS = _hashed(104729, 50_000)
_MONTH, _DAY = f"({_hashed(15485863, 24)})", f"({_hashed(32452843, 28)} + 1)"
_DATE = (
    f"CAST(2024 + {_MONTH} / 12 AS TEXT) || '-' || substr(CAST(101 + {_MONTH} % 12 AS TEXT), 2) || '-' || "
    f"substr(CAST(100 + {_DAY} AS TEXT), 2)"
)
_GRADE = f"substr('abcd', {_hashed(49979687, 4)} + 1, 1)"

FIELDS = (
    Field("firmware", "Firmware", "text", "text_key", f"'fw ' || {_VERSION}", f"'\"FW ' || {_VERSION} || '\"'"),
    Field("hours", "Hours", "whole", "number", _HOURS, f"CAST({_HOURS} AS TEXT)"),
    Field("tested_on", "Tested on", "date", "day", _DATE, f"'\"' || {_DATE} || '\"'"),
    Field(
        "refurbished",
        "Refurbished",
        "yes_no",
        "number",
        _hashed(86028121, 2),
        f"CASE {_hashed(86028121, 2)} WHEN 1 THEN 'true' ELSE 'false' END",
    ),
    Field(
        "grade",
        "Grade",
        "choice",
        "text_key",
        _GRADE,
        f"'\"' || {_GRADE} || '\"'",
        "[" + ", ".join(f'{{"slug": "{slug}", "label": "{slug.upper()}", "archived": false}}' for slug in "abcd") + "]",
    ),
)


def with_fields(kind: Kind, units: int) -> str:
    """The company of so many units, each with a value of every field; made from the one without, and kept between runs."""
    plain = template(kind, units)
    name = plain.replace("units_", "fields_")
    if name in kind.names():
        return name
    for old in kind.names():
        if old.startswith(f"fields_{units}_"):
            kind.drop(old)
    began = time.perf_counter()
    work = f"{name}_work"
    kind.copy(plain, work)
    moved_account(kind, plain, name)
    store = kind.open(work)
    _write(store)
    store.close()
    kind.copy(work, name)
    kind.drop(work)
    print(f"{kind.name}: five custom fields of {units:,} units in {time.perf_counter() - began:.0f} s", file=sys.stderr)
    return name


COLUMNS = "id, noun, slug, name, name_key, kind, required, help, options, persistent, position, archived, used, version, created_at"


def _write(store: Store) -> None:
    """Definitions, typed values and the JSON on the units' rows."""
    postgresql = isinstance(store, Postgresql)
    if isinstance(store, Postgresql):
        store.execute("SET session_replication_role = replica")
    with store.transaction():
        for number, field in enumerate(FIELDS, 1):
            texts = f"'serials', '{field.slug}', '{field.name}', '{field.name.lower()}', '{field.kind}', FALSE, '', '{field.options}'"
            rest = f"FALSE, {number}, FALSE, TRUE, 1, '2026-01-01 00:00:00'"
            store.execute(f"INSERT INTO nameplate_customfield ({COLUMNS}) VALUES ({number}, {texts}, {rest})")
            typed = f"CAST({field.typed} AS date)" if postgresql and field.kind == "date" else field.typed
            rows = f"SELECT {number}, s.id, {typed} FROM nameplate_serial s"
            store.execute(f"INSERT INTO nameplate_fieldvalue (field_id, subject, {field.column}) {rows}")
        json = " || ', ' || ".join(f"'\"{field.slug}\": ' || {field.json}" for field in FIELDS)
        whole = f"('{{' || {json} || '}}')"
        store.execute(f"UPDATE nameplate_serial AS s SET custom = {whole}{'::jsonb' if postgresql else ''}")
    if postgresql:
        store.execute("VACUUM FULL nameplate_serial")
    store.settle()


HALF = {"custom.hours": "10000..34999", "custom.tested_on": ">=2025-01", "custom.refurbished": "no", "custom.grade": "b,d"}
_HALF = (
    ("number", 2, "BETWEEN 10000 AND 34999"),
    ("day", 3, ">= '2025-01-01'"),
    ("number", 4, "IN (0)"),
    ("text_key", 5, "IN ('b', 'd')"),
)


SHOWN = (
    *("serial", "item", "description", "status", "availability", "lot", "lot_status", "site", "location", "customer", "received_on"),
    *("source", "vendor", "vendor_batch", "cost", "customer_order", "shipment", "shipped_on", "built_into", "product", "place"),
    *("hold", "warranty_until", "last_change", "by_whom", *(f"custom.{field.slug}" for field in FIELDS)),
)
"""Thirty columns, read through every link, all custom fields among them."""


def questions(store: Store) -> Iterator[Question]:
    """Filters on five fields, of which the first finds one unit in two hundred and each other about half of all; thirty columns."""
    rare = "SELECT subject FROM nameplate_fieldvalue WHERE field_id = 1 AND text_key = 'fw 7'"
    others = " AND ".join(
        f"EXISTS (SELECT 1 FROM nameplate_fieldvalue w WHERE w.field_id = {number} AND w.subject = v.subject AND w.{column} {wanted})"
        for column, number, wanted in _HALF
    )
    five = ordered(NATURAL, f"s.id IN (SELECT v.subject FROM ({rare}) v WHERE {others}) AND {LIVE}")
    filters, columns = {"custom.firmware": "=FW 7", **HALF}, ",".join(SHOWN)
    yield Question("five custom fields", "fields", filters, five)
    yield Question("one custom field", "fields", {"custom.firmware": "=FW 7"}, ordered(NATURAL, f"s.id IN ({rare}) AND {LIVE}"))
    yield Question("30 columns", "wide", {}, ordered(NATURAL), columns=columns)
    yield Question("30 columns, five custom fields", "fields", filters, five, columns=columns)
