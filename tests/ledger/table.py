"""The published table of transitions as people read it, typed by hand: what the code says must equal this. Never made from the code."""

from __future__ import annotations

from dataclasses import dataclass

from nameplate.ledger import Kind

LIVE = ("planned", "received", "rejected", "returned", "in", "in shipped", "unknown", "shipped", "written off")
STOCK = ("received", "rejected", "returned")
IN = ("in", "in shipped", "unknown")
"""Consumed: inside a product in stock, inside a shipped one, or used by an order with the unit unknown."""


@dataclass(frozen=True)
class Row:
    """From where a kind may start, and from where only with a reason. `reason`: it always needs one."""

    starts: tuple[str, ...]
    odd: tuple[str, ...] = ()
    reason: bool = False


TABLE: dict[Kind, Row] = {
    # Planned again: what a partial receipt leaves expected moves to another lot, still Planned.
    Kind.PLANNED: Row(("new", "planned")),
    Kind.RECEIVED: Row(("new", "planned")),
    Kind.PRODUCED: Row(("new", "planned")),
    Kind.OPENED: Row(("new",)),
    Kind.REJECTED: Row(("planned", "received", "returned"), reason=True),
    Kind.RELEASED: Row(("rejected",)),
    Kind.MOVED: Row(STOCK),
    Kind.DISPATCHED: Row(STOCK),
    Kind.ARRIVED: Row(STOCK),
    Kind.RESERVED: Row(("received",)),
    Kind.UNRESERVED: Row(("received",)),
    Kind.HELD: Row(("planned", *STOCK, *IN)),
    Kind.FREED: Row(("planned", *STOCK, *IN)),
    Kind.WORK_BEGUN: Row(STOCK),
    Kind.WORK_ENDED: Row(STOCK),
    Kind.CONSUMED: Row(("received",), odd=("shipped",)),
    Kind.PLACED: Row(("unknown",)),
    Kind.REMOVED: Row(("in", "unknown")),  # to Received; out of a shipped product it leads elsewhere
    Kind.USED_UP: Row(("received", "rejected")),
    Kind.SHIPPED: Row(STOCK),
    Kind.RETURNED: Row(("shipped", "in shipped"), odd=("new", "received", "written off")),
    Kind.RESTOCKED: Row(("returned",)),
    Kind.SENT_TO_VENDOR: Row(STOCK),
    Kind.WRITTEN_OFF: Row(STOCK, odd=("shipped",), reason=True),
    Kind.RE_ENTERED: Row(("shipped", "written off", "unknown"), reason=True),
    Kind.CORRECTED: Row(LIVE, reason=True),
    Kind.EDITED: Row(LIVE),
    Kind.WITHDRAWN: Row(("planned",)),
}

# On hold allows only these. A record may always be put right or written upon, and an announced number may be given up.
HOLD = {Kind.FREED, Kind.MOVED, Kind.DISPATCHED, Kind.ARRIVED, Kind.REJECTED, Kind.WRITTEN_OFF}
HOLD |= {Kind.CORRECTED, Kind.EDITED, Kind.WITHDRAWN}
TRANSIT = {Kind.ARRIVED, Kind.WRITTEN_OFF, Kind.HELD} | {Kind.CORRECTED, Kind.EDITED}
WORK = {Kind.WORK_ENDED, Kind.HELD, Kind.WRITTEN_OFF} | {Kind.CORRECTED, Kind.EDITED}
NEEDS = {Kind.UNRESERVED: "reserved", Kind.FREED: "held", Kind.WORK_ENDED: "work", Kind.ARRIVED: "transit"}
"""The fact that a kind takes away."""
EXCLUDES = {
    Kind.RESERVED: {"reserved", "held", "transit", "work"},
    Kind.HELD: {"held"},
    Kind.WORK_BEGUN: {"work"},
    Kind.DISPATCHED: {"transit"},
    Kind.USED_UP: {"reserved"},
}
"""The facts that a kind brings, or cannot stand."""


def may(kind: Kind, start: str, facts: frozenset[str], *, reason: bool) -> bool:
    """Whether the table lets a unit that stands so have this done to it, by an act of the order that it may be reserved for."""
    row = TABLE[kind]
    if not (start in row.starts or (start in row.odd and reason)):
        return False
    if row.reason and not reason:
        return False
    if "held" in facts and kind not in HOLD:
        return False
    if "transit" in facts and kind not in TRANSIT:
        return False
    if "work" in facts and kind not in WORK:
        return False
    if kind in NEEDS and NEEDS[kind] not in facts:
        return False
    return not (EXCLUDES.get(kind, set()) & facts)
