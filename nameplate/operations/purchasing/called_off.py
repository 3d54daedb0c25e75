"""Lines of which the rest was canceled: what is taken back of their receipts must not make the rest expected again."""

from __future__ import annotations

from collections.abc import Callable, Collection

from nameplate.ledger.kinds import Kind
from nameplate.ledger.lots_back import cause_of
from nameplate.models import Entry, Line, LotMovement, LotStatus, Movement
from nameplate.operations.purchasing.progress import progress_of_all
from nameplate.refusals import Conflict, Offender


def called_off(orders: Collection[int]) -> set[int]:
    """The lines of these orders of which nothing more is expected, though less came than was ordered."""
    if not orders:
        return set()
    return {one.line.pk for lines in progress_of_all(orders).values() for one in lines if one.rest_canceled}


def kept_by_calling_off(entry: Entry, off: Collection[int]) -> list[Offender]:
    """The units that came by this entry on lines whose rest is called off: none goes back before the cancellation is undone."""
    calls = _calls(off)
    if not calls:
        return []
    positions = dict(Line.objects.filter(pk__in=calls).values_list("pk", "position"))
    whys = {
        line: f"what was still to come on line {position} was canceled later ({calls[line].document or calls[line].act})"
        for line, position in positions.items()
    }
    came = Movement.objects.filter(entry=entry, kind=Kind.RECEIVED).order_by("serial_id")
    return [
        Offender(number, whys[line], unit, entry_id=calls[line].pk, document=str(calls[line].document or ""))
        for unit, number, line in came.values_list("serial_id", "serial__number", "line_id")
        if line in whys
    ]


def _calls(lines: Collection[int]) -> dict[int, Entry]:
    """By line, the latest entry, itself not undone, that canceled what was still to come."""
    if not lines:
        return {}
    undone = Entry.objects.filter(reverses__isnull=False, partial=False).values("reverses")
    calls = LotMovement.objects.filter(lot__line__in=lines, status=LotStatus.CANCELED, entry__reverses=None).exclude(entry__in=undone)
    found = calls.select_related("entry__document", "lot").order_by("entry_id")
    return {one.lot.line_id: one.entry for one in found if one.lot.line_id is not None}


def refuse_revived(orders: Collection[int], before: Collection[int], free: Callable[[], Collection[int]]) -> None:
    """Refuse an undo after which something is expected on a line whose rest is called off: `before` are those lines before it.

    What was called off is not known by how much: a lot that is Planned again would expect all that is missing. `free` says which of the
    units can be undone all the same.
    """
    calls = _calls(set(before) - called_off(orders) if before else ())
    if not calls:
        return
    line, entry = max(calls.items(), key=lambda one: one[1].pk)
    possible = sorted(free())
    others = f", or undo it for the other {'unit' if len(possible) == 1 else f'{len(possible):,} units'}" if possible else ""
    raise Conflict(
        "later-entries",
        f"What was still to come on line {Line.objects.get(pk=line).position} was canceled by a later entry ({entry.act}).",
        causes=[cause_of(entry)],
        way_out=f"Undo that first{others}.",
        extra={"possible": possible},
    )
