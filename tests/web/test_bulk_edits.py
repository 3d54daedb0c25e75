"""Bulk editing by its page: chosen rows come as an address, the preview says what would be, and only what was shown is done."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from nameplate.models import Entry, Job, Serial, User
from nameplate.operations.editing import edit_units
from nameplate.operations.undoing import undo_entry
from nameplate.web import bulk_edits
from tests import world

AT = "/serials/edits/new"


@pytest.fixture
def browser(operator: User) -> Client:
    world.custom_field(name="Grade")
    world.receipt(numbers=["B1", "B2", "B3"])
    client = Client()
    client.force_login(operator)
    return client


def ids(*numbers: str) -> str:
    return ",".join(str(pk) for pk in Serial.objects.filter(number__in=numbers).values_list("pk", flat=True))


def sent(browser: Client, page: Any, step: str, **typed: Any) -> Any:
    """The form of that page with these fields, by that button."""
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.content.decode()))
    return browser.post(AT, {**{name: text.replace("&amp;", "&") for name, text in hidden.items()}, **typed, "step": step})


def test_what_is_ticked_goes_to_an_act_by_an_address(browser: Client) -> None:
    chosen = browser.post("/serials/selections", {"ids": ids("B1", "B3"), "to": AT})
    assert (chosen.status_code, chosen["Location"].startswith(f"{AT}?search=chosen%3D")) == (303, True)
    assert "<strong>2 units</strong></a>, those ticked in the list" in browser.get(chosen["Location"]).content.decode()
    rest = browser.post("/serials/selections", {"ids": ids("B1"), "all": "1", "search": "serial=B*", "to": "/serials"})
    listed = browser.get(rest["Location"]).content.decode()
    assert ("<b>all but 1 row</b>" in listed, ">B1<" in listed, ">B2<" in listed) == (True, False, True)
    again = browser.post(
        "/serials/selections", {"ids": ids("B2"), "all": "1", "search": rest["Location"].partition("?")[2], "to": "/serials"}
    )
    listed = browser.get(again["Location"]).content.decode()
    assert ("<b>1 row</b>" in listed, ">B2<" in listed, ">B3<" in listed) == (True, False, True)
    whole = browser.post("/serials/selections", {"ids": "", "all": "1", "search": "", "to": "/holds/new"})
    assert "<strong>3 units</strong></a>, all that the search" in browser.get(whole["Location"]).content.decode()
    assert browser.post("/serials/selections", {"ids": ids("B1"), "to": "/exports/new"})["Location"].startswith(
        "/exports/new?list=serials&chosen="
    )
    assert browser.post("/serials/selections", {"ids": ids("B1"), "to": "https://elsewhere.example/"}).status_code == 404
    assert browser.post("/serials/selections", {"ids": "", "to": AT}).status_code == 422


def test_a_preview_comes_first_and_only_what_it_showed_is_done(browser: Client, operator: User) -> None:
    page = browser.get(f"{AT}?search=serial%3DB*")
    typed = {
        "set": ["warranty_until", "custom.grade"],
        "warranty_until": "2029-03-31",
        "custom.grade": "b",
        "notes": "not meant",
        "reason": "Sorted",
    }
    assert "No field is chosen." in sent(browser, page, "preview").content.decode()
    wrong = sent(browser, page, "preview", **{**typed, "warranty_until": "soon"})
    assert (wrong.status_code, "soon" in wrong.content.decode(), Entry.objects.filter(act="edited").count()) == (422, True, 0)
    assert sent(browser, page, "change", **typed).status_code == 409
    told = sent(browser, page, "preview", **typed)
    assert "3 units would change: Warranty until and Grade" in told.content.decode()
    other = sent(browser, told, "change", **{**typed, "custom.grade": "c"})
    assert (other.status_code, "This is not what the preview showed." in other.content.decode()) == (409, True)
    assert not Entry.objects.filter(act="edited").exists()
    edit_units(actor=operator, unit_ids=[Serial.objects.latest("pk").pk], custom={"grade": "d"})
    other = sent(browser, told, "change", **typed)
    assert (other.status_code, ">d<" in other.content.decode(), Entry.objects.filter(act="edited").count()) == (409, True, 1)
    done = sent(browser, other, "change", **typed)
    assert done.status_code == 303
    assert "3 units changed." in browser.get(done["Location"]).content.decode()
    entry = Entry.objects.filter(act="edited").latest("pk")
    assert (entry.units, entry.reason, list(Serial.objects.values_list("notes", flat=True).distinct())) == (3, "Sorted", [""])
    undo_entry(actor=operator, entry_id=entry.pk)
    assert not Serial.objects.exclude(warranty_until=None).exists()


def test_refused_units_are_named_downloaded_and_left_out(browser: Client, operator: User) -> None:
    world.receipt(numbers=["W1"])
    chosen = browser.post("/serials/selections", {"ids": ids("B1", "B2", "W1"), "to": AT})["Location"]
    undo_entry(actor=operator, entry_id=Entry.objects.latest("pk").pk)
    typed = {"set": ["notes"], "notes": "seen"}
    told = sent(browser, browser.get(chosen), "preview", **typed)
    text = told.content.decode()
    assert ("<strong>1 unit cannot be changed</strong>" in text, 'value="change"' in text) == (True, False)
    file = sent(browser, told, "refused", **typed)
    assert file.content.decode("utf-8-sig").splitlines() == ["Serial number,Why not", "W1,its number was withdrawn"]
    fewer = sent(browser, told, "leave", **typed)
    assert "2 units would change: Notes" in fewer.content.decode()
    assert sent(browser, fewer, "change", **typed).status_code == 303
    assert dict(Serial.objects.values_list("number", "notes")) == {"B1": "seen", "B2": "seen", "B3": "", "W1": ""}


def test_more_than_a_page_waits_for_is_a_job(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk_edits, "MOST_AT_ONCE", 2)
    page = browser.get(f"{AT}?search=serial%3DB*")
    typed = {"set": ["notes"], "notes": "seen"}
    told = sent(browser, page, "preview", **typed)
    assert "are changed in the background" in told.content.decode()
    done = sent(browser, told, "change", **typed)
    assert done["Location"] == f"/jobs/{Job.objects.get().pk}"
    assert "Bulk editing of 3 units: Notes" in browser.get(done["Location"]).content.decode()
