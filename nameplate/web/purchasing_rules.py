"""Settings → Purchasing: what the company asks of its orders."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_http_methods

from nameplate import access
from nameplate.models import Setting
from nameplate.operations.purchasing import approving
from nameplate.web.acting import form_page, viewing
from nameplate.web.forms import EditForm, new_key
from nameplate.web.history import history_of

AT = "/settings/purchasing"


class RulesForm(EditForm):
    """The two ticks."""

    approval = forms.BooleanField(
        label="Purchase orders need approval", required=False, help_text="A new order is approved before it can be marked as ordered."
    )
    by_another = forms.BooleanField(label="By somebody else", required=False, help_text="Whoever drew an order up does not approve it.")


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """The form; who may only look gets it without a way to send it."""
    actor = viewing(request, "settings", "edit" if request.method == "POST" else "view")
    form = RulesForm(request.POST or None, initial={**asdict(approving.rules()), "idempotency_key": new_key()})
    may_edit = access.may(actor, "settings", "edit")
    if not may_edit:
        for field in form.fields.values():
            field.disabled = True

    def act() -> tuple[str, str]:
        typed = form.typed("approval", "by_another")
        approving.edit_rules(actor=actor, version=form.seen_version(), **{name: bool(value) for name, value in typed.items()})
        return AT, "It was saved."

    row = Setting.objects.filter(name=approving.NAME).first()
    context: dict[str, Any] = {"may_edit": may_edit, "history": history_of(approving.NOUN, row.pk) if row else []}
    return form_page(request, form, "settings/purchasing.html", act, context)


paths = [path("purchasing", page, name="purchasing-rules")]
