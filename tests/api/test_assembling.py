"""Components over the API: built in, replaced, taken out, looked at on any day; products taken apart and reworked; all undone."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from nameplate.ledger import verify
from nameplate.models import Role, User
from nameplate.operations.reasons import create_reason
from tests import world
from tests.api.asking import Program, program_of
from tests.workshop import Workshop


@pytest.fixture
def program(administrator: User) -> Program:
    return program_of(administrator)


@pytest.fixture
def shop(any_database: None) -> Workshop:
    return Workshop()


def inside(program: Program, unit: int, **asked: str) -> list[tuple[str, str]]:
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    found = program.get(f"/serials/{unit}/components?{query}")
    assert found.status == 200, found.content
    return [(one["place"], one["serial"]) for one in found.json["components"]]


def test_from_an_empty_pod_to_one_that_is_taken_apart_and_back(program: Program, shop: Workshop) -> None:
    pod = shop.build(shop.pod, "POD-1")
    shop.stock(shop.drive, "N1", "N2", "N3", "U1")
    shop.use(shop.unit("U1").pk)
    place = str(shop.shelf.pk)
    entries: list[Any] = []

    fittings = [{"component_serial": number, "product_serial": "pod-1", "place": f"bay {n}"} for n, number in ((1, "N1"), (2, "N2"))]
    first = program.post("/installations", {"fittings": fittings}, Idempotency_Key="in")
    assert (first.status, first.json["act"], first.json["href"]) == (201, "installed", first.headers["Location"])
    assert program.post("/installations", {"fittings": fittings}, Idempotency_Key="in").json == first.json
    entries.append(first.json)
    entries.append(program.made("/placements", {"fittings": [{"component_serial": "U1", "product": str(pod), "place": "bay 3"}]}))
    assert inside(program, pod) == [("bay 1", "N1"), ("bay 2", "N2"), ("bay 3", "U1")]

    rework = program.made("/rework", {"serials": ["POD-1"], "reason": "Noisy"})
    entries.append(rework)
    swap = {"old_serial": "N2", "new": str(shop.unit("N3").pk)}
    broken = {"swaps": [swap], "fate": "rejected", "location": place}
    assert list(program.post("/replacements", broken).json["fields"]) == ["reason"]
    swapped = program.made("/replacements", {**broken, "reason": "Bad sectors"})
    entries.append(swapped)
    assert swapped["document"] == rework["document"]
    assert program.post("/disassemblies", {"units": [str(pod)], "location": place}).status == 409
    entries.append(program.made(f"/rework/{rework['document_id']}/end"))
    assert program.post(f"/rework/{rework['document_id']}/end").status == 409

    entries.append(program.made("/removals", {"serials": ["N1"], "fate": "received", "location": place}))
    assert inside(program, pod) == [("bay 2", "N3"), ("bay 3", "U1")]
    own = [{"component": str(shop.unit("U1").pk), "fate": "rejected", "location": place}]
    apart = {"serials": ["POD-1"], "fate": "received", "location": place, "outcomes": own, "reason": "End of life"}
    entries.append(program.made("/disassemblies", apart))
    assert entries[-1]["document"].startswith("DA")
    assert inside(program, pod) == []
    assert program.get(f"/serials/{pod}").json["status"] == "consumed"

    for entry in reversed(entries):
        program.made(f"/entries/{entry['id']}/reversal")
    assert (inside(program, pod), verify()) == ([], [])


def test_goods_come_out_in_part_and_wholly(program: Program, shop: Workshop) -> None:
    pod, place = shop.build(shop.pod, "POD-1"), str(shop.shelf.pk)
    screws = shop.screws_into(pod, 8)
    some = {"product": str(pod), "lot": str(screws.pk), "quantity": "2", "fate": "received", "location": place}
    entries = [program.made("/removals", {"goods": [some]})]
    assert [one["quantity"] for one in program.get(f"/serials/{pod}/components").json["goods"]] == ["6"]
    apart = {"serials": ["POD-1"], "fate": "rejected", "location": place, "reason": "End of life"}
    assert program.post("/disassemblies", apart).json["type"].endswith("goods-left")
    entries.append(program.made("/disassemblies", {**apart, "goods_fate": "received", "goods": [{**some, "quantity": "1"}]}))
    assert screws.stock.get().quantity == 8_000_000
    for entry in reversed(entries):
        program.made(f"/entries/{entry['id']}/reversal")
    reason = create_reason(actor=world.user(role=Role.ADMINISTRATOR), kind="write-off", name="Lost")
    lost = {**some, "quantity": "1", "fate": "written_off", "location": None}
    entries = [program.made("/removals", {"goods": [lost, some], "write_off_reason": str(reason.pk)})]
    assert [row["goods"] for row in program.get("/write-offs").json["items"]] == ["1"]
    program.made(f"/entries/{entries[0]['id']}/reversal")
    assert [one["quantity"] for one in program.get(f"/serials/{pod}/components").json["goods"]] == ["8"]


def test_goods_go_in_by_number_or_by_id_and_are_replaced(program: Program, shop: Workshop) -> None:
    pod, lot = shop.build(shop.pod, "POD-1"), shop.screws_on_shelf(8)
    goods = {"product_serial": "pod-1", "lot_number": lot.number, "quantity": "3", "location": str(shop.shelf.pk)}
    refused = program.post("/installations", {"goods": [{**goods, "lot": str(lot.pk)}]})
    assert (refused.status, refused.json["type"].endswith("which-lot")) == (422, True)
    assert program.post("/installations", {"goods": [goods]}).json["type"].endswith("not-on-bill")
    body = {"goods": [goods, {"product": str(pod), "lot": str(lot.pk), "quantity": "1"}], "anyway": True}
    entry = program.made("/installations", body)
    assert entry["act"] == "installed"
    assert [one["quantity"] for one in program.get(f"/serials/{pod}/components").json["goods"]] == ["4"]
    assert "POD-1" in program.get(f"/lots/{lot.pk}/trace").content.decode()
    out = {"product": str(pod), "lot": str(lot.pk), "quantity": "4", "fate": "received", "location": str(shop.shelf.pk)}
    swap = {**out, "new_lot": str(shop.screws_on_shelf(2).pk), "new_quantity": "2"}
    swapped = program.made("/replacements", {"goods": [swap]})
    assert [one["quantity"] for one in program.get(f"/serials/{pod}/components").json["goods"]] == ["2"]
    for each in (swapped, entry):
        program.made(f"/entries/{each['id']}/reversal")
    assert (program.get(f"/serials/{pod}/components").json["goods"], verify()) == ([], [])


def test_every_level_on_any_day_and_the_products_of_a_unit(program: Program, shop: Workshop) -> None:
    pod = shop.full_pod()
    shop.screws_into(pod, 12)
    today = timezone.localdate().isoformat()
    found = program.get(f"/serials/{pod}/components?on={today}").json
    assert [(one["level"], one["serial"], one["product"]) for one in found["components"]][-2:] == [
        (1, "M1-1", "POD-1"),
        (2, "F1-1", "M1-1"),
    ]
    assert [(one["item"], one["quantity"]) for one in found["goods"]] == [("SCREW", "12")]
    assert (found["on"], found["more"]) == (today, False)
    assert inside(program, pod, on="2001-01-01") == []
    for wrong in ("soon", "", "2001-02-30"):
        assert program.get(f"/serials/{pod}/components?on={wrong}").status == 422
    [home] = program.get(f"/serials/{shop.unit('F1-1').pk}/products").json["products"]
    assert (home["product"], home["place"], home["until"]) == ("M1-1", "", None)
    assert program.get("/serials/999999/components").status == program.get("/serials/999999/products").status == 404


def test_units_are_named_by_id_or_by_number(program: Program, shop: Workshop) -> None:
    pod = shop.build(shop.pod, "POD-1")
    shop.stock(shop.drive, "N1")
    both = {"component": "1", "component_serial": "N1", "product": str(pod)}
    for fitting, rule in (({"product": str(pod)}, "units-or-serials"), (both, "units-or-serials")):
        assert program.post("/installations", {"fittings": [fitting]}).json["type"].endswith(rule)
    unknown = program.post("/installations", {"fittings": [{"component_serial": "nobody", "product": str(pod)}]})
    assert (unknown.status, unknown.json["offenders"][0]["text"]) == (422, "nobody")
    assert program.post("/installations", {"fittings": []}).status == 422
    assert program.post("/removals", {"serials": ["N1"], "fate": "eaten"}).json["fields"].keys() == {"fate"}


def test_a_list_is_judged_before_anything_is_done(program: Program, shop: Workshop) -> None:
    shop.full_pod()
    shop.use(*shop.stock(shop.drive, "U1"))
    shop.stock(shop.drive, "N1", "N2")
    found = program.made("/installations/preview", {"text": "N1,POD-1,bay 1\nN2,POD-1,bay 9", "anyway": True})
    assert (found["good"], found["bad"], found["lines"][0]["message"]) == (1, 1, "D1-1 is at bay 1 already")
    found = program.made("/placements/preview", {"text": "U1,POD-1", "anyway": True})
    assert (found["good"], found["lines"][0]["component_id"]) == (1, str(shop.unit("U1").pk))


def test_ten_thousand_in_one_call(program: Program, shop: Workshop) -> None:
    numbers = [f"T{n:05d}" for n in range(10_000)]
    units = shop.stock(shop.drive, *numbers)
    rack = shop.stock(shop.stranger, "RACK")[0]
    body = {"fittings": [{"component": str(unit), "product": str(rack), "place": f"u {n}"} for n, unit in enumerate(units)]}
    assert program.made("/installations", body)["units"] == 10_001
    out = {"units": [str(unit) for unit in units], "fate": "received", "location": str(shop.shelf.pk)}
    assert program.made("/removals", out)["units"] == 10_001
    assert verify() == []
