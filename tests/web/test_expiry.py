"""What expires soon or has expired is found in the list of lots, and said where somebody looks at it or chooses it."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from nameplate.models import Lot, Role, Serial, User
from nameplate.operations.lots import Contents, create_lot
from nameplate.operations.switching import switch_function
from tests import world


def lot(actor: User, days: int | None, numbers: list[str]) -> Lot:
    """A lot in stock that expires so many days from now."""
    day = None if days is None else timezone.localdate() + dt.timedelta(days=days)
    contents = Contents(numbers)
    return create_lot(actor=actor, item=world.item(), contents=contents, location_id=world.location().pk, reason="Stock", expires_on=day)[0]


@pytest.fixture
def page(client: Client, actor: User) -> Client:
    client.force_login(actor)
    return client


def html(page: Client, address: str) -> str:
    answer = page.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_list_has_what_expires_within_days_and_what_has_expired(page: Client, actor: User) -> None:
    gone, soon, later, never = (lot(actor, days, [f"N{days}"]) for days in (-1, 30, 31, None))
    everything = html(page, "/lots")
    assert 'href="/lots?expiry=%2B30d&amp;in_stock=%3E0&amp;sort=expiry"' in everything
    expiring = html(page, "/lots?expiry=%2B30d&in_stock=%3E0&sort=expiry")
    assert soon.number in expiring
    assert "expires in 30 days" in expiring
    assert not any(one.number in expiring for one in (gone, later, never))
    expired = html(page, "/lots?expiry=%3Ctoday&in_stock=%3E0&sort=expiry")
    assert gone.number in expired
    assert not any(one.number in expired for one in (soon, later, never))


def test_pages_of_the_lot_and_of_its_units_warn(page: Client, actor: User) -> None:
    gone, soon, later = (lot(actor, days, [f"N{days}"]) for days in (-1, 5, 400))
    assert "Expired on" in html(page, f"/lots/{gone.pk}")
    assert "use it before others" in html(page, f"/lots/{soon.pk}")
    assert "use it before others" not in html(page, f"/lots/{later.pk}")
    assert "Expired on" in html(page, f"/serials/{Serial.objects.get(lot=gone).pk}")
    assert "Expired on" not in html(page, f"/serials/{Serial.objects.get(lot=soon).pk}")


def test_choosing_units_of_an_expired_lot_says_so(page: Client, actor: User) -> None:
    gone = lot(actor, -1, ["G1", "G2"])
    lot(actor, 400, ["L1"])
    assert "2 of lot" in html(page, f"/moves/new?search=lot%3D{gone.number}")
    assert "1 of lot" in html(page, f"/holds/new?unit={Serial.objects.get(number='G1').pk}")
    assert "expired on" not in html(page, f"/holds/new?unit={Serial.objects.get(number='L1').pk}")


def test_nothing_is_said_while_expiry_dates_are_off(page: Client, actor: User) -> None:
    gone = lot(actor, -1, ["G1"])
    switch_function(actor=world.user(role=Role.ADMINISTRATOR), name="expiry-dates", on=False, version=0, confirmed=True)
    unit = Serial.objects.get(number="G1").pk
    for address in ("/lots", f"/lots/{gone.pk}", f"/serials/{unit}", f"/holds/new?unit={unit}"):
        assert "xpired" not in html(page, address)
