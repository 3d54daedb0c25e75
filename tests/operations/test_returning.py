"""Returns: what comes back, what becomes of it, and what cannot be."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from nameplate import functions
from nameplate.ledger import verify
from nameplate.models import Document, Entry, LotStatus, Movement, Repair, ReturnUnit, Role, Status, Switch
from nameplate.operations import returning
from nameplate.operations.assembling import end_rework
from nameplate.operations.rejecting import reject_units, release_rejected
from nameplate.operations.undoing import undo_entry
from nameplate.refusals import Forbidden, Refused
from tests import world
from tests.operations.returning import Counter, counter, lot_of, row, status
from tests.operations.selling import ids, stock, unit

WAY = ("New", "Waiting for inspection", "Waiting for action", "Resolved", "Canceled")
NEW, INSPECTION, ACTION, RESOLVED, CANCELED = WAY


@pytest.fixture
def desk(any_database: None) -> Counter:
    return counter()


def extent() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Entry, Movement, Document, ReturnUnit))


def refused(rule: str, act: Callable[[], object]) -> Refused:
    """The refusal of `act` under this rule, after which nothing is written."""
    before = extent()
    with pytest.raises(Refused) as told:
        act()
    assert (told.value.rule, extent()) == (rule, before)
    return told.value


def test_what_comes_back_lies_in_a_lot_of_its_own_and_keeps_how_it_was_shipped(desk: Counter) -> None:
    first, paper = lot_of("D1"), desk.announced("D1", "D2", complaint="It clicks.")
    shipment = unit("D1").shipment
    assert (status(paper), paper.customer_return.address) == (NEW, "1 Harbour Road")
    desk.receive(paper, "D1")
    back = unit("D1")
    assert (back.status, back.return_doc, back.customer, back.shipment) == (Status.RETURNED, paper, desk.shop.customer, shipment)
    assert (back.lot.status, back.lot.split_from, back.availability) == (LotStatus.RMA_RETURNED, first, 0)
    assert back.warranty_until is not None
    assert (status(paper), stock(first)[0]) == (INSPECTION, 4)
    desk.receive(paper)
    stands = returning.standing(paper)
    assert [(one.state.next, one.state.days, one.state.in_warranty) for one in stands.units] == [("to be inspected", 0, True)] * 2
    assert "shipped on" in stands.units[0].state.warranty
    assert verify() == []


def test_restocked_in_one_click_it_is_stock_of_the_lot_before_and_remembers_its_customer(desk: Counter) -> None:
    first, paper = lot_of("D1"), desk.back("D1")
    entry = returning.restock(actor=desk.shop.actor, paper=paper, unit_ids=ids("D1"), finding="Nothing wrong")
    back = unit("D1")
    assert (back.status, back.lot, back.customer, back.shipment_id) == (Status.RECEIVED, first, desk.shop.customer, desk.sold.document_id)
    assert (status(paper), row("D1").outcome, row("D1").finding) == (RESOLVED, "receipt_and_credit", "Nothing wrong")
    undo_entry(actor=desk.shop.actor, entry_id=entry.pk)
    assert (unit("D1").status, status(paper)) == (Status.RETURNED, INSPECTION)
    assert verify() == []


def test_rejected_it_goes_into_a_lot_of_its_own_and_back_as_it_is_when_that_is_said(desk: Counter) -> None:
    paper = desk.back("D1", "D2")
    returning.reject(actor=desk.shop.actor, paper=paper, unit_ids=ids("D1"), reason="Dropped")
    returning.reject(actor=desk.shop.actor, paper=paper, unit_ids=ids("D2"), reason="Opened", ship_back=True)
    assert [(unit(n).status, lot_of(n).status) for n in ("D1", "D2")] == [(Status.REJECTED, LotStatus.REJECTED)] * 2
    assert (status(paper), row("D1").outcome) == (ACTION, "receipt_and_credit")
    entry = returning.ship_back(actor=desk.shop.actor, paper=paper, unit_ids=ids("D2"))
    assert (status(paper), unit("D2").status, unit("D2").shipment) == (RESOLVED, Status.SHIPPED, entry.document)
    refused("not-on-return", lambda: returning.reject(actor=desk.shop.actor, paper=paper, unit_ids=ids("D3"), reason="Bent"))
    refused("return-unit", lambda: returning.restock(actor=desk.shop.actor, paper=paper, unit_ids=ids("D2")))
    undo_entry(actor=desk.shop.actor, entry_id=entry.pk)
    assert entry.document is not None
    assert (status(paper), status(entry.document), unit("D2").status) == (ACTION, CANCELED, Status.REJECTED)
    assert verify() == []


def test_a_whole_repair_takes_three_steps(desk: Counter) -> None:
    warranty = unit("D1").warranty_until
    paper = desk.back("D1")
    returning.begin_repair(actor=desk.shop.actor, paper=paper, unit_ids=ids("D1"), fault="Bearing")
    assert (status(paper), lot_of("D1").status, unit("D1").work is not None) == (ACTION, LotStatus.RMA_REPAIR, True)
    entry = returning.ship_back(
        actor=desk.shop.actor, paper=paper, unit_ids=ids("D1"), work="New bearing", test="8 h", carrier="Hand", note="With thanks"
    )
    back, repair = unit("D1"), Repair.objects.get(paper=paper)
    assert (back.status, back.warranty_until, back.customer) == (Status.SHIPPED, warranty, desk.shop.customer)
    assert (repair.work, repair.test, repair.passed, repair.document.status) == ("New bearing", "8 h", True, "done")
    assert (status(paper), back.shipment, back.customer_order) == (RESOLVED, entry.document, row("D1").customer_order)
    assert lot_of("D1").status == LotStatus.RMA_READY
    undo_entry(actor=desk.shop.actor, entry_id=entry.pk)
    assert (status(paper), status(repair.document), unit("D1").work) == (ACTION, "In progress", repair.document)
    assert lot_of("D1").status == LotStatus.RMA_REPAIR
    assert verify() == []


def test_a_repair_that_ends_restocks_what_is_kept_and_readies_what_goes_back(desk: Counter) -> None:
    kept, goes = desk.back("D1"), desk.back("D2")
    for paper, number, back in ((kept, "D1", False), (goes, "D2", True)):
        returning.begin_repair(actor=desk.shop.actor, paper=paper, unit_ids=ids(number), fault="Bearing", ship_back=back)
        returning.end_repair(actor=desk.shop.actor, paper=paper, unit_ids=ids(number), work="New bearing", passed=True)
    assert (status(kept), unit("D1").status, lot_of("D1")) == (RESOLVED, Status.RECEIVED, desk.shop.lot)
    assert (status(goes), unit("D2").status, lot_of("D2").status) == (ACTION, Status.RETURNED, LotStatus.RMA_READY)
    refused("return-unit", lambda: returning.end_repair(actor=desk.shop.actor, paper=goes, unit_ids=ids("D2")))
    assert verify() == []


def test_a_repair_that_is_ended_as_rework_lets_the_return_follow(desk: Counter) -> None:
    paper = desk.back("D1")
    entry = returning.begin_repair(actor=desk.shop.actor, paper=paper, unit_ids=ids("D1"), fault="Bearing", ship_back=False)
    assert entry.document is not None
    end_rework(actor=desk.shop.actor, order=entry.document)
    reject_units(actor=desk.shop.actor, unit_ids=ids("D1"), reason="Beyond repair")
    assert (status(paper), status(entry.document)) == (RESOLVED, "Done")


def test_a_replacement_goes_before_the_unit_comes_and_takes_over_its_warranty(desk: Counter) -> None:
    paper, warranty = desk.announced("D1"), unit("D1").warranty_until
    returning.decide(actor=desk.shop.actor, paper=paper, unit_ids=ids("D1"), outcome="replacement", coming=False)
    assert (status(paper), returning.standing(paper).units[0].state.next) == (ACTION, "a replacement is to be shipped")
    instead = {ids("D1")[0]: ids("D7")[0]}
    entry = returning.ship_back(actor=desk.shop.actor, paper=paper, replacements=instead)
    new = unit("D7")
    assert (new.customer, new.warranty_until, new.customer_order) == (desk.shop.customer, warranty, unit("D1").customer_order)
    assert (status(paper), row("D1").replacement) == (RESOLVED, new)
    refused("return-unit", lambda: returning.ship_back(actor=desk.shop.actor, paper=paper, replacements=instead))
    undo_entry(actor=desk.shop.actor, entry_id=entry.pk)
    assert (status(paper), row("D1").replacement, unit("D7").status) == (ACTION, None, Status.RECEIVED)
    taken = {ids("D1")[0]: ids("D6")[0]}
    refused("not-shippable", lambda: returning.ship_back(actor=desk.shop.actor, paper=paper, replacements=taken))
    itself = {ids("D1")[0]: ids("D1")[0]}
    told = refused("return-unit", lambda: returning.ship_back(actor=desk.shop.actor, paper=paper, replacements=itself))
    assert ([one.text for one in told.offenders], "another unit" in told.way_out) == (["D1"], True)
    assert verify() == []


def test_credited_alone_it_stays_with_the_customer(desk: Counter) -> None:
    paper = desk.announced("D1", "D2")
    returning.decide(actor=desk.shop.actor, paper=paper, unit_ids=ids("D1"), outcome="credit", finding="Dead on arrival")
    assert (status(paper), row("D1").coming, unit("D1").status) == (NEW, False, Status.SHIPPED)
    refused("return-unit", lambda: desk.receive(paper, "D1"))
    desk.receive(paper, "D2")
    told = refused("return-unit", lambda: returning.decide(actor=desk.shop.actor, paper=paper, unit_ids=ids("D2"), outcome="credit"))
    assert "Receipt and credit" in told.way_out
    returning.restock(actor=desk.shop.actor, paper=paper, unit_ids=ids("D2"))
    assert status(paper) == RESOLVED


def test_what_another_customer_has_is_taken_only_with_a_reason_and_put_right_by_one_swap(desk: Counter) -> None:
    told = refused("not-theirs", lambda: desk.announced("D6"))
    assert (told.offenders[0].text, "shipped to Borealis Labs" in told.offenders[0].why) == ("D6", True)
    paper = desk.back("D6", contradiction="It is on their desk.")
    assert [one.number for one in returning.standing(paper).open_contradictions] == ["D6"]
    assert unit("D6").customer == desk.other
    refused("not-possible", lambda: returning.ship_back(actor=desk.shop.actor, paper=paper, unit_ids=ids("D6")))
    entry = returning.swap_shipments(actor=desk.shop.actor, unit_id=ids("D6")[0], other_id=ids("D5")[0], reason="Mixed up when packing")
    assert [unit(n).customer for n in ("D6", "D5")] == [desk.shop.customer, desk.other]
    assert (unit("D6").warranty_until is None, unit("D5").warranty_until, row("D6").settled) == (False, None, "Swapped with D5.")
    undo_entry(actor=desk.shop.actor, entry_id=entry.pk)
    assert [unit(n).customer for n in ("D6", "D5")] == [desk.other, desk.shop.customer]
    assert row("D6").settled == ""
    returning.settle_contradiction(actor=desk.shop.actor, paper=paper, unit_ids=ids("D6"), how="Lent by Borealis.")
    assert returning.standing(paper).open_contradictions == []
    refused(
        "same-shipment", lambda: returning.swap_shipments(actor=desk.shop.actor, unit_id=ids("D1")[0], other_id=ids("D2")[0], reason="x")
    )
    refused(
        "not-swappable", lambda: returning.swap_shipments(actor=desk.shop.actor, unit_id=ids("D1")[0], other_id=ids("D7")[0], reason="x")
    )
    assert verify() == []


def test_what_was_never_shipped_is_taken_with_a_reason_and_becomes_the_customers(desk: Counter) -> None:
    told = refused("not-theirs", lambda: desk.announced("D7"))
    assert "never shipped" in told.message
    paper = desk.announced("D1", "D7", contradiction="Sold before the books.")
    assert desk.receive(paper).reason == "Sold before the books."
    assert (unit("D7").status, unit("D7").customer, row("D7").known) == (
        Status.RETURNED,
        desk.shop.customer,
        "it is Received; it was never shipped",
    )
    returning.ship_back(actor=desk.shop.actor, paper=paper, unit_ids=ids("D7"))
    assert unit("D7").status == Status.SHIPPED
    assert verify() == []


def test_what_was_rejected_out_of_a_return_and_released_is_of_the_lot_before_again(desk: Counter) -> None:
    first, paper = lot_of("D1"), desk.back("D1")
    returning.reject(actor=desk.shop.actor, paper=paper, unit_ids=ids("D1"), reason="Dropped")
    release_rejected(actor=desk.shop.actor, unit_ids=ids("D1"))
    assert (unit("D1").status, lot_of("D1"), list(verify())) == (Status.RECEIVED, first, [])


def test_what_cannot_come_back_is_refused_by_name(desk: Counter) -> None:
    paper = desk.back("D1")
    assert "it is Returned" in refused("not-returnable", lambda: desk.announced("D1")).message
    other = desk.announced("D2")
    told = refused("not-returnable", lambda: desk.announced("D2"))
    assert [(cause.noun, cause.label) for cause in told.causes] == [("returns", other.number)]
    assert "was received already" in refused("return-unit", lambda: desk.receive(paper, "D1")).message
    refused("nothing-expected", lambda: desk.receive(paper))
    refused("no-location", lambda: returning.receive_return(actor=desk.shop.actor, paper=other, location_id=None))
    refused("reason-needed", lambda: returning.reject(actor=desk.shop.actor, paper=paper, unit_ids=ids("D1"), reason=" "))
    viewer = world.user(role=Role.VIEWER)
    with pytest.raises(Forbidden):
        returning.restock(actor=viewer, paper=paper, unit_ids=ids("D1"))


def test_the_shipment_of_what_came_back_is_not_undone_and_the_return_is_named(desk: Counter) -> None:
    paper = desk.back("D1")
    told = refused("later-entries", lambda: undo_entry(actor=desk.shop.actor, entry_id=desk.sold.pk))
    assert [(one.text, one.why, one.document) for one in told.offenders] == [("D1", f"returned later ({paper})", paper.number)]
    receipt = Entry.objects.get(document=paper, act="returned")
    undo_entry(actor=desk.shop.actor, entry_id=receipt.pk)
    assert (status(paper), row("D1").received_by, unit("D1").status) == (NEW, None, Status.SHIPPED)
    returning.cancel_return(actor=desk.shop.actor, paper=paper)
    assert status(paper) == CANCELED
    undo_entry(actor=desk.shop.actor, entry_id=desk.sold.pk)
    assert verify() == []


def test_units_are_put_on_and_taken_off_until_they_come(desk: Counter) -> None:
    paper = desk.announced("D1")
    returning.add_to_return(actor=desk.shop.actor, paper=paper, unit_ids=ids("D1", "D2"))
    assert [line.quantity for line in paper.lines.all()] == [2_000_000]
    desk.receive(paper, "D1")
    refused("return-unit", lambda: returning.take_off_return(actor=desk.shop.actor, paper=paper, unit_ids=ids("D1")))
    refused("received-already", lambda: returning.cancel_return(actor=desk.shop.actor, paper=paper))
    returning.take_off_return(actor=desk.shop.actor, paper=paper, unit_ids=ids("D2"))
    assert [unit_.number for unit_ in returning.standing(paper).units] == ["D1"]
    edited = returning.edit_return(actor=desk.shop.actor, paper=paper, version=_version(paper), customer_reference="CLAIM-7")
    assert edited.customer_return.customer_reference == "CLAIM-7"
    refused("stale", lambda: returning.edit_return(actor=desk.shop.actor, paper=paper, version=1, notes="x"))


def _version(paper: Document) -> int:
    return Document.objects.get(pk=paper.pk).version


def test_switched_off_nothing_is_taken_back_and_all_is_kept(desk: Counter) -> None:
    paper = desk.back("D1")
    Switch.objects.update_or_create(name=functions.RMA, defaults={"on": False})
    functions.forget()
    for act in (
        lambda: desk.announced("D2"),
        lambda: desk.back("D2"),
        lambda: returning.restock(actor=desk.shop.actor, paper=paper, unit_ids=ids("D1")),
        lambda: returning.decide(actor=desk.shop.actor, paper=paper, unit_ids=ids("D1"), outcome="repair"),
    ):
        assert "switched off" in refused("switched-off", act).message
    assert unit("D1").return_doc == paper


def test_the_statements_do_not_grow_with_the_units(desk: Counter) -> None:
    counts = []
    for chosen in (ids("D1"), ids("D2", "D3", "D4", "D5")):
        with CaptureQueriesContext(connection) as seen:
            entry = returning.take_back(actor=desk.shop.actor, customer=desk.shop.customer, unit_ids=chosen, location_id=desk.shop.shelf.pk)
            paper = entry.document_id
            assert paper is not None
            returning.begin_repair(actor=desk.shop.actor, paper=paper, unit_ids=chosen, fault="Bearing")
            returning.end_repair(actor=desk.shop.actor, paper=paper, unit_ids=chosen, work="New bearing")
            returning.ship_back(actor=desk.shop.actor, paper=paper, unit_ids=chosen)
            again = returning.create_return(actor=desk.shop.actor, customer=desk.shop.customer, unit_ids=chosen)
            desk.receive(again)
            returning.restock(actor=desk.shop.actor, paper=again, unit_ids=chosen, finding="Nothing wrong")
            returning.standing(again)
        counts.append(len(seen))
    assert counts[0] == counts[1]
