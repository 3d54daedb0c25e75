"""The API's description of itself: valid, stable, and true of what is answered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from jsonschema.validators import SPECIFICATIONS
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from openapi_spec_validator.schemas import openapi_v31_schema_validator
from referencing import Resource

from nameplate import listings
from nameplate.api.fields import Body
from nameplate.api.site import api, document
from nameplate.models import Location, Role, User
from nameplate.operations import manufacturing
from tests import world
from tests.api.asking import Program, program_of
from tests.api.stock import placed

DOCUMENT = orjson.loads(document())
SNAPSHOT = Path(__file__).with_name("operations.txt")


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def resolved(schema: Any) -> Any:
    """The schema, with the document's components beside it."""
    return {**schema, "components": DOCUMENT["components"]}


class _Validator(OpenAPIV31SpecValidator):
    """The specification's own validator, which otherwise looks through all of the specification for each reference in it."""

    _own = openapi_v31_schema_validator.schema
    schema_validator = openapi_v31_schema_validator.evolve(
        _resolver=SPECIFICATIONS.with_resource(_own["$id"], Resource.from_contents(_own)).crawl().resolver(_own["$id"])
    )


def test_it_is_valid_openapi_3_1() -> None:
    assert DOCUMENT["openapi"] == "3.1.0"
    assert list(_Validator(DOCUMENT).iter_errors()) == []
    assert list(_Validator({"openapi": "3.1.0", "info": {}, "paths": {}}).iter_errors()) != []


def test_operation_ids_are_unique_and_the_ones_that_programs_rely_on() -> None:
    """A changed line here breaks somebody's program: write it in the changelog."""
    found = sorted(f"{operation['operationId']} {method} {path}" for method, path, operation in operations())
    assert len({line.split()[0] for line in found}) == len(found)
    assert found == SNAPSHOT.read_text().splitlines()


def bodies(of: type[Body] = Body) -> Iterator[type[Body]]:
    for body in of.__subclasses__():
        yield body
        yield from bodies(body)


def test_no_two_bodies_share_a_name() -> None:
    """Schemas go by the names of their classes: of two with one name, one would describe the other’s operation."""
    found = {body for body in bodies() if body.__module__.startswith("nameplate.api.")}
    assert [name for name, count in Counter(body.__name__ for body in found).items() if count > 1] == []
    assert len(found) > 50


def test_every_operation_of_the_api_is_in_it() -> None:
    known = {
        (method, "/".join("{}" if part.startswith("{") else part for part in path.split("/")))
        for router in api._get_bound_routers()
        for path, view in router.path_operations.items()
        for operation in view.operations
        for method in operation.methods
    }
    described = {
        (method, "/".join("{}" if part.startswith("{") else part for part in path.removeprefix("/api/v1").split("/")))
        for method, path, _ in operations()
    }
    assert known == described


@pytest.mark.parametrize(("method", "path", "operation"), [pytest.param(*one, id=one[2]["operationId"]) for one in operations()])
def test_every_operation_says_what_it_does_and_what_it_refuses(method: str, path: str, operation: dict[str, Any]) -> None:
    assert operation["summary"]
    assert operation["tags"]
    assert operation["security"] == [{"BearerKey": []}, {"HeaderKey": []}, {"Session": []}]
    answers = operation["responses"]
    assert {"401", "403", "500", "503"} <= set(answers)
    for status, answer in answers.items():
        assert answer["description"]
        if status >= "400":
            assert answer["content"]["application/problem+json"]["schema"] == {"$ref": "#/components/schemas/Problem"}
    good = next(answer for status, answer in answers.items() if status < "300")
    for content in good["content"].values():
        assert list(OAS31Validator(resolved(content["schema"])).iter_errors(content["example"])) == []
    parameters = {parameter["name"] for parameter in operation["parameters"]}
    if method == "GET":
        assert "requestBody" not in operation
    else:
        posted = operation["operationId"]
        assert "Idempotency-Key" in parameters or posted == "create_labels" or posted.startswith("preview_")
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        name = (schema.get("allOf") or [schema])[0]["$ref"].rsplit("/", 1)[-1]
        validator = OAS31Validator(resolved(DOCUMENT["components"]["schemas"][name]))
        examples = DOCUMENT["components"]["schemas"][name]["examples"]
        assert examples
        for example in [*examples, *([schema["default"]] if "default" in schema else [])]:
            assert list(validator.iter_errors(example)) == []


@pytest.mark.parametrize("name", listings.ALL)
def test_every_filter_of_a_list_is_a_parameter(name: str) -> None:
    listing = listings.ALL[name]
    operation = DOCUMENT["paths"][f"/api/v1/{name}"]["get"]
    found = [parameter["name"] for parameter in operation["parameters"]]
    wanted = [column.name for column in listing.columns if column.filterable]
    only_some = [name for name, there in (("q", listing.search), ("chosen", listing.selectable), ("as_of", listing.then)) if there]
    assert found == [*wanted, *only_some, "sort", "size", "after", "before"]


def test_anybody_may_read_it() -> None:
    answer = Program().get("/openapi.json")
    assert (answer.status, answer.json) == (200, DOCUMENT)


def test_a_key_that_opens_nothing_is_refused_there_too(db: None) -> None:
    answer = Program({"Authorization": "Bearer none.none"}).get("/openapi.json")
    assert (answer.status, answer.json["rule"], answer.headers["Content-Type"]) == (401, "wrong-key", "application/problem+json")


