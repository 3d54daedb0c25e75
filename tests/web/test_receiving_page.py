"""The receipt screen: verdicts before anything is received, a button that does what it says, and nothing typed is lost."""

from __future__ import annotations

import io
import re
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from nameplate.models import Document, Draft, Entry, Item, Location, Serial, Status, Stock, User
from nameplate.operations.purchasing import cancel
from nameplate.operations.receiving import LineReceipt, receive
from tests import world
from tests.web.receipts import address, button, lines, pressed, sent


def test_the_screen_has_every_line_with_what_is_to_come(screen: Client, order: Document) -> None:
    text = screen.get(address(order)).content.decode()
    drive, screw = lines(order)
    assert f'id="text-{drive.pk}"' in text
    assert f'id="quantity-{screw.pk}"' in text
    assert "5 to come" in text
    assert "100 to come" in text


def test_checking_without_scripts_shows_the_verdicts_and_writes_nothing(screen: Client, order: Document) -> None:
    text = screen.post(address(order), sent(order, "preview", "WD-1..WD-3\nWD-2", "40")).content.decode()
    assert "Receive 3 and 40 pcs of SCR-M3 now" in text
    assert len(button(text).removeprefix("receive:")) == 32
    assert "Twice in this entry" in text
    assert "1 duplicate dropped" in text
    assert "<b>0</b>to decide" in text  # one of each is taken by itself
    assert "<b>1</b>duplicate</span>" in text
    assert "as a draft</p>" not in text
    assert not Entry.objects.filter(act="received").exists()


def test_the_button_receives_what_it_says_and_keeps_the_rest(screen: Client, order: Document, operator: User) -> None:
    answer = screen.post(address(order), pressed(screen, order, "WD-1..WD-3\nWD-2\nWD-x..", "40"))
    assert answer.status_code == 303
    assert answer["Location"] == address(order)
    assert set(Serial.objects.values_list("number", "status")) == {(f"WD-{n}", Status.RECEIVED) for n in (1, 2, 3)}
    assert Stock.objects.get(lot__item__number="SCR-M3").quantity == 40_000_000
    text = screen.get(address(order)).content.decode()
    assert re.search(r"<textarea[^>]*>WD-x\.\.</textarea>", text)  # the repeat of WD-2 is done with
    assert "Received 3 units. 1 stayed here as a draft." in text


def test_a_receipt_with_nothing_left_goes_to_its_entry(screen: Client, order: Document) -> None:
    answer = screen.post(address(order), pressed(screen, order, "WD-1\nWD-2"))
    assert answer["Location"] == f"/entries/{Entry.objects.get(act='received').pk}"
    assert not Draft.objects.exists()


@pytest.mark.parametrize(
    ("numbers", "quantity", "more"),
    [
        ("WD-1", "", {}),
        ("WD-1\nWD-3", "", {}),
        ("WD-1\nwd-2", "", {}),
        ("WD-1\nWD-2", "3", {}),
        ("WD-1\nWD-2", "", {"place": "Main plant · B"}),
    ],
)
def test_a_receipt_that_would_differ_from_the_button_is_not_made(
    screen: Client, order: Document, shelf: Location, numbers: str, quantity: str, more: dict[str, str]
) -> None:
    world.location(name="B", of=shelf.site)
    seen = pressed(screen, order, "WD-1\nWD-2")["action"]
    answer = screen.post(address(order), sent(order, seen, numbers, quantity, **more))
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "What can be received has changed" in text
    assert numbers in text
    assert not Serial.objects.exists()
    assert screen.post(address(order), sent(order, button(text), numbers, quantity, **more)).status_code == 303


def test_the_same_receipt_sent_twice_is_made_once(screen: Client, order: Document) -> None:
    body = pressed(screen, order, "WD-1\nWD-2")
    first, second = screen.post(address(order), body), screen.post(address(order), body)
    assert first["Location"] == second["Location"]
    assert Entry.objects.filter(act="received").count() == 1


def test_a_refusal_shows_what_was_typed_and_the_way_out(screen: Client, order: Document) -> None:
    answer = screen.post(address(order), sent(order, "receive:1.0", "WD-1", received_on="yesterday"))
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "Write it like 2026-03-31." in text
    assert re.search(r"<textarea[^>]*>WD-1</textarea>", text)


def test_a_form_opened_before_the_order_changed_is_told_so_once(screen: Client, order: Document) -> None:
    stale = pressed(screen, order, "WD-1")
    Document.objects.filter(pk=order.pk).update(version=order.version + 1)
    answer = screen.post(address(order), stale)
    assert answer.status_code == 409
    assert not Serial.objects.exists()
    assert f'name="version" value="{order.version + 1}"' in answer.content.decode()
    assert screen.post(address(order), {**stale, "version": order.version + 1}).status_code == 303


def test_a_draft_survives_and_an_empty_one_is_thrown_away(screen: Client, order: Document) -> None:
    screen.post(address(order), sent(order, "draft", "WD-1\nWD-x..", note="two boxes"))
    text = screen.get(address(order)).content.decode()
    assert "WD-1\nWD-x.." in text
    assert 'value="two boxes"' in text
    screen.post(address(order), sent(order, "draft", key="k2"))
    assert not Draft.objects.exists()


