"""Custom fields for programs: defined, filled, filtered by, described; each wrong value under its own name."""

from __future__ import annotations

from typing import Any

import orjson
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from nameplate.models import FieldKind, FieldNoun, User
from tests import world
from tests.api.asking import Program, program_of
from tests.api.stock import placed
from tests.proving import PROVING

GIVEN: dict[str, tuple[Any, Any, Any]] = {
    "text": ("FW 2.1", "FW 2.1", ["no"]),
    "long_text": ("two\nlines", "two\nlines", {"a": 1}),
    "whole_number": (4_000_787_030_016, 4_000_787_030_016, 2.5),
    "decimal_number": ("2.50", "2.5", "1,5"),
    "date": ("2026-03-31", "2026-03-31", "31.3.2026"),
    "yes_or_no": (True, "yes", "perhaps"),
    "choice": ("Green", "green", "mauve"),
    "link": ("https://example.com/a", "https://example.com/a", "javascript:alert(1)"),
}
"""By slug: what is sent, what is answered, and what is refused."""
SENT = {slug: sent for slug, (sent, _, _) in GIVEN.items()}
ANSWERED = {slug: answered for slug, (_, answered, _) in GIVEN.items()}
WRONG = {slug: wrong for slug, (_, _, wrong) in GIVEN.items() if not isinstance(wrong, list | dict)}


def every_kind(noun: FieldNoun) -> None:
    for kind in FieldKind:
        world.custom_field(noun=noun, kind=kind, name=kind.label)


def test_a_field_is_defined_filled_and_filtered_by(administrator: User) -> None:
    program = program_of(administrator)
    options = [{"label": "A"}, {"label": "B"}]
    field = program.made("/custom-fields", {"noun": "items", "name": "Grade", "kind": "choice", "options": options})
    assert (field["slug"], field["used"], [option["slug"] for option in field["options"]]) == ("grade", False, ["a", "b"])
    program.made("/items", {"number": "HD-1", "custom": {"grade": "b"}})
    program.made("/items", {"number": "HD-2"})
    found = program.get("/items?custom.grade=b").json["items"]
    assert [(item["number"], item["custom"]) for item in found] == [("HD-1", {"grade": "b"})]
    renamed = program.patch(f"/custom-fields/{field['id']}", {"version": 1, "options": [{"slug": "b", "label": "Best"}]})
    assert renamed.json["options"] == [
        {"slug": "b", "label": "Best", "archived": False},
        {"slug": "a", "label": "A", "archived": True},
    ]
    fixed = program.patch(f"/custom-fields/{field['id']}", {"version": 2, "kind": "text"})
    assert (fixed.status, fixed.json["rule"]) == (409, "kind-fixed")


def test_a_name_may_begin_with_a_digit_or_be_a_number(administrator: User) -> None:
    """SQLite takes a bare `2nd_owner` for a place in a list, and fails; `2026` it takes for one that is empty."""
    program = program_of(administrator)
    given = {}
    for name in ("2nd owner", "802.11", "2026"):
        field = program.made("/custom-fields", {"noun": "items", "name": name, "kind": "text"})
        given[field["slug"]] = f"{name}, yes"
    assert program.made("/items", {"number": "HD-1", "custom": given})["custom"] == given
    for slug in given:
        assert program.get(f"/items?custom.{slug}=*yes&sort=custom.{slug}").json["items"][0]["custom"] == given


def test_every_kind_is_taken_and_refused_beside_its_field(manager: User) -> None:
    every_kind(FieldNoun.ITEMS)
    program = program_of(manager)
    item = program.made("/items", {"number": "HD-1", "custom": SENT})
    assert item["custom"] == ANSWERED
    for answer in (
        program.post("/items", {"number": "HD-2", "custom": WRONG}),
        program.patch(f"/items/{item['id']}", {"version": 1, "custom": WRONG}),
    ):
        assert (answer.status, set(answer.json["fields"])) == (422, {f"custom.{slug}" for slug in WRONG})
    assert program.patch(f"/items/{item['id']}", {"version": 1, "custom": dict.fromkeys(GIVEN)}).json["custom"] == dict.fromkeys(GIVEN)


