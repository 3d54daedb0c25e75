"""Rejected goods without serial numbers that are good after all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import ConfigDict

from nameplate.api.answers import written
from nameplate.api.describing import HEADERS, no, yes
from nameplate.api.entries import ENTRY, entry_of
from nameplate.api.fields import Body, Id, Prose, Quantity
from nameplate.models import Request, User
from nameplate.operations.rejecting_goods import release_rejected_goods

router = Router(tags=["Lots"])
ROUTERS = (router,)


class GoodsRelease(Body):
    """A rejected lot without serial numbers, and how much of it is good after all; all that lies there where nothing is said."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"lot": "7", "quantity": "12", "reason": "Straightened."}]})

    lot: Id
    quantity: Quantity | None = None
    location: Id | None = None
    reason: Prose = ""


@router.post(
    "/goods-releases",
    operation_id="create_goods_release",
    summary="Release rejected goods to stock",
    response={201: None},
    openapi_extra={
        "parameters": HEADERS,
        "responses": {201: yes(ENTRY, "The entry of the release"), **no(400, 401, 403, 404, 409, 413, 422)},
    },
)
def create_goods_release(request: HttpRequest, given: GoodsRelease) -> HttpResponse:
    """A quantity of a rejected lot without serial numbers is good after all: in stock again, in the lot that it was split from."""

    def act(actor: User, claim: Request | None) -> Mapping[str, Any]:
        entry = release_rejected_goods(
            actor=actor, lot=given.lot, quantity=given.quantity, location_id=given.location, reason=given.reason, request=claim
        )
        return entry_of(entry.pk, actor=actor)

    return written(request, act, status=201)
