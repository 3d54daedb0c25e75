"""Sites and their locations: the page of one, its form, and its way into the archive and back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast
from urllib.parse import urlencode

from django.db.models import Case, Count, Q, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nameplate import access
from nameplate.models import Location, Serial, Site, User
from nameplate.models.serials import IN_STOCK
from nameplate.operations import cataloguing
from nameplate.refusals import Refused
from nameplate.web.acting import button_page, form_page, viewing
from nameplate.web.counts import counted
from nameplate.web.forms import EditForm, long_text_field, new_key, text_field, whole_number
from nameplate.web.history import history_of
from nameplate.web.options import label_of

MOST_LOCATIONS = 500
"""Shown on the page of a site; the list of locations has them all."""


class SiteForm(EditForm):
    """What can be typed about a site."""

    name = text_field("Name", required=True)
    address = long_text_field("Address")


class LocationForm(EditForm):
    """What can be typed about a location."""

    name = text_field("Name", "A bin, shelf or room, as its label says: A-03-2", required=True, spellcheck="false")


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The form of a new site."""
    actor = viewing(request, "catalogue", "create")
    form = SiteForm(request.POST or None, initial={"idempotency_key": new_key(), "version": 1})

    def act() -> tuple[str, str]:
        site = cataloguing.create_site(actor=actor, **_given(form))
        return f"/sites/{site.pk}", f"{site} was created. Add its locations next."

    return form_page(request, form, "sites/form.html", act, {})


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of a site that stands."""
    actor = viewing(request, "catalogue", "edit")
    site = get_object_or_404(Site, pk=pk)
    initial = {"name": site.name, "address": site.address, "version": site.version, "idempotency_key": new_key()}
    form = SiteForm(request.POST or None, initial=initial)

    def act() -> tuple[str, str]:
        edited = cataloguing.edit_site(actor=actor, site=pk, version=form.seen_version(), **_given(form))
        return f"/sites/{pk}", f"{edited} was saved."

    return form_page(request, form, "sites/form.html", act, {"site": site})


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of a site with its locations."""
    return _page(request, pk)


@require_POST
def archive(request: HttpRequest, pk: int) -> HttpResponse:
    """Into the archive."""
    return _switch(request, pk, lambda actor, version: cataloguing.archive_site(actor=actor, site=pk, version=version), "archived")


@require_POST
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Back from the archive."""
    return _switch(request, pk, lambda actor, version: cataloguing.restore_site(actor=actor, site=pk, version=version), "restored")


def _switch(request: HttpRequest, pk: int, change: Callable[[User, int], Site], done: str) -> HttpResponse:
    actor = viewing(request, "catalogue", "delete")

    def act() -> tuple[str, str]:
        return f"/sites/{pk}", f"{change(actor, whole_number(request.POST.get('version', '')))} was {done}."

    return button_page(request, act, lambda again, refused: _page(again, pk, refused))


@require_http_methods(["GET", "HEAD", "POST"])
def new_location(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of a new location; after one comes the next, as shelves come in rows."""
    actor = viewing(request, "catalogue", "create")
    site = get_object_or_404(Site, pk=pk)
    form = LocationForm(request.POST or None, initial={"idempotency_key": new_key(), "version": 1})

    def act() -> tuple[str, str]:
        location = cataloguing.create_location(actor=actor, site=pk, name=form.typed()["name"])
        onward = f"/sites/{pk}/locations/new" if "another" in request.POST else f"/sites/{pk}"
        return onward, f"{location} was created."

    return form_page(request, form, "sites/location_form.html", act, {"site": site})


