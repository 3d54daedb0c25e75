"""The pages of a stock count: drawn up, started, scanned with and without the page's script, posted with what it is worth."""

from __future__ import annotations

import re

import orjson
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from nameplate.models import CountScan, Document, Entry, Role, Status, User
from tests import world
from tests.counting import CountShop, count_shop, unit
from tests.operations.test_pictures import picture


@pytest.fixture
def shop(manager: User, administrator: User) -> CountShop:
    return count_shop(manager, administrator)


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def browser(manager: User) -> Client:
    return signed_in(manager)


def sent(browser: Client, address: str, to: str = "", **typed: object) -> tuple[int, str]:
    """The form at that address, filled in and sent: the status and what is said, on the page that follows or on the form."""
    page = browser.get(address).content.decode()
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    answer = browser.post(to or address.partition("?")[0], {**hidden, **typed})
    return answer.status_code, (browser.get(answer["Location"]) if answer.status_code == 303 else answer).content.decode()


def shown(browser: Client, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_count_from_its_form_to_its_posting(browser: Client, shop: CountShop) -> None:
    place = f"{shop.shelf.site.name} · A-01"
    status, page = sent(browser, "/stock-counts/new", places=f"{place}\nNowhere", item="")
    assert (status, "There is no place “Nowhere”." in page, "\nNowhere" in page) == (422, True, True)
    assert place in shown(browser, f"/stock-counts/new?location={shop.shelf.pk}")
    assert sent(browser, "/stock-counts/new", places=place)[0] == 303
    count = Document.objects.get(kind="SC")
    at = f"/stock-counts/{count.pk}"
    assert browser.get(f"/documents/{count.pk}")["Location"] == at
    assert "Start the count when you begin" in shown(browser, at)
    status, page = sent(browser, at, f"{at}/start")
    assert (status, "frozen" in page) == (303, True)

    status, page = sent(browser, f"{at}/scans", text="D01\nD02\nD01\nxyz", goods=shop.fans.number, quantity="90")
    assert (status, "5 recorded. 2 need a look." in page) == (303, True)
    assert sent(browser, f"{at}/scans", text=" ")[0] == 422
    status, page = sent(browser, f"{at}/scans", text="D03", goods="fan")
    assert (status, "D03</textarea>" in page, "How much of it lies here." in page) == (422, True, True)
    assert sorted(CountScan.objects.values_list("verdict", flat=True)) == ["counted", "ok", "ok", "seen", "unknown"]

    page = shown(browser, at)
    assert "2 of 10" in page
    assert "received by hand" in page
    status, page = sent(browser, f"{at}/posting", move_found="on", write_off_missing="on", reason="")
    assert (status, "825.00 EUR" in page, "Choose a reason for write-offs." in page) == (422, True, True)
    status, page = sent(browser, f"{at}/posting", move_found="on", write_off_missing="on", reason=shop.lost.pk)
    assert (status, "8 written off under WO" in page) == (303, True)
    assert unit("D05").status == Status.WRITTEN_OFF
    assert f"/entries/{Entry.objects.get(document=count).pk}/reversal" in page
    done = shown(browser, at)
    assert re.search(r"written off under .*</a>: 8 units, 825.00 EUR", done)
    assert all(one in done for one in ("D05", "xyz", "received by hand"))
    assert count.number in shown(browser, "/stock-counts")
    assert "nothing is scanned now" in shown(browser, f"{at}/scans").lower()


def test_the_pages_script_sends_what_it_kept(browser: Client, shop: CountShop) -> None:
    count = shop.count()
    at = f"/stock-counts/{count.pk}"
    known = browser.get(f"{at}/expected").json()
    assert (known["units"]["d01"], len(known["units"])) == ([[unit("D01").pk, "D01", "DRIVE", shop.shelf.pk, False]], 10)
    scans = [
        {"key": "k1", "text": "D01", "place": str(shop.shelf.pk), "quantity": None, "at": "2020-01-01T10:00:00.000Z"},
        {"key": "k2", "text": shop.fans.number, "place": str(shop.shelf.pk), "quantity": "90", "at": "nonsense"},
        {"key": "k3", "text": shop.fans.number, "place": str(shop.shelf.pk), "quantity": "many"},
    ]
    body = {"scans": orjson.dumps(scans).decode()}
    answers = browser.post(f"{at}/scans", body).json()["answers"]
    assert [(one["key"], one["verdict"]) for one in answers] == [("k1", "ok"), ("k2", "counted"), ("k3", "unknown")]
    assert browser.post(f"{at}/scans", body).json()["answers"] == answers
    assert CountScan.objects.earliest("pk").scanned_at.year == 2020
    for broken in (
        "",
        "{",
        "{}",
        "[1]",
        '[{"key": "", "text": "D01"}]',
        '[{"key": "k", "text": "\\u0000"}]',
        '[{"key": "k", "text": "a", "place": "0"}]',
    ):
        answer = browser.post(f"{at}/scans", {"scans": broken})
        if '"place"' not in broken:
            assert (answer.status_code, "refused" in answer.json()) == (422, True), broken
    assert sent(browser, f"{at}/scans", f"{at}/scans/{answers[0]['id']}/cancellation")[0] == 303
    assert CountScan.objects.get(key="k1").taken_back


def test_a_blind_count_tells_nobody_who_only_counts_what_should_be_there(operator: User, browser: Client, shop: CountShop) -> None:
    count = shop.count(blind=True)
    counter = signed_in(operator)
    page = shown(counter, f"/stock-counts/{count.pk}")
    assert ("D05" in page, "Units found" in page) == (False, False)
    assert "D05" in shown(browser, f"/stock-counts/{count.pk}")
    assert counter.get(f"/stock-counts/{count.pk}/posting").status_code == 403


def test_differences_that_changed_are_shown_again_before_they_are_posted(browser: Client, shop: CountShop) -> None:
    count = shop.count()
    at = f"/stock-counts/{count.pk}/posting"
    page = shown(browser, at)
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    shop.scan(count, "D01")
    answer = browser.post(at, {**hidden, "write_off_missing": "on", "reason": shop.lost.pk})
    assert (answer.status_code, unit("D02").status) == (409, Status.RECEIVED)
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', answer.content.decode()))
    assert browser.post(at, {**hidden, "write_off_missing": "on", "reason": shop.lost.pk}).status_code == 303
    assert (unit("D01").status, unit("D02").status) == (Status.RECEIVED, Status.WRITTEN_OFF)


def test_a_step_that_does_not_fit_is_said_on_the_page(browser: Client, shop: CountShop) -> None:
    count = shop.count()
    answer = browser.post(f"/stock-counts/{count.pk}/start", {"idempotency_key": "again"})
    assert (answer.status_code, "it must be New" in answer.content.decode()) == (409, True)
    assert browser.post(f"/stock-counts/{count.pk}/cancellation", {"idempotency_key": "off"}).status_code == 303
    assert "Canceled" in shown(browser, f"/stock-counts/{count.pk}")
    assert signed_in(world.user(role=Role.VIEWER)).get(f"/stock-counts/{count.pk}/scans").status_code == 403


def test_what_nobody_knows_is_described_beside_its_scan(browser: Client, shop: CountShop) -> None:
    count = shop.count()
    [scan] = shop.scan(count, "stranger")
    at = f"/stock-counts/{count.pk}/scans"
    assert f"{at}/{scan.pk}/description" in shown(browser, at)
    photo = SimpleUploadedFile("label.png", picture(40, 30), "image/png")
    told = browser.post(f"{at}/{scan.pk}/description", {"note": "Torn label", "photo": photo, "idempotency_key": "once"})
    assert (told.status_code, "Torn label" in shown(browser, at)) == (303, True)
    assert browser.get(f"{at}/{scan.pk}/photo").content.startswith(b"\x89PNG")
    found = shown(browser, f"/stock-counts/{count.pk}")
    assert ("Torn label" in found, f"{at}/{scan.pk}/photo" in found) == (True, True)
    wrong = {"photo": SimpleUploadedFile("x.svg", b"<svg/>"), "idempotency_key": "other"}
    refused = browser.post(f"{at}/{scan.pk}/description", wrong, headers={"Accept": "application/json"})
    assert (refused.status_code, refused.json()["rule"]) == (422, "not-a-picture")
    again = browser.post(f"{at}/{scan.pk}/description", {"note": "Blue casing"}, headers={"Accept": "application/json"}).json()
    assert [(one["note"], one["photo"]) for one in again["answers"]] == [("Blue casing", True)]


def test_what_was_seen_at_two_places_is_settled_on_the_counts_page(browser: Client, operator: User, shop: CountShop) -> None:
    count = shop.count(shop.shelf, shop.beside)
    wrong = shop.scan(count, "D01", at=shop.beside, by=operator)[0]
    shop.scan(count, "D01", at=shop.shelf)
    at = f"/stock-counts/{count.pk}"
    back = f"{at}/scans/{wrong.pk}/cancellation"
    assert [named in shown(browser, at) for named in ("Seen at two places", back, 'aria-label="Take back D01 at')] == [True] * 3
    assert "it was seen at two places" in shown(browser, f"{at}/posting")
    page = shown(signed_in(operator), at)
    assert ("Seen at two places" in page, back in page) == (True, False)
    answer = browser.post(back, {"idempotency_key": "settled", "settling": "1"})
    assert (answer.status_code, answer["Location"], "Seen at two places" in shown(browser, at)) == (303, at, False)
