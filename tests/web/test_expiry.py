"""What expires soon or has expired is found in the list of lots, and said where somebody looks at it or chooses it."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.test import Client
from django.utils import timezone

from nameplate.models import Location, Lot, Role, Serial, User
from nameplate.operations import cataloguing
from nameplate.operations.company import edit_company
from nameplate.operations.lots import Contents, create_lot
from nameplate.operations.switching import switch_function
from tests import world
from tests.pods import pod_shop


def lot(actor: User, days: int | None, numbers: list[str]) -> Lot:
    """A lot in stock that expires so many days from now."""
    day = None if days is None else timezone.localdate() + dt.timedelta(days=days)
    shelf = Location.objects.first() or world.location()  # one shelf for all: between sites nothing is built in
    return create_lot(actor=actor, item=world.item(), contents=Contents(numbers), location_id=shelf.pk, reason="Stock", expires_on=day)[0]


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


def test_building_it_in_says_so_and_the_list_warns_as_early_as_the_company_wants(page: Client, actor: User) -> None:
    gone, later = lot(actor, -1, ["G1"]), lot(actor, 60, ["L1"])
    product = Serial.objects.get(number="L1")
    installed = page.post(f"/serials/{product.pk}/installation", {"component": "G1", "place": "lid", "reason": "Test", "anyway": "on"})
    assert (installed.status_code, f"lot {gone.number} on" in html(page, installed["Location"])) == (303, True)
    assert "expires in 60 days" not in html(page, "/lots")
    edit_company(actor=world.user(role=Role.ADMINISTRATOR), version=0, expiry_warning="90")
    everything = html(page, "/lots")
    assert ("expires in 60 days" in everything, "expiry=%2B90d" in everything) == (True, True)
    assert "use it before others" in html(page, f"/lots/{later.pk}")


def test_what_is_made_expires_by_its_shelf_life_unless_another_day_is_typed(page: Client, actor: User) -> None:
    shop = pod_shop(world.user(role=Role.MANAGER))
    shop.pod.refresh_from_db()
    cataloguing.edit_item(actor=shop.actor, item=shop.pod, version=shop.pod.version, shelf_life_days=365)
    page.force_login(shop.actor)
    at = f"/manufacturing-orders/{shop.order(2).pk}/completions"
    today = timezone.localdate()
    proposed = re.search(r'name="expires_on" value="([^"]*)"', html(page, at))
    assert proposed is not None
    assert proposed[1] == (today + dt.timedelta(days=365)).isoformat()
    earlier = (today - dt.timedelta(days=10)).isoformat()
    typed = {"happened_on": earlier, "proposed_for": today.isoformat(), "expires_on": proposed[1], "note": "x"}
    again = page.post(f"{at}?do=draft", typed).content.decode()
    assert f'value="{(today + dt.timedelta(days=355)).isoformat()}"' in again


def test_nothing_is_said_while_expiry_dates_are_off(page: Client, actor: User) -> None:
    gone = lot(actor, -1, ["G1"])
    switch_function(actor=world.user(role=Role.ADMINISTRATOR), name="expiry-dates", on=False, version=0, confirmed=True)
    unit = Serial.objects.get(number="G1").pk
    for address in ("/lots", f"/lots/{gone.pk}", f"/serials/{unit}", f"/holds/new?unit={unit}"):
        assert "xpired" not in html(page, address)
