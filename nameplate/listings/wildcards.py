"""`*` and `?` in a search box are taken as they are written; the filter of the column that names the rows takes them for others."""

from __future__ import annotations

from collections.abc import Sequence

from nameplate.listings.columns import Column

WILDCARDS = "*?"


def literally(text: str, columns: Sequence[Column], note: str) -> dict[str, str]:
    """What to say of the search box's text; `note` is what its search says of it. Nothing to say: nothing."""
    if any(sign in text for sign in WILDCARDS):
        naming = naming_column(columns)
        which = f"the filter of {naming.label}" if naming is not None else "the filter of a column"
        note = f"The search takes * and ? as they are written; in {which} they stand for any characters, and for one."
    return {"q": note} if note else {}


def naming_column(columns: Sequence[Column]) -> Column | None:
    """The column that names a list's rows, its first, where its filter takes text."""
    first = columns[0]
    return first if first.filterable and first.kind in {"text", "link"} and not first.choices and first.via is None else None
