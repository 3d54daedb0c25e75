"""The conditions that rows of the transition table name. Each answers why a unit may not, or nothing.

They see one distinct placement at a time, never one unit at a time: ten thousand alike units are judged once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from nameplate.ledger.moves import Step
from nameplate.ledger.state import AT, CUSTOMER, HOLD, LOCATION, PARENT, RESERVED, STATUS, TRANSFER, WORK, State
from nameplate.models import Location, Status

THERE_ALREADY = "it is there already"


@dataclass
class Context:
    """What conditions may look at besides the placement: filled by posting with a constant number of statements."""

    reason: str = ""
    document_id: int | None = None
    orders_of_lines: Mapping[int, int] = field(default_factory=dict)
    """Reserved order line → its order."""
    locations: Mapping[int, Location] = field(default_factory=dict)
    products: Mapping[int, State] = field(default_factory=dict)
    """Product unit → its placement, for units that are built in, taken out or asked to be."""
    outermost: Mapping[int, int] = field(default_factory=dict)
    """Unit → its outermost product."""
    holding_held: frozenset[int] = frozenset()
    """Products with a held unit inside."""


Condition = Callable[[State, State, Step, Context], str]


def another_location(state: State, after: State, step: Step, context: Context) -> str:
    if state[LOCATION] == after[LOCATION]:
        return THERE_ALREADY
    before, there = context.locations[state[LOCATION]], context.locations[after[LOCATION]]
    if there.purpose == Location.Purpose.TRANSIT:
        return "“in transit” is reached by a transfer order only"
    return "" if before.site_id == there.site_id else "another site is reached by a transfer order only"


def to_transit(state: State, after: State, step: Step, context: Context) -> str:
    return "" if context.locations[after[LOCATION]].purpose == Location.Purpose.TRANSIT else "it must go to an “in transit” location"


def in_transit(state: State, after: State, step: Step, context: Context) -> str:
    if context.locations[after[LOCATION]].purpose == Location.Purpose.TRANSIT:
        return "“in transit” is no place to arrive at"
    return "" if state[TRANSFER] else "it is not in transit"


def at_destination(state: State, after: State, step: Step, context: Context) -> str:
    wanted = step.destination_id
    if wanted is None or context.locations[after[LOCATION]].site_id == wanted or context.reason:
        return ""
    return "it arrives at another site than its transfer order says; give a reason"


def not_reserved(state: State, after: State, step: Step, context: Context) -> str:
    if state[RESERVED]:
        return "it is reserved already"
    return "" if not (state[HOLD] or state[TRANSFER] or state[WORK]) else "it is not available"


def is_reserved(state: State, after: State, step: Step, context: Context) -> str:
    return "" if state[RESERVED] else "it is not reserved"


def not_held(state: State, after: State, step: Step, context: Context) -> str:
    return f"it is on hold already ({state[HOLD]})" if state[HOLD] else ""


def is_held(state: State, after: State, step: Step, context: Context) -> str:
    return "" if state[HOLD] else "it is not on hold"


def not_in_work(state: State, after: State, step: Step, context: Context) -> str:
    return "it is in repair or rework already" if state[WORK] else ""


def is_in_work(state: State, after: State, step: Step, context: Context) -> str:
    return "" if state[WORK] else "it is not in repair or rework"


def available(state: State, after: State, step: Step, context: Context) -> str:
    reserved = state[RESERVED]
    if reserved and context.orders_of_lines.get(reserved) not in {step.order_id, context.document_id}:
        return "it is reserved for another order"
    return ""


def unit_unknown(state: State, after: State, step: Step, context: Context) -> str:
    return "it is known which unit it is in" if state[PARENT] else ""


def product_fits(state: State, after: State, step: Step, context: Context) -> str:
    """The product's own status: Planned and stock always; Shipped as field service; never one that is gone."""
    parent = after[AT["parent_id"]]
    if parent is None:
        return "a unit at a customer can be built only into a product of theirs" if state[STATUS] == Status.SHIPPED else ""
    root = context.products[context.outermost[parent]]
    product = context.products[parent]
    if Status.WRITTEN_OFF in {root[STATUS], product[STATUS]} or root[AT["withdrawn"]]:
        return "the product is written off or withdrawn"
    if root[STATUS] == Status.CONSUMED:
        return "the product is used up"
    if root[STATUS] == Status.SHIPPED:
        if not context.reason:
            return "the product is shipped; field service needs a reason"
        if state[STATUS] == Status.SHIPPED and state[CUSTOMER] != root[CUSTOMER]:
            return "it is at another customer than the product"
    elif state[STATUS] == Status.SHIPPED:
        return "it is at a customer, the product is not"
    return ""


def fate_fits(state: State, after: State, step: Step, context: Context) -> str:
    parent = state[PARENT]
    if after[STATUS] != Status.WRITTEN_OFF and after[LOCATION] is None:
        return "say where it goes"
    if parent is None:
        return "" if after[STATUS] != Status.RETURNED else "it was in no product that was returned"
    root = context.products[context.outermost[parent]]
    away = root[STATUS] in {Status.SHIPPED, Status.RETURNED}
    if away and after[STATUS] == Status.RECEIVED:
        return "out of a product that was shipped it is Returned, Rejected or Written off"
    if not away and after[STATUS] == Status.RETURNED:
        return "the product was not shipped, so it cannot be Returned"
    return ""


def free_of_facts(state: State, after: State, step: Step, context: Context) -> str:
    return "it is reserved" if state[RESERVED] else ""


def own_customer(state: State, after: State, step: Step, context: Context) -> str:
    if state[STATUS] in {Status.RETURNED, Status.REJECTED} and state[CUSTOMER] != after[CUSTOMER]:
        return f"it is {Status(state[STATUS]).label} and can be sent back to its own customer only"
    return ""


def out_of_shipped_product(state: State, after: State, step: Step, context: Context) -> str:
    if state[STATUS] != Status.CONSUMED:
        return ""
    parent = state[PARENT]
    if parent is None:
        return "it is not known in which product it is"
    root = context.products[context.outermost[parent]]
    return "" if root[STATUS] == Status.SHIPPED else "its product is not shipped"


def in_no_product(state: State, after: State, step: Step, context: Context) -> str:
    return "it is inside a product; take it out instead" if state[PARENT] else ""


CONDITIONS: dict[str, Condition] = {
    function.__name__: function
    for function in (
        another_location,
        to_transit,
        in_transit,
        at_destination,
        not_reserved,
        is_reserved,
        not_held,
        is_held,
        not_in_work,
        is_in_work,
        available,
        unit_unknown,
        product_fits,
        fate_fits,
        free_of_facts,
        own_customer,
        out_of_shipped_product,
        in_no_product,
    )
}
