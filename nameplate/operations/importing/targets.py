"""What a column of a file can be: the targets that a person maps columns to, and the heads that usually stand over them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from nameplate import functions
from nameplate.models import CustomField, FieldNoun

Scope = Literal["unit", "item", "order", "lot"]
SERIAL, ITEM, DESCRIPTION, RECEIVED_ON, VENDOR, BATCH, EXPIRES_ON, LOCATION = (
    "serial",
    "item",
    "item_description",
    "received_on",
    "vendor",
    "vendor_batch",
    "expires_on",
    "location",
)
_NOT_LETTERS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Target:
    """One thing that a column can be. `heads` are words that usually stand over it, folded."""

    name: str
    label: str
    scope: Scope
    kind: Literal["text", "date", "custom"] = "text"
    heads: frozenset[str] = frozenset()
    field: CustomField | None = None
    """The custom field that it is."""


def _heads(words: str) -> frozenset[str]:
    return frozenset(words.split())


FIXED: tuple[Target, ...] = (
    Target(
        SERIAL,
        "Serial number",
        "unit",
        heads=_heads(
            "serial serials serialnumber serialnumbers serialno serialnos serialnr serialnum serialid sn sno snr seriennummer seriennr"
        ),
    ),
    Target(
        ITEM,
        "Item number",
        "item",
        heads=_heads(
            "item itemno itemnumber itemnr model modelno modelnumber part partno partnumber pn sku article articleno product artikel"
        ),
    ),
    Target(DESCRIPTION, "Item description", "item", heads=_heads("description itemdescription itemname productname bezeichnung")),
    Target(
        RECEIVED_ON,
        "Received on",
        "unit",
        "date",
        heads=_heads("date receivedon received receiveddate receiptdate datereceived deliverydate deliveredon datum day"),
    ),
    Target(VENDOR, "Vendor", "order", heads=_heads("vendor vendorname supplier suppliername lieferant seller distributor")),
    Target(BATCH, "Vendor batch", "lot", heads=_heads("vendorbatch batch batchno batchnumber lot lotno lotnumber charge")),
    Target(EXPIRES_ON, "Expires on", "lot", "date", heads=_heads("expireson expiry expirydate expirationdate bestbefore useby")),
    Target(LOCATION, "Location", "unit", heads=_heads("location shelf bin place storage warehouse room")),
)


def folded(head: str) -> str:
    """A column's head as heads are compared: without case, blanks and signs."""
    return _NOT_LETTERS.sub("", head.casefold())


SCOPES: Mapping[str, Scope] = {FieldNoun.SERIALS.value: "unit", FieldNoun.ITEMS.value: "item", FieldNoun.LOTS.value: "lot"}
GROUPS: Mapping[Scope, str] = {"unit": "The unit", "item": "Its item", "order": "Its order", "lot": "Its lot"}


def targets() -> Mapping[str, Target]:
    """Every target there is now, by name, in the order in which they are offered: the fixed ones, then custom fields in use."""
    off = functions.off()
    found = {target.name: target for target in FIXED if target.name != EXPIRES_ON or functions.EXPIRY_DATES not in off}
    for field in CustomField.objects.live().order_by("noun", "position", "id"):
        name = f"custom.{field.noun}.{field.slug}"
        found[name] = Target(name, field.name, SCOPES[field.noun], "custom", frozenset({folded(field.slug)}), field)
    return found


def custom(known: Mapping[str, Target], scope: Scope) -> dict[str, Target]:
    """The custom fields among them of one scope."""
    return {name: target for name, target in known.items() if target.field is not None and target.scope == scope}
