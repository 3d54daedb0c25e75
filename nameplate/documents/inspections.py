"""The report of an inspection: what was looked at, what passed, what failed and why. Read in a constant number of statements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from django.utils import timezone

from nameplate import access
from nameplate.documents.inspection_pages import Row, drawn, heading, numbers, row
from nameplate.documents.paper import OrderPaper, Printed
from nameplate.documents.purchase_orders import file_name, head_of
from nameplate.ledger import bulk
from nameplate.models import CheckResult, Document, DocumentKind, DocumentStatus, InspectedGoods, InspectionPlan, PlanCheck, User, Verdict
from nameplate.operations.company import company
from nameplate.operations.inspecting.documents import require_quality_control
from nameplate.operations.inspecting.plans import limits_of
from nameplate.quantities import from_micro
from nameplate.refusals import NotFound

ORDER = (Verdict.FAILED, Verdict.PASSED, Verdict.SAMPLED, Verdict.WAITING, Verdict.LEFT)
TITLES = {Verdict.WAITING: "Not judged yet", Verdict.LEFT: "Taken out, not inspected"}
_UNITS = (
    "SELECT w.id, w.verdict, s.number, i.number, r.name, w.note, u.username, e.happened_at FROM nameplate_inspectedunit w "
    "JOIN nameplate_serial s ON s.id = w.serial_id JOIN nameplate_item i ON i.id = s.item_id "
    "LEFT JOIN nameplate_reason r ON r.id = w.reason_id LEFT JOIN nameplate_entry e ON e.id = w.judged_id "
    "LEFT JOIN nameplate_user u ON u.id = e.actor_id WHERE w.inspection_id = %s ORDER BY i.number_key, s.sort_key, w.id"
)
Unit = tuple[Any, ...]
"""A row of those columns."""


def inspection_report(*, actor: User, inspection: int) -> Printed:
    """The report as PDF. Refused: there is no such inspection."""
    access.require(actor, "stock", "view")
    require_quality_control()
    papers = Document.objects.select_related("inspection__source__party").filter(kind=DocumentKind.INSPECTION)
    found = papers.filter(pk=inspection).first()
    if found is None:
        raise NotFound("not-found", "There is no such inspection.", way_out="Look for it in the list of inspections.")
    units: list[Unit] = bulk.query(_UNITS, [found.pk])
    results = _results(found)
    rows = [*_summary(units), *_plans(found), *_goods(found)]
    for verdict in ORDER:
        rows += _section(verdict, [unit for unit in units if unit[1] == verdict], results)
    if found.notes:
        rows += [heading("Note"), row(found.notes)]
    return Printed(file_name(found.number), drawn(_paper(found, units), rows))


def _paper(found: Document, units: Sequence[Unit]) -> OrderPaper:
    source = found.inspection.source
    people = sorted({unit[6] for unit in units if unit[6] and unit[1] != Verdict.LEFT})
    facts = [
        ("Opened on", timezone.localtime(found.created_at).date().isoformat()),
        ("Status", str(DocumentStatus(found.status).label)),
        *([("Came on", source.number)] if source else []),
        *([("Inspected by", ", ".join(people))] if people else []),
    ]
    vendor = source.party if source else None
    return OrderPaper(
        head=head_of(company()),
        title="Inspection report",
        mark="Canceled" if found.status == DocumentStatus.CANCELED else "",
        number=found.number,
        addressee=[vendor.name, *vendor.address.splitlines()] if vendor else [],
        facts=facts,
        currency="",
        lines=[],
        total="",
        note="",
    )


def _summary(units: Sequence[Unit]) -> Iterable[Row]:
    if not units:
        return
    yield heading("Units", "", "inspected", "passed", "by sample", "failed", "waiting")
    for item, of_item in groupby(units, key=lambda unit: unit[3]):
        verdicts = [unit[1] for unit in of_item]
        count = {verdict: verdicts.count(verdict) for verdict in Verdict}
        looked_at = count[Verdict.PASSED] + count[Verdict.FAILED]
        figures = (looked_at, count[Verdict.PASSED], count[Verdict.SAMPLED], count[Verdict.FAILED], count[Verdict.WAITING])
        yield row(item, f"{len(verdicts):,} units", *(f"{figure:,}" for figure in figures), face="strong")


def _plans(found: Document) -> Iterable[Row]:
    plans = InspectionPlan.objects.filter(pk__in=found.inspection.units.exclude(plan=None).values("plan")).select_related("item")
    checks = PlanCheck.objects.filter(plan__in=plans).order_by("position")
    for plan in plans.order_by("item__number_key"):
        own = [check for check in checks if check.plan_id == plan.pk]
        if own:
            yield heading(f"Checks of {plan.item.number}, plan version {plan.version}")
            yield row("; ".join(f"{check.name}: {limits_of(check) or check.get_kind_display().lower()}" for check in own))


def _goods(found: Document) -> Iterable[Row]:
    pieces = InspectedGoods.objects.filter(inspection=found.pk).select_related("lot__item", "reason").order_by("lot_id", "verdict", "pk")
    if pieces:
        yield heading("Goods without serial numbers")
    for piece in pieces:
        words = ". ".join(filter(None, [piece.reason.name if piece.reason else "", piece.note]))
        what = f"{from_micro(piece.quantity):,f} {piece.lot.item.unit} of {piece.lot.item.number}, lot {piece.lot.number}"
        yield row(what, Verdict(piece.verdict).label, below=words)


def _section(verdict: Verdict, units: Sequence[Unit], results: dict[int, list[str]]) -> Iterable[Row]:
    """Units of which something is to be said have rows of their own; of the others only the numbers are listed."""
    if not units:
        return
    several = len({unit[3] for unit in units}) > 1
    yield heading(f"{TITLES.get(verdict, verdict.label)}: {len(units):,}")
    plain = [unit for unit in units if not (unit[4] or unit[5] or results.get(unit[0]))]
    for unit in units:
        if unit[4] or unit[5] or results.get(unit[0]):
            words = ". ".join(filter(None, [unit[4] or "", unit[5]]))
            yield row(unit[2], words, below="; ".join(results.get(unit[0], [])), item=unit[3] if several else "", face="number")
    for item, of_item in groupby(plain, key=lambda unit: unit[3]):
        if several:
            yield row(item)
        yield numbers([unit[2] for unit in of_item])


def _results(found: Document) -> dict[int, list[str]]:
    """By inspected unit, what its checks found, in words."""
    said: dict[int, list[str]] = {}
    results = CheckResult.objects.filter(inspected__inspection=found.pk).select_related("plan_check")
    for one in results.order_by("inspected_id", "plan_check__position"):
        unit = f" {one.plan_check.unit}" if one.plan_check.unit else ""
        misfit = " (out of limits)" if one.fits is False and one.number is not None else ""
        said.setdefault(one.inspected_id, []).append(f"{one.plan_check.name} {one.text}{unit}{misfit}")
    return said
