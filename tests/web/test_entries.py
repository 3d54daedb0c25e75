"""The pages of an entry and a lot, and the undo from the page."""

from __future__ import annotations

import pytest
from django.test import Client

from nameplate.models import Document, Entry, Item, Line, Location, Lot, Role, Serial, User
from nameplate.operations import purchasing
from nameplate.operations.moving import move_units
from nameplate.operations.receiving import LineReceipt, receive
from nameplate.operations.undoing import undo_entry
from tests import world


@pytest.fixture
def drive(db: None) -> Item:
    return world.item(number="HDD-3T")


@pytest.fixture
def received(actor: User, drive: Item) -> Entry:
    order: Document = world.purchase_order(lines=[(drive, 8)])
    shelf: Location = world.location()
    numbers = [f"WD-{n}" for n in range(1, 6)]
    return receive(actor=actor, order=order, lines=[LineReceipt(Line.objects.get(document=order).pk, numbers)], location_id=shelf.pk)


@pytest.fixture
def signed_in(client: Client, actor: User) -> Client:
    client.force_login(actor)
    return client


def test_an_entry_shows_its_units_and_lots(signed_in: Client, received: Entry) -> None:
    page = signed_in.get(f"/entries/{received.pk}").content.decode()
    assert "Received: 5 units" in page
    for unit in Serial.objects.all():
        assert f"/serials/{unit.pk}" in page
    lot = Lot.objects.get(status="received")
    assert f"/lots/{lot.pk}" in page
    assert "WD-1" in signed_in.get(f"/serials/{Serial.objects.earliest('pk').pk}").content.decode()
    assert "5 pcs" in signed_in.get(f"/lots/{lot.pk}").content.decode()


def test_undo_for_chosen_numbers_then_for_the_rest(signed_in: Client, received: Entry) -> None:
    address = f"/entries/{received.pk}/reversal"
    assert signed_in.get(address).status_code == 200
    answer = signed_in.post(address, {"scope": "only", "units": "WD-2..WD-3", "reason": "wrong box", "idempotency_key": "a"})
    assert answer.status_code == 303
    again = signed_in.post(address, {"scope": "only", "units": "WD-2..WD-3", "reason": "wrong box", "idempotency_key": "a"})
    assert again["Location"] == answer["Location"]
    assert Serial.objects.filter(withdrawn=False).count() == 3
    assert signed_in.post(address, {"scope": "all", "idempotency_key": "b"}).status_code == 303
    assert not Serial.objects.filter(withdrawn=False).exists()


def test_undo_is_offered_as_long_as_it_can_be_done_for_a_unit(signed_in: Client, actor: User, received: Entry) -> None:
    units = list(Serial.objects.values_list("pk", flat=True))
    site = Location.objects.get(serials__pk=units[0]).site
    move_units(actor=actor, unit_ids=units[1:], location_id=world.location(name="B-01", of=site).pk)
    assert "Undo…" in signed_in.get(f"/entries/{received.pk}").content.decode()
    last = move_units(actor=actor, unit_ids=units[:1], location_id=world.location(name="B-02", of=site).pk)
    text = signed_in.get(f"/entries/{received.pk}").content.decode()
    assert "Undo…" not in text
    assert "Undo what came later first." in text
    undo_entry(actor=actor, entry_id=last.pk)
    assert "Undo…" in signed_in.get(f"/entries/{received.pk}").content.decode()


def test_the_entry_of_an_undo_shows_the_units_it_took_back_as_withdrawn(signed_in: Client, received: Entry) -> None:
    signed_in.post(f"/entries/{received.pk}/reversal", {"scope": "only", "units": "WD-2", "idempotency_key": "a"})
    undo = Entry.objects.get(reverses=received)
    page = signed_in.get(f"/entries/{undo.pk}").content.decode()
    assert page.count("Withdrawn</span>") == 2  # after it, and now
    assert "Planned" not in page.partition("<tbody>")[2].partition("</tbody>")[0]
    assert "Withdrawn" in signed_in.get(f"/entries/{received.pk}").content.decode()


