"""Items, vendors, customers, sites, locations: made, read, edited, archived and restored, each by the same five addresses."""

from __future__ import annotations

from typing import Any

import pytest

from nameplate.models import Change, Item, User
from tests.api.asking import Program, program_of

pytestmark = pytest.mark.usefixtures("any_database")

ADA = {"name": "Ada Miles", "role": "Returns", "email": "ada@example.com", "phone": ""}
KINDS = [
    ("/items", {"number": "WD30EZRX", "unit": "pcs"}, {"description": "Hard drive 3 TB", "cost": "89.5", "gtin": "4006381333931"}),
    ("/vendors", {"name": "Westdale", "contacts": [ADA]}, {"addresses": [{"label": "billing", "lines": "1 Road", "country": ""}]}),
    ("/customers", {"name": "Kestrel Archive"}, {"address": "Sadama 1\nTallinn"}),
    ("/sites", {"name": "Tallinn"}, {"address": "Sadama 1"}),
]


@pytest.fixture
def program(manager: User) -> Program:
    return program_of(manager)


@pytest.mark.parametrize(("path", "new", "edit"), KINDS)
def test_a_whole_life(program: Program, path: str, new: dict[str, Any], edit: dict[str, Any]) -> None:
    made = program.post(path, new)
    assert made.status == 201
    address = made.json["href"]
    assert made.headers["Location"] == address
    assert made.headers["ETag"] == '"1"'
    assert {**made.json, **new} == made.json
    assert program.get(address).json == made.json

    edited = program.patch(address, edit, If_Match=made.headers["ETag"])
    assert edited.status == 200
    assert {**made.json, **edit, "version": 2} == edited.json
    assert edited.headers["ETag"] == '"2"'

    archived = program.made(f"{address}/archival", {"version": 2})
    assert (archived["archived"], archived["version"]) == ("yes", 3)
    assert program.get(path).json["items"] == []
    assert [row["id"] for row in program.get(f"{path}?archived=yes").json["items"]] == [made.json["id"]]
    assert program.get(address).json == archived
    restored = program.post(f"{address}/restoration", None, If_Match='"3"')
    assert (restored.status, restored.json["archived"]) == (200, "no")
    assert [row["id"] for row in program.get(path).json["items"]] == [made.json["id"]]


def test_a_location_belongs_to_its_site(program: Program) -> None:
    site = program.made("/sites", {"name": "Tallinn"})
    shelf = program.made("/locations", {"site": site["id"], "name": "A-01"})
    assert (shelf["site"], shelf["site_id"], shelf["purpose"]) == ("Tallinn", site["id"], "storage")
    edited = program.patch(shelf["href"], {"name": "A-02", "version": 1})
    assert edited.json["name"] == "A-02"
    assert program.made("/items", {"number": "x", "default_location": shelf["id"]})["default_location"] == shelf["id"]
    refused = program.post(f"{shelf['href']}/archival", {"version": 2})
    assert (refused.status, refused.json["rule"]) == (409, "default-location")
    nowhere = program.post("/locations", {"site": "999", "name": "A-03"})
    assert (nowhere.status, nowhere.json["fields"]) == (422, {"site": "There is no such site."})


def test_what_is_left_out_keeps_its_value(program: Program) -> None:
    made = program.made("/items", {"number": "drive", "notes": "Keep dry.", "made": True})
    edited = program.patch(made["href"], {"group": "Drives", "version": 1}).json
    assert (edited["notes"], edited["made"], edited["group"]) == ("Keep dry.", "yes", "Drives")
    emptied = program.patch(made["href"], {"notes": "", "default_location": None, "version": 2}).json
    assert (emptied["notes"], emptied["default_location"]) == ("", None)


@pytest.mark.parametrize(
    ("headers", "body", "status"), [({"If-Match": '"1"'}, {}, 412), ({"If-Match": "1"}, {}, 412), ({}, {"version": 1}, 409)]
)
def test_a_stale_edit_is_refused_with_both_versions(program: Program, headers: dict[str, str], body: dict[str, Any], status: int) -> None:
    made = program.made("/items", {"number": "drive"})
    program.patch(made["href"], {"notes": "first", "version": 1})
    changes = Change.objects.count()
    refused = program.patch(made["href"], {"notes": "second", **body}, **headers)
    assert (refused.status, refused.json["rule"]) == (status, "stale")
    assert refused.json["yours"] == {"version": 1, "notes": "second"}
    assert refused.json["theirs"] == {"version": 2, "notes": "first"}
    assert (Item.objects.get().notes, Change.objects.count()) == ("first", changes)


def test_an_edit_says_which_version_it_is_of(program: Program) -> None:
    made = program.made("/items", {"number": "drive"})
    for path, method in ((made["href"], "PATCH"), (f"{made['href']}/archival", "POST")):
        refused = program.ask(method, path, {})
        assert (refused.status, refused.json["rule"]) == (428, "no-version")
    differing = program.patch(made["href"], {"version": 1}, If_Match='"2"')
    assert (differing.status, differing.json["rule"]) == (422, "bad-version")


def test_a_number_that_is_taken_names_its_holder(program: Program) -> None:
    made = program.made("/items", {"number": "drive"})
    refused = program.post("/items", {"number": "DRIVE"})
    assert (refused.status, refused.json["rule"]) == (409, "number-taken")
    assert refused.json["causes"][0]["href"] == made["href"]
    assert set(refused.json["fields"]) == {"number"}


def test_a_vendor_is_no_customer(program: Program) -> None:
    vendor = program.made("/vendors", {"name": "Westdale"})
    assert program.get(f"/customers/{vendor['id']}").status == 404
    assert program.patch(f"/customers/{vendor['id']}", {"name": "x", "version": 1}).status == 404
    assert program.post(f"/customers/{vendor['id']}/archival", {"version": 1}).status == 404
