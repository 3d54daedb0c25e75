"""Inspection plans: what is checked of an item, in versions that stay as they were, so that old results keep their meaning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from nameplate import access
from nameplate.ledger import bulk
from nameplate.ledger.transacting import transacting
from nameplate.models import CheckKind, Document, InspectionPlan, Item, PlanCheck, User, Verdict
from nameplate.operations.cataloguing.changes import log_changes
from nameplate.operations.cataloguing.items import NOUN
from nameplate.operations.cataloguing.texts import Text, read_texts, refuse_wrong
from nameplate.operations.cataloguing.things import find, id_of
from nameplate.operations.inspecting.documents import require_quality_control
from nameplate.quantities import from_micro, to_micro
from nameplate.refusals import Refused, Stale, TooLarge
from nameplate.serial_text import canonical

MOST_CHECKS = 100
TEXTS = {"name": Text("Name", 100, required=True), "unit": Text("Unit", 20)}
_SETTLE = (
    "UPDATE nameplate_inspectedunit SET plan_id = (SELECT p.id FROM nameplate_inspectionplan p "
    "JOIN nameplate_serial s ON s.item_id = p.item_id WHERE s.id = nameplate_inspectedunit.serial_id ORDER BY p.version DESC LIMIT 1) "
    f"WHERE inspection_id = %s AND plan_id IS NULL AND verdict = '{Verdict.WAITING.value}' "
    # Where nobody plans inspections there is nothing to look for, unit by unit.
    "AND EXISTS (SELECT 1 FROM nameplate_inspectionplan) AND EXISTS (SELECT 1 FROM nameplate_serial s "
    "JOIN nameplate_inspectionplan p ON p.item_id = s.item_id WHERE s.id = nameplate_inspectedunit.serial_id)"
)


@dataclass(frozen=True, slots=True)
class Check:
    """A check as somebody gives it; limits and their unit are for numbers, either limit may be left out."""

    name: str
    kind: str = CheckKind.NUMBER.value
    unit: str = ""
    lowest: Decimal | int | str | None = None
    highest: Decimal | int | str | None = None


def plan_of(item: Item | int) -> InspectionPlan | None:
    """The plan that new inspections of the item go by; None where it has none."""
    return InspectionPlan.objects.filter(item=id_of(item)).order_by("-version").first()


def checks_of(plan: InspectionPlan | int | None) -> list[PlanCheck]:
    """The checks of a plan, in their order."""
    return [] if plan is None else list(PlanCheck.objects.filter(plan=id_of(plan)).order_by("position"))


@transacting()
def set_plan(*, actor: User, item: Item | int, version: int, checks: Sequence[Check]) -> InspectionPlan:
    """Make these the item's checks, in this order, as the next version of its plan; `version` is the one that the editor saw, 0 for none.

    Results, and inspections of which anything was looked at, stay with the version that they have. Refused, each beside its line
    (`checks.0.name`): a name that is missing or stands in it twice; limits that are no numbers, the wrong way round, or of no number.
    """
    access.require(actor, "catalogue", "edit")
    require_quality_control("An inspection plan")
    found = find(Item, item, "item")
    current = plan_of(found)
    stands = current.version if current else 0
    before = checks_of(current)
    if version != stands:
        now = {"version": stands, "checks": described(before)}
        raise Stale(
            "stale",
            f"The plan of {found} was changed since you opened it. Nothing was saved.",
            way_out="Compare with what it is now, and save again if yours is right.",
            extra={"yours": {"version": version, "checks": f"{len(checks)} checks"}, "theirs": now},
        )
    if len(checks) > MOST_CHECKS:
        raise TooLarge("too-many", f"{MOST_CHECKS} checks are the most.", fields={"checks": f"At most {MOST_CHECKS} checks."})
    fresh = _read(checks)
    if current is not None and described(fresh) == described(before):
        return current
    plan = InspectionPlan.objects.create(item=found, version=stands + 1, created_by=actor)
    for check in fresh:
        check.plan = plan
    PlanCheck.objects.bulk_create(fresh)
    log_changes(actor=actor, noun=NOUN, subject=found.pk, changes=[("inspection_plan", described(before), described(fresh))])
    return plan


def described(checks: Sequence[PlanCheck]) -> str:
    """Checks in words, as the log keeps them."""
    return "; ".join(f"{check.name} ({limits_of(check) or check.get_kind_display().lower()})" for check in checks)


def limits_of(check: PlanCheck) -> str:
    """What a number may be: “2 to 3.5 mm”, “at most 40 °C”, “a number in V”; empty for a check that is no number."""
    if check.kind != CheckKind.NUMBER:
        return ""
    low, high = (None if one is None else f"{from_micro(one):,f}" for one in (check.lowest, check.highest))
    unit = f" {check.unit}" if check.unit else ""
    if low is not None and high is not None:
        return f"{low} to {high}{unit}"
    if low is None and high is None:
        return f"a number in {check.unit}" if check.unit else "a number"
    return f"at least {low}{unit}" if low is not None else f"at most {high}{unit}"


def settle_plans(paper: Document) -> None:
    """From here on, what waits in the inspection goes by the plan that its item has now. One statement."""
    bulk.execute(_SETTLE, [paper.pk])


def _read(checks: Sequence[Check]) -> list[PlanCheck]:
    wrong: dict[str, str] = {}
    seen: set[str] = set()
    found = []
    for index, check in enumerate(checks):
        at = f"checks.{index}."
        mine: dict[str, str] = {}
        texts = read_texts(TEXTS, {"name": check.name, "unit": check.unit}, mine)
        if check.kind not in CheckKind.values:
            mine["kind"] = "Choose what it asks for: " + ", ".join(CheckKind.values) + "."
        name_key = canonical(texts.get("name", ""))
        if name_key in seen:
            mine["name"] = "This name stands in it twice."
        seen.add(name_key)
        limits = _limits(check, mine)
        wrong |= {at + name: sentence for name, sentence in mine.items()}
        found.append(PlanCheck(position=index + 1, name_key=name_key, kind=check.kind, **texts, **limits))
    refuse_wrong(wrong)
    return found


def _limits(check: Check, wrong: dict[str, str]) -> dict[str, int | None]:
    found: dict[str, int | None] = {}
    for name in ("lowest", "highest"):
        value = getattr(check, name)
        given = value is not None and str(value).strip() != ""
        try:
            found[name] = to_micro(value, field=name) if given else None
        except Refused as refusal:
            wrong.update(refusal.fields)
            found[name] = None
        if given and check.kind != CheckKind.NUMBER:
            wrong[name] = "Only a number has limits."
    if check.unit.strip() and check.kind != CheckKind.NUMBER:
        wrong["unit"] = "Only a number has a unit."
    low, high = found["lowest"], found["highest"]
    if low is not None and high is not None and low > high:
        wrong["highest"] = "This is below the lowest."
    return found
