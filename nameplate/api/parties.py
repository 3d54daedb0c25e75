"""Vendors and customers."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from ninja import Router
from pydantic import ConfigDict

from nameplate import listings
from nameplate.api.fields import Body, Prose, Version, Word
from nameplate.api.things import Kind, router_of
from nameplate.models import Party, PartyRole
from nameplate.operations import cataloguing


class NewParty(Body):
    """A vendor or customer; without a number it gets the next one."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Kestrel Archive", "email": "stores@kestrel.example"}]})

    name: Word
    number: Word = ""
    email: Word = ""
    phone: Word = ""
    address: Prose = ""
    notes: Prose = ""


class PartyEdit(NewParty):
    """What shall be different."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"phone": "+372 600 0000"}]})

    version: Version | None = None
    name: Word = ""


def _more(pk: int) -> Mapping[str, Any]:
    return {"version": Party.objects.values_list("version", flat=True).get(pk=pk)}


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
            more_schema={},
            new=NewParty,
            edited=PartyEdit,
        )
    )


ROUTERS = (_router(PartyRole.VENDOR, "vendors"), _router(PartyRole.CUSTOMER, "customers"))
