"""Lots: each batch of an item, and where it lies."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from nameplate import listings
from nameplate.api.answers import answered
from nameplate.api.describing import DECIMAL, ID, TEXT, add_schema, no, row_properties, yes
from nameplate.api.lists import add_list, row_of
from nameplate.api.problems import ROOT
from nameplate.api.signing_in import actor_of
from nameplate.models import Lot, Stock, User
from nameplate.quantities import from_micro

router = Router(tags=["Lots"])
ROUTERS = (router,)
LOTS = listings.ALL["lots"]

add_list(router, "/lots", LOTS, "lots")
STOCK = {"location_id": ID, "location": TEXT, "quantity": DECIMAL, "reserved": DECIMAL, "held": DECIMAL}
LOT = add_schema(
    "Lot",
    {
        **row_properties(LOTS),
        "stock": {"type": "array", "items": {"type": "object", "properties": STOCK, "required": list(STOCK)}},
        "version": {"type": "integer"},
        "href": TEXT,
    },
)


@router.get(
    "/lots/{id:lot}",
    operation_id="get_lot",
    summary="Read a lot",
    openapi_extra={"responses": {200: yes(LOT, "The lot"), **no(401, 403, 404)}},
)
def get_lot(request: HttpRequest, lot: int) -> HttpResponse:
    """The lot, and how much of it lies where."""
    return answered(lot_of(lot, actor=actor_of(request)))


def lot_of(lot: int, *, actor: User) -> dict[str, Any]:
    """The lot as the API shows it."""
    row = row_of(LOTS, lot, actor=actor, name="lot")
    lying = Stock.objects.filter(lot=lot, quantity__gt=0).select_related("location__site").order_by("location__label_key", "id")
    return {
        **row,
        "stock": [
            {
                "location_id": str(one.location_id),
                "location": f"{one.location.site.name} · {one.location.name}",
                "quantity": from_micro(one.quantity),
                "reserved": from_micro(one.reserved),
                "held": from_micro(one.held),
            }
            for one in lying
        ],
        "version": Lot.objects.values_list("version", flat=True).get(pk=lot),
        "href": f"{ROOT}/lots/{lot}",
    }
