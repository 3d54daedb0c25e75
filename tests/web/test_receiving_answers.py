"""What the receipt screen says before and after: places, batches, quantities, lookalikes, and what stays as a draft."""

from __future__ import annotations

import re
from datetime import timedelta

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from nameplate.models import Document, Draft, Item, Location, Serial, User
from tests import world
from tests.web.receipts import address, button, lines, pressed, sent


def test_a_form_that_was_sent_already_is_shown_with_a_fresh_key(screen: Client, order: Document) -> None:
    screen.post(address(order), sent(order, "draft", "WD-1"))
    answer = screen.post(address(order), sent(order, "receive:2.0", "WD-1\nWD-2"))
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "This form was sent already; what you typed now is not saved yet." in text
    assert "WD-1\nWD-2" in text
    fresh = re.findall(r'name="idempotency_key" value="([^"]+)"', text)
    assert fresh != ["k1"]
    assert screen.post(address(order), sent(order, button(text), "WD-1\nWD-2", key=fresh[0])).status_code == 303


def test_what_stays_behind_keeps_all_that_was_typed_beside_it(client: Client, manager: User, order: Document, shelf: Location) -> None:
    client.force_login(manager)
    world.location(name="B", of=shelf.site)
    world.receipt(numbers=["WD-9"], of=world.item(number="OTHER"))
    drive, _ = lines(order)
    day = (timezone.localdate() - timedelta(days=1)).isoformat()
    more = {f"place-{drive.pk}": "Main plant · B", f"batch-{drive.pk}": "B-7", f"keep-{drive.pk}": "other-item"}
    body = pressed(client, order, "WD-1..WD-5\nWD-9", note="two boxes", received_on=day, **more)
    assert client.post(address(order), body).status_code == 303
    text = client.get(address(order)).content.decode()
    for value in ("two boxes", day, "Main plant · A-03-2", "Main plant · B", "B-7"):
        assert f'value="{value}"' in text, value
    draft = Draft.objects.get().body
    assert draft["lines"][str(drive.pk)] == {
        "text": "WD-9",
        "quantity": "",
        "vendor_batch": "B-7",
        "place": "Main plant · B",
        "keep": ["other-item"],
        "unreadable": "",
        "expires_on": "",
    }


def test_what_was_typed_outlives_the_want_of_a_right(screen: Client, order: Document) -> None:
    yesterday = (timezone.localdate() - timedelta(days=1)).isoformat()
    answer = screen.post(address(order), pressed(screen, order, "WD-1", received_on=yesterday))
    assert answer.status_code == 403
    assert re.search(r"<textarea[^>]*>WD-1</textarea>", answer.content.decode())


def test_a_place_that_there_is_not_is_told_before_anything_is_received(screen: Client, order: Document, shelf: Location) -> None:
    Item.objects.update(default_location=shelf)
    drive, _ = lines(order)
    for more in ({"place": "Nowhere"}, {f"place-{drive.pk}": "Nowhere"}):
        text = screen.post(address(order), sent(order, "preview", "WD-1", **more)).content.decode()
        assert "There is no place “Nowhere”." in text
        assert "receive:" not in text
        assert screen.post(address(order), sent(order, "receive:1", "WD-1", **more)).status_code == 422
    Location.objects.update(archived=True)
    assert "Nothing is received at “Main plant · A-03-2”" in screen.post(address(order), sent(order, "preview", "WD-1")).content.decode()
    assert not Serial.objects.exists()


def test_a_vendor_batch_that_is_too_long_is_refused_with_the_field(screen: Client, order: Document) -> None:
    drive, _ = lines(order)
    body = pressed(screen, order, "WD-1", **{f"batch-{drive.pk}": "B" * 101})
    answer = screen.post(address(order), body)
    assert answer.status_code == 422
    assert "The vendor batch has at most 100 characters." in answer.content.decode()
    assert not Serial.objects.exists()


def test_a_quantity_is_said_as_it_is_read(screen: Client, order: Document) -> None:
    for wrong, sentence in (("1,5", "does not group thousands"), ("２", "is not a number")):
        answer = screen.post(address(order), sent(order, "preview", "", wrong)).content.decode()
        assert sentence in answer
        assert "will be received" not in answer


def test_a_screen_of_many_lines_asks_as_often_as_one_of_few(screen: Client, shelf: Location) -> None:
    order = world.purchase_order(lines=[(world.item(), 5) for _ in range(30)])
    counts = []
    for some in (2, 30):
        typed: dict[str, str] = {}
        for line in order.lines.all()[:some]:
            typed |= {f"text-{line.pk}": f"N-{line.position}", f"place-{line.pk}": "Main plant · A-03-2"}
        with CaptureQueriesContext(connection) as asked:
            answer = screen.post(f"{address(order)}/preview", {"place": "Main plant · A-03-2", **typed})
        assert f"Receive {some} now" in answer.json()["foot"]
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_lookalike_is_told_on_its_row(screen: Client, order: Document) -> None:
    drive, _ = lines(order)
    world.receipt(numbers=["LK\u20131"], of=drive.item)
    text = screen.post(address(order), sent(order, "preview", "LK-1")).content.decode()
    assert "it differs from LK\u20131, which is known already, only in the kind of dash" in text
    assert "Receive 1 now" in text


def test_two_windows_of_one_person_lose_nothing_to_each_other(screen: Client, order: Document) -> None:
    def opened() -> dict[str, str]:
        text = screen.get(address(order)).content.decode()
        return dict(re.findall(r'name="(page|page_seen)" value="([^"]*)"', text))

    def kept() -> str:
        return str(Draft.objects.get().body["lines"][str(lines(order)[0].pk)]["text"])

    older, newer = opened(), opened()
    screen.post(address(order), sent(order, "draft", "WD-1\nWD-2", key="n1", **newer))
    meanwhile = screen.post(f"{address(order)}/preview", sent(order, "", "WD-9", key="o1", keep_draft="1", **older)).json()
    assert (meanwhile["elsewhere"], kept()) == (True, "WD-1\nWD-2")
    screen.post(address(order), sent(order, "draft", "WD-9", key="o2", **older))
    assert kept() == "WD-1\nWD-2\nWD-9"
    last = opened()
    again = screen.post(f"{address(order)}/preview", sent(order, "", "WD-3", key="l1", keep_draft="1", **last)).json()
    assert (again["elsewhere"], kept()) == (False, "WD-3")
    screen.post(address(order), pressed(screen, order, "WD-5", key="o3", **older))
    assert kept() == "WD-3"
