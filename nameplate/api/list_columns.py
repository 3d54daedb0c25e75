"""How whoever asks has a list: which columns stand in which order and how wide, and the order of its rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import ConfigDict

from nameplate import listings
from nameplate.api.answers import answered, written
from nameplate.api.describing import HEADERS, TEXT, add_schema, no, yes
from nameplate.api.fields import Body, Text
from nameplate.api.problems import ROOT
from nameplate.api.signing_in import actor_of
from nameplate.listings.arrangement import arrangement_of
from nameplate.listings.columns import Column
from nameplate.models import Request, User
from nameplate.operations.arranging import arrange_list
from nameplate.refusals import NotFound

router = Router(tags=["Lists"])
ROUTERS = (router,)
LIST_NAME = {"type": "string", "description": "The list's name, as in its address.", "examples": ["serials"]}
LIST_COLUMNS = add_schema(
    "ListColumns",
    {
        "list": LIST_NAME,
        "columns": {"type": "string", "description": "Those shown, in their order, with widths in pixels; empty: the list's own."},
        "sort": {"type": "string", "description": "The order when none is asked for; empty: the list's own."},
        "known": {
            "type": "array",
            "items": {"type": "object", "properties": {"name": TEXT, "label": TEXT}, "required": ["name", "label"]},
            "description": "All columns that there are to choose from.",
        },
        "href": TEXT,
    },
)


class ListArrangement(Body):
    """What shall be different; an empty text is the list's own again."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"columns": "number:176,description", "sort": "number"}]})

    columns: Text = ""
    sort: Text = ""


@router.get(
    "/lists/{path:listing}/columns",
    operation_id="get_list_columns",
    summary="Read which columns you have of a list",
    openapi_extra={"responses": {200: yes(LIST_COLUMNS, "Your columns and order"), **no(401, 403, 404, 409)}},
)
def get_list_columns(request: HttpRequest, listing: str) -> HttpResponse:
    """As the pages show the list to whom the key belongs. The list itself answers all columns, whichever are chosen."""
    return answered(_arrangement(listing, actor=actor_of(request)))


@router.patch(
    "/lists/{path:listing}/columns",
    operation_id="arrange_list",
    summary="Choose which columns you have of a list",
    openapi_extra={
        "parameters": HEADERS,
        "responses": {200: yes(LIST_COLUMNS, "Your columns and order"), **no(400, 401, 403, 404, 409, 413, 422)},
    },
)
def change_list_columns(request: HttpRequest, listing: str, given: ListArrangement) -> HttpResponse:
    """Sets what is given and leaves the rest, for whom the key belongs to alone."""

    def act(actor: User, _: Request | None) -> Mapping[str, Any]:
        columns_to_choose(listing, actor=actor)
        arrange_list(actor=actor, listing=listing, **given.model_dump(exclude_unset=True))
        return _arrangement(listing, actor=actor)

    return written(request, act)


def columns_to_choose(name: str, *, actor: User) -> Sequence[Column]:
    """The columns of the list. Refused: there is no such list; it is not for this actor, or its function is off."""
    found = listings.ALL.get(name)
    if found is None:
        raise NotFound("not-found", "There is no such list.", way_out=f"There are: {', '.join(listings.ALL)}.")
    return found.readable(actor)


def _arrangement(name: str, *, actor: User) -> dict[str, Any]:
    known = columns_to_choose(name, actor=actor)
    kept = arrangement_of(name, actor.pk)
    return {
        "list": name,
        "columns": kept.columns,
        "sort": kept.sort,
        "known": [{"name": column.name, "label": column.label} for column in known],
        "href": f"{ROOT}/lists/{name}/columns",
    }
