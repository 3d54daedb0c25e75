"""The transition table: what may happen to a unit. Help page, API and tests print it from here; everything else is refused.

A row says from which statuses a kind leads to which, which columns it needs, sets and clears, and which further conditions hold (by the
name of a function in `conditions`). The rules are those of the published table; nothing about a transition is decided anywhere else.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from nameplate.models import Availability, LotStatus, Status


class Kind(IntEnum):
    """What one movement did to one unit. Numbers are kept forever: they stand in the ledger."""

    PLANNED = 1
    RECEIVED = 2
    PRODUCED = 3
    OPENED = 4
    REJECTED = 5
    RELEASED = 6
    MOVED = 7
    DISPATCHED = 8
    ARRIVED = 9
    RESERVED = 10
    UNRESERVED = 11
    HELD = 12
    FREED = 13
    WORK_BEGUN = 14
    WORK_ENDED = 15
    CONSUMED = 16
    PLACED = 17
    REMOVED = 18
    USED_UP = 19
    SHIPPED = 20
    RETURNED = 21
    RESTOCKED = 22
    SENT_TO_VENDOR = 23
    WRITTEN_OFF = 24
    RE_ENTERED = 25
    CORRECTED = 26
    EDITED = 27
    WITHDRAWN = 28
    REFITTED = 29
    UNDONE = 99
    """What a reversal leaves; no row of the table, since it leads back to where the unit was."""


BESIDE = frozenset({Kind.PLANNED, Kind.WITHDRAWN})
"""What befalls numbers still expected beside what came: an entry that does anything else does not count them among its units."""


P, R, C, S, W, X, B = (
    Status.PLANNED,
    Status.RECEIVED,
    Status.CONSUMED,
    Status.SHIPPED,
    Status.WRITTEN_OFF,
    Status.REJECTED,
    Status.RETURNED,
)
ANY = tuple(Status)
STOCK = (R, X, B)


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the published table."""

    kind: Kind
    label: str
    sources: tuple[Status, ...]
    targets: tuple[Status, ...]
    """Empty: the status stays. Several: the act says which."""
    from_new: bool = False
    unusual: tuple[Status, ...] = ()
    """Sources allowed only with a reason, and marked a contradiction."""
    new_is_unusual: bool = False
    needs: tuple[str, ...] = ()
    """Columns that must have a value afterwards; `a|b` means one of them."""
    clears: tuple[str, ...] = ()
    stamps: str = ""
    """The business date column that takes the day it happened."""
    conditions: tuple[str, ...] = ()
    needs_reason: bool = False
    needs_document: bool = False
    switches: tuple[str, ...] = ()
    """Functions of which at least one must be on."""
    note: str = ""


LEAVES = ("location_id", "reserved_line_id", "transfer_id", "work_id", "hold")