def test_a_number_that_is_not_in_the_entry_is_named_and_what_was_typed_stays(signed_in: Client, received: Entry) -> None:
    answer = signed_in.post(f"/entries/{received.pk}/reversal", {"scope": "only", "units": "WD-2\nWD-99", "idempotency_key": "c"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "WD-99" in page
    assert "WD-2\nWD-99" in page.replace("\r", "")
    assert Serial.objects.filter(withdrawn=False).count() == 5


def test_undone_twice_is_refused_with_the_first_undo_named(signed_in: Client, received: Entry) -> None:
    address = f"/entries/{received.pk}/reversal"
    assert signed_in.post(address, {"scope": "all", "idempotency_key": "d"}).status_code == 303
    answer = signed_in.post(address, {"scope": "all", "idempotency_key": "e"})
    assert answer.status_code == 409
    assert f"/entries/{Entry.objects.get(reverses=received).pk}" in answer.content.decode()


@pytest.mark.parametrize("address", ["/entries/999999", "/lots/999999", "/entries/999999/reversal"])
def test_what_does_not_exist_is_said_so(signed_in: Client, address: str) -> None:
    assert signed_in.get(address).status_code == 404


def test_a_viewer_is_not_offered_the_undo(client: Client, viewer: User, received: Entry) -> None:
    client.force_login(viewer)
    assert "reversal" not in client.get(f"/entries/{received.pk}").content.decode()
    assert client.post(f"/entries/{received.pk}/reversal", {"scope": "all"}).status_code == 403


@pytest.mark.parametrize("number", ["C1..C3", "C,D", "two words", 'a "quoted" one', "A x 8", "A;B"])
def test_the_undo_of_one_unit_takes_back_that_unit_whatever_its_number(signed_in: Client, actor: User, drive: Item, number: str) -> None:
    order = world.purchase_order(lines=[(drive, 9)])
    numbers = ["C1", "C2", "C3", "C", "D", number]
    line = Line.objects.get(document=order).pk
    entry = receive(actor=actor, order=order, lines=[LineReceipt(line, numbers)], location_id=world.location().pk)
    unit = Serial.objects.get(number=number)
    address = f"/entries/{entry.pk}/reversal?unit={unit.pk}"
    form = signed_in.get(address).context["form"]
    sent = {"scope": "only", "units": form.initial["units"], "idempotency_key": "z"}
    assert signed_in.post(address, sent).status_code == 303
    assert list(Serial.objects.filter(withdrawn=True)) == [unit]


def test_what_keeps_a_receipt_from_being_undone_is_said_at_once(db: None, client: Client) -> None:
    manager = world.user(role=Role.MANAGER)
    client.force_login(manager)
    order = world.purchase_order(lines=[(world.item(), 6)])
    purchasing.plan_numbers(actor=manager, line=order.lines.get(), numbers=["CN-1", "CN-2", "CN-3", "CN-4"])
    shelf = world.location()
    receipt = world.receipt(numbers=["CN-1", "CN-77", "CN-78"], order=order, at=shelf)
    purchasing.cancel_rest(actor=manager, order=order)
    canceled = Entry.objects.get(act="rest canceled")
    page = client.get(f"/entries/{receipt.pk}/reversal").content.decode()
    assert "not undone yet" not in page
    assert "3 of 3 units and 3 announced numbers that did not come cannot go back yet" in page
    assert f'<a href="/entries/{canceled.pk}/reversal">Undo the later entry</a> first.' in page
    assert "that nothing stands in the way of" not in page
    undo_entry(actor=manager, entry_id=canceled.pk)
    units = [Serial.objects.get(number=number).pk for number in ("CN-77", "CN-78")]
    move_units(actor=manager, unit_ids=units, location_id=world.location(of=shelf.site, name="B-1").pk)
    page = client.get(f"/entries/{receipt.pk}/reversal").content.decode()
    assert "2 of 3 units cannot go back yet" in page
    assert "or undo this one for the other unit." in page
    assert "the unit that nothing stands in the way of" in page
