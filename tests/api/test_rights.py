"""Who may what over the API: every route and method against `rights.csv`; and what is hidden while a function is off."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest
from django.http import HttpResponseBase
from django.test import Client

from nameplate.api.site import document
from nameplate.models import Role
from tests import switched, world
from tests.api.asking import Program, key_of, program_of
from tests.api.stock import placed, sold
from tests.rights import NOBODY, ROLES, Matrix, address, routes_of


@pytest.fixture
def examples() -> dict[tuple[str, str], Any]:
    """The example body of each operation, by method and path without the names of ids."""
    described = orjson.loads(document())
    found = {}
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            found[method.upper(), _nameless(path)] = _example(operation, described["components"]["schemas"])
    return found


def _example(operation: Any, schemas: Any) -> Any:
    schema = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    schema = schema.get("allOf", [schema])[0]
    name = schema.get("$ref", "").rsplit("/", 1)[-1]
    return schemas[name]["examples"][0] if name else None


def _nameless(path: str) -> str:
    return "/".join("{}" if part[:1] in {"{", "<"} else part for part in path.strip("/").split("/"))


ANY = (
    *("items", "vendors", "customers", "sites", "locations", "serials", "custom-fields", "reasons", "files"),
    *("manufacturing-orders", "write-offs", "transfer-orders", "inspections", "rework", "stock-counts", "scans", "vendor-returns"),
    "returns",
)
"""Nouns of which it does not matter whether there is such a thing: who may not is told before anybody looks."""

NONE = "0"
"""The id of nothing, where whose a thing is decides who may edit it: this is tested at the operation."""


def test_every_route_lets_in_whom_its_row_says_and_hides_what_is_off(db: None, examples: dict[tuple[str, str], Any]) -> None:
    manager = program_of(world.user(role=Role.MANAGER))
    order = placed(manager, {"drive": 9})
    entry = order.receive(manager, ["A1", "A2"])
    ids = {
        **dict.fromkeys(ANY, "1"),
        "lists": "items",
        "saved-searches": NONE,
        "lots": manager.get("/lots").json["items"][0]["id"],
        "functions": "expiry-dates",
        "purchase-orders": order.id,
        "lines": order.line(),
        "entries": entry["id"],
        "jobs": manager.made("/exports", {"list": "serials"})["id"],
        "customer-orders": (sale := sold(manager, order))["id"],
        "shipments": manager.made("/shipments", {"orders": [sale["id"]]})["id"],
        "imports": manager.made("/imports", {"name": "drives.csv", "text": "sn,item\nA1,drive\n"})["id"],
    }
    programs = {role: Program() if role == NOBODY else Program({"X-API-Key": key_of(world.user(role=Role(role)))}) for role in ROLES}

    def ask(role: str, method: str, route: str) -> HttpResponseBase:
        body = examples.get((method, _nameless(route)))
        version = {} if body and "version" in body else {"If-Match": '"1"'}
        return Client(raise_request_exception=False).generic(
            method,
            address(route, ids),
            b"" if body is None else orjson.dumps(body),
            "application/json",
            headers={**programs[role].headers, **version},
        )

    routes = [route for route in routes_of() if route.lstrip("^").startswith("api/")]
    rights = Matrix.read(Path(__file__).with_name("rights.csv"))
    assert "\n".join(rights.differences(routes, ask)) == ""
    assert "\n".join(switched.differences(Path(__file__).with_name("switched_off.csv"), rights, ask)) == ""
