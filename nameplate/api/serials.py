"""Serial numbers: every unit, one unit, its history."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from nameplate import listings
from nameplate.api.answers import answered
from nameplate.api.describing import (
    ID,
    ID_OR_NULL,
    TEXT,
    add_schema,
    list_answer,
    list_parameters,
    no,
    pdf_answer,
    row_properties,
    row_schema,
    yes,
)
from nameplate.api.lists import add_list, answer_list, row_of
from nameplate.api.problems import ROOT
from nameplate.api.signing_in import actor_of
from nameplate.documents.lists import unit_history_paper
from nameplate.documents.sending import sent
from nameplate.listings import history_of
from nameplate.listings.entries import HISTORY
from nameplate.listings.vendor_life import vendor_life
from nameplate.models import Serial, User

router = Router(tags=["Serial numbers"])
ROUTERS = (router,)
SERIALS = listings.ALL["serials"]

add_list(router, "/serials", SERIALS, "serials")
add_schema("SerialPart", {"id": ID, "serial": TEXT, "item_id": ID, "item": TEXT, "place": TEXT})
add_schema(
    "SerialVendorReturn",
    {
        "document_id": ID,
        "document": TEXT,
        "vendor_reference": TEXT,
        "sent_id": ID,
        "received_id": {**ID_OR_NULL, "description": "What came for it; null while nothing has."},
    },
)
SERIAL = add_schema(
    "Serial",
    {
        **row_properties(SERIALS),
        "parts": {"type": "array", "items": {"$ref": "#/components/schemas/SerialPart"}, "description": "The units built into it."},
        "vendor_returns": {
            "type": "array",
            "items": {"$ref": "#/components/schemas/SerialVendorReturn"},
            "description": "Returns to vendors under which it went, or for whose unit it came.",
        },
        "href": TEXT,
        "history": {**TEXT, "description": "The address of its history."},
        "version": {"type": "integer", "description": "The step of its last movement."},
    },
)


@router.get(
    "/serials/{id:unit}",
    operation_id="get_serial",
    summary="Read one unit",
    openapi_extra={"responses": {200: yes(SERIAL, "The unit, withdrawn or not"), **no(401, 403, 404)}},
)
def get_serial(request: HttpRequest, unit: int) -> HttpResponse:
    """How the unit stands now, and what is built into it."""
    return answered(serial_of(unit, actor=actor_of(request)))


@router.get(
    "/serials/{id:unit}/history",
    operation_id="list_serial_history",
    summary="List a unit's history",
    openapi_extra={
        "parameters": list_parameters(HISTORY),
        "responses": {200: list_answer(row_schema(HISTORY)), **no(401, 403, 404, 422)},
    },
)
def list_serial_history(request: HttpRequest, unit: int) -> HttpResponse:
    """Every step of the unit's life with how it stood after it, oldest first.

    Between them stands what was done to its products while it was inside: `product` names the product, which such a step tells of.
    """
    row_of(SERIALS, unit, actor=actor_of(request), name="unit")
    return answer_list(request, history_of(unit))


@router.get(
    "/serials/{id:unit}/history.pdf",
    operation_id="print_serial_history",
    summary="Print a unit's history as PDF",
    openapi_extra={"responses": {200: pdf_answer("The unit's history"), **no(401, 403, 404, 422)}},
)
def print_serial_history(request: HttpRequest, unit: int) -> HttpResponse:
    """Every step of the unit's life, oldest first."""
    return sent(unit_history_paper(actor=actor_of(request), unit_id=unit))


def serial_of(unit: int, *, actor: User) -> dict[str, Any]:
    """The unit as the API shows it."""
    row = row_of(SERIALS, unit, actor=actor, name="unit")
    parts = (
        Serial.objects.filter(parent=unit)
        .order_by("place", "sort_key", "id")
        .values_list("id", "number", "item_id", "item__number", "place")
    )
    return {
        **row,
        "parts": [
            {"id": str(part), "serial": number, "item_id": str(item), "item": item_number, "place": place}
            for part, number, item, item_number, place in parts
        ],
        "vendor_returns": [
            {
                "document_id": str(step.document_id),
                "document": step.document,
                "vendor_reference": step.vendor_reference,
                "sent_id": str(step.sent_id),
                "received_id": None if step.received_id is None else str(step.received_id),
            }
            for step in vendor_life(unit)
        ],
        "href": f"{ROOT}/serials/{unit}",
        "history": f"{ROOT}/serials/{unit}/history",
        "version": Serial.objects.values_list("version", flat=True).get(pk=unit),
    }
