"""A stock count over the API: made, started, scanned twice, compared, posted, undone."""

from __future__ import annotations

import base64

import pytest

from nameplate.ledger import verify
from nameplate.models import User
from tests.api.asking import program_of
from tests.counting import CountShop, count_shop
from tests.operations.test_pictures import picture


@pytest.fixture
def shop(manager: User, administrator: User) -> CountShop:
    return count_shop(manager, administrator)


def test_from_the_shelf_to_the_books_and_back(manager: User, operator: User, shop: CountShop) -> None:
    program, scanner = program_of(manager), program_of(operator)
    made = program.post("/stock-counts", {"locations": [str(shop.shelf.pk)], "notes": "Yearly"})
    assert (made.status, made.headers["Location"], made.json["status"]) == (201, made.json["href"], "new")
    href = made.json["href"]
    assert program.post(f"{href}/start", {"version": 7}).status == 409
    assert program.post(f"{href}/start").json["expected"] == 10

    body = {"scans": [{"key": "a", "text": "D01"}, {"key": "b", "text": "d01"}, {"key": "c", "text": "fan", "quantity": "98.5"}]}
    answers = scanner.post(f"{href}/scans", body).json["scans"]
    assert [one["verdict"] for one in answers] == ["ok", "seen", "counted"]
    assert scanner.post(f"{href}/scans", body).json["scans"] == answers
    assert scanner.post(f"{href}/scans/{answers[1]['id']}/cancellation").json["key"] == "b"

    found = program.get(f"{href}/differences").json
    assert ([one["serial"] for one in found["missing"]][:2], found["value"]) == (["D02", "D03"], "903.75")
    assert found["goods"][0]["counted"] == "98.5"
    assert scanner.post(f"{href}/posting").status == 403
    assert program.post(f"{href}/posting", {"reason": str(shop.lost.pk), "seal": "0"}).status == 409
    wanted = {"reason": str(shop.lost.pk), "seal": found["seal"]}
    posted = program.post(f"{href}/posting", wanted, Idempotency_Key="once")
    assert (posted.status, posted.json["value"], posted.json["left_out"]) == (201, "903.75", [])
    assert program.post(f"{href}/posting", wanted, Idempotency_Key="once").json == posted.json
    assert program.get(href).json["status"] == "done"
    assert program.get(f"{href}/differences").json | {"seal": ""} == found | {"seal": ""}
    assert program.get("/serials?status=written_off").json["count"] == 9
    assert [row["units"] for row in program.get("/write-offs").json["items"]] == [9]

    program.made(f"/entries/{posted.json['entry']['id']}/reversal")
    assert program.get(href).json["status"] == "in_progress"
    assert program.get("/serials?status=written_off").json["count"] == 0
    assert program.post(f"{href}/cancellation").json["status"] == "canceled"
    assert program.get(f"{href}/sheet.pdf").content.startswith(b"%PDF")
    assert [row["number"] for row in program.get("/stock-counts?status=canceled").json["items"]] == [made.json["number"]]
    assert verify() == []


def test_what_nobody_knows_takes_words_and_a_photo(manager: User, shop: CountShop) -> None:
    program, href = program_of(manager), f"/stock-counts/{shop.count().pk}"
    [scan] = program.post(f"{href}/scans", {"scans": [{"key": "a", "text": "stranger", "note": "Torn label"}]}).json["scans"]
    assert (scan["note"], scan["photo"]) == ("Torn label", None)
    photo = base64.b64encode(picture(40, 30)).decode()
    described = program.post(f"{href}/scans/{scan['id']}/description", {"note": "Blue casing", "photo": photo}).json
    assert (described["note"], program.get(described["photo"]).content[:4]) == ("Blue casing", b"\x89PNG")
    assert program.get(f"{href}/differences").json["unknown"] == [described]
    assert program.post(f"{href}/scans/{scan['id']}/description", {"photo": "nothing"}).status == 422


def test_a_blind_count_is_compared_by_those_who_may_post_it(manager: User, operator: User, shop: CountShop) -> None:
    href = program_of(manager).made("/stock-counts", {"locations": [str(shop.shelf.pk)], "blind": True})["href"]
    assert program_of(operator).get(f"{href}/differences").status == 403
    assert program_of(manager).get(f"{href}/differences").status == 200
    assert program_of(manager).get("/stock-counts/999999/differences").status == 404


def test_what_was_seen_at_two_places_is_named_with_its_scans(manager: User, shop: CountShop) -> None:
    count = shop.count(shop.shelf, shop.beside)
    scans = [shop.scan(count, "D01", at=place)[0] for place in (shop.beside, shop.shelf)]
    program, href = program_of(manager), f"/stock-counts/{count.pk}"
    [found] = program.get(f"{href}/differences").json["two_places"]
    assert (found["serial"], [one["scan"] for one in found["sightings"]]) == ("D01", [str(one.pk) for one in scans])
    program.post(f"{href}/scans/{scans[0].pk}/cancellation")
    assert program.get(f"{href}/differences").json["two_places"] == []
