"""The contacts and further addresses of a vendor or customer: lists that are given whole, and logged part by part."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypedDict

from nameplate.models import Address, Contact, Party
from nameplate.operations.cataloguing.texts import Text, problem_of_email, read_texts

MOST_PARTS = 50
"""Contacts of one party, and addresses."""

CONTACT = {
    "name": Text("Name", 200, required=True),
    "role": Text("Role", 100),
    "email": Text("E-mail", 254),
    "phone": Text("Phone", 60),
}
ADDRESS = {
    "label": Text("Label", 60, required=True),
    "lines": Text("Address", 1000, lines=True),
    "country": Text("Country", 60),
}

Part = Mapping[str, object]
"""One contact or address as it is given: its fields by name."""
Words = dict[str, str]


class GivenContact(TypedDict, total=False):
    """What can be typed about a contact."""

    name: str
    role: str
    email: str
    phone: str


class GivenAddress(TypedDict, total=False):
    """What can be typed about a further address."""

    label: str
    lines: str
    country: str


def read_contacts(given: Sequence[Part], wrong: dict[str, str]) -> list[Words]:
    """The contacts, cleaned; blank ones are left out. What is wrong stands in `wrong` under `contacts.2.email`."""
    return _read("contacts", CONTACT, given, wrong, _email)


def read_addresses(given: Sequence[Part], wrong: dict[str, str]) -> list[Words]:
    """The addresses, cleaned; blank ones are left out. What is wrong stands in `wrong` under `addresses.0.label`."""
    return _read("addresses", ADDRESS, given, wrong, lambda texts: {})


def _email(texts: Words) -> Words:
    problem = problem_of_email(texts.get("email", ""))
    return {"email": problem} if problem else {}


def _read(
    field: str, rules: Mapping[str, Text], given: Sequence[Part], wrong: dict[str, str], more: Callable[[Words], Words]
) -> list[Words]:
    filled = [part for part in given if any(str(value or "").strip() for value in part.values())]
    if len(filled) > MOST_PARTS:
        wrong[field] = f"At most {MOST_PARTS}."
        return []
    found = []
    for index, part in enumerate(filled):
        mistakes: dict[str, str] = {}
        texts = read_texts(rules, {name: part.get(name, "") for name in rules}, mistakes)
        mistakes |= more(texts)
        wrong.update({f"{field}.{index}.{name}": sentence for name, sentence in mistakes.items()})
        found.append(texts)
    return found


def contacts_of(party: Party) -> list[Words]:
    """The contacts as they are given and answered."""
    return [{name: getattr(one, name) for name in CONTACT} for one in party.contacts.order_by("position")]


def addresses_of(party: Party) -> list[Words]:
    """The further addresses as they are given and answered."""
    return [{name: getattr(one, name) for name in ADDRESS} for one in party.addresses.order_by("position")]


def put_contacts(party: Party, contacts: Sequence[Words]) -> None:
    """Put these contacts in place of those that were."""
    party.contacts.all().delete()
    Contact.objects.bulk_create(Contact(party=party, position=position, **texts) for position, texts in enumerate(contacts, 1))


def put_addresses(party: Party, addresses: Sequence[Words]) -> None:
    """Put these addresses in place of those that were."""
    party.addresses.all().delete()
    Address.objects.bulk_create(Address(party=party, position=position, **texts) for position, texts in enumerate(addresses, 1))


def contact_changes(before: Sequence[Words], after: Sequence[Words]) -> list[tuple[str, str, str]]:
    """What the log says when contacts change: each one that came, went or became another."""
    return list(_changes("contact", before, after, lambda texts: str(Contact(**texts))))


def address_changes(before: Sequence[Words], after: Sequence[Words]) -> list[tuple[str, str, str]]:
    """What the log says when addresses change."""
    return list(_changes("further address", before, after, lambda texts: str(Address(**texts))))


def _changes(field: str, before: Sequence[Words], after: Sequence[Words], worded: Callable[[Any], str]) -> Iterator[tuple[str, str, str]]:
    """Those that stand on one side only, in pairs; all of them in a row when only their order changed."""
    gone, come = [one for one in before if one not in after], [one for one in after if one not in before]
    if not gone and not come and list(before) != list(after):
        yield f"order, {field}", "; ".join(map(worded, before)), "; ".join(map(worded, after))
    for index in range(max(len(gone), len(come))):
        old, new = (worded(side[index]) if index < len(side) else "" for side in (gone, come))
        yield field, old, new
