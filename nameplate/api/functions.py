"""Functions: which there are, which are on, and switching them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import ConfigDict

from nameplate import functions
from nameplate.api.answers import answered, version_seen, written
from nameplate.api.describing import HEADERS, IF_MATCH, TEXT, add_schema, no, yes
from nameplate.api.fields import Body, Version
from nameplate.api.problems import ROOT
from nameplate.api.signing_in import actor_of
from nameplate.models import Request, User
from nameplate.operations import switching
from nameplate.refusals import NotFound

router = Router(tags=["Settings"])
ROUTERS = (router,)
_NAMES = {"type": "array", "items": {"enum": list(functions.ALL)}}
FUNCTION = add_schema(
    "Function",
    {
        "name": {"enum": list(functions.ALL)},
        "label": TEXT,
        "meaning": TEXT,
        "off": {"type": "string", "description": "What being off means."},
        "on": {"type": "boolean", "description": "Whether it is on in effect: itself, and all that it needs."},
        "switched_on": {"type": "boolean", "description": "How its own switch stands."},
        "needs": {**_NAMES, "description": "Functions without which it is off too."},
        "under_way": {"type": "string", "description": "What would stand still if it went off now; empty for nothing."},
        "version": {"type": "integer"},
        "href": TEXT,
    },
)
LIST = {"type": "object", "properties": {"items": {"type": "array", "items": FUNCTION}}, "required": ["items"]}


class Switching(Body):
    """Off or on. `confirmed` accepts that what is under way stands still while it is off."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"on": True, "version": 0}]})

    on: bool
    version: Version | None = None
    confirmed: bool = False


def hidden(operation: Callable[..., Any]) -> Callable[..., Any]:
    """Around every operation, once it is known who asks: what belongs to a function that is off answers `switched-off`."""

    @wraps(operation)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        name = functions.of_address(request.path)
        if name:
            functions.require_on(name, "This address")
        return operation(request, *args, **kwargs)

    return asked


@router.get(
    "/settings/functions",
    operation_id="list_functions",
    summary="List the functions",
    description="All of them, off or on, in the order of the page.",
    openapi_extra={"responses": {200: yes(LIST, "The functions"), **no(401, 403)}},
)
def list_functions(request: HttpRequest) -> HttpResponse:
    """All functions."""
    return answered({"items": [_shown(one) for one in switching.standings(actor=actor_of(request))]})


@router.get(
    "/settings/functions/{function}",
    operation_id="get_function",
    summary="Read a function",
    openapi_extra={"responses": {200: yes(FUNCTION, "The function"), **no(401, 403, 404)}},
)
def get_function(request: HttpRequest, function: str) -> HttpResponse:
    """One function."""
    found = next((one for one in switching.standings(actor=actor_of(request)) if one.function.name == function), None)
    if found is None:
        raise NotFound("not-found", "There is no such function.")
    return answered(_shown(found))


@router.post(
    "/settings/functions/{function}/switch",
    operation_id="switch_function",
    summary="Switch a function off or on",
    description="Off hides its pages and lists and refuses its operations with `switched-off`; everything is kept. "
    "While something is under way that would stand still, off is refused with `under-way` unless `confirmed`.",
    openapi_extra={
        "parameters": [*HEADERS, IF_MATCH],
        "responses": {200: yes(FUNCTION, "The function as it stands now"), **no(400, 401, 403, 404, 409, 412, 413, 422, 428)},
    },
)
def switch_function(request: HttpRequest, function: str, given: Switching) -> HttpResponse:
    """Off or on."""

    def act(actor: User, claim: Request | None) -> Mapping[str, Any]:
        version = version_seen(request, given.version)
        return _shown(switching.switch_function(actor=actor, name=function, on=given.on, version=version, confirmed=given.confirmed))

    return written(request, act)


def _shown(one: switching.Standing) -> dict[str, Any]:
    return {
        "name": one.function.name,
        "label": one.function.label,
        "meaning": one.function.meaning,
        "off": one.function.off,
        "on": one.on,
        "switched_on": one.switched_on,
        "needs": list(one.function.needs),
        "under_way": switching.under_way(one.function.name).words,
        "version": one.version,
        "href": f"{ROOT}/settings/functions/{one.function.name}",
    }
