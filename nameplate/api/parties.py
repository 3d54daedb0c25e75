"""Vendors and customers."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Annotated, Any

from ninja import Router
from pydantic import ConfigDict, Field

from nameplate import listings
from nameplate.api.describing import TEXT, add_schema
from nameplate.api.fields import Body, Prose, Version, Word
from nameplate.api.things import Kind, router_of
from nameplate.models import Party, PartyRole
from nameplate.operations import cataloguing
from nameplate.operations.cataloguing.party_parts import ADDRESS, CONTACT, MOST_PARTS, addresses_of, contacts_of


class PartyContact(Body):
    """A person, or a desk, at a party."""

    name: Word
    role: Word = ""
    email: Word = ""
    phone: Word = ""


class PartyAddress(Body):
    """A further address, under a label that says what it is for."""

    label: Word
    lines: Prose = ""
    country: Word = ""


class NewParty(Body):
    """A vendor or customer; without a number it gets the next one. A list of contacts or addresses takes the place of the one before."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "Kestrel Archive",
                    "email": "stores@kestrel.example",
                    "contacts": [{"name": "Ada Miles", "role": "Returns", "email": "ada@kestrel.example"}],
                    "addresses": [{"label": "billing", "lines": "Sadama 1\nTallinn", "country": "Estonia"}],
                }
            ]
        }
    )

    name: Word
    number: Word = ""
    email: Word = ""
    phone: Word = ""
    address: Prose = ""
    notes: Prose = ""
    contacts: Annotated[list[PartyContact], Field(max_length=MOST_PARTS)] = []
    addresses: Annotated[list[PartyAddress], Field(max_length=MOST_PARTS)] = []


class PartyEdit(NewParty):
    """What shall be different."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"phone": "+372 600 0000"}]})

    version: Version | None = None
    name: Word = ""


_LISTS = {
    "contacts": {"type": "array", "items": add_schema("Contact", dict.fromkeys(CONTACT, TEXT))},
    "addresses": {"type": "array", "items": add_schema("Address", dict.fromkeys(ADDRESS, TEXT))},
}


def _more(pk: int) -> Mapping[str, Any]:
    party = Party.objects.only("version").get(pk=pk)
    return {"contacts": contacts_of(party), "addresses": addresses_of(party), "version": party.version}


def _router(role: PartyRole, noun: str) -> Router:
    return router_of(
        Kind(
            listing=listings.ALL[noun],
            name=role.value,
            keyword="party",
            create=partial(cataloguing.create_party, role=role),
            edit=partial(cataloguing.edit_party, role=role),
            archive=partial(cataloguing.archive_party, role=role),
            restore=partial(cataloguing.restore_party, role=role),
            more=_more,
            more_schema=_LISTS,
            new=NewParty,
            edited=PartyEdit,
        )
    )


ROUTERS = (_router(PartyRole.VENDOR, "vendors"), _router(PartyRole.CUSTOMER, "customers"))
