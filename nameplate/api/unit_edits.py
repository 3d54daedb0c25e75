"""What is noted of units: notes, warranty date, custom fields; of one, or of many in one act."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from pydantic import ConfigDict, Field

from nameplate import access
from nameplate.api.answers import answered, version_seen, written
from nameplate.api.describing import HEADERS, ID, ID_OR_NULL, IF_MATCH, TEXT, add_schema, no, yes
from nameplate.api.entries import ENTRY, entry_of
from nameplate.api.fields import Body, Custom, Day, Id, Prose, Text, Version
from nameplate.api.moves import Units
from nameplate.api.problems import ROOT
from nameplate.api.serials import SERIAL, router, serial_of
from nameplate.api.signing_in import actor_of
from nameplate.listings.selections import found_by
from nameplate.listings.serials import SERIALS
from nameplate.models import Request, User
from nameplate.operations.choosing import MOST_UNITS
from nameplate.operations.editing import edit_units
from nameplate.operations.previewing_edits import preview_edit
from nameplate.operations.selecting import keep_selection
from nameplate.refusals import Conflict, Invalid

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


class UnitsEdit(Units):
    """What shall be the same of all these units from now on: of those that are named, or of all that a search of the list finds."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"units": ["101", "102"], "custom": {"grade": "b"}, "reason": "Sorted."},
                {"search": "lot==L00039&status=received", "expected": 12345, "warranty_until": "2029-03-31"},
            ]
        }
    )

    search: Annotated[Text, Field(max_length=8_000, description="A search of the list, as behind the question mark of its address.")] = ""
    expected: Annotated[int, Field(ge=0)] | None = None
    seal: Annotated[Text, Field(max_length=64, description="Of the preview: refused when one of these values was changed since.")] = ""
    notes: Prose = ""
    warranty_until: Day | None = None
    custom: Custom = {}
    reason: Prose = ""

    def chosen(self, actor: User) -> list[int]:
        """The units that are meant: by a search that is sent and empty, all.

        Refused: several ways at once; a search that finds others than expected.
        """
        one_by_one = self.units is not None or self.serials is not None
        if not self.search and (one_by_one or "search" not in self.model_fields_set):
            return self.unit_ids()
        if one_by_one:
            raise Invalid("units-or-search", "Choose the units one by one or by a search.", fields={"search": "Leave this out, or units."})
        if self.expected is None:
            raise Invalid("no-expected", "How many units are meant is missing.", fields={"expected": "Say how many the search found."})
        return found_by(SERIALS, self.search, actor=actor, most=MOST_UNITS, expected=self.expected)

    def fields(self) -> dict[str, Any]:
        """What shall be set, and why."""
        return self.model_dump(exclude_unset=True, exclude={"units", "serials", "search", "expected", "seal"})


class Selected(Body):
    """Units that are to be found again together."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"units": ["101", "102"]}]})

    units: Annotated[list[Id], Field(max_length=MOST_UNITS)]


SELECTION = add_schema("Selection", {"id": ID, "href": TEXT, "units": {"type": "integer"}})
PREVIEW = add_schema(
    "EditPreview",
    {
        "changing": {"type": "integer"},
        "standing": {"type": "integer"},
        "seal": TEXT,
        "refused": {
            "type": "array",
            "items": {"type": "object", "properties": {"text": TEXT, "why": TEXT, "unit_id": ID_OR_NULL}},
        },
        "fields": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "name": TEXT,
                    "label": TEXT,
                    "after": TEXT,
                    "changing": {"type": "integer"},
                    "standing": {"type": "integer"},
                    "before": {
                        "type": "array",
                        "items": {"type": "object", "properties": {"value": TEXT, "units": {"type": "integer"}}},
                    },
                    "others": {"type": "integer"},
                },
            },
        },
    },
)


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
        access.require(actor, "stock", "edit")  # before anything is looked up: nobody else learns which units exist
        entry = edit_units(actor=actor, unit_ids=given.chosen(actor), seen=given.seal, request=claim, **given.fields())
        if entry is None:
            raise Conflict("nothing-to-edit", "All of these units stand so already.")
        return entry_of(entry.pk, actor=actor)

    return written(request, act, status=201)


@router.post(
    "/serials/edits/preview",
    operation_id="preview_edit",
    summary="Look at an edit of many units before it is made",
    openapi_extra={"responses": {200: yes(PREVIEW, "What it would do"), **no(400, 401, 403, 404, 409, 413, 422)}},
)
def look_at_edit(request: HttpRequest, given: UnitsEdit) -> HttpResponse:
    """Says how many units would change from what, how many stand so already, and which cannot be edited. Writes nothing."""
    actor = actor_of(request)
    access.require(actor, "stock", "edit")
    fields = {name: value for name, value in given.fields().items() if name != "reason"}
    found = preview_edit(actor=actor, unit_ids=given.chosen(actor), **fields)
    return answered(
        {
            "changing": len(found.changing),
            "standing": found.standing,
            "seal": found.seal,
            "refused": [
                {"text": one.text, "why": one.why, "unit_id": None if one.unit_id is None else str(one.unit_id)} for one in found.refused
            ],
            "fields": [
                {
                    "name": one.name,
                    "label": one.label,
                    "after": one.after,
                    "changing": one.units,
                    "standing": one.standing,
                    "before": [{"value": value, "units": units} for value, units in one.before],
                    "others": one.others,
                }
                for one in found.fields
            ],
        }
    )


@router.post(
    "/serials/selections",
    operation_id="create_selection",
    summary="Keep a selection of units",
    response={201: None},
    openapi_extra={
        "parameters": HEADERS,
        "responses": {201: yes(SELECTION, "The selection"), **no(400, 401, 403, 404, 409, 413, 422)},
    },
)
def create_selection(request: HttpRequest, given: Selected) -> HttpResponse:
    """The list finds its units by `chosen` from then on, for thirty days at least: `chosen=17`, and `chosen=!17` all but these."""

    def act(actor: User, _: Request | None) -> Mapping[str, Any]:
        access.require(actor, "stock", "view")
        kept = keep_selection(actor=actor, listing=SERIALS.name, section="stock", ids=given.units)
        return {"id": str(kept.pk), "href": f"{ROOT}/serials?chosen={kept.pk}", "units": len(kept.ids)}

    return written(request, act, status=201)
