"""Returns over the API: taken back, repaired and shipped back, replaced, swapped, undone."""

from __future__ import annotations

import pytest

from nameplate.ledger import verify
from nameplate.models import Status, User
from nameplate.operations.shipping import GoodsShipped, ship_directly
from tests.api.asking import program_of
from tests.operations.assemblies import spots
from tests.operations.returning import Counter, counter
from tests.operations.selling import ids
from tests.workshop import Workshop


@pytest.fixture
def desk(manager: User) -> Counter:
    return counter()


def test_a_whole_return(manager: User, desk: Counter) -> None:
    program = program_of(manager)
    customer, place = str(desk.shop.customer.pk), str(desk.shop.shelf.pk)
    body = {"customer": customer, "serials": ["D1", "D2"], "reason": str(desk.faulty), "complaint": "It clicks."}
    made = program.post("/returns", body, Idempotency_Key="once")
    assert (made.status, made.headers["Location"], made.json["status"]) == (201, made.json["href"], "new")
    assert program.post("/returns", body, Idempotency_Key="once").json == made.json
    href = made.json["href"]
    refused = program.post("/returns", {**body, "serials": ["D6"]})
    assert (refused.status, refused.json["rule"], refused.json["offenders"][0]["text"]) == (409, "not-theirs", "D6")

    units = program.post(f"{href}/receipts", {"location": place}).json["unit_list"]
    assert [(one["serial"], one["reason"], one["in_warranty"], one["next"]) for one in units] == [
        ("D1", "Failed in use", True, "to be inspected"),
        ("D2", "Failed in use", True, "to be inspected"),
    ]
    assert program.post(f"{href}/receipts", {"location": place, "serials": ["D1"]}).status == 409
    program.post(f"{href}/repairs", {"serials": ["D1"], "fault": "Bearing"})
    instead = [{"unit": str(ids("D2")[0]), "replacement": str(ids("D8")[0])}]
    sent = program.post(f"{href}/shipments", {"serials": ["D1"], "replacements": instead, "work": "New bearing"}).json
    assert [(one["outcome"], one["done"]) for one in sent["unit_list"]] == [("repair_and_ship_back", True), ("replacement", False)]
    done = program.post(f"{href}/restocks", {"serials": ["D2"]}).json
    assert (done["status"], done["unit_list"][1]["replacement_id"]) == ("resolved", str(ids("D8")[0]))
    assert program.get(f"{href}/repair-report.pdf").content.startswith(b"%PDF")
    listed = program.get("/serials?return_reason=Failed*").json["items"]
    assert sorted((one["serial"], one["return"]) for one in listed) == [("D1", made.json["number"]), ("D2", made.json["number"])]
    assert program.get("/reports/returned?reason=Failed*").json["count"] == 2

    taken = program.made("/returns", {"customer": customer, "serials": ["D6"], "location": place, "contradiction": "In their box."})
    swap = {"unit": str(ids("D6")[0]), "other": str(ids("D5")[0]), "reason": "Mixed up"}
    assert program.post("/shipment-swaps", swap).status == 201
    assert program.get(taken["href"]).json["unit_list"][0]["settled"] == "Swapped with D5."
    assert verify() == []


def test_a_repair_in_one_step_with_its_replaced_component(manager: User, db: None) -> None:
    program, shop = program_of(manager), Workshop()
    pod = shop.full_pod()
    shop.stock(shop.drive, "D9")
    ship_directly(actor=shop.manager, customer=shop.customer, unit_ids=[pod])
    place = str(shop.shelf.pk)
    made = program.made("/returns", {"customer": str(shop.customer.pk), "serials": ["POD-1"], "location": place})
    parts = {"swaps": [{"old_serial": "D1-1", "new_serial": "D9"}], "location": place}
    done = program.post(f"{made['href']}/repair-ends", {"serials": ["POD-1"], "fault": "Clicks", "test": "8 h", "replaced": parts})
    assert (done.status, done.json["unit_list"][0]["outcome"], done.json["status"]) == (200, "repair_and_ship_back", "waiting_action")
    assert (("bay 1", "D9") in spots(pod), shop.unit("D1-1").status) == (True, Status.REJECTED)


def test_goods_by_quantity_and_numbers_that_nobody_knew(manager: User, desk: Counter) -> None:
    program, fans = program_of(manager), desk.shop.fans
    ship_directly(actor=desk.shop.actor, customer=desk.shop.customer, goods=[GoodsShipped(fans, 6)])
    customer, place = str(desk.shop.customer.pk), str(desk.shop.shelf.pk)
    goods = [{"lot": str(fans.pk), "quantity": "4"}]
    made = program.made("/returns", {"customer": customer, "goods": goods, "reason": str(desk.faulty)})
    href, [row] = made["href"], made["goods_list"]
    assert (row["quantity"], row["next"], row["lot_id"], made["goods"]) == ("4", "expected", str(fans.pk), "4")
    more = program.post(f"{href}/contents", {"goods": [{"item": str(desk.shop.fan.pk), "quantity": "3"}]})
    assert (more.status, more.json["rule"]) == (409, "not-theirs")
    program.post(f"{href}/receipts", {"location": place, "goods": [{"id": row["id"], "quantity": "3"}]})
    program.post(f"{href}/restocks", {"goods": [{"id": row["id"], "quantity": "2"}]})
    stands = program.post(f"{href}/rejections", {"goods": [{"id": row["id"]}], "reason": "Bent"}).json
    assert [(one["quantity"], one["left"], one["done"]) for one in stands["goods_list"]] == [("3", "0", True), ("1", "0", False)]
    program.post(f"{href}/removals", {"goods": [stands["goods_list"][1]["id"]]})
    counted = program.get("/reports/returned?reason=Failed*").json["items"]
    assert [(one["item"], one["quantity"], one["serial"]) for one in counted] == [("FAN", "3", None)]

    unknown = {"item": str(desk.shop.drive.pk), "serials": ["OLD-1"]}
    assert program.post("/returns", {"customer": customer, "unknown": unknown, "contradiction": "Sold long ago."}).status == 422
    body = {"customer": customer, "unknown": unknown, "contradiction": "Sold long ago.", "location": place}
    taken = program.made("/returns", body)
    [one] = taken["unit_list"]
    assert (one["serial"], one["known"], one["days"]) == ("OLD-1", "never shipped by us, as far as the books know", None)
    added = program.post(f"{href}/unknown-units", {**unknown, "serials": ["OLD-2"], "contradiction": "So too.", "location": place}).json
    assert [one["contradiction"] for one in added["unit_list"]] == ["So too."]
    assert program.post(f"/entries/{one['received_entry_id']}/reversal", {}).status == 201
    assert (program.get(taken["href"]).json["unit_list"], program.get("/serials?serial=*LD-1").json["count"]) == ([], 0)
    assert verify() == []
