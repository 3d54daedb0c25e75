"""Vendors and customers."""

from __future__ import annotations

from nameplate.listings.columns import Column, Hidden
from nameplate.listings.engine import Listing
from nameplate.listings.search import search_in
from nameplate.listings.sql import Sql
from nameplate.listings.yes_no import YES_NO, yes_no
from nameplate.models import PartyRole


def _parties(name: str, label: str, role: PartyRole) -> Listing:
    columns = (
        Column("name", "Name", "s.name", "link", key="s.name_key", order="s.name_key", noun=name, ref="id"),
        Column("number", "Number", "s.number", key="s.number_key", order="s.number_key"),
        Column("email", "Email", "s.email"),
        Column("phone", "Telephone", "s.phone"),
        Column("address", "Address", "s.address", filterable=False, default_shown=False),
        Column("notes", "Notes", "s.notes", filterable=False, default_shown=False),
        Column("archived", "Archived", yes_no("s.archived"), "choice", choices=YES_NO, default_shown=False),
    )
    return Listing(
        name=name,
        label=label,
        table="nameplate_party s",
        columns=columns,
        natural=("s.name_key",),
        section="catalogue",
        scope=Sql("s.role = %s", (role.value,)),
        hidden=Hidden("archived", "NOT s.archived", "s.archived"),
        search=search_in("s.name_key", "s.number_key"),
        search_tips="Name or number",
    )


VENDORS = _parties("vendors", "Vendors", PartyRole.VENDOR)
CUSTOMERS = _parties("customers", "Customers", PartyRole.CUSTOMER)
