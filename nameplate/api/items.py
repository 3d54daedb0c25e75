"""Items."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import ConfigDict

from nameplate import listings
from nameplate.api.describing import ID_OR_NULL
from nameplate.api.fields import Body, Count, Custom, Id, Prose, Quantity, Version, Word
from nameplate.api.problems import ROOT
from nameplate.api.things import Kind, router_of
from nameplate.models import Item
from nameplate.operations import cataloguing


class NewItem(Body):
    """An item. Each of its units is followed by its number (`serial`), by its lot (`lot`), or only counted (`none`)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "number": "WD30EZRX",
                    "description": "Hard drive 3 TB",
                    "tracking": "serial",
                    "unit": "pcs",
                    "gtin": "0718037784915",
                    "serial_format": "WD-@@@@########",
                    "serial_prefix": "SN:",
                    "warranty_months": 24,
                    "cost": "89.50",
                }
            ]
        }
    )

    number: Word
    description: Word = ""
    group: Word = ""
    tracking: Literal["serial", "lot", "none"] = "serial"
    unit: Word = "pcs"
    gtin: Word = ""
    serial_format: Word = ""
    serial_shortest: Count | None = None
    serial_longest: Count | None = None
    serial_characters: Word = ""
    serial_prefix: Word = ""
    serial_pattern: Word = ""
    default_location: Id | None = None
    bought: bool = True
    made: bool = False
    requires_inspection: bool = False
    shelf_life_days: Count | None = None
    warranty_months: Count | None = None
    cost: Quantity | None = None
    notes: Prose = ""
    custom: Custom = {}


class ItemEdit(NewItem):
    """What shall be different."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"description": "Hard drive 3 TB, green"}]})

    version: Version | None = None
    number: Word = ""


def _more(pk: int) -> Mapping[str, Any]:
    item = Item.objects.only("default_location_id", "picture_id", "version").get(pk=pk)
    return {
        "default_location": None if item.default_location_id is None else str(item.default_location_id),
        "picture": item.picture_id and f"{ROOT}/items/{pk}/picture",
        "version": item.version,
    }


KIND = Kind(
    listing=listings.ALL["items"],
    name="item",
    keyword="item",
    create=cataloguing.create_item,
    edit=cataloguing.edit_item,
    archive=cataloguing.archive_item,
    restore=cataloguing.restore_item,
    more=_more,
    more_schema={
        "default_location": ID_OR_NULL,
        "picture": {"type": ["string", "null"], "description": "Where its picture is read; null without one."},
    },
    new=NewItem,
    edited=ItemEdit,
)
ROUTERS = (router_of(KIND),)