def test_units_are_edited_one_by_one_and_together(manager: User) -> None:
    every_kind(FieldNoun.SERIALS)
    program = program_of(manager)
    order = placed(program, {"drive": 9})
    order.receive(program, ["A1", "A2", "A3"])
    units = [row["id"] for row in program.get("/serials").json["items"]]
    edited = program.patch(f"/serials/{units[0]}", {"version": 1, "custom": SENT, "notes": "dented"})
    assert (edited.status, edited.json["custom"], edited.json["notes"], edited.json["version"]) == (200, ANSWERED, "dented", 2)
    assert program.patch(f"/serials/{units[0]}", {"version": 1, "notes": "again"}).json["rule"] == "stale"
    wrong = program.post("/serials/edits", {"units": units, "custom": WRONG})
    assert set(wrong.json["fields"]) == {f"custom.{slug}" for slug in WRONG}
    entry = program.made("/serials/edits", {"units": units, "custom": {"choice": "green"}, "reason": "sorted"})
    assert (entry["act"], program.get("/serials?custom.choice=green&custom.text==").json["count"]) == ("edited", 2)
    assert program.post("/serials/edits", {"units": units, "custom": {"choice": "green"}}).json["rule"] == "nothing-to-edit"


def test_units_are_edited_by_a_search_with_how_many_it_found(manager: User) -> None:
    program = program_of(manager)
    placed(program, {"drive": 9}).receive(program, ["A1", "A2", "B1"])
    wanted = {"search": "serial=A*", "warranty_until": "2029-03-31"}
    assert program.post("/serials/edits", wanted).json["rule"] == "no-expected"
    assert program.post("/serials/edits", {**wanted, "expected": 2, "units": ["1"]}).json["rule"] == "units-or-search"
    assert program.post("/serials/edits", {**wanted, "expected": 3}).json["rule"] == "changed-meanwhile"
    told = program.post("/serials/edits/preview", {**wanted, "expected": 2}).json
    assert (told["changing"], told["standing"], told["refused"], told["fields"][0]["before"]) == (2, 0, [], [{"value": "", "units": 2}])
    assert program.get("/serials?warranty_until=2029-03-31").json["count"] == 0
    program.made("/serials/edits", {"serials": ["A2"], "warranty_until": "2027-01-31"})
    assert program.post("/serials/edits", {**wanted, "expected": 2, "seal": told["seal"]}).json["rule"] == "changed-meanwhile"
    told = program.post("/serials/edits/preview", {**wanted, "expected": 2}).json
    assert program.made("/serials/edits", {**wanted, "expected": 2, "seal": told["seal"]})["units"] == 2
    kept = program.made("/serials/selections", {"units": [row["id"] for row in program.get("/serials?serial=A*").json["items"]]})
    assert (kept["units"], program.get(f"/serials?chosen={kept['id']}&warranty_until=2029-03-31").json["count"]) == (2, 2)
    assert [row["serial"] for row in program.get(f"/serials?chosen=!{kept['id']}").json["items"]] == ["B1"]
    everything = {"search": "", "notes": "seen"}
    assert program.post("/serials/edits/preview", {**everything, "expected": 4}).json["rule"] == "changed-meanwhile"
    assert program.post("/serials/edits/preview", {**everything, "expected": 3}).json["changing"] == 3
    assert program.post("/serials/edits/preview", {"notes": "seen"}).json["fields"].keys() == {"units"}


def test_the_description_names_them_for_whoever_is_signed_in(manager: User) -> None:
    every_kind(FieldNoun.SERIALS)
    every_kind(FieldNoun.ITEMS)
    program = program_of(manager)
    own = program.get("/openapi.json").json
    # The plain description is validated whole elsewhere; that takes seconds.
    assert not PROVING or list(OpenAPIV31SpecValidator(own).iter_errors()) == []
    names = {parameter["name"] for parameter in own["paths"]["/api/v1/serials"]["get"]["parameters"]}
    assert {"custom.choice", "item.custom.whole_number"} < names
    row = {**own["components"]["schemas"]["SerialsRow"], "components": own["components"]}
    order = placed(program, {"drive": 9})
    order.receive(program, ["A1"])
    answered = program.get("/serials").json["items"][0]
    assert list(OAS31Validator(row).iter_errors(answered)) == []
    assert set(answered["item_custom"]) == set(row["properties"]["item_custom"]["properties"]) == set(GIVEN)
    assert b"custom.choice" not in orjson.dumps(Program().get("/openapi.json").json)
