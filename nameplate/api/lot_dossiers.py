"""Everything about a lot, as PDF and as CSV."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from ninja import Router

from nameplate.api.describing import TEXT, no, pdf_answer
from nameplate.api.signing_in import actor_of
from nameplate.documents.lot_dossiers import lot_dossier, lot_dossier_lines
from nameplate.documents.sending import sent

router = Router(tags=["Lots"])
ROUTERS = (router,)
DOSSIER = {
    "description": "The lot's dossier",
    "content": {"text/csv": {"schema": TEXT, "example": "Section,What,Value\r\nLot,Lot,L00001\r\n"}},
}


@router.get(
    "/lots/{id:lot}/dossier.pdf",
    operation_id="get_lot_dossier_pdf",
    summary="Read everything about a lot as PDF",
    openapi_extra={"responses": {200: pdf_answer("The lot's dossier"), **no(401, 403, 404, 409)}},
)
def get_lot_dossier_pdf(request: HttpRequest, lot: int) -> HttpResponse:
    """Units, splits, holds, documents, products, customers, files and every act, as far as paper takes them; the CSV has all."""
    return sent(lot_dossier(actor=actor_of(request), lot=lot))


@router.get(
    "/lots/{id:lot}/dossier.csv",
    operation_id="export_lot_dossier",
    summary="Export everything about a lot as CSV",
    openapi_extra={"responses": {200: DOSSIER, **no(401, 403, 404, 409)}},
)
def export_lot_dossier(request: HttpRequest, lot: int) -> HttpResponseBase:
    """The same whole, with every step of every unit. Each line begins with its section; a line “Section” has the section's heads."""
    name, lines = lot_dossier_lines(actor=actor_of(request), lot=lot)
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    answer["Cache-Control"] = "private, no-store"
    return answer
