"""What can be done about a unit from its page: the one thing that is most likely next, and all else in a menu."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from nameplate import access, functions
from nameplate.listings.unit import Unit
from nameplate.models import Availability, DocumentKind, Serial, Status, User
from nameplate.models.serials import NUMBER_MISSING
from nameplate.operations.inspecting.opening import INSPECTED
from nameplate.web.unit_acts import may_be_held, may_be_moved, may_be_rejected, may_re_enter
from nameplate.web.unit_returns import may_be_taken_back


@dataclass(frozen=True, slots=True)
class UnitAction:
    """A link of the page."""

    label: str
    href: str
    icon: str
    offered: bool = True


@dataclass(frozen=True, slots=True)
class UnitActions:
    """`next` stands as a button; the groups are the menu, with a line between them."""

    next: UnitAction | None
    groups: list[list[UnitAction]] = field(default_factory=list)


def actions_of(actor: User, unit: Unit, parts: Mapping[str, bool]) -> UnitActions:
    """All that this actor may do about the unit as it stands. `parts`: what can be done about what it is inside of, or is inside it."""
    may = access.may(actor, "stock", "edit") and not unit.serial.withdrawn
    groups = [_waiting(actor, unit), [*_states(unit.serial), *_goods(actor, unit.serial)] if may else [], _parts(unit.serial, parts)]
    groups.append(_record(unit.serial, may=may))
    offered = [[one for one in group if one.offered] for group in groups]
    in_order = [one for group in offered for one in group]
    following = min((one for one in in_order if one.label in RANK), key=lambda one: RANK[one.label], default=None)
    return UnitActions(following, [left for group in offered if (left := [one for one in group if one is not following])])


RANK = {
    "Give its number": 1,
    "Receive the transfer": 1,
    "Finish the rework": 1,
    "Free from hold": 2,
    "Receive": 3,
    "Finish the product": 3,
    "Ship with its order": 3,
    "Release to stock": 3,
    "Say which product": 3,
    "Take back": 3,
    "Decide its return": 2,
    "Replace": 4,
    "Ship": 5,
    "Move": 5,
    "Trace": 6,
}
"""What is most likely next, the smallest first; of two that rank the same, the one that the menu would name first."""


def _waiting(actor: User, unit: Unit) -> list[UnitAction]:
    """What a document waits for."""
    serial, source = unit.serial, unit.source
    planned = serial.status == Status.PLANNED and not serial.withdrawn and source is not None
    kind, paper = (source.kind, source.pk) if source is not None else ("", 0)
    receives = planned and kind == DocumentKind.PURCHASE_ORDER and access.may(actor, "stock", "create")
    finishes = planned and kind == DocumentKind.MANUFACTURING_ORDER and access.may(actor, "production", "edit")
    works = access.may(actor, "stock", "edit")
    order = unit.reserved_for
    waits = works and order is not None and order.kind == DocumentKind.CUSTOMER_ORDER
    returned = works and serial.status == Status.RETURNED and serial.return_doc_id is not None and functions.is_on(functions.RMA)
    arrives = works and serial.transfer_id is not None and functions.is_on(functions.MULTIPLE_SITES)
    return [
        UnitAction("Receive", f"/purchase-orders/{paper}/receipts", "package-import", receives),
        UnitAction("Finish the product", f"/manufacturing-orders/{paper}/completions", "tools", finishes),
        UnitAction("Receive the transfer", f"/transfer-orders/{serial.transfer_id}/arrivals", "package-import", arrives),
        UnitAction("Decide its return", f"/returns/{serial.return_doc_id}", "package-import", returned),
        UnitAction("Finish the rework", f"/rework/{serial.work_id}", "settings", works and serial.work_id is not None),
        UnitAction("Ship with its order", f"/customer-orders/{order.pk if order else 0}", "truck", waits),
    ]


def _states(unit: Serial) -> list[UnitAction]:
    """What changes how it stands where it lies."""
    held = bool(unit.hold)
    checked = unit.status in INSPECTED and functions.is_on(functions.QUALITY_CONTROL)
    hold = ("Free from hold", "circle-check") if held else ("Put on hold", "hand-stop")
    return [
        UnitAction("Give its number", f"/lots/{unit.lot_id}/numbers?unit={unit.pk}", "barcode", unit.hold == NUMBER_MISSING),
        UnitAction(hold[0], f"/serials/{unit.pk}/hold", hold[1], held and may_be_held(unit)),
        UnitAction("Release to stock", f"/stock-releases/new?unit={unit.pk}", "circle-check", unit.status == Status.REJECTED),
        UnitAction("Take in again", f"/re-entries/new?unit={unit.pk}", "package-import", may_re_enter(unit)),
        UnitAction(hold[0], f"/serials/{unit.pk}/hold", hold[1], not held and may_be_held(unit)),
        UnitAction("Inspect", f"/inspections/new?unit={unit.pk}", "circle-check", checked),
        UnitAction("Reject", f"/rejections/new?unit={unit.pk}", "ban", may_be_rejected(unit)),
    ]


def _goods(actor: User, unit: Serial) -> list[UnitAction]:
    """What takes it elsewhere. A product is more likely shipped, a part moved."""
    free = unit.availability == Availability.AVAILABLE and unit.parent_id is None
    ship = UnitAction("Ship", f"/direct-shipments/new?unit={unit.pk}", "truck", free and access.may(actor, "sales", "create"))
    move = UnitAction("Move", f"/serials/{unit.pk}/move", "arrow-right", may_be_moved(unit))
    return [
        *([ship, move] if unit.item.made else [move, ship]),
        UnitAction("Take back", f"/returns/new?unit={unit.pk}", "package-import", may_be_taken_back(actor, unit)),
        UnitAction("Reserve", f"/reservations/new?unit={unit.pk}", "clipboard-list", free),
        UnitAction("Return to vendor…", f"/vendor-returns/new?unit={unit.pk}", "building-factory-2", may_be_moved(unit)),
        UnitAction("Write off", f"/write-offs/new?unit={unit.pk}", "trash", may_be_moved(unit)),
    ]


def _parts(unit: Serial, parts: Mapping[str, bool]) -> list[UnitAction]:
    """What is done about the product that it is in, or about its own parts."""

    def can(act: str) -> bool:
        return parts.get(act, False)

    return [
        UnitAction("Say which product", f"/serials/{unit.pk}/placement", "pencil", can("place")),
        UnitAction("Replace", f"/replacements/new?old={unit.pk}", "refresh", can("replace")),
        UnitAction("Take it out…", f"/removals/new?unit={unit.pk}", "package-off", can("remove")),
        UnitAction("Build it into a product…", f"/serials/{unit.pk}/placement", "plus", can("install")),
        UnitAction("Take apart…", f"/serials/{unit.pk}/disassembly", "package-off", can("take_apart")),
        UnitAction("Take into rework…", f"/rework/new?unit={unit.pk}", "settings", can("rework")),
    ]


def _record(unit: Serial, *, may: bool) -> list[UnitAction]:
    """What is written, printed and looked up about it."""
    return [
        UnitAction("Trace", f"/serials/{unit.pk}/trace", "link"),
        UnitAction("Edit", f"/serials/{unit.pk}/edit", "pencil", may),
        UnitAction("Correct the number", f"/serials/{unit.pk}/correction", "barcode", may and unit.hold != NUMBER_MISSING),
        UnitAction("Label", f"/labels?unit={unit.pk}", "barcode", not unit.withdrawn),
    ]
