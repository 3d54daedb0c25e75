"""The pages of items, parties and places: what they show, keep and refuse."""

from __future__ import annotations

import re
import uuid

import pytest
from django.test import Client

from nameplate.models import Change, Item, Location, Party, Role, Site, User
from nameplate.operations import cataloguing
from tests import world

ITEM = {"number": "HDD-3T-W", "description": "Hard drive", "unit": "pcs", "tracking": "serial", "bought": "on"}


def key() -> str:
    return str(uuid.uuid4())


@pytest.fixture
def browser(manager: User) -> Client:
    client = Client()
    client.force_login(manager)
    return client


@pytest.fixture
def site(manager: User) -> Site:
    return cataloguing.create_site(actor=manager, name="Main plant")


def test_an_item_is_created_once_however_often_the_form_is_sent(browser: Client) -> None:
    sent = {**ITEM, "idempotency_key": key()}
    first = browser.post("/items/new", sent)
    again = browser.post("/items/new", sent)
    item = Item.objects.get()
    assert (first.status_code, first["Location"]) == (303, f"/items/{item.pk}")
    assert (again.status_code, again["Location"]) == (303, f"/items/{item.pk}")
    page = browser.get(f"/items/{item.pk}").content.decode()
    assert "HDD-3T-W was created." in page
    assert "Hard drive" in page


def test_the_same_key_with_other_values_is_refused(browser: Client) -> None:
    sent = {**ITEM, "idempotency_key": key()}
    browser.post("/items/new", sent)
    answer = browser.post("/items/new", {**sent, "number": "OTHER"})
    assert answer.status_code == 422
    assert Item.objects.count() == 1
    page = answer.content.decode()
    assert "This form was sent already; what you typed now is not saved yet." in page
    fresh = re.findall(r'name="idempotency_key" value="([^"]+)"', page)
    assert fresh[0] != sent["idempotency_key"]
    assert browser.post("/items/new", {**sent, "number": "OTHER", "idempotency_key": fresh[0]}).status_code == 303


