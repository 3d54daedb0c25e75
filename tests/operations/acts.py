"""What people can do to one unit, by name (more in `acts_under_papers`): for the grid of statuses, for races, for random histories.

Each act says which kind of the published table it does to the unit, and where it deals with less than that kind allows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from django.db.models import QuerySet

from nameplate.ledger import Kind
from nameplate.models import Availability, CustomerOrder, Entry, Item, ReasonKind, Role, Serial, Tracking
from nameplate.operations import (
    assembling,
    cataloguing,
    correcting,
    editing,
    holding,
    manufacturing,
    moving,
    reasons,
    rejecting,
    returning,
    sending_back,
    writing_off,
)
from nameplate.operations.assembling import Fate, Fitting, Outcome, Swap
from nameplate.operations.cataloguing.bills import Part, set_bill
from nameplate.operations.inspecting.judging import Said, judge
from nameplate.operations.inspecting.opening import open_inspection
from nameplate.operations.manufacturing import Completion, FailedUnit, ProductRow, UsedUnit
from nameplate.operations.re_entering import Occasion, re_enter
from nameplate.operations.returning import Said as Announced
from nameplate.operations.shipping.direct import ship_directly
from tests import world
from tests.ledger import table
from tests.ledger.ground import C, R
from tests.ledger.test_table import Stage

STOCK_ALONE = ("received",)
INSPECTED = ("received", "rejected")


class Workshop(Stage):
    """The ledger's stage, with what operations need besides: an order that builds the item into something, reasons, a spare and a part."""

    def __post_init__(self) -> None:
        super().__post_init__()
        for line in (self.line, self.other_line):
            CustomerOrder.objects.create(document=line.document)
        self.manager = world.user(role=Role.MANAGER)
        administrator = world.user(role=Role.ADMINISTRATOR)
        self.broken = reasons.create_reason(actor=administrator, kind=ReasonKind.WRITE_OFF.value, name="Broken")
        self.failed = reasons.create_reason(actor=administrator, kind=ReasonKind.REJECTION.value, name="Failed")
        self.made = self._made_of_the_item()
        self.order = manufacturing.start(
            actor=self.manager,
            order=manufacturing.create_manufacturing_order(actor=self.manager, item=self.made, quantity=1000, location=self.shelf),
        )
        self.spares = {"spare": self.unit(R), "part": self.unit(C, parent_id=self.product)}
        self.third = world.location()
        self.taken = 0

    def _made_of_the_item(self) -> Item:
        made = cataloguing.create_item(actor=self.manager, number=f"MADE-{self.item.number}", made=True, tracking=Tracking.SERIAL)
        set_bill(actor=self.manager, item=made, version=made.version, parts=[Part(self.item, 1)])
        return made

    @property
    def spare(self) -> int:
        """A unit in stock: the same until something happened to it."""
        return self._kept("spare", Serial.objects.filter(availability=Availability.AVAILABLE)) or self._new("spare", self.unit(R))

    @property
    def part(self) -> int:
        """A unit inside the product: the same until something happened to it."""
        inside = Serial.objects.filter(parent=self.product, hold="")
        return self._kept("part", inside) or self._new("part", self.unit(C, parent_id=self.product))

    def _kept(self, which: str, standing: QuerySet[Serial]) -> int | None:
        return standing.filter(pk=self.spares[which]).values_list("pk", flat=True).first()

    def _new(self, which: str, unit: int) -> int:
        self.spares[which] = unit
        return unit

    def number(self, unit: int) -> str:
        """What the unit is called."""
        return Serial.objects.get(pk=unit).number

    def fresh(self) -> str:
        """A number that nothing bears."""
        self.taken += 1
        return f"FRESH-{self.taken}"


Do = Callable[[Workshop, int], Entry | None]


@dataclass(frozen=True)
class Act:
    """One thing that people do. `only` are the starts that it deals with at all, `without` facts that it cannot stand."""

    name: str
    kind: Kind
    do: Do
    only: tuple[str, ...] = ()
    without: frozenset[str] = field(default_factory=frozenset)
    facts_are_fine: bool = False
    """Whether a hold, which the kind itself cannot stand, is what the act is for: an inspection takes what is on hold."""
    in_grid: bool = True

    def may(self, start: str, facts: frozenset[str]) -> bool:
        """Whether it can be done to a unit that stands so. A reason is always given."""
        if self.only and start not in self.only:
            return False
        if facts & self.without:
            return False
        judged = facts - {"held"} if self.facts_are_fine else facts
        return table.may(self.kind, start, judged, reason=True)


