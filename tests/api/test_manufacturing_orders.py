"""Manufacturing orders over the API: made, edited, led from step to step; parts booked, proposed and freed; products numbered."""

from __future__ import annotations

import pytest

from nameplate.models import User
from tests.api.shops import Bench, bench
from tests.pods import unit


@pytest.fixture
def shop(db: None, manager: User) -> Bench:
    return bench(manager, started=False)


def test_an_order_is_made_read_and_edited(shop: Bench) -> None:
    order = shop.order
    assert (order["status"], order["product"], order["quantity"], order["made"], order["to_make"]) == ("new", "POD", "2", "0", "2")
    drive = order["parts"][0]
    assert {name: drive[name] for name in ("item", "each", "needed", "used", "booked", "free", "short", "places")} == {
        "item": "DRIVE",
        "each": "3",
        "needed": "6",
        "used": "0",
        "booked": "0",
        "free": "12",
        "short": "0",
        "places": ["bay 1", "bay 2", "bay 3"],
    }
    assert [one["label"] for one in order["columns"]] == ["bay 1", "bay 2", "bay 3", "left", "right", "BACKPLANE"]
    assert shop.program.patch(shop.at, {"quantity": "5"}).status == 428
    edited = shop.program.patch(shop.at, {"quantity": "5", "due_on": "2026-04-30"}, If_Match='"1"')
    assert (edited.status, edited.json["quantity"], edited.json["due_on"]) == (200, "5", "2026-04-30")
    assert edited.json == shop.now()
    assert edited.json["parts"][0]["short"] == "3"
    assert shop.program.patch(shop.at, {"notes": "x", "version": 1}).status == 409
    parts = [{"component": drive["item_id"], "quantity": "1"}]
    fewer = shop.program.patch(shop.at, {"parts": parts, "quantity": "2"}, If_Match=edited.headers["ETag"])
    assert [(one["item"], one["needed"]) for one in fewer.json["parts"]] == [("DRIVE", "2")]


def test_what_cannot_be_an_order_is_refused_beside_its_field(shop: Bench) -> None:
    drive = str(shop.shop.drive.pk)
    answer = shop.program.post("/manufacturing-orders", {"item": drive, "quantity": "0", "starts_on": "2026-04-02", "due_on": "2026-04-01"})
    assert (answer.status, set(answer.json["fields"])) == (422, {"item", "quantity", "due_on"})
    assert shop.program.get("/manufacturing-orders/999999").status == 404
    assert shop.program.post("/manufacturing-orders/999999/start").status == 404


def test_each_step_leads_on_and_one_that_does_not_fit_is_refused(shop: Bench) -> None:
    for step, status in (("schedule", "scheduled"), ("start", "in_progress"), ("pause", "paused"), ("start", "in_progress")):
        assert shop.program.made(f"{shop.at}/{step}")["status"] == status
    assert shop.program.post(f"{shop.at}/closure").json["rule"] == "wrong-status"
    assert shop.program.post(f"{shop.at}/cancellation", {"of": "rest"}).json["rule"] == "nothing-made"
    assert shop.finish(shop.pod("SP-1", ["D01", "D02", "D03"], ["P01", "P02"])).status == 201
    assert shop.program.post(f"{shop.at}/cancellation").json["rule"] == "partly-made"
    assert shop.program.made(f"{shop.at}/cancellation", {"of": "rest", "reason": "No more are sold."})["status"] == "done"
    assert shop.program.made(f"{shop.at}/closure")["status"] == "closed"
    assert shop.program.post(f"{shop.at}/reopening", {"version": 1}).status == 409
    assert shop.program.made(f"{shop.at}/reopening")["status"] == "done"


def test_parts_are_proposed_booked_and_freed(shop: Bench) -> None:
    drive, supply = shop.part("DRIVE"), shop.part("PSU")
    entry = shop.program.made(
        f"{shop.at}/bookings",
        {"parts": [{"part": drive, "serials": ["d03", "D05"]}, {"part": supply, "proposed": True, "count": 1}]},
    )
    assert (entry["act"], entry["units"]) == ("booked", 3)
    assert [(one["item"], one["booked"], one["free"]) for one in shop.now()["parts"][:2]] == [("DRIVE", "2", "10"), ("PSU", "1", "11")]
    proposed = shop.program.get(f"{shop.at}/proposals?first=expiry").json["parts"]
    assert [(one["serial"], one["booked"]) for one in proposed[0]["units"]] == [
        ("D03", True),
        ("D05", True),
        *((number, False) for number in ("D01", "D02", "D04", "D06")),
    ]
    assert (proposed[2]["goods"][0]["quantity"], proposed[2]["goods"][0]["location"], proposed[3]["missing"]) == ("2", "A-01", "0")
    assert shop.program.get(f"/serials?reserved_for=={shop.order['number']}").json["count"] == 3
    freed = shop.program.made(f"{shop.at}/booking-releases", {"serials": ["D03"], "reason": "Needed elsewhere."})
    assert (freed["act"], freed["units"]) == ("freed", 1)
    shop.program.made(f"{shop.at}/booking-releases", {"units": [str(unit("D05").pk)]})
    assert shop.now()["parts"][0]["booked"] == "0"


