"""An example for every answer, made from its schema, so that none can be forgotten or be of another shape."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nameplate.api.describing import SCHEMAS, Json

SAMPLES: dict[str, Any] = {
    "act": "received",
    "address": "Sadama 1\nTallinn",
    "by_whom": "operator",
    "cost": "89.5",
    "count": 1,
    "created_by": "manager",
    "description": "Hard drive 3 TB",
    "document": "PO00012",
    "email": "stores@kestrel.example",
    "gtin": "4006381333931",
    "group": "Drives",
    "item": "WD30EZRX",
    "location": "Depot · A-01",
    "lot": "L00012",
    "name": "Depot",
    "next": "WyJ3ZC13Y2F3ejEiLDEwMV0:…",
    "phone": "+372 600 0000",
    "serial": "WD-WCAWZ1881335",
    "site": "Depot",
    "source": "PO00012",
    "status": "received",
    "unit": "pcs",
    "vendor": "Tolomei Distribution",
    "version": 1,
}
"""Values of properties that are read more easily than ones made up from their type."""

PROBLEM: Json = {
    "type": "/help/refusals#serials-not-receivable",
    "title": "It does not fit how things stand now",
    "status": 409,
    "detail": "WD-WCAWZ1881335: known already: Received at Main plant · A-01, lot L00012.",
    "rule": "serials-not-receivable",
    "fields": {"lines.0.serials": "1 of these numbers cannot be received."},
    "offenders": [
        {
            "text": "WD-WCAWZ1881335",
            "why": "known already: Received at Main plant · A-01, lot L00012",
            "unit_id": "101",
            "line": 1,
            "entry_id": None,
            "document": "",
            "order_line": 1,
        }
    ],
    "causes": [],
    "way_out": "Take them out and receive the others.",
    "units": [
        {
            "unit_id": "101",
            "serial": "WD-WCAWZ1881335",
            "why": "known already: Received at Main plant · A-01, lot L00012",
            "entry": {
                "id": "57",
                "act": "received",
                "happened_at": "2026-03-31T08:15:00.000000Z",
                "by_whom": "operator",
                "document": "PO00012",
                "document_id": "12",
                "href": "/api/v1/entries/57",
            },
            "ways": [],
        }
    ],
    "entry": None,
    "ways": [
        {
            "rel": "open",
            "label": "Open WD-WCAWZ1881335",
            "page": "/serials/101",
            "operation": "get_serial",
            "href": "/api/v1/serials/101",
            "unit_ids": [],
        }
    ],
}


def sample(schema: Mapping[str, Any], name: str = "") -> Any:
    """A value of this schema."""
    if "$ref" in schema:
        return sample(SCHEMAS[schema["$ref"].rsplit("/", 1)[-1]], name)
    if "anyOf" in schema:
        return sample(schema["anyOf"][0], name)
    kinds = [kind for kind in _list(schema.get("type", [])) if kind != "null"]
    if "enum" in schema:
        known = SAMPLES.get(name)
        return known if known in schema["enum"] else schema["enum"][0]
    if "object" in kinds:
        if schema.get("examples"):
            return schema["examples"][0]
        return {key: sample(inner, key) for key, inner in schema.get("properties", {}).items()}
    if "array" in kinds:
        return [sample(schema["items"])]
    if "integer" in kinds:
        return SAMPLES.get(name, 0)
    if "boolean" in kinds:
        return False
    return _text(schema, name, nullable="null" in _list(schema.get("type", [])))


def _text(schema: Mapping[str, Any], name: str, *, nullable: bool) -> str | None:
    formats = {"date": "2026-03-31", "date-time": "2026-03-31T08:15:00.000000Z"}
    if schema.get("format") in formats:
        return formats[schema["format"]]
    if "pattern" in schema:
        return "12"
    if name in SAMPLES:
        return str(SAMPLES[name])
    if schema.get("examples"):
        return str(schema["examples"][0])
    return None if nullable else ""


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
