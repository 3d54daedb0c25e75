"""Vendors and customers: made, edited, archived; a number is proposed to whoever types none."""

from __future__ import annotations

import re
import threading
from typing import Any

import pytest
from django.db import connection

from nameplate.models import Change, Party, PartyRole, Role, User
from nameplate.operations import cataloguing
from nameplate.operations.cataloguing.party_parts import GivenContact, contacts_of
from nameplate.refusals import Conflict, Forbidden, Invalid, NotFound, Stale
from tests import world


def test_a_number_is_proposed_per_role(manager: User) -> None:
    first = cataloguing.create_vendor(actor=manager, name="Tolomei Distribution").number
    assert re.fullmatch(r"V\d{5}", first)
    assert cataloguing.create_vendor(actor=manager, name="Other", number="  ").number == f"V{int(first[1:]) + 1:05d}"
    assert re.fullmatch(r"C\d{5}", cataloguing.create_customer(actor=manager, name="Kestrel Archive").number)


def test_a_number_typed_by_hand_is_not_proposed_again(manager: User) -> None:
    last = int(cataloguing.create_vendor(actor=manager, name="First").number[1:])
    cataloguing.create_vendor(actor=manager, name="Second", number=f"v{last + 1:05d}")
    assert cataloguing.create_vendor(actor=manager, name="Third").number == f"V{last + 2:05d}"


def test_a_number_is_unlike_every_other_of_its_role(manager: User) -> None:
    cataloguing.create_vendor(actor=manager, name="First", number="X-1")
    with pytest.raises(Conflict) as refusal:
        cataloguing.create_vendor(actor=manager, name="Second", number="x-1")
    assert refusal.value.rule == "number-taken"
    assert "First" in refusal.value.message
    cataloguing.create_customer(actor=manager, name="Third", number="X-1")


@pytest.mark.parametrize(
    ("fields", "at_fault"),
    [
        ({}, "name"),
        ({"name": " "}, "name"),
        ({"name": "N" * 201}, "name"),
        ({"name": "A\nB"}, "name"),
        ({"name": "A", "email": "nobody"}, "email"),
        ({"name": "A", "number": "1\u200b"}, "number"),
        ({"name": "A", "phone": "1" * 61}, "phone"),
        ({"name": "A", "contacts": [{"name": "B"}, {"name": "", "email": "c@example.com"}]}, "contacts.1.name"),
        ({"name": "A", "contacts": [{"name": "B", "email": "nobody"}]}, "contacts.0.email"),
        ({"name": "A", "addresses": [{"lines": "1 Road"}]}, "addresses.0.label"),
        ({"name": "A", "contacts": [{"name": "B"}] * 51}, "contacts"),
    ],
)
def test_a_field_that_cannot_be_taken_says_why(manager: User, fields: dict[str, Any], at_fault: str) -> None:
    with pytest.raises(Invalid) as refusal:
        cataloguing.create_vendor(actor=manager, **fields)
    assert list(refusal.value.fields) == [at_fault]
    assert not Party.objects.exists()


def test_edited_and_logged_under_its_own_noun(manager: User) -> None:
    party = cataloguing.create_customer(actor=manager, name="Kestrel", address="1 Road\nTown")
    cataloguing.edit_party(actor=manager, role=PartyRole.CUSTOMER, party=party, version=1, name="Kestrel Archive", email="a@example.com")
    party.refresh_from_db()
    assert (party.name, party.name_key, party.version) == ("Kestrel Archive", "kestrel archive", 2)
    fields = Change.objects.filter(noun="customers", subject=party.pk).values_list("field", "before", "after")
    assert set(fields) == {
        ("created", "", f"{party.number} Kestrel"),
        ("name", "Kestrel", "Kestrel Archive"),
        ("email", "", "a@example.com"),
    }


ADA: GivenContact = {"name": "Ada Miles", "role": "Returns", "email": "ada@example.com", "phone": ""}
BEN: GivenContact = {"name": "Ben", "role": "", "email": "", "phone": "+372 600 0000"}


