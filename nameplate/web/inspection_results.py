"""Results of an inspection's checks, pasted for many units at once, and the verdicts that they propose."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_http_methods

from nameplate.listings.inspection import MOST_SHOWN, InspectionPage, inspection_page
from nameplate.models import ReasonKind, User
from nameplate.operations.inspecting.documents import OPEN
from nameplate.operations.inspecting.pasting import read_block
from nameplate.operations.inspecting.proposing import judge_by_results, proposal_of
from nameplate.operations.inspecting.results import record_results
from nameplate.web.acting import form_page, viewing
from nameplate.web.forms import TypedForm, day_field, long_text_field, new_key, whole_number
from nameplate.web.reasons import reason_choices


class ResultsForm(TypedForm):
    """A block of results, or the verdicts that those kept already propose."""

    block = long_text_field("Results", "A line for each unit: its serial number, then a value for each check.", rows=10)
    reason = forms.ChoiceField(label="Why those out of limits fail", choices=[], required=False)
    happened_on = day_field("Happened on", "Empty for today.")
    passes = forms.CharField(widget=forms.HiddenInput, required=False)
    fails = forms.CharField(widget=forms.HiddenInput, required=False)


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """The block and what the results propose. The pressed button says which of the two is sent."""
    actor = viewing(request, "stock", "inspect")
    found = inspection_page(actor=actor, inspection=pk)
    proposal = proposal_of(found.paper)
    first = {"idempotency_key": new_key(), "passes": str(len(proposal.passes)), "fails": str(len(proposal.fails))}
    form = ResultsForm(request.POST or None, initial=first)
    form.set_choices("reason", reason_choices(ReasonKind.REJECTION))

    def act() -> tuple[str, str]:
        if request.POST.get("action") == "judge":
            return _judged(actor, found, form)
        values = record_results(
            actor=actor, inspection=pk, found=read_block(found.paper, str(form.typed("block")["block"] or "").replace("\r\n", "\n"))
        )
        return f"/inspections/{pk}/results", f"{values:,} result{'' if values == 1 else 's'} kept."

    context: dict[str, Any] = {
        "page": found,
        "paper": found.paper,
        "at": f"/inspections/{pk}",
        "proposal": proposal,
        "rows": [row for row in found.units if row.results],
        "most": MOST_SHOWN,
        "open": found.paper.status in OPEN,
    }
    return form_page(request, form, "inspections/results.html", act, context)


def _judged(actor: User, found: InspectionPage, form: ResultsForm) -> tuple[str, str]:
    typed = {name: str(value or "") for name, value in form.typed("reason", "passes", "fails").items()}
    entry = judge_by_results(
        actor=actor,
        inspection=found.paper,
        reason=whole_number(typed["reason"]) or None,
        passes=whole_number(typed["passes"]),
        fails=whole_number(typed["fails"]),
        happened_on=form.day("happened_on"),
    )
    return f"/inspections/{found.paper.pk}", f"{entry.units:,} unit{'' if entry.units == 1 else 's'} judged by their results."


paths = [path("inspections/<int:pk>/results", page)]
