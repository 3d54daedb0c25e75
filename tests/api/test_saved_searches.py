"""Saved searches and chosen columns over the API: what one program keeps, another finds by its own rights."""

from __future__ import annotations

import pytest

from nameplate.models import SavedSearch, User
from tests import world
from tests.api.asking import program_of

pytestmark = pytest.mark.usefixtures("db")
AT = "/lists/items/searches"


def test_a_search_is_kept_run_shared_opened_with_and_deleted(manager: User, viewer: User) -> None:
    for number in ("HD-1", "HD-2", "FAN-1"):
        world.item(number=number)
    program, other = program_of(manager), program_of(viewer)
    made = program.post(AT, {"name": "Drives", "query": "?number=HD-*&size=25&after=x"}, Idempotency_Key="drives")
    assert (made.status, made.headers["Location"], made.headers["ETag"]) == (201, made.json["href"], '"1"')
    assert program.post(AT, {"name": "Drives", "query": "?number=HD-*&size=25&after=x"}, Idempotency_Key="drives").json == made.json
    search = made.json
    assert (search["list"], search["query"], search["page"]) == ("items", "number=HD-%2A&size=25", "/items?number=HD-%2A&size=25")
    assert [row["number"] for row in program.get(f"/items?{search['query']}").json["items"]] == ["HD-1", "HD-2"]
    assert other.get(AT).json["items"] == []
    assert other.get(search["href"]).status == 404

    shared = program.patch(search["href"], {"name": "All drives", "shared": True}, If_Match='"1"').json
    assert program.get(AT).json["items"] == [shared]
    seen = other.patch(search["href"], {"opens": True, "version": 2}).json
    assert {**shared, "mine": False, "opens": True} == seen
    assert program.get(search["href"]).json == shared
    assert program.post(f"{search['href']}/removal", {"version": 1}).json["rule"] == "stale"
    assert program.post(f"{search['href']}/removal", {"version": 2}).json == shared
    assert program.get(search["href"]).status == 404
    assert not SavedSearch.objects.exists()


def test_what_cannot_be_kept_is_refused_by_name(manager: User, viewer: User) -> None:
    program, other = program_of(manager), program_of(viewer)
    search = program.made(AT, {"name": "Drives", "shared": True})
    for answer, status, rule, fields in (
        (program.post("/lists/cheeses/searches", {"name": "Blue"}), 404, "not-found", set()),
        (program.post(AT, {"name": "DRIVES"}), 409, "name-taken", {"name"}),
        (program.post(AT, {"name": "Red", "query": "colour=red"}), 422, "bad-query", {"query"}),
        (other.patch(search["href"], {"name": "Mine now", "version": 1}), 403, "not-yours", set()),
        (other.post(f"{search['href']}/removal", {"version": 1}), 403, "not-yours", set()),
        (program.patch(search["href"], {"name": "No version"}), 428, "no-version", set()),
        (program.patch("/lists/items/columns", {"columns": "colour"}), 422, "invalid-fields", {"columns"}),
    ):
        assert (answer.status, answer.json["rule"], set(answer.json["fields"])) == (status, rule, fields)
    assert program.get(AT).json["items"] == [search]


def test_columns_are_chosen_for_whom_the_key_belongs_to_alone(manager: User, viewer: User) -> None:
    at = "/lists/reports/ageing/columns"
    program = program_of(manager)
    assert (program.get(at).json["columns"], program.get(at).json["sort"]) == ("", "")
    names = [one["name"] for one in program.get(at).json["known"]]
    asked = f"{names[1]}:170,{names[0]}"
    assert program.patch(at, {"columns": asked, "sort": f"-{names[0]}"}).json["columns"] == f"{names[1]}:176,{names[0]}"
    assert program.patch(at, {"columns": ""}).json["sort"] == f"-{names[0]}"
    assert program_of(viewer).get(at).json["sort"] == ""
