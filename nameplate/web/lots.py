"""The page of one lot."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from nameplate.listings.lot import lot_page
from nameplate.web.acting import viewing


@require_safe
def page(request: HttpRequest, lot_id: int) -> HttpResponse:
    """A lot: its source, its stock by location, its units by status, and every entry that touched it."""
    found = lot_page(actor=viewing(request, "stock"), lot_id=lot_id)
    return render(request, "lots/page.html", {"page": found, "lot": found.lot})