RULES: tuple[Rule, ...] = (
    Rule(
        Kind.PLANNED,
        "Planned",
        (P,),
        (P,),
        from_new=True,
        needs=("lot_id",),
        needs_document=True,
        note="expected under a document; Planned again when a partial receipt moves what is still expected to a new lot",
    ),
    Rule(
        Kind.RECEIVED,
        "Received",
        (P,),
        (R,),
        from_new=True,
        needs=("location_id", "lot_id"),
        stamps="received_on",
        note="at a location",
    ),
    Rule(
        Kind.PRODUCED,
        "Produced",
        (P,),
        (R,),
        from_new=True,
        needs=("location_id", "lot_id", "made_by_id"),
        stamps="received_on",
        needs_document=True,
        note="at a location",
    ),
    Rule(Kind.OPENED, "Brought from an old system", (), ANY, from_new=True, needs=("lot_id",), note="dated; a right of its own"),
    Rule(
        Kind.REJECTED,
        "Rejected",
        (P, R, B),
        (X,),
        needs=("location_id",),
        clears=("reserved_line_id",),
        needs_reason=True,
        switches=("quality-control", "rma"),
        note="only while Quality control or RMA is on",
    ),
    Rule(Kind.RELEASED, "Released", (X,), (R,), note="back into the lot before"),
    Rule(Kind.MOVED, "Moved", STOCK, (), needs=("location_id",), conditions=("another_location",), note="another location of the site"),
    Rule(
        Kind.DISPATCHED,
        "Dispatched",
        STOCK,
        (),
        needs=("transfer_id", "location_id"),
        conditions=("to_transit",),
        needs_document=True,
        note="in transit until it arrives",
    ),
    Rule(
        Kind.ARRIVED,
        "Arrived",
        STOCK,
        (),
        needs=("location_id",),
        clears=("transfer_id",),
        conditions=("in_transit", "at_destination"),
        note="elsewhere than the destination needs a reason",
    ),
    Rule(Kind.RESERVED, "Reserved", (R,), (), needs=("reserved_line_id",), conditions=("not_reserved",), note="one reservation at a time"),
    Rule(Kind.UNRESERVED, "Reservation freed", (R,), (), clears=("reserved_line_id",), conditions=("is_reserved",)),
    Rule(
        Kind.HELD,
        "Put on hold",
        (P, R, X, B, C),
        (),
        needs=("hold",),
        conditions=("not_held",),
        note="a product with a held unit inside cannot be shipped",
    ),
    Rule(Kind.FREED, "Freed from hold", (P, R, X, B, C), (), clears=("hold",), conditions=("is_held",)),
    Rule(Kind.WORK_BEGUN, "Work begun", STOCK, (), needs=("work_id",), conditions=("not_in_work",), note="repair, rework"),
    Rule(Kind.WORK_ENDED, "Work ended", STOCK, (), clears=("work_id",), conditions=("is_in_work",), note="repair, rework"),
    Rule(
        Kind.CONSUMED,
        "Consumed",
        (R,),
        (C,),
        needs=("parent_id|used_by_id",),
        clears=("location_id", "reserved_line_id"),
        conditions=("available", "product_fits"),
        unusual=(S,),
        note="inside a product unit, or used by an order, unit unknown; a Shipped product only as field service with a reason, and then "
        "the part may be Shipped to the same customer",
    ),
    Rule(Kind.PLACED, "Placed", (C,), (), needs=("parent_id",), conditions=("unit_unknown", "product_fits"), note="from unit unknown"),
    Rule(
        Kind.REMOVED,
        "Removed",
        (C,),
        (R, X, W, B),
        clears=("parent_id", "place", "used_by_id"),
        conditions=("fate_fits",),
        note="from a product that is Shipped or Returned: Returned, Rejected or Written off",
    ),
    Rule(
        Kind.USED_UP,
        "Used up",
        (R, X),
        (C,),
        needs=("used_by_id",),
        clears=("location_id", "reserved_line_id"),
        conditions=("free_of_facts", "taken_apart"),
        needs_document=True,
        note="a product taken apart; its components are removed in the same act",
    ),
    Rule(
        Kind.SHIPPED,
        "Shipped",
        (R, X, B),
        (S,),
        needs=("customer_id",),
        clears=LEAVES,
        stamps="shipped_on",
        conditions=("available", "own_customer", "nothing_held_inside"),
        needs_document=True,
        note="Returned and Rejected only back to their own customer",
    ),
    Rule(
        Kind.RETURNED,
        "Returned",
        (S, C),
        (B,),
        unusual=(R, W),
        from_new=True,
        new_is_unusual=True,
        needs=("location_id", "lot_id"),
        clears=("parent_id", "place", "used_by_id", "at_vendor_id", "reserved_line_id"),
        stamps="returned_on",
        conditions=("out_of_shipped_product",),
        needs_document=True,
        switches=("rma",),
        note="Consumed when its outermost product is Shipped (it is taken out); new, Received and Written off with a reason, marked "
        "contradiction",
    ),
    Rule(Kind.RESTOCKED, "Restocked", (B,), (R,), note="back into the lot before"),
    Rule(
        Kind.SENT_TO_VENDOR,
        "Sent to vendor",
        STOCK,
        (W,),
        needs=("at_vendor_id",),
        clears=LEAVES,
        needs_document=True,
        note="the vendor is kept as where it is",
    ),
    Rule(
        Kind.WRITTEN_OFF,
        "Written off",
        STOCK,
        (W,),
        unusual=(S,),
        clears=LEAVES,
        needs_reason=True,
        note="Shipped: destroyed or kept at the customer, with a reason",
    ),
    Rule(
        Kind.RE_ENTERED,
        "Re-entered",
        (S, W, C),
        (R,),
        needs=("location_id", "lot_id"),
        clears=("used_by_id", "at_vendor_id"),
        stamps="received_on",
        conditions=("in_no_product",),
        needs_reason=True,
        note="bought back, found again; the earlier life stays",
    ),
    Rule(Kind.CORRECTED, "Corrected", ANY, (), needs_reason=True, note="the record was wrong, nothing happened to the unit"),
    Rule(Kind.EDITED, "Edited", ANY, (), note="notes, warranty date, custom fields"),
    Rule(
        Kind.WITHDRAWN,
        "Withdrawn",
        (P,),
        (),
        clears=("hold",),
        note="gone from every list and count; the number coming again is a new unit that links to it",
    ),
    Rule(
        Kind.REFITTED,
        "Refitted",
        (P, R, X, B, S, C),
        (),
        note="its components changed; written by the ledger beside them, so that a product cannot be changed and shipped at once",
    ),
)
RULE: dict[Kind, Rule] = {rule.kind: rule for rule in RULES}

