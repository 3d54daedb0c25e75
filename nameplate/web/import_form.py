"""The form that maps a file's columns: what each is, what holds for the whole file; shown again as it was typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict

from nameplate.operations.importing.columns import Column
from nameplate.operations.importing.mapping import DECISIONS, MODES, RECEIPT, Chosen, FileMapping
from nameplate.operations.importing.targets import GROUPS, ITEM, LOCATION, RECEIVED_ON, VENDOR, Target, targets
from nameplate.refusals import Refused
from nameplate.web.forms import TypedForm, choosing_field, day_field, new_key, text_field

CONSTANTS = (VENDOR, LOCATION, RECEIVED_ON, ITEM)
MEANINGS = {
    "receipt": "Each unit becomes Received, on the day that the file says or today.",
    "announcement": "Each unit becomes Planned on its order until it comes.",
}


class MappingForm(TypedForm):
    """What is said once for all lines."""

    mode = forms.ChoiceField(choices=list(MODES.items()), widget=forms.RadioSelect)
    vendor = choosing_field("Vendor", "vendors", "A new name becomes a new vendor.")
    location = choosing_field("Where to", "locations", "Else where each item is kept.")
    received_on = day_field("Received on", "Today, unless a column says.")
    item = choosing_field("Item", "items", "Where all units of the file are one item.")
    order = text_field("Purchase order", "Empty: a new one is made for each item and vendor.", placeholder="PO00012")
    remember = text_field("Remember under", "Proposed again when a file has the same columns.")

    def tell(self, refusal: Refused) -> None:
        """Sentences about what holds for the whole file stand beside its field."""
        super().tell(refusal)
        for name, sentence in refusal.fields.items():
            own = name.removeprefix("constants.")
            if own != name and own in self.fields:
                self.add_error(own, sentence)


@dataclass(slots=True)
class Row:
    """One column of the file, with what it was said to be."""

    column: Column
    target: str
    error: str = ""


def options() -> list[tuple[str, list[tuple[str, str]]]]:
    """The targets to choose among, in groups."""
    found: dict[str, list[tuple[str, str]]] = {}
    for one in targets().values():
        found.setdefault(GROUPS[one.scope], []).append((one.name, one.label))
    return list(found.items())


def initial_of(mapping: FileMapping) -> dict[str, Any]:
    """What stands in the form at first."""
    constants = {name: mapping.constants.get(name, "") for name in CONSTANTS}
    return {"idempotency_key": new_key(), "mode": mapping.mode or RECEIPT, "order": mapping.order, **constants}


def rows_of(columns: Sequence[Column], chosen: Mapping[int, str]) -> list[Row]:
    """The columns, each with what it is."""
    return [Row(column, chosen.get(column.number, "")) for column in columns]


def chosen_in(sent: QueryDict, columns: Sequence[Column]) -> dict[int, str]:
    """Column → target, as sent."""
    return {column.number: sent.get(f"column-{column.number}", "") for column in columns}


def tell_rows(rows: Sequence[Row], refusal: Refused) -> None:
    """Put the refusal's sentences beside their columns."""
    for row in rows:
        row.error = refusal.fields.get(f"columns.{row.column.number}", "")


def mapping_sent(sent: QueryDict, columns: Sequence[Column], before: FileMapping) -> FileMapping:
    """The mapping as it was sent. What is not on this form (styles of dates, decisions) starts anew."""
    known: Mapping[str, Target] = targets()
    labels = {one.target: one.label for one in before.columns}
    chosen = tuple(
        Chosen(number, target, known[target].label if target in known else labels.get(target, target))
        for number, target in chosen_in(sent, columns).items()
        if target
    )
    constants = {name: sent.get(name, "").strip() for name in CONSTANTS}
    return FileMapping(
        columns=chosen,
        constants={name: text for name, text in constants.items() if text},
        mode=sent.get("mode", RECEIPT),
        order=sent.get("order", "").strip(),
    )


def decided(sent: QueryDict, before: FileMapping) -> FileMapping:
    """The mapping of a dry run with what was decided on its report: numbers kept or mended, the style of dates."""
    dates = {**before.dates, **{target.name: style for target in targets().values() if (style := sent.get(f"dates-{target.name}", ""))}}
    keep = tuple(name for name in DECISIONS if name in sent.getlist("keep"))
    return FileMapping.of({**before.plain(), "dates": dates, "keep": keep, "clean": "clean" in sent})
