"""The form of a bill of materials: rows added, removed, refused beside their fields, kept."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from nameplate.models import Item, User
from nameplate.operations.cataloguing.bills import bill_of
from tests import world


@pytest.fixture
def browser(manager: User) -> Client:
    client = Client()
    client.force_login(manager)
    return client


@pytest.fixture
def pod(db: None) -> Item:
    made = world.item(number="POD-45")
    made.made = True
    made.save()
    return made


def typed(page: str, *rows: tuple[str, str, str]) -> dict[str, str]:
    """The form with these rows, as a browser sends it."""
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    for index, row in enumerate(rows):
        hidden |= {f"line-{index}-{part}": text for part, text in zip(("component", "quantity", "places"), row, strict=True)}
    return {**hidden, "rows": str(len(rows))}


def test_rows_come_go_and_are_kept(browser: Client, pod: Item) -> None:
    world.item(number="DRIVE")
    at = f"/items/{pod.pk}/bill"
    first = browser.get(at).content.decode()
    rows = [("DRIVE", "3", "bay 1..bay 3"), ("nothing", "0", "")]
    more = browser.post(f"{at}?add=1", typed(first, *rows)).content.decode()
    assert (more.count('role="group"'), "bay 1..bay 3" in more, "autofocus" in more) == (3, True, True)
    refused = browser.post(at, typed(first, *rows))
    page = refused.content.decode()
    assert (refused.status_code, "There is no such item." in page, 'value="nothing"' in page) == (422, True, True)
    fewer = browser.post(f"{at}?remove=1", typed(page, *rows)).content.decode()
    assert "nothing" not in fewer
    assert browser.post(at, typed(fewer, rows[0]))["Location"] == f"/items/{pod.pk}"
    assert [(line.component.number, line.places) for line in bill_of(pod)] == [("DRIVE", "bay 1..bay 3")]
    shown = browser.get(f"/items/{pod.pk}").content.decode()
    assert "bay 1..bay 3" in shown
    drive = Item.objects.get(number="DRIVE")
    assert "Used in" in browser.get(f"/items/{drive.pk}").content.decode()
