"""Re-entries: units that had left are in stock again."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import ConfigDict, Field

from nameplate.api.assembling import described, entry_answer
from nameplate.api.fields import Id, Prose
from nameplate.api.moves import Units
from nameplate.models import Entry, Request, User
from nameplate.operations.re_entering import Occasion, as_occasion, re_enter

router = Router(tags=["Serial numbers"])
ROUTERS = (router,)


class NewReEntry(Units):
    """Where the units are now, and how they came to be there."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"serials": ["WD-WCAWZ1881335"], "location": "4", "occasion": "found again", "reason": "Behind a rack"}]
        }
    )

    location: Id
    occasion: Annotated[str, Field(json_schema_extra={"enum": [one.value for one in Occasion]})] = Occasion.FOUND.value
    reason: Prose
    note: Prose = ""


@router.post(
    "/re-entries",
    operation_id="create_re_entry",
    summary="Take in units that had left",
    response={201: None},
    openapi_extra=described("The entry of the re-entry"),
)
def create_re_entry(request: HttpRequest, given: NewReEntry) -> HttpResponse:
    """Units that were shipped, written off, sent to their vendor or used up are in stock again, each lot of them in a new one."""

    def act(actor: User, claim: Request | None) -> Entry:
        return re_enter(
            actor=actor,
            unit_ids=given.unit_ids(),
            location_id=given.location,
            reason=given.reason,
            occasion=as_occasion(given.occasion),
            note=given.note,
            request=claim,
        )

    return entry_answer(request, act)
