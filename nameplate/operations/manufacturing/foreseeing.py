"""What would come of a completion, before it is done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from nameplate import access
from nameplate.ledger.transacting import rehearsing
from nameplate.models import Document, User
from nameplate.operations.manufacturing.completing import Completion, complete
from nameplate.operations.manufacturing.grid import Judged, judge_grid
from nameplate.operations.manufacturing.orders import find_order, lock_order
from nameplate.operations.manufacturing.progress import Progress, progress
from nameplate.refusals import Busy, Refused

MakeReady = Callable[[Document, Progress], Completion]
"""Lays out what is finished, and takes the numbers for it, on the locked order."""


@dataclass(frozen=True, slots=True)
class Foreseen:
    """The cells as judged, none where what was given cannot be laid out; and what the completion would refuse, if anything."""

    judged: Judged
    refusal: Refused | None = None


def foresee(
    *,
    actor: User,
    order: int,
    ready: MakeReady,
    location_id: int | None = None,
    happened_on: date | None = None,
    note: str = "",
    version: int | None = None,
) -> Foreseen:
    """Do the completion, and take it back: nothing is written, no number is taken. Call it in no transaction.

    Refused: no such order; no right to finish products. Whatever else the completion would refuse is answered, but that it is busy.
    """
    access.require(actor, "production", "edit")
    found = find_order(order)
    judged = Judged(())
    try:
        with rehearsing():
            document = lock_order(found)
            standing = progress(document, shelves=False)
            completion = ready(document, standing)
            judged = judge_grid(document, standing, completion.rows, keep=completion.keep)
            complete(
                actor=actor,
                order=document,
                completion=completion,
                location_id=location_id,
                happened_on=happened_on,
                note=note,
                version=version,
                standing=standing,
            )
    except Busy:
        raise
    except Refused as refusal:
        return Foreseen(judged, refusal)
    return Foreseen(judged)
