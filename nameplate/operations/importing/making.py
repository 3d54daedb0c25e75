"""Items and vendors that a file names and nobody made yet: made with it, in a few statements, however many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nameplate import access
from nameplate.ledger import custom_values
from nameplate.ledger.numbering import next_numbers
from nameplate.models import FieldNoun, Item, Party, PartyRole, User
from nameplate.operations.cataloguing.changes import log_many
from nameplate.serial_text import canonical


def make_items(
    *, actor: User, numbers: Sequence[str], descriptions: Mapping[str, str], custom: Mapping[str, Mapping[str, Any]]
) -> dict[str, Item]:
    """Items with these numbers, followed by serial numbers, by the key of each. `descriptions` and `custom` values by key."""
    access.require(actor, "catalogue", "create")
    made = []
    for number in numbers:
        key = canonical(number)
        description = descriptions.get(key, "")
        values = dict(custom.get(key, {})) or None
        made.append(Item(number=number, number_key=key, description=description, description_key=canonical(description), custom=values))
    items = Item.objects.bulk_create(made)
    keep_new_values(FieldNoun.ITEMS, {item.pk: item.custom for item in items})
    log_many(actor=actor, noun="items", changes=((item.pk, "created", "", item.number) for item in items))
    return {item.number_key: item for item in items}


def keep_new_values(noun: FieldNoun, values: Mapping[int, Mapping[str, Any] | None]) -> None:
    """Keep the custom values of things that were just made where lists find them; their rows hold them already."""
    given = {subject: found for subject, found in values.items() if found}
    if given:
        custom_values.insert_new(noun, given)


def make_vendors(*, actor: User, names: Sequence[str]) -> dict[str, Party]:
    """Vendors of these names under the next numbers, by the key of each name."""
    access.require(actor, "catalogue", "create")
    numbers = next_numbers("vendor", len(names))
    parties = Party.objects.bulk_create(
        Party(role=PartyRole.VENDOR, number=number, number_key=canonical(number), name=name, name_key=canonical(name))
        for number, name in zip(numbers, names, strict=True)
    )
    log_many(actor=actor, noun="vendors", changes=((party.pk, "created", "", f"{party.number} {party.name}") for party in parties))
    return {party.name_key: party for party in parties}