def test_a_refused_form_keeps_what_was_typed_and_says_why_beside_the_field(browser: Client) -> None:
    answer = browser.post(
        "/items/new",
        {
            "number": "",
            "description": "<b>kept</b>",
            "unit": "pcs",
            "tracking": "lot",
            "serial_format": "##",
            "default_location": "nowhere",
        },
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "&lt;b&gt;kept&lt;/b&gt;" in page
    assert 'value="nowhere"' in page
    for name, sentence in (
        ("number", "Item number is needed."),
        ("serial_format", "Only an item followed by serial numbers"),
        ("default_location", "There is no such location"),
    ):
        beside = re.search(rf'id="id_{name}_error">(.*?)</div>', page, re.DOTALL)
        assert beside is not None
        assert sentence in beside[1]
        assert re.search(rf'name="{name}"[^>]*aria-invalid="true"', page)
    assert re.search(r'value="lot"[^>]*checked', page)
    assert not Item.objects.exists()


def test_a_stale_edit_shows_both_and_saves_on_the_second_thought(browser: Client, manager: User) -> None:
    item = cataloguing.create_item(actor=manager, number="A", description="first")
    form = {**ITEM, "number": "A", "version": "1", "idempotency_key": key()}
    cataloguing.edit_item(actor=manager, item=item, version=1, description="theirs")
    answer = browser.post(f"/items/{item.pk}/edit", {**form, "description": "mine"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert 'value="mine"' in page
    assert "It is “theirs” now." in page
    assert re.search(r'name="version" value="2"', page)
    answer = browser.post(f"/items/{item.pk}/edit", {**form, "description": "mine", "version": "2"})
    assert answer.status_code == 303
    item.refresh_from_db()
    assert item.description == "mine"


def test_a_format_is_tried_before_it_is_kept(browser: Client) -> None:
    sent = {**ITEM, "number": "", "serial_format": "WD-####", "serial_prefix": "SN:", "try_numbers": "SN:WD-0001\nWD-1"}
    answer = browser.post("/items/new?try=1", sent)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "fits, and is kept as WD-0001" in page
    assert "It does not fit the item’s format, WD-####." in page
    assert "is needed" not in page
    wrong = browser.post("/items/new?try=1", {**sent, "serial_format": "*WD"}).content.decode()
    assert "can only stand last" in wrong
    assert not Item.objects.exists()


def test_contacts_come_and_go_without_scripts(browser: Client) -> None:
    form = {"name": "Kestrel", "idempotency_key": key(), "contacts-rows": "2", "addresses-rows": "1"}
    form |= {"contacts-0-name": "Ada", "contacts-1-email": "nobody", "addresses-0-label": "billing", "addresses-0-lines": "1 Road"}
    added = browser.post("/vendors/new?add=contacts", form).content.decode()
    assert 'name="contacts-2-name"' in added
    assert 'value="Ada"' in added
    refused = browser.post("/vendors/new", form)
    page = refused.content.decode()
    assert refused.status_code == 422
    assert 'id="contacts-1-name-error"' in page
    assert 'id="contacts-1-email-error"' in page
    made = browser.post("/vendors/new", {**form, "contacts-1-remove": "1"})
    assert made.status_code == 303
    shown = browser.get(made["Location"]).content.decode()
    assert "Ada" in shown
    assert "billing" in shown
    assert "nobody" not in shown


def test_a_location_is_named_by_its_label(browser: Client, manager: User, site: Site) -> None:
    shelf = cataloguing.create_location(actor=manager, site=site, name="A-03-2")
    browser.post("/items/new", {**ITEM, "default_location": " main plant · a-03-2 "})
    assert Item.objects.get().default_location == shelf
    page = browser.get(f"/items/{Item.objects.get().pk}/edit").content.decode()
    assert 'value="Main plant · A-03-2"' in page


def test_unticked_boxes_are_no(browser: Client, manager: User) -> None:
    item = cataloguing.create_item(actor=manager, number="A")
    browser.post(f"/items/{item.pk}/edit", {"number": "A", "unit": "pcs", "tracking": "serial", "version": "1"})
    item.refresh_from_db()
    assert not item.bought


def test_options_are_proposed_by_what_is_typed(browser: Client, manager: User, site: Site) -> None:
    cataloguing.create_item(actor=manager, number="HDD-1", description="Drive")
    cataloguing.create_item(actor=manager, number="PSU-1")
    cataloguing.create_vendor(actor=manager, name="Tolomei <&>")
    items = browser.get("/options/items", {"line-0-item": "hdd"}).content.decode()
    assert "HDD-1" in items
    assert "PSU-1" not in items
    assert "Tolomei &lt;&amp;&gt;" in browser.get("/options/vendors", {"vendor": ""}).content.decode()
    assert "Main plant · Unknown" in browser.get("/options/locations", {"x": "unk"}).content.decode()
    assert browser.get("/options/users").status_code == 404


@pytest.mark.parametrize(("noun", "letter"), [("vendors", "V"), ("customers", "C")])
def test_a_party_from_new_to_archived_and_back(browser: Client, noun: str, letter: str) -> None:
    made = browser.post(f"/{noun}/new", {"name": "Kestrel", "idempotency_key": key()})
    party = Party.objects.get()
    assert made["Location"] == f"/{noun}/{party.pk}"
    assert party.number.startswith(letter)
    edited = browser.post(f"/{noun}/{party.pk}/edit", {"name": "Kestrel Archive", "number": party.number, "version": "1"})
    assert edited.status_code == 303
    assert browser.post(f"/{noun}/{party.pk}/archival", {"version": "2"}).status_code == 303
    party.refresh_from_db()
    assert (party.name, party.archived) == ("Kestrel Archive", True)
    page = browser.get(f"/{noun}/{party.pk}").content.decode()
    assert "Archived" in page
    assert f"/{noun}/{party.pk}/restoration" in page
    assert browser.post(f"/{noun}/{party.pk}/restoration", {"version": "3"}).status_code == 303


def test_a_vendor_is_not_found_among_customers(browser: Client, manager: User) -> None:
    vendor = cataloguing.create_vendor(actor=manager, name="A")
    assert browser.get(f"/customers/{vendor.pk}").status_code == 404
    assert browser.get(f"/vendors/{vendor.pk}").status_code == 200
    assert browser.get("/vendors/999999999999999999999").status_code == 404


def test_places_are_made_and_renamed(browser: Client) -> None:
    browser.post("/sites/new", {"name": "Main plant", "address": "1 Road"})
    site = Site.objects.get()
    onward = browser.post(f"/sites/{site.pk}/locations/new", {"name": "A-1", "another": "1"})
    assert onward["Location"] == f"/sites/{site.pk}/locations/new"
    shelf = Location.objects.get(name="A-1")
    browser.post(f"/locations/{shelf.pk}/edit", {"name": "A-2", "version": "1"})
    page = browser.get(f"/sites/{site.pk}").content.decode()
    assert "A-2" in page
    assert "Unknown" in page
    assert "In transit" in page
    taken = browser.post(f"/sites/{site.pk}/locations/new", {"name": "a-2"})
    assert taken.status_code == 409
    assert 'value="a-2"' in taken.content.decode()


def test_a_refused_button_is_answered_on_its_page(browser: Client, manager: User, site: Site) -> None:
    shelf = cataloguing.create_location(actor=manager, site=site, name="A")
    item = cataloguing.create_item(actor=manager, number="I", default_location=shelf)
    answer = browser.post(f"/locations/{shelf.pk}/archival", {"version": "1", "idempotency_key": key()})
    assert answer.status_code == 409
    assert f'href="/items/{item.pk}"' in answer.content.decode()
    special = Location.objects.get(site=site, purpose="unknown")
    assert "/archival" not in browser.get(f"/locations/{special.pk}").content.decode()


def test_history_shows_who_changed_what(browser: Client, manager: User) -> None:
    item = cataloguing.create_item(actor=manager, number="A", description="<i>old</i>")
    cataloguing.edit_item(actor=manager, item=item, version=1, description="new")
    page = browser.get(f"/items/{item.pk}").content.decode()
    assert "&lt;i&gt;old&lt;/i&gt;" in page
    assert manager.username in page


def everything(manager: User) -> list[str]:
    site = cataloguing.create_site(actor=manager, name="Main plant")
    shelf = cataloguing.create_location(actor=manager, site=site, name="A")
    things = {
        "items": cataloguing.create_item(actor=manager, number="I").pk,
        "vendors": cataloguing.create_vendor(actor=manager, name="V").pk,
        "customers": cataloguing.create_customer(actor=manager, name="C").pk,
        "sites": site.pk,
        "locations": shelf.pk,
    }
    return [f"/{noun}/{pk}" for noun, pk in things.items()]


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.VIEWER])
def test_who_may_only_look_sees_no_way_to_change(manager: User, role: Role) -> None:
    client = Client()
    client.force_login(world.user(role=role))
    for path in everything(manager):
        page = client.get(path)
        assert page.status_code == 200
        assert "/edit" not in page.content.decode()
        assert "/archival" not in page.content.decode()
        assert client.get(f"{path}/edit").status_code == 403
        assert client.post(f"{path}/edit", {"version": "1"}).status_code == 403
        assert client.post(f"{path}/archival", {"version": "1"}).status_code == 403
        assert client.get(f"{path}/archival").status_code == 405
    for noun in ("items", "vendors", "customers", "sites"):
        assert client.get(f"/{noun}/new").status_code == 403
        assert client.post(f"/{noun}/new", {"name": "x", "number": "x"}).status_code == 403
    assert not Change.objects.exclude(field="created").exists()


def test_nobody_signed_in_sees_nothing(manager: User) -> None:
    client = Client()
    for path in everything(manager):
        for address in (path, f"{path}/edit", "/options/items"):
            answer = client.get(address)
            assert answer.status_code == 302
            assert answer["Location"].startswith("/account/login/")


def test_odd_values_are_refused_and_never_a_fault(browser: Client, manager: User) -> None:
    item = cataloguing.create_item(actor=manager, number="A")
    for sent in (
        {**ITEM, "number": "A\x00B"},
        {**ITEM, "number": "\ud800".encode("utf-8", "surrogatepass").decode("latin-1")},
        {**ITEM, "version": "９"},
        {**ITEM, "version": "1" * 30},
        {**ITEM, "tracking": ""},
        {"idempotency_key": "k" * 300, **ITEM, "version": "1"},
        {},
    ):
        answer = browser.post(f"/items/{item.pk}/edit", sent)
        assert answer.status_code in {409, 422}
    item.refresh_from_db()
    assert item.version == 1