def _complete(shop: Workshop, *, cell: str = "", used: str = "", failed: str = "") -> Entry:
    line = shop.order.lines.get(item=shop.item).pk
    cell = cell or ("" if used else shop.number(shop.spare))
    return manufacturing.complete(
        actor=shop.actor,
        order=shop.order,
        completion=Completion(
            rows=[ProductRow(shop.fresh(), [cell])],
            used=[UsedUnit(line, used)] if used else [],
            failed=[FailedUnit(failed, "clicks")] if failed else [],
        ),
    )


def _book(shop: Workshop, unit: int) -> Entry:
    return manufacturing.book_parts(actor=shop.actor, order=shop.order, units={shop.order.lines.get(item=shop.item).pk: [unit]})


def _product_of(shop: Workshop, unit: int) -> int:
    """A product that the unit, as it stands, can go into: a shipped one for what is at a customer."""
    return shop.shipped_product if Serial.objects.get(pk=unit).status == 4 else shop.product


def _take_apart(shop: Workshop, unit: int) -> Entry:
    shop.unit(C, parent_id=unit)
    return assembling.take_apart(actor=shop.manager, product_ids=[unit], outcome=Outcome(Fate.RECEIVED, shop.shelf.pk), reason=shop.reason)


def _end_rework(shop: Workshop, unit: int) -> Entry:
    """Begun by the same operation first: only what was begun under an order is ended under it."""
    begun = assembling.begin_rework(actor=shop.actor, unit_ids=[unit], reason=shop.reason)
    assert begun.document is not None
    return assembling.end_rework(actor=shop.actor, order=begun.document, unit_ids=[unit])


def _inspect(shop: Workshop, unit: int) -> Entry:
    return open_inspection(actor=shop.manager, unit_ids=[unit])[1]


def _judged(passed: bool) -> Do:
    def do(shop: Workshop, unit: int) -> Entry:
        paper, _ = open_inspection(actor=shop.manager, unit_ids=[unit])
        said = Said(unit, passed, None if passed else shop.failed)
        return judge(actor=shop.manager, inspection=paper, verdicts=[said])

    return do


def _back_from_vendor(shop: Workshop, unit: int) -> Entry:
    sent = sending_back.send_to_vendor(actor=shop.actor, vendor=shop.vendor, unit_ids=[unit], reason=shop.reason)
    assert sent.document is not None
    numbers = {unit: shop.number(unit)}
    return sending_back.receive_replacements(actor=shop.actor, vendor_return=sent.document, numbers=numbers, location_id=shop.shelf.pk)


def take_back(shop: Workshop, unit: int) -> Entry:
    """With a reason: what the table takes only as a contradiction is taken too."""
    said = Announced(contradiction=shop.reason)
    return returning.take_back(actor=shop.manager, customer=shop.customer, unit_ids=[unit], location_id=shop.shelf.pk, said=said)


def _restock(shop: Workshop, unit: int) -> Entry:
    """Taken back by the same operation first: only what came with a return is restocked under it."""
    return returning.restock(actor=shop.actor, paper=take_back(shop, unit).document_id or 0, unit_ids=[unit])


def _repair_and_ship_back(shop: Workshop, unit: int) -> Entry:
    paper = take_back(shop, unit).document
    assert paper is not None
    returning.begin_repair(actor=shop.actor, paper=paper, unit_ids=[unit], fault=shop.reason)
    return returning.ship_back(actor=shop.actor, paper=paper, unit_ids=[unit])


def _out(shop: Workshop) -> Outcome:
    return Outcome(Fate.RECEIVED, shop.shelf.pk)


