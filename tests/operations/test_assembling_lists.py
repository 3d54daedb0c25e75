"""A pasted list of components, products and places: each line judged, the good ones done, the others kept."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from nameplate.models import Movement, Serial, User
from nameplate.operations.assembling.lists import fit_from_list, judge_list
from nameplate.operations.drafting import load_draft
from nameplate.operations.holding import hold_units
from nameplate.refusals import Forbidden
from tests.operations.orders import refused
from tests.workshop import Workshop

LINES = """Component\tProduct\tPlace
n1\tpod-3\tBAY 1
N2,POD-1,bay 1
N3,POD-3,bay 1
N4,POD-2
N5,POD-3,bay 2
L1,POD-3
D1-1,POD-3
nobody,POD-3
N6
N7,POD-3,bay 3
N7,POD-3
"N6,POD-3
a,b,c,d
N8,POD-3"""


@pytest.fixture
def shop(db: None) -> Workshop:
    return Workshop()


def test_each_line_gets_its_verdict(actor: User, shop: Workshop) -> None:
    pod, held = shop.full_pod(), shop.build(shop.pod, "POD-2")
    empty = shop.build(shop.pod, "POD-3")
    shop.stock(shop.drive, *(f"N{n}" for n in range(1, 9)))
    shop.stock(shop.stranger, "L1", "N8")
    hold_units(actor=actor, unit_ids=[held], reason="Smells")
    hold_units(actor=actor, unit_ids=[shop.unit("N5").pk], reason="Hot")
    before = Movement.objects.count()
    rows = judge_list(actor=actor, verb="install", text=LINES).rows
    assert [(row.line, row.standing, row.message) for row in rows] == [
        (2, "good", ""),
        (3, "bad", "D1-1 is at bay 1 already"),
        (4, "bad", "bay 1 is given twice"),
        (5, "bad", "POD-2: it is on hold (Smells)"),
        (6, "bad", "it is on hold (Hot)"),
        (7, "bad", "it is not on the product’s bill of materials (it is LAMP)"),
        (8, "bad", "it is Consumed; “Consumed” needs Received"),
        (9, "bad", "no unit bears nobody"),
        (10, "bad", "a line holds the component and the product"),
        (11, "good", ""),
        (12, "bad", "this unit is on line 11 already"),
        (13, "bad", "a quotation mark opens here and does not close"),
        (14, "bad", "4 columns here; a line holds the component, the product and the place"),
        (15, "bad", "units of DRIVE and LAMP bear N8; choose by the unit’s page"),
    ]
    assert Movement.objects.count() == before
    entry, answer = fit_from_list(actor=actor, verb="install", text=LINES)
    assert (entry.units, len(answer.rest)) == (3, 12)
    assert list(Serial.objects.filter(parent=empty).order_by("place").values_list("number", "place")) == [("N1", "bay 1"), ("N7", "bay 3")]
    draft = load_draft(actor=actor, subject="serials/installed")
    assert draft is not None
    assert draft["text"].startswith("N2,POD-1,bay 1\nN3")
    assert Serial.objects.filter(parent=pod).count() == 4


def test_unknown_units_are_placed_from_a_list(actor: User, shop: Workshop) -> None:
    pod = shop.build(shop.pod, "POD-1")
    shop.use(*shop.stock(shop.drive, "U1", "U2"))
    shop.stock(shop.stranger, "U1")
    text = "U1,POD-1,bay 2\nU2,POD-1"
    assert {row.standing for row in judge_list(actor=actor, verb="place", text=text).rows} == {"good"}
    fit_from_list(actor=actor, verb="place", text=text)
    assert list(Serial.objects.filter(parent=pod).order_by("number").values_list("number", "place")) == [("U1", "bay 2"), ("U2", "")]
    assert refused(lambda: fit_from_list(actor=actor, verb="place", text=text)).rule == "nothing-good"
    assert load_draft(actor=actor, subject="serials/placed") is None


def test_a_product_at_its_customer_wants_a_reason(actor: User, shop: Workshop) -> None:
    pod = shop.build(shop.pod, "POD-1")
    shop.stock(shop.drive, "N1")
    shop.ship(pod)
    [row] = judge_list(actor=actor, verb="install", text="N1,POD-1").rows
    assert row.message == "the product is shipped; field service needs a reason"
    [row] = judge_list(actor=actor, verb="install", text="N1,POD-1", reason="Upgrade").rows
    assert row.standing == "good"


def test_rings_within_the_list_are_found(actor: User, shop: Workshop) -> None:
    shop.stock(shop.stranger, "L1", "L2", "L3")
    rows = judge_list(actor=actor, verb="install", text="L1,L2\nL2,L1\nL3,L2").rows
    assert [row.message for row in rows] == ["it would be inside itself"] * 3


def test_a_viewer_judges_nothing(viewer: User) -> None:
    assert isinstance(refused(lambda: judge_list(actor=viewer, verb="install", text="a,b")), Forbidden)
    assert isinstance(refused(lambda: fit_from_list(actor=viewer, verb="install", text="a,b")), Forbidden)


def test_as_many_statements_for_many_as_for_few(actor: User, shop: Workshop) -> None:
    counts = []
    for size in (3, 90):
        shop.stock(shop.drive, *(f"N{size}-{n}" for n in range(size)))
        shop.build_many(shop.pod, [f"P{size}-{n}" for n in range(size)])
        text = "\n".join(f"N{size}-{n},P{size}-{n},bay 1" for n in range(size)) + "\nnobody,nothing"
        with CaptureQueriesContext(connection) as statements:
            fit_from_list(actor=actor, verb="install", text=text)
        counts.append(len([one for one in statements if "nameplate_" in one["sql"]]))
    assert counts[0] == counts[1]
