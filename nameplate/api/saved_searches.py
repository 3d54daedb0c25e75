"""Saved searches: kept or shared, renamed, opened with. A search is no more than the query of an address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import ConfigDict

from nameplate.api.answers import answered, version_seen, written
from nameplate.api.describing import HEADERS, ID, IF_MATCH, TEXT, Json, add_schema, no, yes
from nameplate.api.fields import Body, Text, Version, Word
from nameplate.api.list_columns import LIST_NAME, columns_to_choose
from nameplate.api.problems import ROOT
from nameplate.api.signing_in import actor_of
from nameplate.listings.arrangement import Saved, arrangement_of
from nameplate.models import Request, SavedSearch, User
from nameplate.operations.arranging import delete_search, edit_search, save_search
from nameplate.refusals import NotFound

router = Router(tags=["Lists"])
ROUTERS = (router,)
SAVED_SEARCH = add_schema(
    "SavedSearch",
    {
        "id": ID,
        "list": LIST_NAME,
        "name": TEXT,
        "query": {"type": "string", "description": "What stands behind the question mark: filters, order, columns."},
        "shared": {"type": "boolean", "description": "Whether everybody who sees the list sees it too."},
        "mine": {"type": "boolean", "description": "Whether it is yours; others share theirs, and only you change yours."},
        "opens": {"type": "boolean", "description": "Whether the list opens with it, for you."},
        "version": {"type": "integer"},
        "page": {"type": "string", "description": "The address of the page with this search."},
        "href": TEXT,
    },
)
ALL_OF_A_LIST: Json = {
    "type": "object",
    "properties": {"items": {"type": "array", "items": SAVED_SEARCH}},
    "required": ["items"],
}


class NewSavedSearch(Body):
    """A search under a name. `opens`: the list opens with it, for you."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Cheap parts", "query": "cost=..5&sort=number", "shared": True}]})

    name: Word
    query: Text = ""
    shared: bool = False
    opens: bool = False


class SavedSearchEdit(Body):
    """What shall be different. `opens` is your own of a shared search too; the rest is its owner's."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"version": 1, "name": "Parts up to 5", "opens": True}]})

    version: Version | None = None
    name: Word = ""
    query: Text = ""
    shared: bool = False
    opens: bool = False


class SavedSearchRemoval(Body):
    """Which version was read; `If-Match` may say it instead."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"version": 1}]})

    version: Version | None = None


_CHANGED = no(400, 401, 403, 404, 409, 412, 413, 422, 428)


@router.get(
    "/lists/{path:listing}/searches",
    operation_id="list_saved_searches",
    summary="List the saved searches of a list",
    openapi_extra={"responses": {200: yes(ALL_OF_A_LIST, "The searches"), **no(401, 403, 404, 409)}},
)
def list_saved_searches(request: HttpRequest, listing: str) -> HttpResponse:
    """Yours, then those that others share, each in the order of their names."""
    actor = actor_of(request)
    columns_to_choose(listing, actor=actor)
    return answered({"items": [_shown(listing, one) for one in arrangement_of(listing, actor.pk).searches]})


@router.post(
    "/lists/{path:listing}/searches",
    operation_id="create_saved_search",
    summary="Save a search of a list",
    response={201: None},
    openapi_extra={"parameters": HEADERS, "responses": {201: yes(SAVED_SEARCH, "The search"), **no(400, 401, 403, 404, 409, 413, 422)}},
)
def create_saved_search(request: HttpRequest, listing: str, given: NewSavedSearch) -> HttpResponse:
    """Keeps a search in the form in which lists write it. A query with a mistake in it is refused, naming the parameter."""

    def act(actor: User, _: Request | None) -> Mapping[str, Any]:
        columns_to_choose(listing, actor=actor)
        return _search(save_search(actor=actor, listing=listing, **given.model_dump()).pk, actor=actor)

    return written(request, act, status=201)


@router.get(
    "/saved-searches/{id:search}",
    operation_id="get_saved_search",
    summary="Read a saved search",
    openapi_extra={"responses": {200: yes(SAVED_SEARCH, "The search"), **no(401, 403, 404, 409)}},
)
def get_saved_search(request: HttpRequest, search: int) -> HttpResponse:
    """Yours, or one that somebody shares. To run it, send its `query` to its list."""
    return answered(_search(search, actor=actor_of(request)))


@router.patch(
    "/saved-searches/{id:search}",
    operation_id="update_saved_search",
    summary="Edit a saved search",
    openapi_extra={
        "parameters": [*HEADERS, IF_MATCH],
        "responses": {200: yes(SAVED_SEARCH, "The search as it stands now"), **_CHANGED},
    },
)
def update_saved_search(request: HttpRequest, search: int, given: SavedSearchEdit) -> HttpResponse:
    """Another name or query, shared or kept, opened with or not. Sets what is given and leaves the rest."""

    def act(actor: User, _: Request | None) -> Mapping[str, Any]:
        fields = given.model_dump(exclude_unset=True)
        edit_search(actor=actor, search=search, version=version_seen(request, fields.pop("version", None)), **fields)
        return _search(search, actor=actor)

    return written(request, act)


@router.post(
    "/saved-searches/{id:search}/removal",
    operation_id="delete_saved_search",
    summary="Delete a saved search",
    openapi_extra={"parameters": [*HEADERS, IF_MATCH], "responses": {200: yes(SAVED_SEARCH, "The search as it was"), **_CHANGED}},
)
def delete_saved_search(request: HttpRequest, search: int, given: SavedSearchRemoval) -> HttpResponse:
    """Gone for good; lists that opened with it open whole again. By its owner, or of a shared one by whoever may edit settings."""

    def act(actor: User, _: Request | None) -> Mapping[str, Any]:
        found = _search(search, actor=actor)
        delete_search(actor=actor, search=search, version=version_seen(request, given.version))
        return found

    return written(request, act)


def _search(pk: int, *, actor: User) -> dict[str, Any]:
    """The search as the API shows it. Refused: there is none that this actor sees."""
    listing = SavedSearch.objects.filter(pk=pk).values_list("listing", flat=True).first() or ""
    found = next((one for one in arrangement_of(listing, actor.pk).searches if one.id == pk), None)
    if found is None:
        raise NotFound("not-found", "There is no such search.", way_out="It may have been deleted.")
    columns_to_choose(listing, actor=actor)
    return _shown(listing, found)


def _shown(listing: str, one: Saved) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "list": listing,
        "name": one.name,
        "query": one.query,
        "shared": one.shared,
        "mine": one.mine,
        "opens": one.opens,
        "version": one.version,
        "page": f"/{listing}?{one.query}" if one.query else f"/{listing}?search=all",
        "href": f"{ROOT}/saved-searches/{one.id}",
    }
