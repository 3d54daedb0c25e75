"""A unit's number that was recorded wrongly."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from nameplate.models import Serial
from nameplate.operations.correcting import correct_number_or_swap
from nameplate.web.acting import form_page, viewing
from nameplate.web.forms import TypedForm, new_key, text_field


class CorrectionForm(TypedForm):
    """The right number, and why the other was wrong."""

    number = text_field("Right number", "Type or scan it.", required=True, spellcheck="false", autocapitalize="off")
    swap = forms.BooleanField(
        label="If another unit of the item bears it, swap the two", help_text="For two labels that were mixed up.", required=False
    )
    reason = text_field("Reason", "Stands in the history beside the correction.", required=True)


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, unit_id: int) -> HttpResponse:
    """The form, and the correction."""
    actor = viewing(request, "stock", "edit")
    unit = get_object_or_404(Serial.objects.select_related("item"), pk=unit_id, withdrawn=False)
    form = CorrectionForm(request.POST or None, initial={"idempotency_key": new_key()})

    def act() -> tuple[str, str]:
        typed = form.typed()
        number = str(typed["number"] or "")
        correct_number_or_swap(actor=actor, unit_id=unit_id, number=number, swap=bool(typed["swap"]), reason=str(typed["reason"] or ""))
        return f"/serials/{unit_id}", f"{unit.number} is {number.strip()} now."

    return form_page(request, form, "serials/correction.html", act, {"unit": unit})
