"""Reports that list acts, by each of their orders: every row once, page by page, as the column shows it."""

from __future__ import annotations

from typing import Any

import pytest

from nameplate import listings
from nameplate.models import ReasonKind, Role, User
from nameplate.operations.re_entering import re_enter
from nameplate.operations.reasons import create_reason
from nameplate.operations.rejecting import reject_units, release_rejected
from nameplate.operations.writing_off import write_off
from nameplate.serial_text import fold, sort_key
from tests import world
from tests.ledger.ground import Ground
from tests.listings.test_trace import build
from tests.operations.returning import counter
from tests.operations.selling import ids

WANTED = {
    "consumed": {"serial", "item", "lot", "quantity", "product", "product_item", "order", "since", "until"},
    "rejected": {"serial", "item", "happened_at", "reason", "document", "lot", "released", "vendor", "status"},
    "written-off": {"serial", "item", "happened_at", "reason", "document", "lot", "location_before", "found", "vendor", "status"},
    "shipped": {"serial", "item", "happened_at", "customer", "customer_order", "customer_reference", "shipment", "shipped_on", "returned"},
    "returned": {"serial", "item", "quantity", "lot", "reason", "return", "customer", "returned", "outcome", "warranty_until", "status"},
}


@pytest.fixture
def actor(db: None) -> User:
    """Somebody to read them, after something of each kind has happened."""
    desk = counter()
    actor = desk.shop.actor
    desk.receive(desk.announced("D2", "D1"), "D2")
    desk.back("D4")
    manager = world.user(role=Role.ADMINISTRATOR)
    gone = {name: create_reason(actor=manager, kind=ReasonKind.WRITE_OFF, name=name) for name in ("Lost", "broken")}
    write_off(actor=actor, reason=gone["Lost"], unit_ids=ids("D8"))
    write_off(actor=actor, reason=gone["broken"], unit_ids=ids("D7"))
    re_enter(actor=actor, unit_ids=ids("D8"), location_id=desk.shop.shelf.pk, reason="behind the rack")
    reject_units(actor=actor, unit_ids=ids("D8", "D9"), reason="scratched")
    release_rejected(actor=actor, unit_ids=ids("D8"))
    ground = Ground(actor=manager)
    build(ground, ground.ids(ground.receive(2)))
    return actor


def paged(actor: User, report: str, sort: str) -> list[dict[str, Any]]:
    """All rows, one to a page."""
    found: list[dict[str, Any]] = []
    place: dict[str, str] = {}
    while True:
        page = listings.ALL[f"reports/{report}"].read({"sort": sort, "size": "1", **place}, actor=actor)
        assert page.errors == {}, sort
        found += page.rows
        if page.next is None:
            return found
        place = {"after": page.next}


def ordered(values: list[Any], *, descending: bool) -> list[Any]:
    """As people expect texts to stand; what is empty comes last."""
    texts = [sort_key(fold(one)) if isinstance(one, str) else one for one in values if one is not None]
    return [*sorted(texts, reverse=descending), *(None for one in values if one is None)]


@pytest.mark.parametrize("report", WANTED)
def test_each_order_shows_every_row_once_as_its_column_says(actor: User, report: str) -> None:
    listing = listings.ALL[f"reports/{report}"]
    columns = {column.name: column for column in listing.columns if column.sortable}
    assert columns.keys() >= WANTED[report]
    every = sorted(row["id"] for row in paged(actor, report, ""))
    assert every
    for name, column in columns.items():
        for sign in ("", "-"):
            rows = paged(actor, report, f"{sign}{name}")
            assert sorted(row["id"] for row in rows) == every, (name, sign)
            if not column.choices:
                values = [sort_key(fold(row[name])) if isinstance(row[name], str) else row[name] for row in rows]
                assert values == ordered([row[name] for row in rows], descending=sign == "-"), (name, sign)


def test_what_came_back_last_is_told_first(actor: User) -> None:
    rows = listings.ALL["reports/returned"].read({}, actor=actor).rows
    assert [row["serial"] for row in rows] == ["D4", "D2", "D1"]