@require_http_methods(["GET", "HEAD", "POST"])
def edit_location(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of a location that stands."""
    actor = viewing(request, "catalogue", "edit")
    location = get_object_or_404(Location.objects.select_related("site"), pk=pk)
    initial = {"name": location.name, "version": location.version, "idempotency_key": new_key()}
    form = LocationForm(request.POST or None, initial=initial)

    def act() -> tuple[str, str]:
        edited = cataloguing.edit_location(actor=actor, location=pk, version=form.seen_version(), name=form.typed()["name"])
        return f"/locations/{pk}", f"{edited} was saved."

    return form_page(request, form, "sites/location_form.html", act, {"site": location.site, "location": location})


@require_safe
def location_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of a location."""
    return _location_page(request, pk)


@require_POST
def archive_location(request: HttpRequest, pk: int) -> HttpResponse:
    """Into the archive."""

    def change(actor: User, version: int) -> Location:
        return cataloguing.archive_location(actor=actor, location=pk, version=version)

    return _switch_location(request, pk, change, "archived")


@require_POST
def restore_location(request: HttpRequest, pk: int) -> HttpResponse:
    """Back from the archive."""

    def change(actor: User, version: int) -> Location:
        return cataloguing.restore_location(actor=actor, location=pk, version=version)

    return _switch_location(request, pk, change, "restored")


def _switch_location(request: HttpRequest, pk: int, change: Callable[[User, int], Location], done: str) -> HttpResponse:
    actor = viewing(request, "catalogue", "delete")

    def act() -> tuple[str, str]:
        return f"/locations/{pk}", f"{change(actor, whole_number(request.POST.get('version', '')))} was {done}."

    return button_page(request, act, lambda again, refused: _location_page(again, pk, refused))


def _page(request: HttpRequest, pk: int, refused: Refused | None = None) -> HttpResponse:
    actor = viewing(request, "catalogue")
    site = get_object_or_404(Site, pk=pk)
    locations = _with_stock(Location.objects.filter(site=site))
    context = {
        "site": site,
        "at": f"/sites/{pk}",
        "locations": locations[:MOST_LOCATIONS],
        "total": locations.count(),
        "in_site": urlencode({"site": f'="{site.name.replace(chr(34), chr(34) * 2)}"'}),
        "units": counted(Serial.objects.filter(withdrawn=False, status__in=IN_STOCK, location__site=site)),
        "history": history_of("sites", pk),
        "may_create": access.may(actor, "catalogue", "create") and not site.archived,
        **_common(actor, refused),
    }
    return render(request, "sites/detail.html", context)


def _location_page(request: HttpRequest, pk: int, refused: Refused | None = None) -> HttpResponse:
    actor = viewing(request, "catalogue")
    location = get_object_or_404(Location.objects.select_related("site"), pk=pk)
    stock = location.stock.filter(quantity__gt=0).select_related("lot__item").order_by("lot__sort_key", "id")
    context = {
        "location": location,
        "site": location.site,
        "at": f"/locations/{pk}",
        "there": urlencode({"location": f'="{label_of(location).replace(chr(34), chr(34) * 2)}"'}),
        "units": counted(Serial.objects.filter(withdrawn=False, location=location)),
        "stock": stock[:100],
        "lots": stock.count(),
        "special": location.purpose != Location.Purpose.STORAGE,
        "history": history_of("locations", pk),
        **_common(actor, refused),
    }
    return render(request, "sites/location.html", context)


def _common(actor: User, refused: Refused | None) -> dict[str, Any]:
    return {
        "may_edit": access.may(actor, "catalogue", "edit"),
        "may_archive": access.may(actor, "catalogue", "delete"),
        "key": new_key(),
        "refused": refused,
    }


def _with_stock(locations: QuerySet[Location]) -> QuerySet[Location, Any]:
    """With the number of lots there; the special locations last, the archived ones after them."""
    last = Case(When(purpose=Location.Purpose.STORAGE, then=Value(0)), default=Value(1))
    return locations.annotate(stocked=Count("stock", filter=Q(stock__quantity__gt=0)), last=last).order_by(
        "archived", "last", "label_key", "id"
    )


def _given(form: SiteForm) -> cataloguing.SiteFields:
    return cast(cataloguing.SiteFields, form.typed())  # the form’s fields are those


paths = [
    path("sites/new", new),
    path("sites/<int:pk>", detail),
    path("sites/<int:pk>/edit", edit),
    path("sites/<int:pk>/archival", archive),
    path("sites/<int:pk>/restoration", restore),
    path("sites/<int:pk>/locations/new", new_location),
    path("locations/<int:pk>", location_detail),
    path("locations/<int:pk>/edit", edit_location),
    path("locations/<int:pk>/archival", archive_location),
    path("locations/<int:pk>/restoration", restore_location),
]
