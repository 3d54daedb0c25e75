"""Stock counts, their scans and differences as the API shows them."""

from __future__ import annotations

from typing import Any

from nameplate.api.describing import ID, ID_OR_NULL, TEXT, add_schema, row_properties
from nameplate.api.entries import ENTRY
from nameplate.api.lists import row_of
from nameplate.api.problems import ROOT
from nameplate.listings.stock_counts import STOCK_COUNTS
from nameplate.models import CountScan, Document, DocumentKind, ScanVerdict, User
from nameplate.operations.counting import GoodsDifference, SeenTwice, UnitDifference
from nameplate.quantities import from_micro
from nameplate.refusals import NotFound

COUNT = add_schema(
    "StockCount", {**row_properties(STOCK_COUNTS), "locations": {"type": "array", "items": ID}, "write_off": ID_OR_NULL, "href": TEXT}
)
_VERDICT = {"enum": [str(one.value) for one in ScanVerdict]}
SCAN = add_schema(
    "CountScan",
    {
        "id": ID,
        "key": TEXT,
        "text": TEXT,
        "verdict": _VERDICT,
        "said": {"type": "string", "description": "The answer in a sentence."},
        "unit": ID_OR_NULL,
        "location": ID_OR_NULL,
        "quantity": {"type": ["string", "null"]},
        "by": TEXT,
        "scanned_at": {"type": "string", "format": "date-time"},
        "note": {**TEXT, "description": "What is said of a thing that nobody knows."},
        "photo": {"type": ["string", "null"], "description": "Where its photo is read."},
    },
)
SCANS = add_schema("CountScans", {"scans": {"type": "array", "items": SCAN}, "href": TEXT})
_UNIT = add_schema(
    "UnitDifference",
    {
        "unit": ID,
        "serial": TEXT,
        "item": TEXT,
        "place": TEXT,
        "found_at": ID_OR_NULL,
        "cost": {"type": ["string", "null"]},
        "last_entry": ID,
        "last_act": TEXT,
        "left_out": {"type": "string", "description": "Why no difference is posted; empty when one is."},
    },
)
_GOODS = add_schema(
    "GoodsDifference",
    {
        "item": TEXT,
        "lot": TEXT,
        "location": ID,
        "expected": TEXT,
        "counted": {"type": ["string", "null"], "description": "Null where nobody counted it: nothing is posted then."},
        "left_out": TEXT,
    },
)
_SIGHTING = add_schema("Sighting", {"scan": ID, "location": ID, "by": TEXT, "scanned_at": {"type": "string", "format": "date-time"}})
_TWICE = add_schema("SeenTwice", {"unit": ID, "serial": TEXT, "item": TEXT, "sightings": {"type": "array", "items": _SIGHTING}})
DIFFERENCES = add_schema(
    "CountDifferences",
    {
        "missing": {"type": "array", "items": _UNIT},
        "elsewhere": {"type": "array", "items": _UNIT},
        "goods": {"type": "array", "items": _GOODS},
        "contradictions": {"type": "array", "items": SCAN},
        "unknown": {"type": "array", "items": SCAN},
        "two_places": {
            "type": "array",
            "items": _TWICE,
            "description": "Units that were seen at two places. Nothing is posted of them; take the wrong scan back.",
        },
        "value": {"type": "string", "description": "What the missing units and goods cost, in the company's currency."},
        "seal": {"type": "string", "description": "Send it with the posting: it is refused if the differences are others by then."},
    },
)
POSTED = add_schema(
    "CountPosting",
    {
        "entry": ENTRY,
        "write_off_entry": {**ID_OR_NULL, "description": "Its document is the write-off; undoing `entry` undoes it too."},
        "value": TEXT,
        "left_out": {"type": "array", "items": _UNIT, "description": "Units that stay as they are, each with its reason."},
        "href": TEXT,
    },
)


def document_of(count: int) -> Document:
    """The count. Refused: there is none."""
    found = Document.objects.select_related("stock_count").filter(pk=count, kind=DocumentKind.COUNT).first()
    if found is None:
        raise NotFound("not-found", "There is no such stock count.")
    return found


def count_of(count: int, *, actor: User) -> dict[str, Any]:
    """A count as the API shows it."""
    row = row_of(STOCK_COUNTS, count, actor=actor, name="stock count")
    head = document_of(count).stock_count
    places = [str(place) for place in head.places.order_by("pk").values_list("location", flat=True)]
    paper = None if head.write_off_id is None else str(head.write_off_id)
    return {**row, "locations": places, "write_off": paper, "href": f"{ROOT}/stock-counts/{count}"}


def _text(pk: int | None) -> str | None:
    return None if pk is None else str(pk)


def scan_of(scan: CountScan, by: str) -> dict[str, Any]:
    """A scan as the API shows it; `by` is whose it is."""
    return {
        "id": str(scan.pk),
        "key": scan.key,
        "text": scan.text,
        "verdict": scan.verdict,
        "said": scan.said,
        "unit": _text(scan.serial_id),
        "location": _text(scan.location_id),
        "quantity": None if scan.quantity is None else f"{from_micro(scan.quantity):f}",
        "by": by,
        "scanned_at": scan.scanned_at,
        "note": scan.note,
        "photo": f"{ROOT}/stock-counts/{scan.count_id}/scans/{scan.pk}/photo" if scan.photo_id else None,
    }


def unit_of(one: UnitDifference) -> dict[str, Any]:
    """A unit that differs."""
    return {
        "unit": str(one.id),
        "serial": one.number,
        "item": one.item,
        "place": one.place,
        "found_at": _text(one.found_at),
        "cost": None if one.cost is None else f"{from_micro(one.cost):f}",
        "last_entry": str(one.entry_id),
        "last_act": one.act,
        "left_out": one.left_out,
    }


def twice_of(one: SeenTwice) -> dict[str, Any]:
    """A unit that was seen at two places."""
    seen = [{"scan": str(s.scan_id), "location": str(s.location_id), "by": s.who, "scanned_at": s.when} for s in one.sightings]
    return {"unit": str(one.id), "serial": one.number, "item": one.item, "sightings": seen}


def goods_of(one: GoodsDifference) -> dict[str, Any]:
    """Goods that are expected or were counted."""
    counted = None if one.counted is None else f"{from_micro(one.counted):f}"
    found = {"item": one.item, "lot": one.lot, "location": str(one.location_id)}
    return {**found, "expected": f"{from_micro(one.expected):f}", "counted": counted, "left_out": one.left_out}
