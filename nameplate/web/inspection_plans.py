"""The form of an item's inspection plan: a line for each check; rows come and go without scripts."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.views.decorators.http import require_http_methods

from nameplate.models import CheckKind, Item, PlanCheck
from nameplate.operations.inspecting.plans import MOST_CHECKS, Check, checks_of, plan_of, set_plan
from nameplate.quantities import from_micro
from nameplate.refusals import Refused
from nameplate.web.acting import form_page, viewing
from nameplate.web.forms import EditForm, new_key, whole_number

PARTS = ("name", "kind", "unit", "lowest", "highest")


@dataclass(slots=True)
class Row:
    """One check as it is typed."""

    index: int
    name: str = ""
    kind: str = CheckKind.NUMBER.value
    unit: str = ""
    lowest: str = ""
    highest: str = ""
    fresh: bool = False
    """Added just now: it takes the keyboard."""
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def blank(self) -> bool:
        """Whether nothing was typed into it."""
        return not (self.name or self.unit or self.lowest or self.highest)


def _row(index: int, check: PlanCheck) -> Row:
    low, high = ("" if one is None else f"{from_micro(one):f}" for one in (check.lowest, check.highest))
    return Row(index, check.name, check.kind, check.unit, low, high)


def _rows_sent(sent: QueryDict, *, without: str) -> list[Row]:
    """The rows as they were sent, but for the one whose button was pressed to remove it."""
    count = min(whole_number(sent.get("rows", "")), MOST_CHECKS + 1)
    typed = [[sent.get(f"line-{index}-{part}", "").strip() for part in PARTS] for index in range(count) if str(index) != without]
    return [Row(index, name, kind, unit, lowest, highest) for index, (name, kind, unit, lowest, highest) in enumerate(typed)]


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """What is checked of an item; sent, all of it at once, as the next version."""
    actor = viewing(request, "catalogue", "edit")
    item = get_object_or_404(Item, pk=pk)
    plan = plan_of(item)
    form = EditForm(request.POST or None, initial={"version": plan.version if plan else 0, "idempotency_key": new_key()})
    rows = [_row(index, check) for index, check in enumerate(checks_of(plan))]
    if request.method == "POST":
        rows = _rows_sent(request.POST, without=request.GET.get("remove", ""))

    def act() -> tuple[str, str]:
        checks = [Check(row.name, row.kind, row.unit, row.lowest, row.highest) for row in rows if not row.blank]
        saved = set_plan(actor=actor, item=pk, version=form.seen_version(), checks=checks)
        return f"/items/{pk}", f"The inspection plan of {item} is version {saved.version}."

    context = {"item": item, "plan": plan, "rows": rows, "kinds": CheckKind.choices}
    template = "inspections/plan.html"
    if request.method != "POST":
        return render(request, template, {**context, "form": form, "rows": [*rows, Row(len(rows))]})
    # The address says that a row is added or removed: nothing that a button leaves out can turn that into saving.
    if "add" in request.GET or "remove" in request.GET:
        shown = [*rows, Row(len(rows), fresh=True)] if "add" in request.GET or not rows else rows
        return render(request, template, {**context, "form": form, "rows": shown})
    return form_page(request, form, template, act, context, lambda refusal: _tell(rows, refusal))


def _tell(rows: list[Row], refusal: Refused) -> None:
    """Put the refusal's sentences into the rows that they are about; the operation counts without the blank ones."""
    for index, row in enumerate(row for row in rows if not row.blank):
        row.errors = {part: sentence for part in PARTS if (sentence := refusal.fields.get(f"checks.{index}.{part}"))}


paths = [path("items/<int:pk>/inspection-plan", edit)]
