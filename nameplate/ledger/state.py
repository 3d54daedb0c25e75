"""A unit's placement as a plain tuple: what a movement states whole and the unit's row repeats."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from typing import Any

from nameplate.models import Availability, Status
from nameplate.models.serials import IN_STOCK

PLACEMENT = (
    "status",
    "withdrawn",
    "lot_id",
    "location_id",
    "transfer_id",
    "customer_id",
    "at_vendor_id",
    "parent_id",
    "place",
    "made_by_id",
    "used_by_id",
    "source_id",
    "customer_order_id",
    "shipment_id",
    "return_doc_id",
    "reserved_line_id",
    "work_id",
    "hold",
    "received_on",
    "shipped_on",
    "returned_on",
)
STATE = (*PLACEMENT, "warranty_until")
"""The warranty date is a field of its own for undo, but each movement states it like the rest."""
DAYS = frozenset({"received_on", "shipped_on", "returned_on", "warranty_until"})
AT = {name: index for index, name in enumerate(STATE)}
State = tuple[Any, ...]
EMPTY: State = tuple({"withdrawn": False, "place": "", "hold": "", "status": 0, "lot_id": 0}.get(name) for name in STATE)

STATUS, WITHDRAWN, LOT, LOCATION, TRANSFER, CUSTOMER = (
    AT[name] for name in ("status", "withdrawn", "lot_id", "location_id", "transfer_id", "customer_id")
)
PARENT, PLACE, USED_BY, RESERVED, WORK, HOLD = (
    AT[name] for name in ("parent_id", "place", "used_by_id", "reserved_line_id", "work_id", "hold")
)
WARRANTY = AT["warranty_until"]
edge_of: Callable[[State], State] = itemgetter(PARENT, PLACE, USED_BY)
"""The columns of which a component's row is the fold: in which product, where in it, under which order."""


@dataclass(slots=True)
class Unit:
    """What posting knows of a unit besides its placement."""

    id: int
    item_id: int
    number: str
    version: int
    outermost_id: int
    last_entry_id: int
    before: State
    state: State
    own_customer_id: int | None = None
    """A component's row repeats its product's customer; this is the one that its own last movement states."""
    edits: Mapping[str, Any] | None = None
    """What stands of notes and custom values, by the names of `Step.edits`; None until it is read. Shared, so never changed in place."""
    count: int = 1
    """How many units this one stands for: more than one only where nothing is carried for each (`untouched`)."""

    def noted(self, name: str) -> Any:
        """What stands under one of the names of `Step.edits`."""
        if name == "warranty_until":
            return self.state[WARRANTY]
        return (self.edits or {}).get(name, self.number if name == "number" else None)


def as_recorded(unit: Unit, result: State) -> State:
    """What a movement states: a component that only follows its product does not take over the product's customer."""
    if result[PARENT] is None or unit.before[PARENT] is None or result[CUSTOMER] != unit.before[CUSTOMER]:
        return result
    return (*result[:CUSTOMER], unit.own_customer_id, *result[CUSTOMER + 1 :])


def availability_of(state: State) -> int:
    """The bits of `Serial.availability` for this placement: facts, or available when Received and free of them."""
    facts = (
        (Availability.RESERVED if state[RESERVED] else 0)
        | (Availability.ON_HOLD if state[HOLD] else 0)
        | (Availability.IN_TRANSIT if state[TRANSFER] else 0)
        | (Availability.IN_WORK if state[WORK] else 0)
    )
    if facts == 0 and state[STATUS] == Status.RECEIVED:
        return int(Availability.AVAILABLE)
    return int(facts)


def spot_of(state: State) -> tuple[int, int] | None:
    """(lot, location) where the unit counts as stock, or None where it does not."""
    if state[STATUS] in IN_STOCK and not state[WITHDRAWN]:
        return state[LOT], state[LOCATION]
    return None


def changed(state: State, **columns: int | str | bool | date | None) -> State:
    """`state` with these columns replaced."""
    values = list(state)
    for name, value in columns.items():
        values[AT[name]] = value
    return tuple(values)
