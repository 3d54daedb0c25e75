"""Settings → Company: what stands on its papers, and when it is warned."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, cast

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_http_methods, require_safe

from nameplate import access, functions
from nameplate.models import Setting
from nameplate.operations import company as operation
from nameplate.operations.pictures import LARGEST
from nameplate.refusals import NotFound
from nameplate.web.acting import form_page, viewing
from nameplate.web.forms import EditForm, long_text_field, new_key, text_field
from nameplate.web.history import history_of

AT = "/settings/company"


class CompanyForm(EditForm):
    """What can be typed and chosen."""

    name = text_field("Company name")
    email = text_field("E-mail", inputmode="email", autocapitalize="off", spellcheck="false")
    phone = text_field("Phone", inputmode="tel")
    address = long_text_field("Address", "As it stands on letters.", rows=4)
    currency = text_field(
        "Currency", "Three letters, as EUR. Orders begin with it.", required=True, maxlength="3", size="6", spellcheck="false"
    )
    logo = forms.FileField(
        label="Logo",
        help_text=f"PNG or JPEG, at most {LARGEST // 1_048_576} MB; it is kept at the size that paper needs.",
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg"}),
    )
    expiry_warning = text_field(
        "Warn before a lot expires", "So many days before; the list of lots calls it expiring from then on.", inputmode="numeric", size="6"
    )
    without_logo = forms.BooleanField(label="Take the logo off", required=False)


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """The form; who may only look gets it without a way to send it."""
    actor = viewing(request, "settings", "edit" if request.method == "POST" else "view")
    standing = operation.company()
    may_edit = access.may(actor, "settings", "edit")
    form = CompanyForm(request.POST or None, request.FILES or None, initial={**asdict(standing), "idempotency_key": new_key()})
    if not functions.is_on(functions.EXPIRY_DATES):
        del form.fields["expiry_warning"]
    if not may_edit:
        for field in form.fields.values():
            field.disabled = True

    def act() -> tuple[str, str]:
        operation.edit_company(actor=actor, version=form.seen_version(), **_given(form))
        return AT, "The company’s data was saved."

    row = Setting.objects.filter(name=operation.NAME).first()
    context: dict[str, Any] = {
        "company": standing,
        "may_edit": may_edit,
        "history": history_of(operation.NOUN, row.pk) if row else [],
    }
    return form_page(request, form, "settings/company.html", act, context)


@require_safe
def logo(request: HttpRequest, checksum: str) -> HttpResponse:
    """The logo, under its checksum, so that a browser may keep it for good."""
    viewing(request, "settings")
    if operation.company().logo != checksum:
        raise NotFound("not-found", "This is not the company’s logo any more.")
    answer = HttpResponse(operation.logo(), content_type="image/png")
    answer["Cache-Control"] = "private, max-age=31536000, immutable"
    return answer


def _given(form: CompanyForm) -> operation.CompanyFields:
    typed = form.typed("name", "email", "phone", "address", "currency", "logo", "without_logo", "expiry_warning")
    found = cast(operation.CompanyFields, {name: typed[name] or "" for name in operation.TEXTS})  # the form’s fields are those
    if "expiry_warning" in typed:
        found["expiry_warning"] = str(typed["expiry_warning"] or "")
    if typed["logo"] is not None:
        found["logo"] = typed["logo"].read(LARGEST + 1)
    elif typed["without_logo"]:
        found["logo"] = b""
    return found


paths = [
    path("company", page, name="company"),
    path("company/logo/<slug:checksum>", logo),
]
