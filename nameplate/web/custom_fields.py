"""Settings → Custom fields: which ones serial numbers, lots and items have, each noun's in their order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nameplate import access
from nameplate.models import CustomField, FieldNoun, User
from nameplate.operations import cataloguing
from nameplate.operations.cataloguing.custom_fields import NOUN
from nameplate.refusals import Refused
from nameplate.web import custom_field_form
from nameplate.web.acting import button_page, form_page, viewing
from nameplate.web.forms import new_key, whole_number
from nameplate.web.history import history_of

AT = "/settings/custom-fields"


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The fields of each noun."""
    return _page(request)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The form of a new field of the noun that `noun` in the address names."""
    actor = viewing(request, "settings", "edit")
    named = request.GET.get("noun", "")
    noun = FieldNoun(named) if named in FieldNoun.values else FieldNoun.SERIALS
    form = custom_field_form.form_of(request.POST or None, noun)

    def act() -> tuple[str, str]:
        made = cataloguing.create_custom_field(actor=actor, noun=noun, **custom_field_form.given(form))
        return AT, f"“{made}” is a field of {noun.label.lower()} now."

    return form_page(request, form, "settings/custom_field.html", act, {"noun": noun.label, "options": [], "at": AT})


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of a field that stands."""
    actor = viewing(request, "settings", "edit")
    field = get_object_or_404(CustomField, pk=pk)
    form = custom_field_form.form_of(request.POST or None, FieldNoun(field.noun), field)

    def act() -> tuple[str, str]:
        edited = cataloguing.edit_custom_field(actor=actor, field=pk, version=form.seen_version(), **custom_field_form.given(form, field))
        return AT, f"“{edited}” was saved."

    context = {
        "field": field,
        "noun": FieldNoun(field.noun).label,
        "options": custom_field_form.option_controls(form, field),
        "at": AT,
        "history": history_of(NOUN, pk),
    }
    return form_page(request, form, "settings/custom_field.html", act, context)


@require_POST
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """To another place among the fields of its noun."""

    def change(actor: User, version: int) -> str:
        place = whole_number(request.POST.get("position", ""))
        return f"“{cataloguing.edit_custom_field(actor=actor, field=pk, version=version, position=place)}” was moved."

    return _changed(request, change)


@require_POST
def archive(request: HttpRequest, pk: int) -> HttpResponse:
    """Off forms and lists; the values stay."""
    return _changed(
        request, lambda actor, version: f"“{cataloguing.archive_custom_field(actor=actor, field=pk, version=version)}” was archived."
    )


@require_POST
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Back from the archive, with its values."""
    return _changed(
        request, lambda actor, version: f"“{cataloguing.restore_custom_field(actor=actor, field=pk, version=version)}” was restored."
    )


def _changed(request: HttpRequest, change: Callable[[User, int], str]) -> HttpResponse:
    actor = viewing(request, "settings", "edit")
    return button_page(request, lambda: (AT, change(actor, whole_number(request.POST.get("version", "")))), _page)


def _page(request: HttpRequest, refused: Refused | None = None) -> HttpResponse:
    actor = viewing(request, "settings")
    fields = list(CustomField.objects.order_by("position", "id"))
    context: dict[str, Any] = {
        "at": AT,
        "lists": [_list(noun, [field for field in fields if field.noun == noun]) for noun in FieldNoun],
        "may_edit": access.may(actor, "settings", "edit"),
        "key": new_key(),
        "refused": refused,
        "history": history_of(NOUN, None),
    }
    return render(request, "settings/custom_fields.html", context)


def _list(noun: FieldNoun, fields: list[CustomField]) -> dict[str, Any]:
    """One noun's fields. A place counts archived ones too, which are shown behind the others."""
    places = {field.pk: place for place, field in enumerate(fields, 1)}
    current = [field for field in fields if not field.archived]
    rows = []
    for index, one in enumerate(current):
        up = places[current[index - 1].pk] if index else 0
        down = places[current[index + 1].pk] if index + 1 < len(current) else 0
        rows.append({"field": one, "up": up, "down": down})
    return {"noun": noun, "rows": rows, "archived": [field for field in fields if field.archived]}


paths = [
    path("custom-fields", page, name="custom-fields"),
    path("custom-fields/new", new),
    path("custom-fields/<int:pk>/edit", edit),
    path("custom-fields/<int:pk>/position", move),
    path("custom-fields/<int:pk>/archival", archive),
    path("custom-fields/<int:pk>/restoration", restore),
]