def things(program: Program, administrator: User) -> dict[str, str]:
    """The id of one thing of each noun."""
    order = placed(program, {"drive": 9})
    receipt = order.receive(program, ["A1", "A2", "A3", "A4"])
    lost, failed = (
        program_of(administrator).made("/reasons", {"kind": kind, "name": name})["id"]
        for kind, name in (("write-off", "Lost"), ("return", "Failed in use"))
    )
    customer = program.made("/customers", {"name": "Kestrel Archive"})["id"]
    sale = program.made("/customer-orders", {"customer": customer, "lines": [{"item": order.items["drive"], "quantity": "1"}]})["id"]
    return {
        **{noun: program.get(f"/{noun}").json["items"][0]["id"] for noun in ("items", "vendors", "sites", "locations", "lots", "serials")},
        "customers": customer,
        "customer-orders": sale,
        "shipments": program.made("/shipments", {"orders": [sale]})["id"],
        "functions": "rma",
        "reasons": failed,
        "inspections": program.made("/inspections", {"serials": ["A1"]})["id"],
        "write-offs": program.made("/write-offs", {"serials": ["A2"], "reason": lost})["id"],
        "rework": program.made("/rework", {"serials": ["A3"], "reason": "Noisy"})["document_id"],
        "vendor-returns": sent_back(program),
        "transfer-orders": transfer(program),
        "returns": returned(program, order.items["drive"], customer),
        "stock-counts": program.made("/stock-counts", {"locations": [program.get("/locations").json["items"][0]["id"]]})["id"],
        "custom-fields": str(world.custom_field().pk),
        "lists": "serials",
        "saved-searches": program.made("/lists/items/searches", {"name": "Drives"})["id"],
        "purchase-orders": order.id,
        "manufacturing-orders": made_order(program),
        "entries": receipt["id"],
        "jobs": program.made("/exports", {"list": "serials"})["id"],
        "files": "1",
        "imports": program.made("/imports", {"name": "drives.csv", "text": "sn,item\nA1,drive\n"})["id"],
    }


def transfer(program: Program) -> str:
    """The id of a transfer order with a unit on it."""
    far = program.made("/sites", {"name": "Far away"})["id"]
    return str(program.made("/transfer-orders", {"serials": ["A1"], "destination": far})["id"])


def sent_back(program: Program) -> str:
    """The id of a return of a unit to its vendor."""
    vendor = program.get("/vendors").json["items"][0]["id"]
    return str(program.made("/vendor-returns", {"vendor": vendor, "serials": ["A4"], "reason": "Clicks"})["id"])


def returned(program: Program, item: str, customer: str) -> str:
    """The id of a return of a unit that was sold before the books, in repair."""
    place = program.get("/locations").json["items"][0]["id"]
    program.made("/lots", {"item": item, "serials": ["B1"], "location": place, "reason": "Found"})
    body = {"customer": customer, "serials": ["B1"], "location": place, "contradiction": "Sold before the books."}
    made = program.made("/returns", body)
    program.post(f"{made['href']}/repairs", {"serials": ["B1"], "fault": "Bearing"})
    return str(made["id"])


def made_order(program: Program) -> str:
    """The id of an order for a product that takes one part."""
    place = Location.objects.exclude(purpose=Location.Purpose.TRANSIT).latest("pk")
    pod, drive = (program.made("/items", {"number": number, "made": number == "pod"})["id"] for number in ("pod", "bare drive"))
    program.ask("PUT", f"/items/{pod}/bill", {"version": 1, "parts": [{"component": drive, "quantity": "1"}]})
    order = manufacturing.create_manufacturing_order(
        actor=User.objects.filter(role=Role.MANAGER)[0], item=int(pod), quantity=1, location=place
    )
    return str(order.pk)


def test_answers_are_as_it_says(manager: User, administrator: User) -> None:
    program = program_of(manager)
    ids = things(program, administrator)
    read = 0
    for method, path, operation in operations():
        content = operation["responses"].get("200", {}).get("content", {})
        if method != "GET" or "application/json" not in content:
            continue
        parts = path.split("/")
        address = "/".join(ids[parts[at - 1]] if part.startswith("{") else part for at, part in enumerate(parts))
        answer = program.get(address)
        assert answer.status == 200, address
        validator = OAS31Validator(resolved(content["application/json"]["schema"]))
        assert list(validator.iter_errors(answer.json)) == [], address
        # Nothing is answered that the description does not know.
        schema = content["application/json"]["schema"]
        rows = answer.json["items"] if "properties" in schema else [answer.json]
        row_schema = schema["properties"]["items"]["items"] if "properties" in schema else schema
        properties = DOCUMENT["components"]["schemas"][row_schema["$ref"].rsplit("/", 1)[-1]]["properties"]
        for row in rows:
            assert set(row) == set(properties), address
        read += 1
    assert read > 15
    problem = program.get("/serials?status=lost").json
    assert list(OAS31Validator(resolved(DOCUMENT["components"]["schemas"]["Problem"])).iter_errors(problem)) == []


@pytest.fixture(autouse=True)
def _database(request: pytest.FixtureRequest) -> None:
    if "manager" in request.fixturenames:
        request.getfixturevalue("db")
