"""A unit's number that was recorded wrongly."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import ConfigDict, Field

from nameplate.api.answers import written
from nameplate.api.describing import HEADERS, no, yes
from nameplate.api.entries import ENTRY, entry_of
from nameplate.api.fields import Body, Prose, Text
from nameplate.models import Request, User
from nameplate.operations.correcting import correct_number_or_swap

router = Router(tags=["Serial numbers"])
ROUTERS = (router,)


class Correction(Body):
    """The right number and why the other was wrong; with `swap`, the unit of the same item that bears it gets this one's in return."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"number": "WD-WCAWZ1881335", "reason": "The label was misread."}]})

    number: Annotated[Text, Field(max_length=1000)]
    reason: Prose
    swap: bool = False


@router.post(
    "/serials/{id:unit}/correction",
    operation_id="create_correction",
    summary="Correct a unit's number",
    response={201: None},
    openapi_extra={
        "parameters": HEADERS,
        "responses": {201: yes(ENTRY, "The entry that corrects it"), **no(400, 401, 403, 404, 409, 413, 422)},
    },
)
def create_correction(request: HttpRequest, unit: int, given: Correction) -> HttpResponse:
    """Gives the unit another number; it stays findable by the one it bore."""

    def act(actor: User, claim: Request | None) -> Mapping[str, Any]:
        entry = correct_number_or_swap(actor=actor, unit_id=unit, number=given.number, swap=given.swap, reason=given.reason, request=claim)
        return entry_of(entry.pk, actor=actor)

    return written(request, act, status=201)
