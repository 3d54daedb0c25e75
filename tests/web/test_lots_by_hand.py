"""The pages of a lot by hand: typed, checked, made; numbers given; moved, held and edited."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from nameplate.models import FieldNoun, Item, Location, Lot, Serial, Stock, Tracking, User
from nameplate.operations.lots import Contents, create_lot
from tests import world

NEW = "/lots/new?item=BOARD"


@pytest.fixture
def shelf(db: None) -> Location:
    return world.location(of=world.site(name="Main plant"))


@pytest.fixture
def board(shelf: Location, client: Client, actor: User) -> Item:
    """An item, and somebody signed in."""
    client.force_login(actor)
    return world.item(number="BOARD", serial_format="B-####")


def typed(**more: Any) -> dict[str, Any]:
    return {"reason": "Opening stock", "place": "Main plant · A-01", "idempotency_key": "k", "text-0": "", **more}


def press(client: Client, address: str, sent: dict[str, Any]) -> Any:
    """Look at the verdicts, then press the button that they lead to."""
    page = client.post(address, {**sent, "action": "preview"}).content.decode()
    button = re.search(r'value="(receive:[0-9a-f]+)"', page)
    assert button is not None, page
    return client.post(address, {**sent, "action": button[1]})


def test_the_item_is_chosen_first(client: Client, board: Item) -> None:
    assert "Which item" in client.get("/lots/new").content.decode()
    unknown = client.get("/lots/new", {"item": "NOBODY"})
    assert (unknown.status_code, "no item “NOBODY”" in unknown.content.decode()) == (404, True)


def test_good_numbers_make_a_lot_and_the_rest_waits_on_its_page(client: Client, board: Item) -> None:
    made = press(client, NEW, typed(**{"text-0": "B-0001..B-0003\nodd", "unreadable-0": "1", "cost": "2.5"}))
    lot = Lot.objects.get()
    assert (made.status_code, made["Location"], lot.cost, lot.serials.count()) == (303, f"/lots/{lot.pk}/serials", 2_500_000, 4)
    assert ">odd</textarea>" in client.get(made["Location"]).content.decode()
    more = press(client, f"/lots/{lot.pk}/serials", typed(**{"text-0": "B-0009", "idempotency_key": "m"}))
    assert more["Location"] == f"/lots/{lot.pk}"
    page = client.get(f"/lots/{lot.pk}").content.decode()
    assert "1 unit waits for its real number" in " ".join(page.split())


def test_the_page_answers_while_somebody_types_and_keeps_a_draft(client: Client, board: Item) -> None:
    answer = client.post("/lots/new/preview?item=BOARD", typed(**{"text-0": "B-0001", "keep_draft": "1"})).json()
    assert "new" in answer["panels"]["0"]
    assert "Make a lot of 1" in answer["foot"]
    assert ">B-0001</textarea>" in client.get(NEW).content.decode()


def test_a_file_fills_the_box(client: Client, board: Item) -> None:
    file = SimpleUploadedFile("numbers.csv", b"serial number\nB-0001\nB-0002\n")
    page = client.post(NEW, {**typed(), "file-0": file, "action": "preview"}).content.decode()
    assert "B-0001\nB-0002</textarea>" in page


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"reason": ""}, "Say why"),
        ({"place": "Nowhere"}, "no place “Nowhere”"),
        ({"received_on": "soon"}, "Write it like"),
        ({"cost": "1,5"}, "1.5"),
        ({"unreadable-0": "two"}, "not a count"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(client: Client, board: Item, more: dict[str, str], words: str) -> None:
    page = client.post(NEW, {**typed(**{"text-0": "B-0001", **more}), "action": "receive:0"})
    assert page.status_code in {409, 422}
    assert words in page.content.decode()
    assert "B-0001</textarea>" in page.content.decode()
    assert not Lot.objects.exists()


def test_goods_without_numbers_by_quantity(client: Client, board: Item) -> None:
    world.item(number="FAN", tracking=Tracking.LOT)
    assert press(client, "/lots/new?item=FAN", typed(**{"quantity-0": "12"})).status_code == 303
    lot = Lot.objects.get()
    bench = world.location(name="Bench", of=Location.objects.get(name="A-01").site)
    sent = {"scope": "only", "quantity": "5", "place": "Main plant · Bench", "idempotency_key": "a"}
    assert client.post(f"/lots/{lot.pk}/move", sent).status_code == 303
    assert Stock.objects.get(lot=lot, location=bench).quantity == 5_000_000


@pytest.fixture
def lot(actor: User, board: Item, shelf: Location) -> Lot:
    """Two units with numbers and two without."""
    return create_lot(actor=actor, item=board, contents=Contents(["B-0001", "B-0002"], 2), location_id=shelf.pk, reason="Found")[0]


def test_numbers_are_given_in_order_or_to_one_unit(client: Client, lot: Lot) -> None:
    address = f"/lots/{lot.pk}/numbers"
    second = Serial.objects.get(number=f"{lot}-002")
    assert f"{lot}-001" in client.get(address).content.decode()
    wrong = client.post(address, {"numbers": "X-1", "idempotency_key": "a"})
    assert (wrong.status_code, "does not fit" in wrong.content.decode()) == (422, True)
    assert client.post(f"{address}?unit={second.pk}", {"numbers": "B-0004", "idempotency_key": "b"})["Location"] == f"/serials/{second.pk}"
    assert client.post(address, {"numbers": "B-0003", "idempotency_key": "c"})["Location"] == f"/lots/{lot.pk}"
    assert "No number is missing" in client.get(address).content.decode()


def test_a_lot_is_held_freed_moved_and_edited_from_its_page(client: Client, lot: Lot, shelf: Location) -> None:
    at = f"/lots/{lot.pk}"
    world.location(name="Bench", of=shelf.site)
    only = {"scope": "only", "units": "b-0001"}
    assert client.post(f"{at}/hold", {**only, "reason": "Scratched", "idempotency_key": "a"}).status_code == 303
    assert client.post(f"{at}/release", {**only, "idempotency_key": "b"}).status_code == 303
    assert client.post(f"{at}/hold", {"scope": "all", "reason": "Wet boxes", "idempotency_key": "c"}).status_code == 303
    assert "Wet boxes" in client.get(at).content.decode()
    assert client.post(f"{at}/release", {"scope": "all", "idempotency_key": "d"}).status_code == 303
    assert client.post(f"{at}/move", {**only, "place": "Main plant · Bench", "idempotency_key": "e"}).status_code == 303
    stranger = client.post(f"{at}/move", {"scope": "only", "units": "B-9999", "place": "Main plant · Bench", "idempotency_key": "f"})
    assert (stranger.status_code, "no unit bears it" in stranger.content.decode()) == (422, True)
    version = re.search(r'name="version" value="(\d+)"', client.get(f"{at}/edit").content.decode())
    assert version is not None
    edit = {"notes": "Keep dry.", "expires_on": "2026-01-01", "version": version[1], "idempotency_key": "g"}
    assert client.post(f"{at}/edit", edit).status_code == 303
    page = client.get(at).content.decode()
    assert "Keep dry." in page
    assert "expired" in page
    assert client.post(f"{at}/edit", {**edit, "notes": "Keep cool.", "idempotency_key": "h"}).status_code == 409


def test_a_unit_is_moved_held_and_freed_from_its_page(client: Client, lot: Lot, shelf: Location) -> None:
    at = f"/serials/{Serial.objects.get(number='B-0001').pk}"
    world.location(name="Bench", of=shelf.site)
    assert f"{at}/move" in client.get(at).content.decode()
    assert client.post(f"{at}/move", {"place": "Main plant · Bench", "idempotency_key": "a"}).status_code == 303
    assert client.post(f"{at}/hold", {"reason": "Scratched", "idempotency_key": "b"}).status_code == 303
    assert "Free from hold" in client.get(f"{at}/hold").content.decode()
    assert client.post(f"{at}/hold", {"reason": "", "idempotency_key": "c"}).status_code == 303


def test_units_belong_to_another_lot(client: Client, actor: User, lot: Lot, board: Item, shelf: Location) -> None:
    other, _ = create_lot(actor=actor, item=board, contents=Contents(["B-0009"]), location_id=shelf.pk, reason="Found")
    sent = {"units": "B-0001", "lot": str(other).lower(), "reason": "Mixed up", "idempotency_key": "a"}
    assert client.post(f"/lots/{lot.pk}/correction", sent)["Location"] == f"/lots/{other.pk}"
    nowhere = client.post(f"/lots/{lot.pk}/correction", {**sent, "lot": "L99", "idempotency_key": "b"})
    assert (nowhere.status_code, "no lot “L99”" in nowhere.content.decode()) == (422, True)


def test_custom_fields_of_the_lot_and_of_its_units_are_asked_for(client: Client, board: Item) -> None:
    world.custom_field(noun=FieldNoun.LOTS, name="Shift", required=True)
    world.custom_field(noun=FieldNoun.LOTS, name="Pallet")
    world.custom_field(noun=FieldNoun.SERIALS, name="Shift", required=True)
    world.custom_field(noun=FieldNoun.SERIALS, name="Hours")
    page = client.get(NEW).content.decode()
    for name in ("custom.shift", "custom.pallet", "serials.custom.shift"):
        assert f'name="{name}"' in page
    assert 'name="serials.custom.hours"' not in page
    sent = typed(**{"text-0": "B-0001", "custom.shift": "night", "custom.pallet": "P7", "serials.custom.shift": ""})
    refused = press(client, NEW, sent)
    assert (refused.status_code, "Shift is needed." in refused.content.decode()) == (422, True)
    assert 'value="P7"' in refused.content.decode()
    made = press(client, NEW, {**sent, "serials.custom.shift": "day", "idempotency_key": "again"})
    lot = Lot.objects.get()
    assert (made["Location"], lot.custom) == (f"/lots/{lot.pk}", {"shift": "night", "pallet": "P7"})
    assert Serial.objects.get(number="B-0001").custom == {"shift": "day"}
    more = client.get(f"/lots/{lot.pk}/serials").content.decode()
    assert ('name="serials.custom.shift"' in more, 'name="custom.shift"' in more) == (True, False)
    press(client, f"/lots/{lot.pk}/serials", typed(**{"text-0": "B-0002", "serials.custom.shift": "late", "idempotency_key": "m"}))
    assert Serial.objects.get(number="B-0002").custom == {"shift": "late"}


def test_a_draft_keeps_what_was_typed_into_custom_fields(client: Client, board: Item) -> None:
    world.custom_field(noun=FieldNoun.LOTS, name="Pallet")
    client.post(NEW, {**typed(**{"text-0": "B-0001", "custom.pallet": "P7"}), "action": "draft"})
    assert 'value="P7"' in client.get(NEW).content.decode()
