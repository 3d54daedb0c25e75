"""What is typed of a completion and not finished yet; and finishing what is good of it, while the rest stays typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from nameplate import ledger
from nameplate.models import Document, Entry, Request, User
from nameplate.operations.drafting import discard_draft, page_of, save_draft
from nameplate.operations.manufacturing.completing import Completion, complete
from nameplate.operations.manufacturing.grid import Judged, judge_grid
from nameplate.operations.manufacturing.orders import lock_order
from nameplate.operations.manufacturing.progress import Progress, progress
from nameplate.refusals import Conflict, Invalid


def draft_subject(order: Document) -> str:
    """Under which subject the draft of a completion of this order is kept."""
    return f"manufacturing-orders/{order.pk}/completions"


@dataclass(frozen=True, slots=True)
class Seen:
    """What somebody was shown beside the button: so many good rows."""

    rows: int


def good_rows(judged: Judged, completion: Completion, *, may_miss_parts: bool) -> list[int]:
    """The rows that can be finished as they are: nothing wrong in them and, unless the order allows it, no cell empty.

    Where units are used that are not known in which product, empty cells are their places, so they say nothing.
    """
    lenient = may_miss_parts or bool(completion.used) or bool(completion.goods)
    width = len(judged.columns)
    return [
        at
        for at, row in enumerate(completion.rows)
        if at not in judged.bad_rows and (lenient or sum(1 for cell in row.cells[:width] if cell.strip()) == width)
    ]


def finish_good(
    *,
    actor: User,
    order: Document | int,
    completion: Completion,
    seen: Seen,
    location_id: int | None = None,
    happened_on: date | None = None,
    note: str = "",
    version: int | None = None,
    typed: Mapping[str, Any] | None = None,
    request: Request | None = None,
) -> tuple[Entry, int]:
    """Finish the rows that are good in one act; the others stay as the actor's draft. The entry, and how many rows stayed.

    `typed` is the draft of all that was typed, its rows under `rows`. Refused as `complete` is, and when what is good is not what was seen.
    """
    with ledger.transacting():
        document = lock_order(order)
        standing: Progress = progress(document)
        judged = judge_grid(document, standing, completion.rows, keep=completion.keep)
        good = good_rows(judged, completion, may_miss_parts=document.manufacturing_order.may_miss_parts)
        if completion.rows and not good:
            raise Invalid("nothing-good", "No product can be finished as it is.", fields={"products": "Fill in what is in them."})
        if len(good) != seen.rows:
            raise Conflict(
                "changed-meanwhile",
                "What can be finished has changed since the button was shown.",
                way_out="Nothing was finished. Look at the cells below and press it again.",
            )
        entry = complete(
            actor=actor,
            order=document,
            completion=replace(completion, rows=[completion.rows[at] for at in good]),
            location_id=location_id,
            happened_on=happened_on,
            note=note,
            version=version,
            standing=standing,
            request=request,
        )
        left = [row for at, row in enumerate(completion.rows) if at not in set(good)]
        _keep_rest(actor, document, [[row.number, *row.cells] for row in left], typed or {})
        return entry, len(left)


def _keep_rest(actor: User, order: Document, rows: Sequence[Sequence[str]], typed: Mapping[str, Any]) -> None:
    if rows:
        kept = {name: typed[name] for name in ("place", "happened_on", "expires_on", "columns") if typed.get(name)}
        kept["page"] = list(page_of(typed))
        save_draft(actor=actor, subject=draft_subject(order), body={**kept, "rows": [list(row) for row in rows]})
    else:
        discard_draft(actor=actor, subject=draft_subject(order), page=page_of(typed))
