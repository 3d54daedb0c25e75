"""Everything about a lot, as PDF and as CSV."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.urls import path
from django.views.decorators.http import require_safe

from nameplate.documents.lot_dossiers import lot_dossier, lot_dossier_lines
from nameplate.documents.sending import sent
from nameplate.listings.export import marked
from nameplate.web.acting import viewing


@require_safe
def paper(request: HttpRequest, lot_id: int) -> HttpResponse:
    """On paper, as far as paper takes it."""
    return sent(lot_dossier(actor=viewing(request, "stock"), lot=lot_id))


@require_safe
def table(request: HttpRequest, lot_id: int) -> HttpResponseBase:
    """All of it."""
    name, lines = lot_dossier_lines(actor=viewing(request, "stock"), lot=lot_id)
    answer = StreamingHttpResponse(marked(lines), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    answer["Cache-Control"] = "private, no-store"
    return answer


paths = [path("lots/<int:lot_id>/dossier.pdf", paper), path("lots/<int:lot_id>/dossier.csv", table)]
