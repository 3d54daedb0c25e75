"""Reports as lists: consumed in what, rejected and why, written off and why, shipped to whom."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from nameplate import listings
from nameplate.ledger import Goods, Kind, post, undo
from nameplate.ledger.bulk import is_postgresql
from nameplate.models import Lot, LotStatus, ReasonKind, Role, Serial
from nameplate.operations import shipping
from nameplate.operations.re_entering import re_enter
from nameplate.operations.reasons import create_reason
from nameplate.operations.rejecting import reject_units, release_rejected
from nameplate.operations.shipping.direct import ship_directly
from nameplate.operations.writing_off import write_off
from tests import world
from tests.ledger.ground import Ground, R
from tests.listings.test_trace import build, put_in, screws
from tests.operations.selling import ids, shop


@pytest.fixture
def ground(db: None) -> Ground:
    return Ground(actor=world.user(username="reporter"))


def rows(ground: Ground, report: str, **params: str) -> list[dict[str, Any]]:
    page = listings.ALL[f"reports/{report}"].read(params, actor=ground.actor)
    assert page.errors == {}
    return list(page.rows)


def number(unit: int) -> str:
    return Serial.objects.get(pk=unit).number


def test_consumed_in_what_says_product_place_order_and_until(ground: Ground) -> None:
    parts = ground.brought(R, 3)
    (pod,), built = build(ground, parts[:2])
    _, unknown = build(ground, parts[2:], known=False)
    removed = ground.do(Kind.REMOVED, parts[:1], to={"status": int(R), "location_id": ground.shelf.pk})
    lot = screws(ground, 9_000_000)
    post(actor=ground.actor, act="built", document=ground.papers["MO"], goods=[Goods(lot, ground.shelf.pk, -4_000_000, parent_id=pod)])
    found = rows(ground, "consumed")
    assert [(row["serial"], row["product"], row["known"], row["place"]) for row in found] == [
        (None, number(pod), "yes", ""),
        (number(parts[2]), None, "no", ""),
        (number(parts[1]), number(pod), "yes", "bay 2"),
        (number(parts[0]), number(pod), "yes", "bay 1"),
    ]
    assert found[0]["item"] == ground.screws.number
    assert {row["order"] for row in found} == {ground.papers["MO"].number}
    assert (found[3]["until_entry_id"], found[3]["since_entry_id"]) == (str(removed.pk), str(built.pk))
    assert [row["serial"] for row in rows(ground, "consumed", product=f'="{number(pod)}"', until="=")] == [None, number(parts[1])]
    assert [row["since_entry_id"] for row in rows(ground, "consumed", known="no")] == [str(unknown.pk)]
    assert len(rows(ground, "consumed", q=number(pod))) == 3


def test_what_was_built_by_mistake_and_undone_is_not_consumed(ground: Ground) -> None:
    (pod,), _ = build(ground, [])
    wrong = put_in(ground, ground.brought(R, 1), pod)
    undo(actor=ground.actor, entry=wrong)
    assert rows(ground, "consumed") == []


def test_rejected_and_why_says_the_lots_and_the_release(ground: Ground) -> None:
    units = ground.ids(ground.receive(4))
    first = reject_units(actor=ground.actor, unit_ids=units[:2], reason="scratched")
    released = release_rejected(actor=ground.actor, unit_ids=units[:1])
    mistaken = reject_units(actor=ground.actor, unit_ids=units[2:3], reason="wrong box")
    undo(actor=ground.actor, entry=mistaken)
    undone = release_rejected(actor=ground.actor, unit_ids=units[1:2])
    undo(actor=ground.actor, entry=undone)
    found = rows(ground, "rejected")
    assert [(row["serial"], row["reason"], row["status"], row["released_entry_id"]) for row in found] == [
        (number(units[1]), "scratched", "rejected", None),
        (number(units[0]), "scratched", "received", str(released.pk)),
    ]
    split = Lot.objects.get(split_from=ground.lots[LotStatus.RECEIVED], status=LotStatus.REJECTED)
    assert (found[0]["lot_before"], found[0]["lot"]) == (ground.lots[LotStatus.RECEIVED].number, split.number)
    assert {row["entry_id"] for row in found} == {str(first.pk)}
    assert [row["serial"] for row in rows(ground, "rejected", reason="scratch*", released="=")] == [number(units[1])]
    assert rows(ground, "rejected", reason="wrong*") == []
    assert len(rows(ground, "rejected", by_whom="reporter", happened_at="today", q=number(units[0]))) == 1


def test_written_off_and_why_says_the_reason_as_it_is_called_and_what_was_found_again(ground: Ground) -> None:
    units = ground.ids(ground.receive(3))
    lost = create_reason(actor=world.user(role=Role.ADMINISTRATOR), kind=ReasonKind.WRITE_OFF, name="Lost")
    entry = write_off(actor=ground.actor, reason=lost.pk, unit_ids=units[:2], note="behind the rack?")
    again = re_enter(actor=ground.actor, unit_ids=units[:1], location_id=ground.shelf.pk, reason="behind the rack")
    found = rows(ground, "written-off")
    assert [(row["serial"], row["reason"], row["found_entry_id"]) for row in found] == [
        (number(units[1]), "Lost", None),
        (number(units[0]), "Lost", str(again.pk)),
    ]
    assert entry.document is not None
    assert found[0]["document"] == entry.document.number
    assert found[0]["location_before"] == f"{ground.shelf.site.name} · {ground.shelf.name}"
    assert [row["serial"] for row in rows(ground, "written-off", reason="lost", found="!=")] == [number(units[0])]
    lines = list(listings.ALL["reports/written-off"].csv({}, actor=ground.actor))
    assert len(lines) == 3
    undo(actor=ground.actor, entry=entry, unit_ids=units[1:2])
    assert [row["serial"] for row in rows(ground, "written-off")] == [number(units[0])]


def test_shipped_to_whom_says_the_order_and_what_is_here_again(db: None) -> None:
    stock = shop()
    order = stock.order((stock.drive, 2))
    shipping.ship(actor=stock.actor, shipment=stock.picked(order, "D1", "D2"))
    ship_directly(actor=stock.actor, customer=world.customer(name="Lakeside"), unit_ids=ids("D3"))
    again = re_enter(actor=stock.actor, unit_ids=ids("D1"), location_id=stock.shelf.pk, reason="bought back")

    def found(**asked: str) -> list[tuple[str, str, str | None]]:
        page = listings.ALL["reports/shipped"].read(asked, actor=stock.actor)
        return [(row["serial"], row["customer"], row["found_entry_id"]) for row in page.rows]

    assert found(sort="happened_at") == [
        ("D1", "Kestrel Archive", str(again.pk)),
        ("D2", "Kestrel Archive", None),
        ("D3", "Lakeside", None),
    ]
    assert [row[0] for row in found(customer="lake*", shipped_on="today")] == ["D3"]
    assert [row[0] for row in found(customer_order=order.number, re_entered="=")] == ["D2"]


@pytest.mark.parametrize(
    ("report", "index"), [("rejected", "movement_rejected"), ("written-off", "movement_written_off"), ("shipped", "movement_shipped")]
)
def test_a_page_walks_the_reports_own_index(ground: Ground, report: str, index: str) -> None:
    listing = listings.ALL[f"reports/{report}"]
    sql = f"SELECT 1 FROM {listing.table} WHERE {listing.scope.text} ORDER BY {listing.row_id} DESC LIMIT 51"
    with connection.cursor() as cursor:
        if is_postgresql():
            # On an empty table anything is cheap; with rows in it the planner finds the walk by itself.
            for way in ("seqscan", "bitmapscan", "sort"):
                cursor.execute(f"SET LOCAL enable_{way} = off")
        cursor.execute(("EXPLAIN " if is_postgresql() else "EXPLAIN QUERY PLAN ") + sql)
        plan = str(cursor.fetchall())
    assert index in plan
    assert "TEMP B-TREE" not in plan
    assert "Sort" not in plan