def test_problem_lines_come_as_a_file_without_formulas(screen: Client, order: Document) -> None:
    answer = screen.post(address(order), sent(order, "problems", "WD-1\nWD-1\n=cmd()\u200b"))
    text = answer.content.decode("utf-8-sig")
    assert answer["Content-Disposition"].startswith("attachment")
    assert text.splitlines()[0] == "Item,Line,Serial number,Why not"
    assert "WD-1" in text
    assert "'=cmd()" in text


def test_verdicts_alone_come_as_pieces_of_the_page(screen: Client, order: Document) -> None:
    drive, _ = lines(order)
    answer = screen.post(f"{address(order)}/preview", sent(order, "", "WD-1..WD-4")).json()
    assert "WD-1 … WD-4" in answer["panels"][str(drive.pk)]
    assert "Receive 4 now" in answer["foot"]
    assert answer["texts"] == {}


def test_an_offer_changes_the_box(screen: Client, order: Document) -> None:
    drive, _ = lines(order)
    body = sent(order, f"offer:{drive.pk}:clean:", "SN: WD\u20111")
    assert screen.post(f"{address(order)}/preview", body).json()["texts"] == {str(drive.pk): "WD-1"}
    assert ">WD-1</textarea>" in screen.post(address(order), body).content.decode()


def test_more_than_ordered_is_received_once_it_is_ticked(screen: Client, order: Document) -> None:
    drive, screw = lines(order)
    asked = sent(order, "preview", "WD-0001..WD-0007", "101")
    text = screen.post(address(order), asked).content.decode()
    assert "more than the 5 still to come" in text
    assert "That is more than the 100 pcs still to come." in text
    assert "Receive 2 more than ordered" in text
    assert "Receive 1 more than ordered" in text
    ticked = {f"keep-{line.pk}": "more-than-ordered" for line in (drive, screw)}
    answer = screen.post(address(order), pressed(screen, order, "WD-0001..WD-0007", "101", **ticked))
    assert answer["Location"].startswith("/entries/")
    page = screen.get(f"/purchase-orders/{order.pk}").content.decode()
    assert "2 more than ordered" in page
    assert "1 more than ordered" in page


def test_a_file_of_numbers_is_added_to_the_box(screen: Client, order: Document) -> None:
    drive, _ = lines(order)
    file = SimpleUploadedFile("numbers.csv", b"serial number\nWD-0001\nWD-0002\n", "text/csv")
    answer = screen.post(f"{address(order)}/preview", sent(order, "", "ST-1", **{f"file-{drive.pk}": file})).json()
    assert answer["texts"][str(drive.pk)].split() == ["ST-1", "WD-0001", "WD-0002"]
    assert "Receive 3 now" in answer["foot"]


def test_a_file_of_several_columns_asks_which(screen: Client, order: Document) -> None:
    drive, _ = lines(order)

    def post(**more: Any) -> dict[str, Any]:
        file = io.BytesIO(b"a,WD-1\nb,WD-2\n")
        file.name = "two.csv"
        found: dict[str, Any] = screen.post(f"{address(order)}/preview", sent(order, "", **{f"file-{drive.pk}": file}, **more)).json()
        return found

    assert "Which column holds the serial numbers?" in post()["panels"][str(drive.pk)]
    assert post(**{f"column-{drive.pk}": "2"})["texts"][str(drive.pk)].split() == ["WD-1", "WD-2"]


def test_a_file_that_is_no_table_is_refused_with_what_to_do(screen: Client, order: Document) -> None:
    drive, _ = lines(order)
    file = SimpleUploadedFile("scan.pdf", b"%PDF-1.7 ...", "application/pdf")
    panel = screen.post(f"{address(order)}/preview", sent(order, "", **{f"file-{drive.pk}": file})).json()["panels"][str(drive.pk)]
    assert "This is a PDF, not a table." in panel


def test_a_number_of_another_item_is_kept_only_when_somebody_says_so(screen: Client, order: Document) -> None:
    other: Item = world.item(number="OTHER")
    world.receipt(numbers=["WD-1"], of=other)
    drive, _ = lines(order)
    text = screen.post(address(order), sent(order, "preview", "WD-1")).content.decode()
    assert "Keep 1 that another item has too" in text
    answer = screen.post(address(order), pressed(screen, order, "WD-1", **{f"keep-{drive.pk}": "other-item"}))
    assert answer.status_code == 303
    assert Serial.objects.filter(number="WD-1").count() == 2


def test_an_order_that_is_not_under_way_says_where_to_go(screen: Client, order: Document, manager: User) -> None:
    cancel(actor=manager, order=order)
    text = screen.get(address(order)).content.decode()
    assert "Nothing can be received on it now" in text
    assert "<textarea" not in text
    assert screen.post(address(order), sent(order, "receive:1.0", "WD-1")).status_code == 409
    assert not Serial.objects.exists()


