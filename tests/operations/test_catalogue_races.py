"""Two people at once, and failures half-way: one wins, the other is told, and nothing is ever half there."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.db.models import Model, QuerySet

from nameplate.models import Change, Document, Entry, Item, Line, Location, Lot, PurchaseOrder, Role, Site, User
from nameplate.operations import cataloguing, purchasing
from nameplate.operations.cataloguing import things
from nameplate.operations.purchasing import OrderLine
from nameplate.refusals import Refused, Stale
from tests import world


def at_once(*calls: Callable[[], object]) -> list[object]:
    """What each call answered or raised, all begun together."""
    start = threading.Barrier(len(calls))
    found: list[object] = [None] * len(calls)

    def run(index: int, call: Callable[[], object]) -> None:
        start.wait()
        try:
            found[index] = call()
        except BaseException as error:  # noqa: BLE001  # told to the test
            found[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_of_many_who_take_a_number_at_once_one_gets_it(committing: str) -> None:
    manager = world.user(role=Role.MANAGER)
    answers = at_once(*[lambda: cataloguing.create_item(actor=manager, number="HDD")] * 6)
    refusals = [answer for answer in answers if not isinstance(answer, Item)]
    assert len(refusals) == 5
    assert {refusal.rule if isinstance(refusal, Refused) else repr(refusal) for refusal in refusals} == {"number-taken"}
    assert Item.objects.count() == 1


def edits_at_once() -> list[object]:
    manager = world.user(role=Role.MANAGER)
    item = cataloguing.create_item(actor=manager, number="HDD")

    def edit(text: str) -> Callable[[], object]:
        return lambda: cataloguing.edit_item(actor=manager, item=item.pk, version=1, description=text)

    return at_once(*[edit(f"text {index}") for index in range(6)])


def test_of_many_who_edit_the_same_version_one_does(committing: str) -> None:
    answers = edits_at_once()
    assert sum(isinstance(answer, Item) for answer in answers) == 1
    assert {type(answer) for answer in answers if not isinstance(answer, Item)} == {Stale}
    assert Change.objects.filter(field="description").count() == 1


def test_without_the_comparison_of_versions_edits_are_lost(committing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: the test above sees a race only if there is one to see."""
    monkeypatch.setattr("nameplate.operations.cataloguing.items.refuse_stale", lambda *_, **__: None)
    answers = edits_at_once()
    assert sum(isinstance(answer, Item) for answer in answers) > 1


def test_what_the_lock_promises_the_update_proves(manager: User) -> None:
    """Even a row read without the lock is not overwritten in another version."""
    item = cataloguing.create_item(actor=manager, number="HDD")
    seen = Item.objects.get(pk=item.pk)
    cataloguing.edit_item(actor=manager, item=item, version=1, description="theirs")
    with pytest.raises(Stale):
        things.write(seen, {"description": "mine"}, actor=manager, noun="items", logged={"description": None})


def test_how_an_item_is_followed_never_changes_under_its_first_lot(committing: str) -> None:
    manager = world.user(role=Role.MANAGER)
    vendor = cataloguing.create_vendor(actor=manager, name="A")
    for turn in range(4):
        item = cataloguing.create_item(actor=manager, number=f"I{turn}", tracking="none")
        order = purchasing.create_purchase_order(actor=manager, vendor=vendor, lines=[OrderLine(item, "2.5")])
        at_once(
            partial(purchasing.order, actor=manager, order=order.pk),
            partial(cataloguing.edit_item, actor=manager, item=item.pk, version=1, tracking="serial"),
        )
        item.refresh_from_db()
        assert Lot.objects.filter(item=item).exists() == (item.tracking == "none")


class FailAt:
    """Fails the n-th statement that it sees, as a broken connection would."""

    def __init__(self, n: int) -> None:
        self.left = n

    def __call__(self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        self.left -= 1
        if self.left == 0:
            raise OperationalError("the connection is gone")
        return execute(sql, params, many, context)


TABLES: tuple[type[Model], ...] = (Item, Site, Location, Document, PurchaseOrder, Line, Lot, Entry, Change)


def standing() -> dict[str, list[Any]]:
    """Every row of the tables that these acts write."""
    rows: dict[str, list[Any]] = {}
    for table in TABLES:
        everything: QuerySet[Any] = QuerySet(table).order_by("pk")
        rows[table.__name__] = list(everything.values())
    return rows


def fails_whole(act: Callable[[], object]) -> None:
    """Let the act fail at its first statement, its second, and so on, until it gets through; nothing may stay of a failure."""
    before = standing()
    for n in range(1, 200):
        try:
            with connection.execute_wrapper(FailAt(n)):
                act()
        except (OperationalError, Refused):
            assert standing() == before
        else:
            assert n > 3
            assert standing() != before
            return
    raise AssertionError("it never got through")


@pytest.mark.parametrize("what", ["site", "order", "placing", "editing", "canceling"])
def test_what_fails_half_way_leaves_nothing(committing: str, what: str) -> None:
    manager = world.user(role=Role.MANAGER)
    vendor = cataloguing.create_vendor(actor=manager, name="A")
    drive = cataloguing.create_item(actor=manager, number="HDD")
    lines = [OrderLine(drive, 3), OrderLine(drive, 4)]
    order = purchasing.create_purchase_order(actor=manager, vendor=vendor, lines=lines)
    if what in {"editing", "canceling"}:
        order = purchasing.order(actor=manager, order=order)
        purchasing.plan_numbers(actor=manager, line=order.lines.order_by("position")[0], numbers=["A", "B"])
    same = [OrderLine(drive, quantity + 5, None, pk) for pk, quantity in order.lines.values_list("pk", "position")]
    acts: dict[str, Callable[[], object]] = {
        "site": lambda: cataloguing.create_site(actor=manager, name="Main plant"),
        "order": lambda: purchasing.create_purchase_order(actor=manager, vendor=vendor, lines=lines),
        "placing": lambda: purchasing.order(actor=manager, order=order),
        "editing": lambda: purchasing.edit_purchase_order(
            actor=manager, order=order, version=order.version, notes="x", lines=[*same, OrderLine(drive, 1)]
        ),
        "canceling": lambda: purchasing.cancel(actor=manager, order=order),
    }
    fails_whole(acts[what])
