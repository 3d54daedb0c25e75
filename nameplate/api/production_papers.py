"""The papers of a manufacturing order as PDF: the order for the bench, its picking list, its as-built list."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from nameplate.api.describing import no, pdf_answer
from nameplate.api.fields import LARGEST_ID
from nameplate.api.manufacturing_orders import AT
from nameplate.api.signing_in import actor_of
from nameplate.documents.manufacturing import as_built_list, order_document, picking_list
from nameplate.documents.sending import sent
from nameplate.operations import manufacturing

router = Router(tags=["Manufacturing orders"])
ROUTERS = (router,)
Completion = Annotated[int | None, Field(ge=0, le=LARGEST_ID)]


@router.get(
    f"{AT}/document.pdf",
    operation_id="get_manufacturing_order_pdf",
    summary="Read a manufacturing order as PDF",
    openapi_extra={"responses": {200: pdf_answer("The order for the bench"), **no(401, 403, 404, 422)}},
)
def get_manufacturing_order_pdf(request: HttpRequest, order: int) -> HttpResponse:
    """What is made, of which parts in which places, what is used and what is missing, with a code of the order's number."""
    return sent(order_document(actor=actor_of(request), order=order))


@router.get(
    f"{AT}/picking-list.pdf",
    operation_id="get_picking_list_pdf",
    summary="Read a picking list as PDF",
    openapi_extra={"responses": {200: pdf_answer("What is to be fetched"), **no(401, 403, 404, 422)}},
)
def get_picking_list_pdf(request: HttpRequest, order: int, first: str = "received") -> HttpResponse:
    """Booked units and units that would serve by location and lot, goods by lot. `first` is received or expiry."""
    return sent(picking_list(actor=actor_of(request), order=order, first=manufacturing.read_first(first)))


@router.get(
    f"{AT}/as-built.pdf",
    operation_id="get_as_built_pdf",
    summary="Read what was built as PDF",
    openapi_extra={"responses": {200: pdf_answer("The as-built list"), **no(401, 403, 404, 413, 422)}},
)
def get_as_built_pdf(request: HttpRequest, order: int, entry: Completion = None) -> HttpResponse:
    """Each product with what went into which place and what is missing; with `entry` one completion alone."""
    return sent(as_built_list(actor=actor_of(request), order=order, entry=entry))
