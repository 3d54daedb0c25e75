"""What the company asks of its orders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import ConfigDict

from nameplate import access
from nameplate.api.answers import answered, version_seen, written
from nameplate.api.describing import HEADERS, IF_MATCH, TEXT, add_schema, no, yes
from nameplate.api.fields import Body, Version
from nameplate.api.problems import ROOT
from nameplate.api.signing_in import actor_of
from nameplate.models import Request, User
from nameplate.operations.purchasing import approving

router = Router(tags=["Settings"])
ROUTERS = (router,)
RULES = add_schema(
    "PurchasingRules",
    {
        "approval": {"type": "boolean", "description": "A new order is approved before it is placed."},
        "by_another": {"type": "boolean", "description": "Whoever drew an order up does not approve it."},
        "version": {"type": "integer"},
        "href": TEXT,
    },
)


class RulesEdit(Body):
    """What shall be different."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"approval": True, "version": 0}]})

    version: Version | None = None
    approval: bool = False
    by_another: bool = False


@router.get(
    "/settings/purchasing",
    operation_id="get_purchasing_rules",
    summary="Read what is asked of orders",
    openapi_extra={"responses": {200: yes(RULES, "The rules"), **no(401, 403)}},
)
def get_purchasing_rules(request: HttpRequest) -> HttpResponse:
    """As they are set now."""
    access.require(actor_of(request), "settings", "view")
    return answered(_shown(approving.rules()))


@router.patch(
    "/settings/purchasing",
    operation_id="update_purchasing_rules",
    summary="Edit what is asked of orders",
    description="Sets what is given and leaves the rest.",
    openapi_extra={
        "parameters": [*HEADERS, IF_MATCH],
        "responses": {200: yes(RULES, "As they stand now"), **no(400, 401, 403, 409, 412, 413, 422, 428)},
    },
)
def update_purchasing_rules(request: HttpRequest, given: RulesEdit) -> HttpResponse:
    """What is given."""

    def act(actor: User, claim: Request | None) -> Mapping[str, Any]:
        fields = given.model_dump(exclude_unset=True)
        version = version_seen(request, fields.pop("version", None))
        return _shown(approving.edit_rules(actor=actor, version=version, **fields))

    return written(request, act)


def _shown(found: approving.Rules) -> dict[str, Any]:
    return {**asdict(found), "href": f"{ROOT}/settings/purchasing"}