def test_contacts_and_addresses_are_given_whole_and_logged_one_by_one(manager: User) -> None:
    party = cataloguing.create_vendor(
        actor=manager,
        name="A",
        contacts=[{"name": "Ada Miles"}, {"name": " ", "role": ""}, {"name": "Ben", "phone": "+372 600 0000"}],
        addresses=[{"label": "billing", "lines": "1 Road\r\nTown", "country": "Estonia"}],
    )
    edited = cataloguing.edit_party(actor=manager, role=PartyRole.VENDOR, party=party, version=1, contacts=[ADA, BEN], addresses=[])
    assert edited.version == 2
    assert contacts_of(edited) == [ADA, BEN]
    logged = Change.objects.filter(subject=party.pk).exclude(field="created").order_by("id").values_list("field", "before", "after")
    assert list(logged) == [
        ("contact", "Ada Miles", "Ada Miles, Returns, ada@example.com"),
        ("further address", "billing: 1 Road, Town, Estonia", ""),
    ]
    again = cataloguing.edit_party(actor=manager, role=PartyRole.VENDOR, party=party, version=2, name="B")
    assert (contacts_of(again), again.version) == ([ADA, BEN], 3)
    turned = cataloguing.edit_party(actor=manager, role=PartyRole.VENDOR, party=party, version=3, contacts=[BEN, ADA])
    assert (contacts_of(turned), turned.version) == ([BEN, ADA], 4)
    assert cataloguing.edit_party(actor=manager, role=PartyRole.VENDOR, party=party, version=4, contacts=[BEN, ADA]).version == 4


def test_a_stale_edit_of_contacts_shows_both_lists(manager: User) -> None:
    party = cataloguing.create_vendor(actor=manager, name="A", contacts=[{"name": "Ada"}])
    cataloguing.edit_party(actor=manager, role=PartyRole.VENDOR, party=party, version=1, contacts=[{"name": "Ben"}])
    with pytest.raises(Stale) as refusal:
        cataloguing.edit_party(actor=manager, role=PartyRole.VENDOR, party=party, version=1, contacts=[{"name": "Ada"}, {"name": "Cy"}])
    assert refusal.value.extra["yours"]["contacts"] == "Ada; Cy"
    assert refusal.value.fields == {"contacts": "It is “Ben” now."}


def test_a_stale_edit_is_refused(manager: User) -> None:
    party = cataloguing.create_vendor(actor=manager, name="A")
    cataloguing.edit_party(actor=manager, role=PartyRole.VENDOR, party=party, version=1, name="B")
    with pytest.raises(Stale):
        cataloguing.edit_party(actor=manager, role=PartyRole.VENDOR, party=party, version=1, name="C")


def test_a_number_cannot_be_emptied_later(manager: User) -> None:
    party = cataloguing.create_vendor(actor=manager, name="A")
    with pytest.raises(Invalid) as refusal:
        cataloguing.edit_party(actor=manager, role=PartyRole.VENDOR, party=party, version=1, number="")
    assert list(refusal.value.fields) == ["number"]


def test_a_customer_is_no_vendor(manager: User) -> None:
    customer = cataloguing.create_customer(actor=manager, name="A")
    with pytest.raises(NotFound):
        cataloguing.edit_party(actor=manager, role=PartyRole.VENDOR, party=customer, version=1, name="B")


def test_archived_and_restored(manager: User) -> None:
    party = cataloguing.create_vendor(actor=manager, name="A")
    assert cataloguing.archive_party(actor=manager, role=PartyRole.VENDOR, party=party, version=1).archived
    assert not cataloguing.restore_party(actor=manager, role=PartyRole.VENDOR, party=party, version=2).archived
    with pytest.raises(Stale):
        cataloguing.archive_party(actor=manager, role=PartyRole.VENDOR, party=party, version=2)


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.VIEWER])
def test_only_those_who_may(db: None, role: Role) -> None:
    person = world.user(role=role)
    with pytest.raises(Forbidden):
        cataloguing.create_vendor(actor=person, name="A")
    assert not Party.objects.exists()


def test_numbers_proposed_at_once_never_repeat(committing: str) -> None:
    manager = world.user(role=Role.MANAGER)
    failures: list[BaseException] = []

    def make(index: int) -> None:
        try:
            for turn in range(4):
                cataloguing.create_vendor(actor=manager, name=f"Vendor {index}-{turn}")
        except BaseException as error:  # noqa: BLE001  # a thread's failure is the test's
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=make, args=(index,)) for index in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    numbers = list(Party.objects.values_list("number", flat=True))
    assert len(numbers) == len(set(numbers)) == 32
