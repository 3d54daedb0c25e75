"""The form of a vendor or customer: its own fields, and as many contacts and addresses as somebody adds; it works without scripts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from django import forms
from django.http import QueryDict

from nameplate.models import Party
from nameplate.operations import cataloguing
from nameplate.operations.cataloguing.party_parts import MOST_PARTS, addresses_of, contacts_of
from nameplate.refusals import Refused
from nameplate.web.forms import EditForm, long_text_field, new_key, text_field, whole_number


@dataclass(frozen=True, slots=True)
class Cell:
    """One field of a row."""

    name: str
    label: str
    mode: str = "text"
    """Which keyboard a phone shows."""
    example: str = ""
    long: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """One of the lists: its heading, what one of it is called, and the fields of its rows."""

    title: str
    one: str
    cells: Sequence[Cell]


PARTS: Mapping[str, Part] = {
    "contacts": Part(
        "Contacts",
        "contact",
        (
            Cell("name", "Name"),
            Cell("role", "Role", example="Sales, returns…"),
            Cell("email", "E-mail", "email"),
            Cell("phone", "Phone", "tel"),
        ),
    ),
    "addresses": Part(
        "Further addresses",
        "address",
        (Cell("label", "For", example="billing, shipping…"), Cell("country", "Country"), Cell("lines", "Address", long=True)),
    ),
}


class PartyForm(EditForm):
    """What can be typed about a vendor or customer itself."""

    name = text_field("Name", required=True)
    number = text_field("Number", spellcheck="false", autocapitalize="off")
    email = text_field("E-mail", inputmode="email", autocapitalize="off", spellcheck="false")
    phone = text_field("Phone", inputmode="tel")
    address = long_text_field("Address", "The main one, as it stands on papers.")
    notes = long_text_field("Notes")


@dataclass(slots=True)
class Row:
    """One contact or address as it is typed; one that is ticked goes when the form is saved."""

    part: str
    index: int
    values: Mapping[str, str] = field(default_factory=dict)
    removed: bool = False
    fresh: bool = False
    """Added just now: it takes the keyboard."""
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def blank(self) -> bool:
        """Whether nothing is typed into it."""
        return not any(value.strip() for value in self.values.values())

    @property
    def cells(self) -> list[tuple[str, Cell, str, str]]:
        """Its fields, each with its name in the form, its text and what is wrong with it."""
        return [
            (f"{self.part}-{self.index}-{cell.name}", cell, self.values.get(cell.name, ""), self.errors.get(cell.name, ""))
            for cell in PARTS[self.part].cells
        ]


Rows = dict[str, list[Row]]


def rows_of(party: Party | None) -> Rows:
    """The rows of a party that stands, or none."""
    found = {"contacts": contacts_of(party), "addresses": addresses_of(party)} if party else {}
    return {part: [Row(part, index, values) for index, values in enumerate(found.get(part, ()))] for part in PARTS}


def rows_sent(sent: QueryDict) -> Rows:
    """The rows as they were sent."""
    return {
        part: [
            Row(
                part,
                index,
                {cell.name: sent.get(f"{part}-{index}-{cell.name}", "") for cell in of.cells},
                removed=f"{part}-{index}-remove" in sent,
            )
            for index in range(min(whole_number(sent.get(f"{part}-rows", "")), MOST_PARTS + 1))
        ]
        for part, of in PARTS.items()
    }


def shown(rows: Rows, *, added: str = "") -> list[tuple[str, Part, list[Row]]]:
    """The lists as the page shows them: an empty row behind each that has none, and behind the one that somebody adds to."""
    found = {part: list(those) for part, those in rows.items()}
    for part, those in found.items():
        if part == added or not those:
            those.append(Row(part, len(those), fresh=part == added))
    return [(part, PARTS[part], those) for part, those in found.items()]


def given(form: PartyForm, rows: Rows) -> cataloguing.PartyFields:
    """What was typed, as the operation takes it: what is ticked and what is blank left out."""
    lists = {part: [row.values for row in those if not row.removed and not row.blank] for part, those in rows.items()}
    return cast(cataloguing.PartyFields, {**form.typed(), **lists})  # the form’s fields are those


def tell_rows(rows: Rows, refusal: Refused) -> None:
    """Put the refusal's sentences into the rows that they are about; the operation counts without those left out."""
    for part, those in rows.items():
        for index, row in enumerate(row for row in those if not row.removed and not row.blank):
            row.errors = {
                cell.name: sentence for cell in PARTS[part].cells if (sentence := refusal.fields.get(f"{part}.{index}.{cell.name}"))
            }


def initial(party: Party | None) -> dict[str, Any]:
    """What the form begins with."""
    if party is None:
        return {"idempotency_key": new_key(), "version": 1}
    return forms.model_to_dict(party) | {"idempotency_key": new_key()}
