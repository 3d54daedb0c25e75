"""How documents, lots and parties are numbered; and the next numbers of an item."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import ConfigDict, Field

from nameplate.api.answers import answered, version_seen, written
from nameplate.api.describing import HEADERS, IF_MATCH, TEXT, add_schema, no, yes
from nameplate.api.fields import Body, Version, Word
from nameplate.api.problems import ROOT
from nameplate.api.signing_in import actor_of
from nameplate.models import Request, User
from nameplate.operations import numbering

router = Router(tags=["Settings"])
ROUTERS = (router,)
SERIES = add_schema(
    "NumberSeries",
    {
        "name": {"type": "string", "examples": ["po"]},
        "label": TEXT,
        "pattern": {"type": "string", "examples": ["PO{00000}"]},
        "upcoming": {"type": "array", "items": TEXT, "description": "What its next numbers would be now; none is taken."},
    },
)
NUMBERING = add_schema("Numbering", {"series": {"type": "array", "items": SERIES}, "version": {"type": "integer"}, "href": TEXT})
PROPOSED = add_schema("ProposedSerials", {"serials": {"type": "array", "items": TEXT}})


class NumberingEdit(Body):
    """The patterns that shall be different, by series. `{YYYY}`, `{YY}`, `{MM}`, `{DD}` are the day, `{0000}` counts."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"patterns": {"po": "PO-{YYYY}-{0000}"}, "version": 0}]})

    patterns: Annotated[dict[str, Word], Field(max_length=50)]
    version: Version | None = None


class Proposal(Body):
    """How many numbers are needed."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"count": 8}]})

    count: Annotated[int, Field(ge=1, le=numbering.MOST_PROPOSED)]


@router.get(
    "/settings/numbering",
    operation_id="get_numbering",
    summary="Read the numbering",
    openapi_extra={"responses": {200: yes(NUMBERING, "Every series with its pattern"), **no(401, 403)}},
)
def get_numbering(request: HttpRequest) -> HttpResponse:
    """As it is set now."""
    return answered(_shown(actor_of(request)))


@router.patch(
    "/settings/numbering",
    operation_id="update_numbering",
    summary="Edit the numbering",
    description="Sets the patterns that are given. The counters go on; numbers that exist are passed over.",
    openapi_extra={
        "parameters": [*HEADERS, IF_MATCH],
        "responses": {200: yes(NUMBERING, "As it stands now"), **no(400, 401, 403, 409, 412, 413, 422, 428)},
    },
)
def update_numbering(request: HttpRequest, given: NumberingEdit) -> HttpResponse:
    """What is given."""

    def act(actor: User, claim: Request | None) -> Mapping[str, Any]:
        numbering.edit_numbering(actor=actor, version=version_seen(request, given.version), given=given.patterns)
        return _shown(actor)

    return written(request, act)


@router.post(
    "/items/{id:item}/proposed-serials",
    operation_id="propose_serial_numbers",
    summary="Take the next serial numbers of an item",
    description="By the item’s numbering pattern. Nobody else is proposed them, used or not. "
    "Numbers that the item has or had are passed over.",
    openapi_extra={
        "parameters": HEADERS,
        "responses": {200: yes(PROPOSED, "The numbers, in order"), **no(400, 401, 403, 404, 409, 413, 422)},
    },
)
def propose_serial_numbers(request: HttpRequest, item: int, given: Proposal) -> HttpResponse:
    """So many."""

    def act(actor: User, claim: Request | None) -> Mapping[str, Any]:
        return {"serials": numbering.propose_serial_numbers(actor=actor, item=item, count=given.count)}

    return written(request, act)


def _shown(actor: User) -> dict[str, Any]:
    found, version = numbering.numberings(actor=actor)
    series = [{"name": one.series.name, "label": one.series.label, "pattern": one.pattern, "upcoming": list(one.upcoming)} for one in found]
    return {"series": series, "version": version, "href": f"{ROOT}/settings/numbering"}
