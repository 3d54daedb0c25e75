"""What undoing an entry does to inspections: verdicts that it gave are open again, what it brought into one leaves it."""

from __future__ import annotations

from nameplate.ledger import bulk
from nameplate.models import Entry, InspectedGoods, Verdict

_CONCERNED = (
    "SELECT inspection_id FROM nameplate_inspectedunit WHERE opened_id = %s OR judged_id = %s UNION "
    "SELECT inspection_id FROM nameplate_inspectedgoods WHERE opened_id = %s OR judged_id = %s"
)
_AGAIN = (
    f"UPDATE nameplate_inspectedunit SET verdict = '{Verdict.WAITING.value}', judged_id = NULL, reason_id = NULL, note = '' "
    "WHERE judged_id = %s"
)
_LEAVE = (
    f"UPDATE nameplate_inspectedunit SET verdict = '{Verdict.LEFT.value}', judged_id = %s, reason_id = NULL, note = '' WHERE opened_id = %s"
)
_OF_REVERSAL = " AND serial_id IN (SELECT serial_id FROM nameplate_movement WHERE entry_id = %s)"


def concerned_by(entry: Entry) -> list[int]:
    """The inspections that the entry opened, or gave verdicts in."""
    return [row[0] for row in bulk.query(_CONCERNED, [entry.pk] * 4)]


def settle(entry: Entry, reversal: Entry) -> None:
    """After an undo: for the units that it took back, or for all, goods too. As many statements for one unit as for fifty thousand."""
    if reversal.partial:
        bulk.execute(_AGAIN + _OF_REVERSAL, [entry.pk, reversal.pk])
        bulk.execute(_LEAVE + _OF_REVERSAL, [reversal.pk, entry.pk, reversal.pk])
        return
    bulk.execute(_AGAIN, [entry.pk])
    bulk.execute(_LEAVE, [reversal.pk, entry.pk])
    InspectedGoods.objects.filter(opened=entry).update(verdict=Verdict.LEFT, judged=reversal, reason=None, note="")
    for row in InspectedGoods.objects.filter(judged=entry).order_by("pk"):
        waits = InspectedGoods.objects.filter(inspection=row.inspection_id, lot=row.lot_id, verdict=Verdict.WAITING).first()
        if waits is None:
            row.verdict, row.reason, row.note, row.judged = Verdict.WAITING, None, "", None
            row.save()
        else:
            waits.quantity += row.quantity
            waits.save(update_fields=["quantity"])
            row.delete()
