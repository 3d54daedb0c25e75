"""Units that a customer sends back and the records never had."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import ConfigDict

from nameplate.api.fields import Day, Id, Prose
from nameplate.api.return_goods import UnknownUnits
from nameplate.api.returns import act_on, described
from nameplate.models import Request, User
from nameplate.operations import returning
from nameplate.operations.returning import Said

router = Router(tags=["Returns"])
ROUTERS = (router,)


class UnknownArrival(UnknownUnits):
    """Whose numbers no record has: why they are taken all the same, and where they lie."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"item": "3", "serials": ["WD-OLD-00017"], "contradiction": "Sold before the books began.", "location": "4"}]
        }
    )

    contradiction: Prose
    location: Id
    reason: Id | None = None
    complaint: Prose = ""
    returned_on: Day | None = None
    note: Prose = ""

    def said(self) -> Said:
        """What the customer says, as the operation takes it."""
        return Said(self.reason, self.complaint, contradiction=self.contradiction)


@router.post(
    "/returns/{id:paper}/unknown-units",
    operation_id="take_in_unknown_units",
    summary="Take in units that the records never had",
    openapi_extra=described("The return as it stands now"),
)
def take_in_unknown_units(request: HttpRequest, paper: int, given: UnknownArrival) -> HttpResponse:
    """They are made known and received with the return in one act, each a contradiction. Undo it by its entry: they are gone again."""
    more: dict[str, Any] = {"location_id": given.location, "returned_on": given.returned_on, "note": given.note}

    def act(actor: User, claim: Request | None) -> None:
        returning.take_in_unknown(actor=actor, paper=paper, unknown=given.unknown(), said=given.said(), request=claim, **more)

    return act_on(request, paper, act, "create")
