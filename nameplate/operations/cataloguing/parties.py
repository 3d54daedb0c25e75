"""Vendors and customers: made, edited, archived. A number is proposed to whoever types none."""

from __future__ import annotations

from typing import TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from nameplate import access
from nameplate.ledger.bulk import next_numbers
from nameplate.ledger.transacting import transacting
from nameplate.models import Document, DocumentStatus, Party, PartyRole, User
from nameplate.operations.cataloguing.changes import log_changes
from nameplate.operations.cataloguing.texts import Text, read_texts, refuse_wrong, require_texts
from nameplate.operations.cataloguing.things import find, refuse_stale, set_archived, told_when_taken, write
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
CLOSED = (DocumentStatus.RECEIVED, DocumentStatus.CANCELED)


class PartyFields(TypedDict, total=False):
    """What can be typed about a vendor or customer. What is left out keeps its value; an empty number is proposed."""

    number: str
    name: str
    email: str
    phone: str
    address: str
    notes: str


@transacting()
def create_party(*, actor: User, role: PartyRole, **given: Unpack[PartyFields]) -> Party:
    """A new vendor or customer; without a number it gets the next one (V00001, C00001)."""
    access.require(actor, "catalogue", "create")
    wrong: dict[str, str] = {}
    require_texts(TEXTS, given, wrong)
    party = Party(role=role)
    for name, value in _read(given, wrong).items():
        setattr(party, name, value)
    refuse_wrong(wrong)
    if not party.number:
        party.number = free_number(role)
    party.number_key = canonical(party.number)
    with told_when_taken(lambda: _taken(role, party.number, None)):
        party.save(force_insert=True)
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
    refuse_stale(found, version, given, noun=NOUNS[role])
    wrong: dict[str, str] = {}
    values = _read(given, wrong)
    if values.get("number") == "":
        wrong["number"] = "Number is needed."
    refuse_wrong(wrong)
    with told_when_taken(lambda: _taken(role, values.get("number", ""), found.pk)):
        return write(found, values, actor=actor, noun=NOUNS[role], logged=given)


@transacting()
def archive_party(*, actor: User, role: PartyRole, party: Party | int, version: int) -> Party:
    """Take the party out of what can be chosen; its history stays. Refused while it has an open document."""
    access.require(actor, "catalogue", "delete")
    found = find(Party, party, role.value, role=role)
    document = Document.objects.filter(party=found, kind="PO").exclude(status__in=CLOSED).order_by("id").first()
    if document is not None and not found.archived:
        raise Conflict(
            "has-open-order",
            f"{found} has {document}, which is still open.",
            causes=[Cause("purchase-orders", document.pk, document.number)],
            way_out="Receive or cancel the order first.",
        )
    return set_archived(found, True, actor=actor, noun=NOUNS[role], version=version)


@transacting()
def restore_party(*, actor: User, role: PartyRole, party: Party | int, version: int) -> Party:
    """Bring an archived party back."""
    access.require(actor, "catalogue", "delete")
    found = find(Party, party, role.value, role=role)
    return set_archived(found, False, actor=actor, noun=NOUNS[role], version=version)


def free_number(role: PartyRole) -> str:
    """The next number of the series that nobody typed by hand before."""
    letter = "V" if role == PartyRole.VENDOR else "C"
    while True:
        number = f"{letter}{next_numbers(role.value, 1)[0]:05d}"
        if not Party.objects.filter(role=role, number_key=canonical(number)).exists():
            return number


def _read(given: PartyFields, wrong: dict[str, str]) -> dict[str, str]:
    values = read_texts(TEXTS, given, wrong)
    if "number" in values:
        values["number_key"] = canonical(values["number"])
    if "name" in values:
        values["name_key"] = canonical(values["name"])
    if values.get("email"):
        try:
            validate_email(values["email"])
        except ValidationError:
            wrong["email"] = "This is not an e-mail address; it looks like name@example.com."
    return values


def _taken(role: PartyRole, number: str, but: int | None) -> Conflict | None:
    """The refusal that names the party with this number, if there is another one."""
    other = Party.objects.filter(role=role, number_key=canonical(number)).exclude(pk=but or 0).first()
    if other is None:
        return None
    sentence = f"{other.name} has the number {other.number} already" + (" and is archived; restore it instead." if other.archived else ".")
    return Conflict("number-taken", sentence, fields={"number": sentence}, causes=[Cause(NOUNS[role], other.pk, other.name)])
