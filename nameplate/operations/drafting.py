"""What was typed and not posted yet: kept for its author until it is posted or thrown away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Any, NamedTuple

import orjson

from nameplate.models import Draft, User
from nameplate.refusals import TooLarge

BOXES = frozenset({"text", "passed", "failed", "units"})
"""Fields of drafts that hold a number, or more, a line. Those under `boxes` do too."""
LARGEST = 12_000_000
"""Bytes of one draft as JSON."""


class OpenPage(NamedTuple):
    """A page in which a draft is typed, as it is kept in its body under `page`: one of perhaps several of the same subject."""

    mark: str
    seen: str
    """The mark of the page by which the draft was kept that this one was opened with; empty where there was none."""


NO_PAGE = OpenPage("", "")


def page_of(body: Mapping[str, Any] | None) -> OpenPage:
    """By which page a draft was kept."""
    return OpenPage(*(body or {}).get("page", NO_PAGE))


def kept_elsewhere(*, actor: User, subject: str, page: OpenPage) -> dict[str, Any] | None:
    """The actor's draft of `subject`, where another page kept it after this one was opened."""
    draft = load_draft(actor=actor, subject=subject) if page.mark else None
    return draft if draft and page_of(draft).mark not in page else None


def together(kept: Mapping[str, Any], typed: Mapping[str, Any]) -> dict[str, Any]:
    """Two drafts of one subject in one: all lines of both boxes, and of a field that was filled in twice what was typed last."""
    both = {**kept, **{name: value for name, value in typed.items() if value or name not in kept}}
    for name in both.keys() & kept.keys() & typed.keys():
        first, second = kept[name], typed[name]
        if name == "boxes":
            both[name] = {box: _lines_together(first.get(box, ""), second.get(box, "")) for box in first.keys() | second.keys()}
        elif isinstance(first, Mapping) and isinstance(second, Mapping):
            both[name] = together(first, second)
        elif name in BOXES:
            both[name] = _lines_together(first, second)
        elif name == "keep":
            both[name] = sorted({*first, *second})
    return both | _sheets_together(kept, typed) if kept.get("rows") and typed.get("rows") else both


def _lines_together(first: str, second: str) -> str:
    lines = (line.rstrip("\r") for text in (first, second) for line in text.split("\n"))
    return "\n".join(dict.fromkeys(line for line in lines if line.strip()))


def _sheets_together(kept: Mapping[str, Any], typed: Mapping[str, Any]) -> dict[str, Any]:
    """Two grids (`rows`, the product's number first, and the `columns` above the rest) in one: a row for each product.

    Of two rows of one product it has in each cell what was typed last. Rows without a number stay beside each other, unless they are alike.
    """
    columns: list[str] = list(dict.fromkeys([*kept.get("columns", ()), *typed.get("columns", ())]))
    rows: dict[tuple[Any, int], list[str]] = {}
    for sheet in (kept, typed):
        seen: Counter[Any] = Counter()
        for row in sheet["rows"]:
            laid = _under(columns, sheet.get("columns", ()), row)
            name = row[0] or tuple(laid)
            earlier = rows.get((name, seen[name]), ())
            rows[name, seen[name]] = [new or old for new, old in zip_longest(laid, earlier, fillvalue="")]
            seen[name] += 1
    return {"rows": list(rows.values()), "columns": columns}


def _under(columns: Sequence[str], own: Sequence[str], row: Sequence[str]) -> list[str]:
    """A row that stood under its `own` columns, under these; what stood beyond them stays beyond."""
    cells = dict(zip(own, row[1:], strict=False))
    return [row[0], *(cells.get(column, "") for column in columns), *row[len(own) + 1 :]]


def save_draft(*, actor: User, subject: str, body: dict[str, Any], page: OpenPage = NO_PAGE) -> Draft:
    """Keep `body` as the actor's draft of `subject` (a path, like `purchase-orders/12/receipts`), in place of an earlier one.

    `page` is by which it is kept, where `body` does not say so. What another page of the same subject kept meanwhile is not lost: both are
    kept together.
    """
    body = {**body, "page": list(page)} if page.mark else body
    other = kept_elsewhere(actor=actor, subject=subject, page=page_of(body))
    body = together(other, body) if other else body
    if len(orjson.dumps(body)) > LARGEST:
        raise TooLarge("draft-too-large", "This is more than a draft can hold.", way_out="Receive a part of it first.")
    draft, _ = Draft.objects.update_or_create(actor=actor, subject=subject, defaults={"body": _storable(body)})
    return draft


def load_draft(*, actor: User, subject: str) -> dict[str, Any] | None:
    """The actor's draft of `subject`, or None."""
    draft = Draft.objects.filter(actor=actor, subject=subject).first()
    return dict(draft.body) if draft else None


def discard_draft(*, actor: User, subject: str, page: OpenPage = NO_PAGE) -> None:
    """Throw the actor's draft of `subject` away, if there is one and no other page than `page` kept it meanwhile."""
    if kept_elsewhere(actor=actor, subject=subject, page=page):
        return
    Draft.objects.filter(actor=actor, subject=subject).delete()


def _storable(value: Any) -> Any:
    """`value` with the sign for what could not be read in place of NUL, which PostgreSQL cannot store and no page could show."""
    if isinstance(value, str):
        return value.replace("\x00", "\ufffd")
    if isinstance(value, dict):
        return {name: _storable(one) for name, one in value.items()}
    return [_storable(one) for one in value] if isinstance(value, list) else value
