"""Shipped serial numbers of a customer, an order or a shipment, as a file for the customer."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from nameplate.jobs.sheets import shipped_file
from nameplate.listings.shipped import Of
from nameplate.web.acting import viewing


@require_safe
def file(request: HttpRequest, pk: int, of: Of, form: str) -> HttpResponse:
    """The file: CSV or XLSX."""
    return shipped_file(actor=viewing(request, "stock"), of=of, subject=pk, form=form)


def paths(of: Of) -> list[URLPattern]:
    """The addresses of the two files."""
    return [path(f"<int:pk>/serials.{form}", file, {"of": of, "form": form}) for form in ("csv", "xlsx")]