def test_what_cannot_be_booked_or_freed_is_named(shop: Bench) -> None:
    drive = shop.part("DRIVE")

    def booked(part: object) -> tuple[int, object]:
        answer = shop.program.post(f"{shop.at}/bookings", {"parts": [part]})
        return answer.status, answer.json["rule"]

    assert booked({"part": drive}) == (422, "units-or-serials")
    assert booked({"part": drive, "serials": ["NOPE", "P01"]}) == (422, "units-not-found")
    assert booked({"part": shop.part("SCREW"), "serials": ["D01"]}) == (422, "not-serial-tracked")
    assert booked({"part": "999999", "proposed": True}) == (422, "no-such-line")
    assert booked({"part": drive, "units": [str(unit("P01").pk)]}) == (409, "units-not-good")
    assert booked({"part": drive, "serials": [f"D{n:02d}" for n in range(1, 9)]}) == (409, "more-than-needed")
    answer = shop.program.post(f"{shop.at}/booking-releases", {"serials": ["D01"]})
    assert (answer.status, answer.json["offenders"][0]["text"]) == (422, "D01")
    assert shop.program.get(f"{shop.at}/proposals?first=colour").status == 422
    assert shop.program.get("/manufacturing-orders/999999/proposals").status == 404
    assert [one["booked"] for one in shop.now()["parts"]] == ["0"] * 4


def test_products_get_their_numbers_beforehand(shop: Bench) -> None:
    at = f"{shop.at}/serials"
    assert shop.program.post(at, {"serials": ["SP-1"]}).json["rule"] == "not-expected"
    shop.program.made(f"{shop.at}/schedule")
    shop.program.made(at, {"serials": ["POD-A"]}, Idempotency_Key="a")
    assert shop.program.post(at, {"serials": ["POD-A"]}, Idempotency_Key="a").headers["Idempotency-Replayed"] == "true"
    entry = shop.program.made(at, {"count": 1})
    numbers = [one["serial"] for one in shop.program.get(f"/entries/{entry['id']}/serials").json["items"]]
    assert numbers == ["SP-001"]
    assert shop.now()["planned"] == 2
    assert shop.program.post(at, {"count": 1}).json["rule"] == "more-than-expected"
    assert shop.program.post(at, {}).json["rule"] == "units-or-serials"
    shop.program.made(f"{shop.at}/withdrawals", {"units": [str(unit("POD-A").pk)], "reason": "Not made after all."})
    assert shop.now()["planned"] == 1


def test_lots_are_booked_by_quantity_and_freed(shop: Bench) -> None:
    parts = {one["item"]: one["id"] for one in shop.order["parts"]}
    number = shop.shop.backplanes
    lots = {"part": parts["BACKPLANE"], "lots": [{"lot": number, "quantity": "2"}]}
    booked = shop.program.made(f"{shop.at}/bookings", {"parts": [lots, {"part": parts["SCREW"], "proposed": True}]})
    standing = {one["item"]: (one["booked"], one["free"]) for one in shop.now()["parts"]}
    assert (standing["BACKPLANE"], standing["SCREW"]) == (("2", "58"), ("16", "984"))
    picked = {one["item"]: one["goods"] for one in shop.program.get(f"{shop.at}/proposals").json["parts"]}["BACKPLANE"]
    assert [(one["lot"], one["quantity"], one["booked"]) for one in picked] == [(number, "2", True)]
    wrong = shop.program.post(f"{shop.at}/bookings", {"parts": [{**lots, "serials": ["D01"]}]})
    assert (wrong.status, wrong.json["fields"].keys()) == (422, {"parts.0"})
    spot = {"part": parts["BACKPLANE"], "lot": picked[0]["lot_id"], "location": str(shop.shop.shelf.pk)}
    shop.program.made(f"{shop.at}/booking-releases", {"goods": [{**spot, "quantity": "1"}]})
    shop.program.made(f"{shop.at}/booking-releases", {"goods": [spot]})
    answer = shop.program.post(f"{shop.at}/booking-releases", {"goods": [spot]})
    assert (answer.status, answer.json["type"].endswith("not-booked")) == (409, True)
    assert shop.program.post(f"/entries/{booked['id']}/reversal").status == 409