def test_who_may_only_look_does_not_receive(client: Client, viewer: User, order: Document) -> None:
    client.force_login(viewer)
    assert client.get(address(order)).status_code == 403
    assert client.post(address(order), sent(order, "receive:1.0", "WD-1")).status_code == 403
    assert not Serial.objects.exists()


def test_more_of_a_line_that_has_come_wholly_is_received_on_request(screen: Client, order: Document) -> None:
    drive, _ = lines(order)
    screen.post(address(order), pressed(screen, order, "WD-1..WD-5"))
    order.refresh_from_db()
    text = screen.get(address(order)).content.decode()
    assert f'id="text-{drive.pk}"' not in text
    assert "1 line of the order has come wholly." in text
    assert f'id="text-{drive.pk}"' in screen.get(f"{address(order)}?all=1").content.decode()
    more: dict[str, Any] = {f"keep-{drive.pk}": "more-than-ordered", "key": "k2"}
    answer = screen.post(address(order), pressed(screen, order, "WD-6", **more))
    assert answer.status_code == 303
    assert Serial.objects.filter(number="WD-6", status=Status.RECEIVED).exists()


def by_hand(screen: Client, order: Document) -> tuple[str, dict[str, str]]:
    """Where the receipt's page sends what was not received, and what it sends there."""
    form = re.search(r'action="(/lots/new\?item=[^"]+)">(.*?)</form>', screen.get(address(order)).content.decode(), re.DOTALL)
    assert form is not None
    return form[1], {name: unescape(value) for name, value in re.findall(r'name="([^"]+)" value="([^"]*)"', form[2])}


def put(screen: Client, at: str, typed: dict[str, str], **changed: str) -> None:
    """The page of a lot by hand as it was filled, changed, its button pressed."""
    page = screen.post(at, {**typed, **changed, "action": "preview"}).content.decode()
    shown = dict(re.findall(r'<input type="hidden" name="(idempotency_key|receipt_line)" value="([^"]*)"', page))
    assert screen.post(at, {**typed, **changed, **shown, "action": button(page)}).status_code == 303


def test_what_comes_after_all_was_received_goes_into_a_lot_by_hand_and_leaves_the_draft(screen: Client, order: Document) -> None:
    screen.post(address(order), pressed(screen, order, "WD-1..WD-5\nWD-6..WD-8", "100"))
    order.refresh_from_db()
    assert order.status == "received"
    assert "More came than was ordered on" in screen.get(address(order)).content.decode()
    at, typed = by_hand(screen, order)
    assert typed["text-0"] == "WD-6\nWD-7\nWD-8"
    assert re.search(r"<textarea[^>]*>WD-6\nWD-7\nWD-8</textarea>", screen.post(at, typed).content.decode())
    assert not Serial.objects.filter(number="WD-6").exists()
    put(screen, at, typed, **{"text-0": "WD-6..WD-7"})
    at, typed = by_hand(screen, order)
    assert typed["text-0"] == "WD-8"  # what was not put there stays
    assert screen.post(at, {**typed, "action": "draft"}).status_code == 303
    kept = screen.get(at).content.decode()
    assert f'name="receipt_line" value="{lines(order)[0].pk}"' in kept
    put(screen, at, typed, idempotency_key="k9")
    assert not Draft.objects.exists()
    assert "Not received" not in screen.get(address(order)).content.decode()


def test_a_quantity_that_went_into_a_lot_by_hand_leaves_the_draft_and_other_lines_stay(
    screen: Client, order: Document, manager: User, shelf: Location
) -> None:
    drive, screw = lines(order)
    screen.post(address(order), sent(order, "draft", "WD-9", "40"))
    world.receipt(numbers=["WD-1", "WD-2", "WD-3", "WD-4", "WD-5"], order=order, at=shelf)
    receive(actor=manager, order=order, lines=[LineReceipt(screw.pk, quantity="100")], location_id=shelf.pk)
    page = screen.get(address(order)).content.decode()
    at, typed = re.findall(r'action="(/lots/new\?item=SCR-M3)">.*?name="receipt_line" value="(\d+)"', page, re.DOTALL)[0]
    filled = {"receipt_line": typed, "place": "Main plant · A-03-2", "reason": "More came", "idempotency_key": "k2"}
    put(screen, at, filled, **{"quantity-0": "30"})
    left = Draft.objects.get().body["lines"]
    assert (left[str(screw.pk)]["quantity"], left[str(drive.pk)]["text"]) == ("10", "WD-9")
    put(screen, at, {**filled, "idempotency_key": "k3"}, **{"quantity-0": "10"})
    assert list(Draft.objects.get().body["lines"]) == [str(drive.pk)]


def test_a_known_number_is_told_with_its_site(screen: Client, order: Document) -> None:
    screen.post(address(order), pressed(screen, order, "WD-1"))
    order.refresh_from_db()
    text = screen.post(address(order), sent(order, "preview", "WD-1", key="k2")).content.decode()
    assert "known already: Received at Main plant · A-03-2, lot" in text
