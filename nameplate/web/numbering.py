"""Settings → Numbering: the pattern of each series, and what it makes next."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_http_methods

from nameplate import access
from nameplate.ledger.numbering import NAME
from nameplate.models import Setting
from nameplate.operations import numbering
from nameplate.web.acting import form_page, viewing
from nameplate.web.forms import EditForm, new_key, text_field
from nameplate.web.history import history_of

AT = "/settings/numbering"


class NumberingForm(EditForm):
    """A field for each series, made with it."""


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """All series; patterns are tried as they are typed, or by a button."""
    actor = viewing(request, "settings", "edit" if request.method == "POST" else "view")
    standing, version = numbering.numberings(actor=actor)
    may_edit = access.may(actor, "settings", "edit")
    form = NumberingForm(request.POST or None, initial={"version": version, "idempotency_key": new_key()})
    for one in standing:
        field = text_field(one.series.label, required=True, spellcheck="false", autocapitalize="off")
        field.initial, field.disabled = one.pattern, not may_edit
        form.fields[one.series.name] = field
    tried = [numbering.tried(one.series.name, str(form[one.series.name].value() or "")) for one in standing]
    row = Setting.objects.filter(name=NAME).first()
    context: dict[str, Any] = {
        "rows": [(form[one.series.name], one) for one in tried],
        "may_edit": may_edit,
        "at": AT,
        "history": history_of(numbering.NOUN, row.pk) if row else [],
    }
    # The address says that patterns are only tried: nothing that a button leaves out can turn that into saving.
    if request.method == "POST" and "try" in request.GET:
        return render(request, "settings/numbering.html", {**context, "form": form})

    def act() -> tuple[str, str]:
        given = {name: text or "" for name, text in form.typed().items()}
        numbering.edit_numbering(actor=actor, version=form.seen_version(), given=given)
        return AT, "The numbering was saved."

    return form_page(request, form, "settings/numbering.html", act, context)


paths = [path("numbering", page, name="numbering")]
