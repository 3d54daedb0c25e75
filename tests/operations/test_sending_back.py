"""Units sent back to their vendor, what came for them, and units that had left and are here again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from nameplate.listings.vendor_life import vendor_life
from nameplate.models import Document, DocumentStatus, Entry, Lot, LotStatus, Party, Role, Serial, Status, VendorReplacement, VendorReturn
from nameplate.operations import reasons
from nameplate.operations.holding import hold_units
from nameplate.operations.lots import Contents, add_to_lot
from nameplate.operations.re_entering import Occasion, re_enter
from nameplate.operations.sending_back import edit_vendor_return, receive_replacements, send_to_vendor, sent_units, vendor_of
from nameplate.operations.shipping.direct import ship_directly
from nameplate.operations.undoing import undo_entry
from nameplate.operations.writing_off import write_off
from nameplate.refusals import Conflict, Forbidden, Refused, Stale
from tests import world
from tests.operations.orders import refused
from tests.operations.selling import Shop, ids, shop, unit


@pytest.fixture
def stock(db: None) -> Shop:
    return shop()


@pytest.fixture
def maker(db: None) -> Party:
    return world.vendor(name="Westdale")


def sent(stock: Shop, maker: Party, *numbers: str) -> tuple[Document, Entry]:
    """These units on their way back."""
    entry = send_to_vendor(actor=stock.actor, vendor=maker, unit_ids=ids(*numbers), reason="Clicks", vendor_reference="RA-1")
    assert entry.document is not None
    return entry.document, entry


def came(stock: Shop, paper: Document, **numbers: str) -> Entry:
    """For these units what came."""
    wanted = {unit(went).pk: number for went, number in numbers.items()}
    return receive_replacements(actor=stock.actor, vendor_return=paper, numbers=wanted, location_id=stock.shelf.pk)


def status(paper: Document) -> str:
    return Document.objects.get(pk=paper.pk).status


def nothing_written(act: Callable[[], object]) -> Refused:
    """The refusal; nothing was written."""
    before = (Entry.objects.count(), Document.objects.count(), Lot.objects.count())
    refusal = refused(act)
    assert (Entry.objects.count(), Document.objects.count(), Lot.objects.count()) == before
    return refusal


def test_units_are_at_their_vendor_until_others_come_for_them(stock: Shop, maker: Party) -> None:
    paper, entry = sent(stock, maker, "D1", "D2")
    assert (entry.units, entry.reason, status(paper)) == (2, "Clicks", DocumentStatus.SHIPPED)
    assert (paper.vendor_return.vendor_reference, VendorReturn.objects.get(pk=paper.pk).sent_on) == ("RA-1", timezone.localdate())
    gone = unit("D1")
    assert (gone.status, gone.at_vendor, gone.location, gone.lot) == (Status.WRITTEN_OFF, maker, None, stock.lot)

    replaced = came(stock, paper, D1="N-1")
    new = unit("N-1")
    assert (new.status, new.item, new.location, new.source) == (Status.RECEIVED, stock.drive, stock.shelf, paper)
    assert (new.lot.source, new.lot.status, vendor_of([new.pk]), status(paper)) == (paper, LotStatus.RECEIVED, maker, "shipped")
    came(stock, paper, D2="N-2")
    assert status(paper) == DocumentStatus.DONE
    assert [(step.sent_id, step.received) for step in vendor_life(gone.pk)] == [(gone.pk, "N-1")]
    assert [(step.sent, step.received_id) for step in vendor_life(new.pk)] == [("D1", new.pk)]

    stands = nothing_written(lambda: undo_entry(actor=stock.actor, entry_id=entry.pk))
    assert (stands.rule, [one.text for one in stands.offenders], len(stands.causes)) == ("replaced-already", ["D1", "D2"], 2)
    undo_entry(actor=stock.actor, entry_id=replaced.pk)
    assert (Serial.objects.get(number="N-1").withdrawn, status(paper)) == (True, DocumentStatus.SHIPPED)
    undo_entry(actor=stock.actor, entry_id=entry.pk, unit_ids=ids("D1"))
    assert (unit("D1").status, unit("D1").at_vendor, status(paper)) == (Status.RECEIVED, None, DocumentStatus.DONE)


def test_the_same_unit_may_come_back_beside_another(stock: Shop, maker: Party) -> None:
    paper, entry = sent(stock, maker, "D1", "D2")
    back = came(stock, paper, D1=" d1 ", D2="N-2")
    assert (unit("D1").status, unit("D1").at_vendor, unit("D1").lot.split_from) == (Status.RECEIVED, None, stock.lot)
    assert (status(paper), [one.came_back for one in sent_units(paper)]) == (DocumentStatus.DONE, [True, False])
    undo_entry(actor=stock.actor, entry_id=back.pk)
    assert (unit("D1").at_vendor, status(paper), VendorReplacement.objects.count()) == (maker, DocumentStatus.SHIPPED, 0)
    undo_entry(actor=stock.actor, entry_id=entry.pk)
    assert (status(paper), sent_units(paper)) == (DocumentStatus.CANCELED, [])
    assert nothing_written(lambda: came(stock, paper, D1="N-9")).rule == "wrong-status"


def test_what_cannot_go_or_come_is_named(stock: Shop, maker: Party) -> None:
    hold_units(actor=stock.actor, unit_ids=ids("D3"), reason="Wet")

    def send(*numbers: str, vendor: Party = maker) -> tuple[Document, Entry]:
        return sent(stock, vendor, *numbers)

    assert [one.text for one in nothing_written(lambda: send("D1", "D3")).offenders] == ["D3"]
    assert nothing_written(lambda: send("D1", vendor=world.customer())).fields.keys() == {"vendor"}
    nameless: dict[str, Any] = {"actor": stock.actor, "vendor": maker, "unit_ids": ids("D1"), "reason": " "}
    assert nothing_written(lambda: send_to_vendor(**nameless)).fields.keys() == {"reason"}

    paper, _ = sent(stock, maker, "D1", "D2")
    known = nothing_written(lambda: came(stock, paper, D1="D4", D2="N-2"))
    assert (known.rule, [one.text for one in known.offenders]) == ("serials-not-receivable", ["D4"])
    assert nothing_written(lambda: came(stock, paper, D1="N-1", D2="n-1")).rule == "serials-not-receivable"
    assert nothing_written(lambda: came(stock, paper, D5="N-5")).rule == "not-on-return"
    assert nothing_written(lambda: came(stock, paper, D1=" ")).rule == "no-serials"
    came(stock, paper, D1="N-1")
    assert [one.text for one in nothing_written(lambda: came(stock, paper, D1="N-3", D2="N-2")).offenders] == ["D1"]
    with pytest.raises(Forbidden):
        send_to_vendor(actor=world.user(role=Role.VIEWER), vendor=maker, unit_ids=ids("D5"), reason="Clicks")


def test_another_item_may_come_and_an_inspection_opens_where_it_is_required(stock: Shop, maker: Party) -> None:
    other = world.item(requires_inspection=True)
    paper, _ = sent(stock, maker, "D1")
    numbers = {unit("D1").pk: "D1"}
    receive_replacements(
        actor=stock.actor, vendor_return=paper, numbers=numbers, location_id=stock.shelf.pk, item=other, keep=frozenset({"other-item"})
    )
    new = Serial.objects.get(item=other)
    assert (new.number, bool(new.hold), new.source) == ("D1", True, paper)


def test_an_outcome_ends_the_waiting(stock: Shop, maker: Party) -> None:
    paper, _ = sent(stock, maker, "D1")
    edited = edit_vendor_return(actor=stock.actor, vendor_return=paper, version=1, outcome="Credited", vendor_reference="RA-2")
    assert (edited.status, edited.vendor_return.outcome) == (DocumentStatus.DONE, "Credited")
    with pytest.raises(Stale):
        edit_vendor_return(actor=stock.actor, vendor_return=paper, version=1, outcome="")
    again = edit_vendor_return(actor=stock.actor, vendor_return=paper, version=edited.version, outcome="")
    assert again.status == DocumentStatus.SHIPPED


def test_what_had_left_is_here_again_with_its_earlier_life(stock: Shop, maker: Party) -> None:
    administrator = world.user(role=Role.ADMINISTRATOR)
    lost = reasons.create_reason(actor=administrator, kind="write-off", name="Lost")
    write_off(actor=stock.actor, reason=lost, unit_ids=ids("D1"))
    ship_directly(actor=stock.actor, customer=stock.customer, unit_ids=ids("D2"))
    paper, _ = sent(stock, maker, "D3")

    def again(*numbers: str, why: str = "Bought back") -> Entry:
        return re_enter(actor=stock.actor, unit_ids=ids(*numbers), location_id=stock.shelf.pk, reason=why, occasion=Occasion.BOUGHT_BACK)

    assert [one.text for one in nothing_written(lambda: again("D1", "D4")).offenders] == ["D4"]
    assert nothing_written(lambda: again("D1", why=" ")).fields.keys() == {"reason"}

    before = unit("D2").movements.count()
    entry = again("D1", "D2", "D3")
    assert (entry.act, entry.units, status(paper)) == ("bought back", 3, DocumentStatus.DONE)
    for number in ("D1", "D2", "D3"):
        found = unit(number)
        assert (found.status, found.location, found.at_vendor, found.lot.split_from) == (Status.RECEIVED, stock.shelf, None, stock.lot)
    assert (unit("D2").movements.count(), unit("D2").customer) == (before + 1, stock.customer)
    undo_entry(actor=stock.actor, entry_id=entry.pk)
    assert [unit(number).status for number in ("D1", "D2", "D3")] == [Status.WRITTEN_OFF, Status.SHIPPED, Status.WRITTEN_OFF]
    assert (status(paper), unit("D3").at_vendor) == (DocumentStatus.SHIPPED, maker)
    with pytest.raises(Forbidden):
        re_enter(actor=world.user(role=Role.VIEWER), unit_ids=ids("D1"), location_id=stock.shelf.pk, reason="Here")


def test_an_earlier_day_needs_a_right(stock: Shop, maker: Party) -> None:
    day = timezone.localdate() - dt.timedelta(days=1)
    with pytest.raises(Conflict):
        send_to_vendor(actor=stock.actor, vendor=maker, unit_ids=ids("D1"), reason="Clicks", sent_on=day)
    with pytest.raises(Forbidden):
        send_to_vendor(actor=world.user(role=Role.OPERATOR), vendor=maker, unit_ids=ids("D1"), reason="Clicks", sent_on=day)


def test_it_takes_as_many_statements_for_many_units_as_for_few(stock: Shop, maker: Party) -> None:
    counts = []
    for name, more in (("B", 2), ("C", 300)):
        numbers = [f"{name}{number}" for number in range(more)]
        add_to_lot(actor=stock.actor, lot=stock.lot, contents=Contents(numbers), location_id=stock.shelf.pk, reason="Found")
        units = ids(*numbers)
        with CaptureQueriesContext(connection) as statements:
            entry = send_to_vendor(actor=stock.actor, vendor=maker, unit_ids=units, reason="Clicks")
            assert entry.document is not None
            half = units[: more // 2]
            receive_replacements(
                actor=stock.actor,
                vendor_return=entry.document,
                numbers={pk: f"{name}-new-{pk}" if pk in set(half) else number for pk, number in zip(units, numbers, strict=True)},
                location_id=stock.shelf.pk,
            )
        with CaptureQueriesContext(connection) as later:
            send_to_vendor(actor=stock.actor, vendor=maker, unit_ids=units[more // 2 :], reason="Again")
            again = re_enter(actor=stock.actor, unit_ids=units, location_id=stock.shelf.pk, reason="Sent back")
            undo_entry(actor=stock.actor, entry_id=again.pk)
        counts.append((len(statements), len(later)))
    assert counts[0] == counts[1]
