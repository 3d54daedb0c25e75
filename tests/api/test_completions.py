"""Products finished over the API: with their parts by place, column or neither; judged cell by cell; read back; undone."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from nameplate.ledger.numbering import upcoming
from nameplate.models import Entry, Lot, Serial, Status, Switch, User
from nameplate.number_patterns import read_pattern
from nameplate.operations.lots import Contents
from tests import proving
from tests.api.shops import Bench, bench
from tests.pods import unit

FIRST, SECOND = (["D01", "D02", "D03"], ["P01", "P02"]), (["D04", "D05", "D06"], ["P03", "P04"])


@pytest.fixture
def shop(db: None, manager: User) -> Bench:
    return bench(manager)


def inside(shop: Bench, entry: str = "") -> dict[str, dict[str, str]]:
    """By product, what stands in which place."""
    found = shop.program.get(f"{shop.at}/as-built" + (f"?entry={entry}" if entry else "")).json["products"]
    return {one["serial"]: {part["place"] or part["item"]: part["serial"] or part["lot"] for part in one["parts"]} for one in found}


def test_parts_go_where_their_place_their_column_or_their_item_says(shop: Bench) -> None:
    parts = [{"place": " Bay 3", "serial": "D03"}, {"column": 4, "serial": "p01"}, {"serial": "P02"}, {"serial": "D07"}, {"serial": "D08"}]
    entry = shop.finish({"serial": "SP-1", "parts": [*parts, {"lot": shop.shop.backplanes}]}).json
    assert (entry["act"], entry["document"], entry["units"]) == ("built", shop.order["number"], 6)
    assert inside(shop) == {
        "SP-1": {
            "bay 1": "D07",
            "bay 2": "D08",
            "bay 3": "D03",
            "left": "P01",
            "right": "P02",
            "BACKPLANE": shop.shop.backplanes,
        }
    }
    unknown = shop.program.get(f"{shop.at}/as-built").json["unknown"]
    assert [(one["item"], one["quantity"]) for one in unknown] == [("SCREW", "8")]


def test_a_place_that_is_not_there_or_filled_twice_is_refused_beside_its_field(shop: Bench) -> None:
    parts = [
        {"place": "bay 9", "serial": "D01"},
        {"column": 1, "serial": "D02"},
        {"place": "bay 1", "serial": "D03"},
        {"column": 7, "lot": "x"},
    ]
    answer = shop.finish({"serial": "SP-1", "parts": parts})
    assert (answer.status, answer.json["fields"]) == (
        422,
        {
            "products.0.parts.0.place": "The product has no place “bay 9”.",
            "products.0.parts.2.place": "bay 1 is given twice.",
            "products.0.parts.3.column": "The product has 6 places.",
        },
    )
    both = shop.finish({"serial": "SP-1", "parts": [{"serial": "D01", "lot": "L1"}, {}]})
    assert (both.status, len(both.json["fields"])) == (422, 2)
    wrong = shop.finish({"serial": "SP-1", "parts": [{"place": "left", "part": shop.part("DRIVE"), "serial": "D01"}]})
    assert wrong.status == 422


def test_a_place_a_column_and_a_part_that_contradict_each_other_are_refused(shop: Bench) -> None:
    at_odds = [{"place": "bay 1", "column": 2, "serial": "D01"}, {"place": "Left", "column": 4, "serial": "P01"}]
    no_room = [{"part": shop.part("PSU"), "serial": "P02"}, {"part": shop.part("PSU"), "serial": "P03"}]
    strange = [{"part": "999999", "serial": "D02"}, {"column": 1, "part": shop.part("PSU"), "serial": "P04"}]
    answer = shop.finish({"serial": "SP-1", "parts": [*at_odds, *no_room, *strange]})
    assert (answer.status, answer.json["fields"]) == (
        422,
        {
            "products.0.parts.0.place": "Column 2 is bay 2.",
            "products.0.parts.3.part": "The product has no place left for this part.",
            "products.0.parts.4.part": "The product has no place left for this part.",
            "products.0.parts.5.column": "This column is of another part.",
        },
    )
    assert not Serial.objects.filter(number="SP-1").exists()


def test_cells_that_cannot_stand_are_named_before_and_when_it_is_done(shop: Bench) -> None:
    pods = [shop.pod("SP-1", ["D01", "NOPE", "D01"], ["P01", "D02"]), shop.pod("SP-1", ["D04", "D05", "D06"], ["P03", "P04"])]
    pods[1]["parts"] += [{"serial": "D09"}]
    entries = Entry.objects.count()
    judged = shop.program.post(f"{shop.at}/completions/preview", {"products": pods}).json
    assert (judged["good"], judged["bad"]) == (10, 5)
    assert [(one["product"], one["column"], one["place"], one["text"], one["rule"]) for one in judged["cells"]] == [
        (1, 2, "bay 2", "NOPE", "unknown"),
        (1, 3, "bay 3", "D01", "twice"),
        (1, 5, "right", "D02", "other-item"),
        (2, None, "", "SP-1", "twice"),
        (2, 7, "", "D09", "beyond-the-grid"),
    ]
    assert judged["cells"][1]["unit_id"] == str(unit("D01").pk)
    refusal = shop.finish(*pods)
    assert judged["refusal"] == refusal.json
    assert (refusal.status, refusal.json["rule"]) == (409, "cells-not-good")
    assert [(one["row"], one["column"], one["text"]) for one in refusal.json["cells"]] == [
        (one["product"], one["column"], one["text"]) for one in judged["cells"]
    ]
    assert (Entry.objects.count(), Serial.objects.filter(number="SP-1").exists()) == (entries, False)


def test_numbers_come_from_the_pattern_once_for_a_request(shop: Bench) -> None:
    pod = {"parts": shop.pod("", *FIRST)["parts"]}
    used = [{"part": shop.part("DRIVE"), "serials": SECOND[0]}, {"part": shop.part("PSU"), "serials": SECOND[1]}]
    body = {
        "products": [pod],
        "numbers": 2,
        "used": used,
        "goods": [{"part": shop.part("BACKPLANE"), "lot": shop.shop.backplanes, "quantity": "1"}],
    }
    made = shop.program.made(f"{shop.at}/completions", body, Idempotency_Key="k")
    again = shop.program.post(f"{shop.at}/completions", body, Idempotency_Key="k")
    assert (again.json, again.headers["Idempotency-Replayed"]) == (made, "true")
    assert inside(shop)["SP-001"]["bay 1"] == "D01"
    assert inside(shop)["SP-002"] == {}
    built = shop.program.get(f"{shop.at}/as-built?entry={made['id']}").json
    assert sorted(one["serial"] for one in built["unknown"] if one["unit_id"]) == sorted([*SECOND[0], *SECOND[1]])
    assert (unit("D04").status, unit("D04").used_by_id, unit("D04").parent_id) == (Status.CONSUMED, int(shop.order["id"]), None)
    assert shop.now()["status"] == "done"


def test_what_failed_is_rejected_what_is_missing_recorded(manager: User, db: None) -> None:
    shop = bench(manager, may_miss_parts=True)
    entry = shop.finish(
        {"serial": "SP-1", "parts": [{"place": "bay 1", "serial": "D01"}]},
        failed=[{"serial": "D09", "reason": "clicks"}],
        happened_on="2020-01-02",
    )
    assert entry.status == 409, "before the parts came"
    entry = shop.finish({"serial": "SP-1", "parts": [{"place": "bay 1", "serial": "D01"}]}, failed=[{"serial": "D09", "reason": "clicks"}])
    assert (unit("D09").status, entry.json["reason"]) == (Status.REJECTED, "D09: clicks")
    [product] = shop.program.get(f"{shop.at}/as-built").json["products"]
    assert [(one["item"], one["place"]) for one in product["missing"]] == [
        ("DRIVE", "bay 2"),
        ("DRIVE", "bay 3"),
        ("PSU", "left"),
        ("PSU", "right"),
        ("BACKPLANE", ""),
    ]


def test_what_the_completion_would_refuse_is_answered_beforehand(shop: Bench) -> None:
    cases: dict[str, dict[str, Any]] = {
        "units-not-good": {"failed": [{"serial": "D01", "reason": "clicks"}]},
        "before-last-entry": {"happened_on": "2020-01-02"},
        "in-the-future": {"happened_on": "2999-01-02"},
        "no-such-location": {"location": "999999"},
        "more-than-planned": {"numbers": 2},
        "stale": {"version": 1},
        "nothing-made": {"products": []},
        "invalid-fields": {"products": [{"serial": "SP-1", "parts": [{"place": "bay 9", "serial": "D01"}]}]},
        "parts-missing": {"products": [{"serial": "SP-1", "parts": [{"serial": "D01"}]}]},
    }
    entries, lots = Entry.objects.count(), Lot.objects.count()
    for rule, more in cases.items():
        body = {"products": [shop.pod("SP-1", *FIRST)], **more}
        foreseen = shop.program.post(f"{shop.at}/completions/preview", body)
        refusal = shop.program.post(f"{shop.at}/completions", body)
        assert (foreseen.status, foreseen.json["refusal"]) == (200, refusal.json)
        assert (refusal.json["rule"], refusal.status) == (rule, refusal.json["status"])
    assert (Entry.objects.count(), Lot.objects.count()) == (entries, lots)


def test_what_would_be_done_is_foreseen_without_a_trace(shop: Bench) -> None:
    body = {
        "products": [shop.pod("", *FIRST)],
        "numbers": 1,
        "failed": [{"serial": "D09", "reason": "clicks"}],
        "happened_on": timezone.localdate().isoformat(),
        "note": "Bench 2",
    }
    before, lots = shop.now(), upcoming("lot", read_pattern("L{00000}", longest=40), 3)
    foreseen = shop.program.post(f"{shop.at}/completions/preview", body).json
    assert foreseen == {"good": 7, "bad": 0, "cells": [], "refusal": None, "expired": []}
    assert (shop.now(), upcoming("lot", read_pattern("L{00000}", longest=40), 3)) == (before, lots), "no number is taken"
    assert (unit("D09").status, Serial.objects.filter(number__startswith="SP-").exists()) == (Status.RECEIVED, False)
    shop.program.made(f"{shop.at}/completions", body)
    assert unit("SP-001").status == Status.RECEIVED


def test_a_stale_order_and_one_that_is_not_there_are_refused(shop: Bench) -> None:
    assert shop.finish(shop.pod("SP-1", *FIRST), version=1).json["rule"] == "stale"
    for path in ("completions", "completions/preview"):
        assert shop.program.post(f"/manufacturing-orders/999999/{path}", {"products": []}).status == 404
    assert shop.program.get(f"{shop.at}/as-built?entry=999999").status == 404
    assert shop.program.get(f"{shop.at}/as-built?entry=x").status == 422
    assert shop.program.post(f"{shop.at}/completions", {}).json["rule"] == "nothing-made"
    many = {"serial": "SP-1", "parts": [{"serial": "D01"}] * 20_000}
    assert shop.finish(many, {"serial": "SP-2", "parts": [{"serial": "D01"}]}).status == 413


def test_fifty_pods_of_forty_seven_parts_are_one_call_of_as_many_statements_as_two(manager: User, db: None) -> None:
    pods = proving.times(4, 50)
    shop = bench(manager, quantity=5 + pods, drives=2, bays=45)
    counts = []
    for series, size in (("W", 2), ("A", 2), ("B", pods)):
        for item, letter, each in ((shop.shop.drive, "D", 45), (shop.shop.supply, "P", 2)):
            shop.shop.stock(item, Contents([f"{series}{letter}{n:05d}" for n in range(each * size)]))
        rows = [
            shop.pod(f"{series}{n}", [f"{series}D{45 * n + i:05d}" for i in range(45)], [f"{series}P{2 * n + i:05d}" for i in range(2)])
            for n in range(size)
        ]
        with CaptureQueriesContext(connection) as looked:
            assert shop.program.post(f"{shop.at}/completions/preview", {"products": rows}).json["refusal"] is None
        with CaptureQueriesContext(connection) as asked:
            entry = shop.finish(*rows)
        assert entry.status == 201, entry.json
        counts.append((len(looked), len(asked)))
        built = inside(shop, entry=entry.json["id"])
        assert len(built) == size
        assert built[f"{series}1"]["bay 2"] == f"{series}D{46:05d}"
    assert counts[1] == counts[2]
    with CaptureQueriesContext(connection) as asked:
        read = inside(shop)
    assert sum(map(len, read.values())) == 48 * (4 + pods)
    assert len(asked) < 25


def test_products_with_numbers_are_not_made_while_serial_numbers_are_off(shop: Bench) -> None:
    Switch.objects.update_or_create(name="serial-numbers", defaults={"on": False})
    answer = shop.finish(shop.pod("SP-1", *FIRST))
    assert (answer.status, answer.json["rule"]) == (409, "switched-off")
    assert Lot.objects.filter(source=shop.order["id"], status="received").count() == 0
