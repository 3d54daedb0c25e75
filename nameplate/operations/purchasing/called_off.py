"""Lines of which the rest was canceled: what is taken back of their receipts must not make the rest expected again."""

from __future__ import annotations

from collections.abc import Collection

from nameplate.ledger.lots_back import cause_of
from nameplate.models import Entry, Line, LotMovement, LotStatus
from nameplate.operations.purchasing.progress import progress_of_all
from nameplate.refusals import Conflict


def called_off(orders: Collection[int]) -> set[int]:
    """The lines of these orders of which nothing more is expected, though less came than was ordered."""
    if not orders:
        return set()
    return {one.line.pk for lines in progress_of_all(orders).values() for one in lines if one.rest_canceled}


def refuse_revived(orders: Collection[int], before: Collection[int]) -> None:
    """Refuse an undo after which something is expected on a line whose rest is called off: `before` are those lines before it.

    What was called off is not known by how much: a lot that is Planned again would expect all that is missing.
    """
    revived = set(before) - called_off(orders) if before else set()
    undone = Entry.objects.filter(reverses__isnull=False, partial=False).values("reverses")
    calls = LotMovement.objects.filter(lot__line__in=revived, status=LotStatus.CANCELED, entry__reverses=None).exclude(entry__in=undone)
    latest = calls.select_related("entry__document", "lot__line").order_by("-entry_id").first() if revived else None
    if latest is None:
        return
    line: Line | None = latest.lot.line
    raise Conflict(
        "later-entries",
        f"What was still to come on line {line.position if line else '?'} was canceled by a later entry ({latest.entry.act}).",
        causes=[cause_of(latest.entry)],
        way_out="Undo that first.",
    )
