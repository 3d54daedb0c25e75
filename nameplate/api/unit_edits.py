"""What is noted of units: notes, warranty date, custom fields; of one, or of many in one act."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from pydantic import ConfigDict, Field

from nameplate.api.answers import version_seen, written
from nameplate.api.describing import HEADERS, IF_MATCH, no, yes
from nameplate.api.entries import ENTRY, entry_of
from nameplate.api.fields import Body, Custom, Day, Id, Prose, Version
from nameplate.api.serials import SERIAL, router, serial_of
from nameplate.models import Request, User
from nameplate.operations.editing import MOST_UNITS, edit_units
from nameplate.refusals import Conflict

ROUTERS = ()
"""Its operations stand beside those that read: one address is one view."""


class UnitEdit(Body):
    """What shall be different of a unit; null takes the warranty date or a custom value away."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"version": 1, "custom": {"firmware": "2.1"}, "warranty_until": "2028-03-31"}]}
    )

    version: Version | None = None
    notes: Prose = ""
    warranty_until: Day | None = None
    custom: Custom = {}
    reason: Prose = ""


class UnitsEdit(Body):
    """What shall be the same of all these units from now on."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"units": ["101", "102"], "custom": {"grade": "b"}, "reason": "Sorted."}]})

    units: Annotated[list[Id], Field(max_length=MOST_UNITS)]
    notes: Prose = ""
    warranty_until: Day | None = None
    custom: Custom = {}
    reason: Prose = ""


@router.patch(
    "/serials/{id:unit}",
    operation_id="update_serial",
    summary="Edit what is noted of a unit",
    openapi_extra={
        "parameters": [*HEADERS, IF_MATCH],
        "responses": {200: yes(SERIAL, "The unit as it stands now"), **no(400, 401, 403, 404, 409, 412, 413, 422, 428)},
    },
)
def update_serial(request: HttpRequest, unit: int, given: UnitEdit) -> HttpResponse:
    """Sets what is given and leaves the rest. Its number, place and status are changed by acts of their own."""

    def act(actor: User, claim: Request | None) -> Mapping[str, Any]:
        fields = given.model_dump(exclude_unset=True)
        version = version_seen(request, fields.pop("version", None))
        edit_units(actor=actor, unit_ids=[unit], version=version, request=claim, **fields)
        return serial_of(unit, actor=actor)

    return written(request, act)


@router.post(
    "/serials/edits",
    operation_id="create_edit",
    summary="Edit what is noted of many units",
    response={201: None},
    openapi_extra={
        "parameters": HEADERS,
        "responses": {201: yes(ENTRY, "The entry that edits them"), **no(400, 401, 403, 404, 409, 413, 422)},
    },
)
def create_edit(request: HttpRequest, given: UnitsEdit) -> HttpResponse:
    """One entry for all of them, which can be undone as one. Refused when all of them stand so already."""

    def act(actor: User, claim: Request | None) -> Mapping[str, Any]:
        fields = given.model_dump(exclude_unset=True)
        entry = edit_units(actor=actor, unit_ids=fields.pop("units"), request=claim, **fields)
        if entry is None:
            raise Conflict("nothing-to-edit", "All of these units stand so already.")
        return entry_of(entry.pk, actor=actor)

    return written(request, act, status=201)
