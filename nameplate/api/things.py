"""What items, vendors, customers, sites and locations have in common: listed, made, read, edited, archived, restored."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import ConfigDict

from nameplate.api.answers import answered, version_seen, written
from nameplate.api.describing import HEADERS, IF_MATCH, TEXT, Json, add_schema, no, row_properties, yes
from nameplate.api.fields import Body, Version
from nameplate.api.lists import add_list, row_of
from nameplate.api.problems import ROOT
from nameplate.api.signing_in import actor_of
from nameplate.listings import Listing
from nameplate.models import CustomField, Item, Location, Party, Reason, Request, Site, User

Thing = Item | Party | Site | Location | Reason | CustomField


class Archiving(Body):
    """Which version was read; `If-Match` may say it instead."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"version": 3}]})

    version: Version | None = None


@dataclass(frozen=True)
class Kind:
    """One kind of thing. The verbs take its id as the keyword `keyword`, and `actor`; all but `create` take `version` too."""

    listing: Listing
    name: str
    """In operation ids and sentences: item, vendor…"""
    keyword: str
    create: Callable[..., Thing]
    edit: Callable[..., Thing]
    archive: Callable[..., Thing]
    restore: Callable[..., Thing]
    more: Callable[[int], Mapping[str, Any]]
    """What one thing's answer has beyond its row, by id; its `version` at least."""
    more_schema: Mapping[str, Json]
    new: type[Body]
    """The body of `create`."""
    edited: type[Body]
    """The body of `edit`: `version`, and what may be set."""

    @property
    def words(self) -> str:
        """What it is called in a sentence."""
        return self.name.replace("_", " ")

    @property
    def path(self) -> str:
        """The path of its list, without what is before it."""
        return f"/{self.listing.name}"

    def shown(self, pk: int, *, actor: User) -> dict[str, Any]:
        """The thing as the API shows it."""
        return {**row_of(self.listing, pk, actor=actor, name=self.words), **self.more(pk), "href": f"{ROOT}{self.path}/{pk}"}


def router_of(kind: Kind) -> Router:
    """All routes of this kind of thing."""
    router = Router(tags=[kind.listing.label])
    schema = add_schema(
        kind.words.title().replace(" ", ""),
        {**row_properties(kind.listing), **kind.more_schema, "version": {"type": "integer"}, "href": TEXT},
    )
    add_list(router, kind.path, kind.listing, kind.listing.name.replace("-", "_"))
    _add_create(router, kind, schema)
    _add_get(router, kind, schema)
    _add_update(router, kind, schema)
    _add_archiving(router, kind, schema, "archival", f"archive_{kind.name}", f"Archive a {kind.words}", kind.archive)
    _add_archiving(router, kind, schema, "restoration", f"restore_{kind.name}", f"Bring an archived {kind.words} back", kind.restore)
    return router


def _add_create(router: Router, kind: Kind, schema: Json) -> None:
    def create(request: HttpRequest, given: Any) -> HttpResponse:
        def act(actor: User, claim: Request | None) -> Mapping[str, Any]:
            return kind.shown(kind.create(actor=actor, **given.model_dump(exclude_unset=True)).pk, actor=actor)

        return written(request, act, status=201)

    create.__annotations__["given"] = kind.new
    answers = {201: yes(schema, f"The {kind.words}"), **no(400, 401, 403, 409, 413, 422)}
    router.post(
        kind.path,
        operation_id=f"create_{kind.name}",
        summary=f"Make {_a(kind.words)}",
        response={201: None},
        openapi_extra={"parameters": HEADERS, "responses": answers},
    )(create)


def _add_get(router: Router, kind: Kind, schema: Json) -> None:
    def get(request: HttpRequest, pk: int) -> HttpResponse:
        return answered(kind.shown(pk, actor=actor_of(request)))

    router.get(
        f"{kind.path}/{{id:pk}}",
        operation_id=f"get_{kind.name}",
        summary=f"Read {_a(kind.words)}",
        openapi_extra={"responses": {200: yes(schema, f"The {kind.words}, archived or not"), **no(401, 403, 404)}},
    )(get)


def _add_update(router: Router, kind: Kind, schema: Json) -> None:
    def update(request: HttpRequest, pk: int, given: Any) -> HttpResponse:
        def act(actor: User, claim: Request | None) -> Mapping[str, Any]:
            fields = given.model_dump(exclude_unset=True)
            version = version_seen(request, fields.pop("version", None))
            kind.edit(actor=actor, version=version, **{kind.keyword: pk}, **fields)
            return kind.shown(pk, actor=actor)

        return written(request, act)

    update.__annotations__["given"] = kind.edited
    router.patch(
        f"{kind.path}/{{id:pk}}",
        operation_id=f"update_{kind.name}",
        summary=f"Edit {_a(kind.words)}",
        description="Sets what is given and leaves the rest.",
        openapi_extra=_versioned(schema, f"The {kind.words} as it stands now"),
    )(update)


def _add_archiving(router: Router, kind: Kind, schema: Json, noun: str, operation: str, summary: str, verb: Callable[..., Thing]) -> None:
    def archiving(request: HttpRequest, pk: int, given: Archiving = Archiving()) -> HttpResponse:  # noqa: B008 (never changed)
        def act(actor: User, claim: Request | None) -> Mapping[str, Any]:
            verb(actor=actor, version=version_seen(request, given.version), **{kind.keyword: pk})
            return kind.shown(pk, actor=actor)

        return written(request, act)

    router.post(
        f"{kind.path}/{{id:pk}}/{noun}",
        operation_id=operation,
        summary=summary,
        openapi_extra=_versioned(schema, f"The {kind.words} as it stands now"),
    )(archiving)


def _versioned(schema: Json, description: str) -> Json:
    refusals = no(400, 401, 403, 404, 409, 412, 413, 422, 428)
    return {"parameters": [*HEADERS, IF_MATCH], "responses": {200: yes(schema, description), **refusals}}


def _a(name: str) -> str:
    return f"an {name}" if name[0] in "aeiou" else f"a {name}"
