"""What is typed about a lot: read by one rule per field, whether it is made or edited."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import TypedDict

from nameplate import functions
from nameplate.operations.cataloguing.texts import Text, read_date, read_texts
from nameplate.quantities import to_micro
from nameplate.refusals import Refused

NOUN = "lots"
TEXTS = {"vendor_batch": Text("Vendor batch", 100), "notes": Text("Notes", 10_000, lines=True)}
MOST_COST = 10**9
"""Of one unit, in the company's currency."""


class LotFields(TypedDict, total=False):
    """What can be typed about a lot. What is left out keeps its value (or its default)."""

    vendor_batch: str
    expires_on: dt.date | str | None
    cost: Decimal | int | str | None
    notes: str
    custom: Mapping[str, object]
    """Values of custom fields by slug."""


def read_fields(given: LotFields, wrong: dict[str, str]) -> dict[str, str | dt.date | int | None]:
    """The columns that `given` sets; a sentence goes into `wrong` for each that cannot be kept."""
    values: dict[str, str | dt.date | int | None] = {**read_texts(TEXTS, given, wrong)}
    if "expires_on" in given:
        day = read_date("The expiry", given["expires_on"], "expires_on", wrong)
        if day is not None and not 1970 <= day.year <= 2200:
            wrong["expires_on"] = "A day between 1970 and 2200, please."
        if day is not None:
            functions.require_on(functions.EXPIRY_DATES, "An expiry date", field="expires_on")
        values["expires_on"] = day
    if "cost" in given:
        values["cost"] = _cost(given["cost"], wrong)
    return values


def _cost(value: Decimal | int | str | None, wrong: dict[str, str]) -> int | None:
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    try:
        cost = to_micro(value, field="cost")
    except Refused as refusal:
        wrong["cost"] = refusal.fields.get("cost", refusal.message)
        return None
    if not 0 <= cost <= to_micro(MOST_COST):
        wrong["cost"] = f"From 0 to {MOST_COST:,}, please."
    return cost