ACTS: tuple[Act, ...] = (
    Act("move", Kind.MOVED, lambda s, u: moving.move_units(actor=s.actor, unit_ids=[u], location_id=s.bin.pk)),
    Act("hold", Kind.HELD, lambda s, u: holding.hold_units(actor=s.actor, unit_ids=[u], reason=s.reason)),
    Act("free", Kind.FREED, lambda s, u: holding.release_units(actor=s.actor, unit_ids=[u])),
    Act(
        "reject",
        Kind.REJECTED,
        lambda s, u: rejecting.reject_units(actor=s.actor, unit_ids=[u], reason=s.reason, location_id=s.shelf.pk),
    ),
    Act("release", Kind.RELEASED, lambda s, u: rejecting.release_rejected(actor=s.actor, unit_ids=[u])),
    Act(
        "write off",
        Kind.WRITTEN_OFF,
        lambda s, u: writing_off.write_off(actor=s.actor, reason=s.broken, unit_ids=[u]),
        only=table.STOCK,
    ),
    Act(
        "write off, also at customers",
        Kind.WRITTEN_OFF,
        lambda s, u: writing_off.write_off(actor=s.actor, reason=s.broken, unit_ids=[u], at_customers=True),
    ),
    Act(
        "re-enter",
        Kind.RE_ENTERED,
        lambda s, u: re_enter(actor=s.actor, unit_ids=[u], location_id=s.shelf.pk, reason=s.reason, occasion=Occasion.BOUGHT_BACK),
    ),
    Act(
        "send to vendor",
        Kind.SENT_TO_VENDOR,
        lambda s, u: sending_back.send_to_vendor(actor=s.actor, vendor=s.vendor, unit_ids=[u], reason=s.reason),
    ),
    Act("send to vendor and have it back", Kind.SENT_TO_VENDOR, _back_from_vendor),
    Act("edit", Kind.EDITED, lambda s, u: editing.edit_units(actor=s.actor, unit_ids=[u], notes=s.fresh())),
    Act("correct", Kind.CORRECTED, lambda s, u: correcting.correct_numbers(actor=s.actor, numbers={u: s.fresh()}, reason=s.reason)),
    Act("book for an order", Kind.RESERVED, _book),
    Act(
        "build in",
        Kind.CONSUMED,
        lambda s, u: _complete(s, cell=s.number(u)),
        only=STOCK_ALONE,
        without=frozenset({"reserved"}),
    ),
    Act("use, not known where", Kind.CONSUMED, lambda s, u: _complete(s, used=s.number(u)), STOCK_ALONE, frozenset({"reserved"})),
    Act(
        "fail on the bench",
        Kind.REJECTED,
        lambda s, u: _complete(s, failed=s.number(u)),
        only=STOCK_ALONE,
        without=frozenset({"reserved", "held"}),
    ),
    Act(
        "install",
        Kind.CONSUMED,
        lambda s, u: assembling.install_components(
            actor=s.actor, fittings=[Fitting(u, _product_of(s, u), s.fresh())], reason=s.reason, anyway=True
        ),
        without=frozenset({"reserved"}),
    ),
    Act(
        "place",
        Kind.PLACED,
        lambda s, u: assembling.place_components(actor=s.actor, fittings=[Fitting(u, s.product, s.fresh())], reason=s.reason, anyway=True),
    ),
    Act(
        "remove",
        Kind.REMOVED,
        lambda s, u: assembling.remove_components(actor=s.actor, unit_ids=[u], outcome=_out(s), reason=s.reason),
    ),
    Act(
        "replace",
        Kind.REMOVED,
        lambda s, u: assembling.replace_components(actor=s.actor, swaps=[Swap(u, s.spare)], outcome=_out(s), reason=s.reason, anyway=True),
        only=("in",),
    ),
    Act(
        "put in another's place",
        Kind.CONSUMED,
        lambda s, u: assembling.replace_components(actor=s.actor, swaps=[Swap(s.part, u)], outcome=_out(s), reason=s.reason, anyway=True),
        only=STOCK_ALONE,
        without=frozenset({"reserved"}),
    ),
    Act("take apart", Kind.USED_UP, _take_apart),
    Act("begin rework", Kind.WORK_BEGUN, lambda s, u: assembling.begin_rework(actor=s.actor, unit_ids=[u], reason=s.reason)),
    Act("end rework", Kind.WORK_BEGUN, _end_rework),
    Act("inspect", Kind.HELD, _inspect, only=("received", "rejected"), facts_are_fine=True),
    # A verdict is several kinds at once, which hang on the unit's other holds: the tests of inspecting hold it against the table.
    Act("pass", Kind.HELD, _judged(passed=True), only=INSPECTED, facts_are_fine=True, in_grid=False),
    Act("fail", Kind.HELD, _judged(passed=False), only=STOCK_ALONE, facts_are_fine=True, in_grid=False),
    Act(
        "ship",
        Kind.SHIPPED,
        lambda s, u: ship_directly(actor=s.manager, customer=s.customer, unit_ids=[u]),
        only=STOCK_ALONE,
        without=frozenset({"reserved"}),
    ),
    Act("take back", Kind.RETURNED, take_back),
    Act("take back and restock", Kind.RETURNED, _restock),
    Act("take back, repair and ship back", Kind.RETURNED, _repair_and_ship_back),
)
