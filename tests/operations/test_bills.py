"""Bills of materials: set as a whole, refused line by line, and never a product inside itself."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from nameplate.models import Change, Item, Tracking, User
from nameplate.operations.cataloguing import archive_item
from nameplate.operations.cataloguing.bills import Part, bill_of, places_of, set_bill, where_used
from nameplate.refusals import Forbidden, Stale
from tests import world
from tests.operations.orders import refused


def product() -> Item:
    made = world.item()
    made.made = True
    made.save()
    return made


def put(actor: User, item: Item, *parts: Part) -> None:
    item.refresh_from_db()
    set_bill(actor=actor, item=item, version=item.version, parts=parts)


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("", []),
        ("left, right", ["left", "right"]),
        ("bay 1..bay 4", ["bay 1", "bay 2", "bay 3", "bay 4"]),
        ("  top \n bay 08..bay 10 ,", ["top", "bay 08", "bay 09", "bay 10"]),
    ],
)
def test_places_are_named_one_by_one_or_as_a_range(text: str, places: Sequence[str]) -> None:
    assert places_of(text) == places


@pytest.mark.parametrize("text", ["left, Left", "bay 5..bay 1", "bay..shelf", "x" * 41, "bay 1..bay 5000", "a\u200bb", "1..2, 2"])
def test_what_names_no_places_is_refused(text: str) -> None:
    assert refused(lambda: places_of(text)).fields.keys() == {"places"}


def test_a_bill_is_set_as_a_whole_and_every_change_is_kept(db: None, manager: User) -> None:
    pod, drive, screw = product(), world.item(), world.item(tracking=Tracking.NONE)
    put(manager, pod, Part(drive, 3, "bay 1..bay 3"), Part(screw, "2.5"))
    assert [(line.component, line.quantity, line.places) for line in bill_of(pod)] == [
        (drive, 3_000_000, "bay 1..bay 3"),
        (screw, 2_500_000, ""),
    ]
    assert [line.product for line in where_used(drive)] == [pod]
    pod.refresh_from_db()
    version = pod.version
    put(manager, pod, Part(drive, 3, "bay 1..bay 3"), Part(screw, "2.5"))
    put(manager, pod, Part(drive, 2))
    pod.refresh_from_db()
    assert pod.version == version + 1
    kept = Change.objects.filter(noun="items", subject=pod.pk, field="bill").order_by("-id")
    assert (kept[0].before, kept[0].after) == (f"3 pcs {drive.number} at bay 1..bay 3; 2.5 pcs {screw.number}", f"2 pcs {drive.number}")
    with pytest.raises(Stale):
        set_bill(actor=manager, item=pod, version=version, parts=[])


def test_each_line_at_fault_is_named(db: None, manager: User) -> None:
    pod, drive, gone = product(), world.item(), world.item()
    archive_item(actor=manager, item=gone, version=gone.version)
    parts = [
        Part(drive, "1.5"),
        Part(drive, 1),
        Part(gone, 1),
        Part(pod, 1),
        Part(0, 1),
        Part(world.item(), 0),
        Part(world.item(), 2, "left"),
    ]
    refusal = refused(lambda: put(manager, pod, *parts))
    assert set(refusal.fields) == {
        "parts.0.quantity",
        "parts.1.component",
        "parts.2.component",
        "parts.3.component",
        "parts.4.component",
        "parts.5.quantity",
        "parts.6.places",
    }
    assert bill_of(pod) == []
    assert refused(lambda: put(manager, drive, Part(pod, 1))).rule == "not-made"


def test_no_product_is_inside_itself_at_any_depth(db: None, manager: User) -> None:
    chain = [product() for _ in range(6)]
    for outer, inner in pairwise(chain):
        put(manager, outer, Part(inner, 1))
    side = world.item()
    refusal = refused(lambda: put(manager, chain[-1], Part(side, 1), Part(chain[0], 1)))
    assert (refusal.rule, list(refusal.fields)) == ("inside-itself", ["parts.1.component"])
    put(manager, chain[-1], Part(side, 1))


def test_it_takes_as_many_statements_for_many_components_as_for_few(db: None, manager: User) -> None:
    counts = []
    for more in (2, 40):
        pod, parts = product(), [Part(world.item(), 1) for _ in range(more)]
        pod.refresh_from_db()
        with CaptureQueriesContext(connection) as statements:
            set_bill(actor=manager, item=pod, version=pod.version, parts=parts)
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_an_operator_sets_no_bill(db: None, operator: User) -> None:
    with pytest.raises(Forbidden):
        put(operator, product())
