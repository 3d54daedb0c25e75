"""Everything the page of one inspection shows; and of one unit, the inspections that it was in. A constant number of statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Count

from nameplate import access
from nameplate.models import (
    CheckResult,
    Document,
    DocumentKind,
    Entry,
    InspectedGoods,
    InspectedUnit,
    InspectionPlan,
    Item,
    PlanCheck,
    Verdict,
)
from nameplate.refusals import NotFound

MOST_SHOWN = 200
MOST_OF_UNIT = 10


@dataclass(slots=True)
class UnitRow:
    """A unit in an inspection, with what its checks found."""

    row: InspectedUnit
    results: list[CheckResult] = field(default_factory=list)

    @property
    def misfits(self) -> int:
        """How many checks do not fit."""
        return sum(1 for result in self.results if result.fits is False)


@dataclass(frozen=True, slots=True)
class ItemCount:
    """An item in an inspection: its plan, and how many of its units stand how."""

    item: Item
    plan: InspectionPlan | None
    checks: Sequence[PlanCheck]
    counts: Mapping[str, int]

    @property
    def units(self) -> int:
        """How many of it there are."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class InspectionPage:
    """An inspection as it stands; `units` are the first of them."""

    paper: Document
    items: Sequence[ItemCount]
    units: Sequence[UnitRow]
    goods: Sequence[InspectedGoods]
    entries: Sequence[Entry]

    def count(self, verdict: str) -> int:
        """How many units stand so."""
        return sum(one.counts.get(verdict, 0) for one in self.items)

    @property
    def total(self) -> int:
        """How many units are or were in it."""
        return sum(one.units for one in self.items)

    @property
    def waiting(self) -> int:
        """How many units wait for a verdict."""
        return self.count(Verdict.WAITING)

    @property
    def goods_waiting(self) -> Sequence[InspectedGoods]:
        """The quantities that wait."""
        return [row for row in self.goods if row.verdict == Verdict.WAITING]

    @property
    def has_checks(self) -> bool:
        """Whether anything is to be measured."""
        return any(one.checks for one in self.items)


def inspection_page(*, actor: access.Actor, inspection: int) -> InspectionPage:
    """The inspection. Refused: there is none."""
    access.require(actor, "stock", "view")
    papers = Document.objects.select_related("inspection__source__party", "created_by")
    paper = papers.filter(pk=inspection, kind=DocumentKind.INSPECTION).first()
    if paper is None:
        raise NotFound("not-found", "There is no such inspection.", way_out="Look for it in the list of inspections.")
    units = InspectedUnit.objects.filter(inspection=paper.pk).select_related("serial__item", "reason", "judged__actor")
    goods = InspectedGoods.objects.filter(inspection=paper.pk).select_related("lot__item", "reason", "judged")
    return InspectionPage(
        paper=paper,
        items=_items(paper),
        units=_with_results(list(units.order_by("id")[:MOST_SHOWN])),
        goods=list(goods.order_by("lot__sort_key", "id")[:MOST_SHOWN]),
        entries=list(Entry.objects.filter(document=paper).select_related("actor").order_by("-pk")[:MOST_SHOWN]),
    )


def inspected_unit(*, actor: access.Actor, inspection: int, unit: int) -> tuple[UnitRow, list[PlanCheck]]:
    """One unit of an inspection, and the checks that it goes by. Refused: it is not in it."""
    access.require(actor, "stock", "view")
    rows = InspectedUnit.objects.select_related("serial__item", "serial__lot", "reason", "inspection__document")
    row = rows.filter(inspection=inspection, serial=unit).first()
    if row is None:
        raise NotFound("not-found", "This unit is not in the inspection.", way_out="Look at the inspection’s page.")
    plan = row.plan_id or InspectionPlan.objects.filter(item=row.serial.item_id).order_by("-version").values_list("pk", flat=True).first()
    return _with_results([row])[0], list(PlanCheck.objects.filter(plan=plan).order_by("position"))


def inspections_of(unit: int) -> list[UnitRow]:
    """The inspections that a unit was in, the latest first, with what was found."""
    rows = InspectedUnit.objects.filter(serial=unit).exclude(verdict=Verdict.LEFT)
    return _with_results(list(rows.select_related("inspection__document", "reason", "judged__actor").order_by("-id")[:MOST_OF_UNIT]))


def _with_results(rows: Sequence[InspectedUnit]) -> list[UnitRow]:
    found = {row.pk: UnitRow(row) for row in rows}
    results = CheckResult.objects.filter(inspected__in=found).select_related("plan_check")
    for one in results.order_by("plan_check__position"):
        found[one.inspected_id].results.append(one)
    return list(found.values())


def _items(paper: Document) -> list[ItemCount]:
    counted = InspectedUnit.objects.filter(inspection=paper.pk).values("serial__item", "plan", "verdict").annotate(count=Count("id"))
    counts: dict[int, dict[str, int]] = {}
    settled: dict[int, int] = {}
    for row in counted:
        own = counts.setdefault(row["serial__item"], {})
        own[row["verdict"]] = own.get(row["verdict"], 0) + row["count"]
        if row["plan"] is not None:
            settled[row["serial__item"]] = row["plan"]
    current = {plan.item_id: plan for plan in InspectionPlan.objects.filter(item__in=counts).order_by("version")}
    plans = {**current, **{plan.item_id: plan for plan in InspectionPlan.objects.filter(pk__in=settled.values())}}
    checks: dict[int, list[PlanCheck]] = {}
    for check in PlanCheck.objects.filter(plan__in=plans.values()).order_by("position"):
        checks.setdefault(check.plan_id, []).append(check)
    items = Item.objects.filter(pk__in=counts).order_by("number_key")
    return [ItemCount(item, plan := plans.get(item.pk), checks.get(plan.pk, []) if plan else [], counts[item.pk]) for item in items]
