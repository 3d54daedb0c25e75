"""Sites and locations: made, renamed, archived; the two special locations of each site stay."""

from __future__ import annotations

import pytest

from nameplate.models import Change, Item, Location, Lot, LotStatus, Role, Site, Stock, User
from nameplate.operations import cataloguing
from nameplate.refusals import Conflict, Forbidden, Invalid, Stale
from tests import world

Purpose = Location.Purpose


def special(site: Site, purpose: Location.Purpose) -> Location:
    return Location.objects.get(site=site, purpose=purpose)


def lay_stock(location: Location) -> None:
    item = Item.objects.create(number="I", number_key="i")
    lot = Lot.objects.create(number="L1", number_key="l1", sort_key="l11", item=item, status=LotStatus.RECEIVED)
    Stock.objects.create(lot=lot, location=location, quantity=2_500_000)


def test_a_site_comes_with_its_two_special_locations(manager: User) -> None:
    site = cataloguing.create_site(actor=manager, name="Main Plant", address="1 Road")
    assert {(one.name, one.purpose, one.label_key) for one in site.locations.all()} == {
        ("Unknown", Purpose.UNKNOWN, "main plant · unknown"),
        ("In transit", Purpose.TRANSIT, "main plant · in transit"),
    }


@pytest.mark.parametrize("purpose", [Purpose.UNKNOWN, Purpose.TRANSIT])
def test_special_locations_stay_as_they_are(manager: User, purpose: Location.Purpose) -> None:
    site = cataloguing.create_site(actor=manager, name="Main plant")
    with pytest.raises(Conflict) as refusal:
        cataloguing.archive_location(actor=manager, location=special(site, purpose), version=1)
    assert refusal.value.rule == "special-location"
    with pytest.raises(Conflict):
        cataloguing.edit_location(actor=manager, location=special(site, purpose), version=1, name="Mine")


def test_names_are_unlike_within_their_site(manager: User) -> None:
    main = cataloguing.create_site(actor=manager, name="Main")
    other = cataloguing.create_site(actor=manager, name="Other")
    cataloguing.create_location(actor=manager, site=main, name="A-03-2")
    cataloguing.create_location(actor=manager, site=other, name="A-03-2")
    with pytest.raises(Conflict, match="already"):
        cataloguing.create_location(actor=manager, site=main, name="a-03-2")
    with pytest.raises(Conflict, match="already"):
        cataloguing.create_location(actor=manager, site=main, name="UNKNOWN")
    with pytest.raises(Conflict, match="already"):
        cataloguing.create_site(actor=manager, name="MAIN")
    assert Location.objects.filter(purpose=Purpose.STORAGE).count() == 2


def test_labels_follow_a_renamed_site(manager: User) -> None:
    site = cataloguing.create_site(actor=manager, name="Main")
    shelf = cataloguing.create_location(actor=manager, site=site, name="A-03")
    cataloguing.edit_site(actor=manager, site=site, version=1, name="Nord")
    assert set(site.locations.values_list("label_key", flat=True)) == {"nord · a-03", "nord · unknown", "nord · in transit"}
    cataloguing.edit_location(actor=manager, location=shelf, version=1, name="B-1")
    shelf.refresh_from_db()
    assert (shelf.name, shelf.name_key, shelf.label_key) == ("B-1", "b-1", "nord · b-1")


@pytest.mark.laid_by_hand
def test_what_holds_goods_is_not_archived(manager: User) -> None:
    site = cataloguing.create_site(actor=manager, name="Main")
    shelf = cataloguing.create_location(actor=manager, site=site, name="A")
    lay_stock(shelf)
    with pytest.raises(Conflict, match="A is not empty: stock of 1 lot lies there"):
        cataloguing.archive_location(actor=manager, location=shelf, version=1)
    with pytest.raises(Conflict, match="Main · A"):
        cataloguing.archive_site(actor=manager, site=site, version=1)
    assert not Location.objects.filter(archived=True).exists()


def test_an_items_default_location_is_not_archived(manager: User) -> None:
    site = cataloguing.create_site(actor=manager, name="Main")
    shelf = cataloguing.create_location(actor=manager, site=site, name="A")
    cataloguing.create_item(actor=manager, number="I", default_location=shelf)
    with pytest.raises(Conflict) as refusal:
        cataloguing.archive_location(actor=manager, location=shelf, version=1)
    assert refusal.value.rule == "default-location"


def test_archived_and_restored(manager: User) -> None:
    site = cataloguing.create_site(actor=manager, name="Main")
    shelf = cataloguing.create_location(actor=manager, site=site, name="A")
    cataloguing.archive_location(actor=manager, location=shelf, version=1)
    cataloguing.archive_site(actor=manager, site=site, version=1)
    with pytest.raises(Conflict) as refusal:
        cataloguing.restore_location(actor=manager, location=shelf, version=2)
    assert refusal.value.rule == "site-archived"
    with pytest.raises(Conflict):
        cataloguing.create_location(actor=manager, site=site, name="B")
    cataloguing.restore_site(actor=manager, site=site, version=2)
    assert not cataloguing.restore_location(actor=manager, location=shelf, version=2).archived


@pytest.mark.parametrize("name", ["", " ", "\x00", "N" * 101, "A\u2028B"])
def test_a_name_that_cannot_be_taken_says_why(manager: User, name: str) -> None:
    with pytest.raises(Invalid) as refusal:
        cataloguing.create_site(actor=manager, name=name)
    assert list(refusal.value.fields) == ["name"]
    assert not Site.objects.exists()


def test_edits_are_logged_and_stale_ones_refused(manager: User) -> None:
    site = cataloguing.create_site(actor=manager, name="Main")
    cataloguing.edit_site(actor=manager, site=site, version=1, name="Nord", address="Road")
    with pytest.raises(Stale):
        cataloguing.edit_site(actor=manager, site=site, version=1, name="Süd")
    rows = Change.objects.filter(noun="sites", subject=site.pk).values_list("field", "before", "after")
    assert set(rows) == {("created", "", "Main"), ("name", "Main", "Nord"), ("address", "", "Road")}


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.VIEWER])
def test_only_those_who_may(db: None, role: Role) -> None:
    person = world.user(role=role)
    with pytest.raises(Forbidden):
        cataloguing.create_site(actor=person, name="A")
    assert not Site.objects.exists()