_ANYTIME = frozenset({Kind.EDITED, Kind.CORRECTED})
GUARDS: dict[Availability, frozenset[Kind]] = {
    Availability.ON_HOLD: _ANYTIME
    | {Kind.FREED, Kind.MOVED, Kind.DISPATCHED, Kind.ARRIVED, Kind.REJECTED, Kind.WRITTEN_OFF, Kind.WITHDRAWN},
    Availability.IN_TRANSIT: _ANYTIME | {Kind.ARRIVED, Kind.WRITTEN_OFF, Kind.HELD},
    Availability.IN_WORK: _ANYTIME | {Kind.WORK_ENDED, Kind.HELD, Kind.WRITTEN_OFF},
}
"""What each fact of a unit still allows. What a repair itself does (its document is the unit's work order) is allowed as well."""

LOT_STATUSES: dict[Status, tuple[LotStatus, ...]] = {
    Status.PLANNED: (LotStatus.REQUESTED, LotStatus.PLANNED),
    Status.RECEIVED: (LotStatus.RECEIVED, LotStatus.ON_HOLD),
    Status.REJECTED: (LotStatus.REJECTED,),
    Status.RETURNED: (LotStatus.RMA_RETURNED, LotStatus.RMA_INSPECTION, LotStatus.RMA_REPAIR, LotStatus.RMA_READY),
}
"""What the lot of a unit in that status may be. The other statuses leave the unit in the lot it had, whatever became of that."""

LOT_AFTER: dict[Kind, str] = {
    Kind.REJECTED: "split",
    Kind.RETURNED: "split",
    Kind.RELEASED: "the lot before",
    Kind.RESTOCKED: "the lot before",
    Kind.RE_ENTERED: "new",
    Kind.RECEIVED: "the line's target lot",
    Kind.REMOVED: "the lot it had, or split as its status demands",
    Kind.DISPATCHED: "split, where a part of it stays",
}
"""Into which lot a kind leads; the others keep the lot."""

SWITCHES_INTO: dict[Status, tuple[str, ...]] = {X: RULE[Kind.REJECTED].switches, B: RULE[Kind.RETURNED].switches}
"""Functions of which at least one must be on for a component to come out into that status."""

PUBLISHED = tuple(rule for rule in RULES if rule.kind is not Kind.UNDONE)


def facts_of(availability: int) -> list[Availability]:
    """The facts in the bits of `availability`, in the order in which they are shown."""
    return [fact for fact in Availability if availability & fact]


def status_names(statuses: Iterable[Status]) -> str:
    """ "Received, Rejected or Returned"."""
    names = [status.label for status in statuses]
    return " or ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)
