"""Vendors and customers: made, edited, archived. A number is proposed to whoever types none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypedDict, Unpack

from nameplate import access
from nameplate.ledger.numbering import next_number
from nameplate.ledger.transacting import transacting
from nameplate.models import Document, Party, PartyRole, User
from nameplate.operations.cataloguing.changes import log_changes
from nameplate.operations.cataloguing.open_papers import WAY_OUT, are_open, cause_of
from nameplate.operations.cataloguing.party_parts import (
    GivenAddress,
    GivenContact,
    Words,
    address_changes,
    addresses_of,
    contact_changes,
    contacts_of,
    put_addresses,
    put_contacts,
    read_addresses,
    read_contacts,
)
from nameplate.operations.cataloguing.texts import Text, problem_of_email, read_texts, refuse_wrong, require_texts
from nameplate.operations.cataloguing.things import find, set_archived, stale, told_when_taken, write
from nameplate.refusals import Cause, Conflict
from nameplate.serial_text import canonical

NOUNS = {PartyRole.VENDOR: "vendors", PartyRole.CUSTOMER: "customers"}
TEXTS = {
    "number": Text("Number", 40, identifier=True),
    "name": Text("Name", 200, required=True),
    "email": Text("E-mail", 254),
    "phone": Text("Phone", 60),
    "address": Text("Address", 1000, lines=True),
    "notes": Text("Notes", 10_000, lines=True),
}


class PartyFields(TypedDict, total=False):
    """What can be typed about a vendor or customer. What is left out keeps its value; an empty number is proposed.

    Contacts and addresses are given whole: the list that is sent takes the place of the one that was.
    """

    number: str
    name: str
    email: str
    phone: str
    address: str
    notes: str
    contacts: Sequence[GivenContact]
    addresses: Sequence[GivenAddress]


@transacting()
def create_party(*, actor: User, role: PartyRole, **given: Unpack[PartyFields]) -> Party:
    """A new vendor or customer; without a number it gets the next one (V00001, C00001)."""
    access.require(actor, "catalogue", "create")
    wrong: dict[str, str] = {}
    require_texts(TEXTS, given, wrong)
    party = Party(role=role)
    for name, value in read_party(given, wrong).items():
        setattr(party, name, value)
    contacts, addresses = read_contacts(given.get("contacts", ()), wrong), read_addresses(given.get("addresses", ()), wrong)
    refuse_wrong(wrong)
    if not party.number:
        party.number = next_number(role.value)
    party.number_key = canonical(party.number)
    with told_when_taken(lambda: _taken(role, party.number, None)):
        party.save(force_insert=True)
    put_contacts(party, contacts)
    put_addresses(party, addresses)
    log_changes(actor=actor, noun=NOUNS[role], subject=party.pk, changes=[("created", "", f"{party.number} {party.name}")])
    return party


def create_vendor(*, actor: User, **given: Unpack[PartyFields]) -> Party:
    """A new vendor."""
    return create_party(actor=actor, role=PartyRole.VENDOR, **given)


def create_customer(*, actor: User, **given: Unpack[PartyFields]) -> Party:
    """A new customer."""
    return create_party(actor=actor, role=PartyRole.CUSTOMER, **given)


@transacting()
def edit_party(*, actor: User, role: PartyRole, party: Party | int, version: int, **given: Unpack[PartyFields]) -> Party:
    """The party with what was given; `version` is the one that the editor saw."""
    access.require(actor, "catalogue", "edit")
    found = find(Party, party, role.value, role=role)
    before = {"contacts": contacts_of(found), "addresses": addresses_of(found)}
    _refuse_stale(found, version, given, before)
    wrong: dict[str, str] = {}
    values = read_party(given, wrong)
    if values.get("number") == "":
        wrong["number"] = "Number is needed."
    after = {
        "contacts": read_contacts(given["contacts"], wrong) if "contacts" in given else before["contacts"],
        "addresses": read_addresses(given["addresses"], wrong) if "addresses" in given else before["addresses"],
    }
    refuse_wrong(wrong)
    with told_when_taken(lambda: _taken(role, values.get("number", ""), found.pk)):
        edited = write(found, values, actor=actor, noun=NOUNS[role], logged=given, touched=after != before)
    if after != before:
        put_contacts(edited, after["contacts"])
        put_addresses(edited, after["addresses"])
        log_changes(actor=actor, noun=NOUNS[role], subject=edited.pk, changes=part_changes(before, after))
    return edited


@transacting()
def archive_party(*, actor: User, role: PartyRole, party: Party | int, version: int) -> Party:
    """Take the party out of what can be chosen; its history stays. Refused while it has an open document."""
    access.require(actor, "catalogue", "delete")
    found = find(Party, party, role.value, role=role)
    document = Document.objects.filter(are_open(), party=found).order_by("id").first()
    if document is not None and not found.archived:
        raise Conflict(
            "has-open-order",
            f"{found} has {document}, which is still open.",
            causes=[cause_of(document)],
            way_out=WAY_OUT,
        )
    return set_archived(found, True, actor=actor, noun=NOUNS[role], version=version)


@transacting()
def restore_party(*, actor: User, role: PartyRole, party: Party | int, version: int) -> Party:
    """Bring an archived party back."""
    access.require(actor, "catalogue", "delete")
    found = find(Party, party, role.value, role=role)
    return set_archived(found, False, actor=actor, noun=NOUNS[role], version=version)


def read_party(given: PartyFields, wrong: dict[str, str]) -> dict[str, str]:
    """The columns that `given` sets; contacts and addresses are read apart."""
    values = read_texts(TEXTS, given, wrong)
    if "number" in values:
        values["number_key"] = canonical(values["number"])
    if "name" in values:
        values["name_key"] = canonical(values["name"])
    if problem := problem_of_email(values.get("email", "")):
        wrong["email"] = problem
    return values


def part_changes(before: Mapping[str, Sequence[Words]], after: Mapping[str, Sequence[Words]]) -> list[tuple[str, str, str]]:
    """What the log says of contacts and addresses that changed."""
    return [*contact_changes(before["contacts"], after["contacts"]), *address_changes(before["addresses"], after["addresses"])]


def _refuse_stale(party: Party, version: int, given: PartyFields, parts: Mapping[str, Sequence[Words]]) -> None:
    """Refuse an edit of another version, with what was typed and what stands now; lists in words."""
    if party.version == version:
        return
    lists = {"contacts": contact_changes, "addresses": address_changes}
    typed = {name: str(value or "") for name, value in given.items() if name not in lists}
    now = {name: str(getattr(party, name)) for name in typed}
    for name, worded in lists.items():
        if name in given:
            sent = (read_contacts if name == "contacts" else read_addresses)(given[name], {})  # type: ignore[literal-required]  # one of the two
            typed[name], now[name] = ("; ".join(after for _, _, after in worded((), side)) for side in (sent, parts[name]))
    raise stale(party, version, noun=NOUNS[PartyRole(party.role)], typed=typed, now=now)


def _taken(role: PartyRole, number: str, but: int | None) -> Conflict | None:
    """The refusal that names the party with this number, if there is another one."""
    other = Party.objects.filter(role=role, number_key=canonical(number)).exclude(pk=but or 0).first()
    if other is None:
        return None
    sentence = f"{other.name} has the number {other.number} already" + (" and is archived; restore it instead." if other.archived else ".")
    return Conflict("number-taken", sentence, fields={"number": sentence}, causes=[Cause(NOUNS[role], other.pk, other.name)])
