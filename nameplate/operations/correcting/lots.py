"""The record was wrong: units belong to another lot of their item."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q

from nameplate import access, ledger
from nameplate.ledger import Group, Kind, Step, bulk
from nameplate.ledger.units import rows_of
from nameplate.models import Entry, Lot, Request, Serial, Status, User
from nameplate.models.serials import IN_STOCK
from nameplate.operations.lots.making import lock_lot
from nameplate.refusals import Conflict, Invalid, Offender, TooLarge

MOST_UNITS = 50_000


def correct_lot(*, actor: User, unit_ids: Sequence[int], lot: Lot | int, reason: str, request: Request | None = None) -> Entry:
    """Say that these units belong to another lot of their item; quantities follow them. Their vendor and order are then that lot's.

    Refused, with every unit named: of another item, in that lot already, of a status that does not fit the lot's; no reason.
    """
    access.require(actor, "stock", "edit")
    if not reason.strip():
        raise Invalid("reason-needed", "A correction needs a reason.", fields={"reason": "Say what was wrong."})
    chosen = list(dict.fromkeys(unit_ids))
    if not chosen:
        raise Invalid("no-units", "No unit is chosen.", fields={"units": "Enter the numbers of the units."})
    if len(chosen) > MOST_UNITS:
        raise TooLarge("too-many", f"At most {MOST_UNITS:,} units at once.", way_out="Correct them in parts.")
    with ledger.transacting():
        found = lock_lot(lot)
        _refuse_strangers(chosen, found)
        return ledger.post(actor=actor, act="corrected", groups=_groups(chosen, found), reason=reason.strip(), request=request)


def _groups(unit_ids: Sequence[int], lot: Lot) -> list[Group]:
    """The units into the lot; those in stock, or in products that are with us, are on hold with it, where it is on hold as a whole."""
    step = Step(Kind.CORRECTED, {"lot_id": lot.pk, "source_id": lot.source_id})
    inside = Q(status=Status.CONSUMED, parent__isnull=False) & ~Q(outermost__status__in=(Status.SHIPPED, Status.WRITTEN_OFF))
    here = Q(status__in=IN_STOCK) | inside
    free = rows_of(unit_ids).filter(here, withdrawn=False, hold="") if lot.hold else Serial.objects.none()
    held = set(free.values_list("pk", flat=True))
    groups = [Group([step], units=[unit for unit in unit_ids if unit not in held])]
    if held:
        groups.append(Group([step, Step(Kind.HELD, {"hold": lot.hold})], units=sorted(held)))
    return [group for group in groups if group.units]


def _refuse_strangers(unit_ids: Sequence[int], lot: Lot) -> None:
    rows = bulk.query(
        "SELECT s.id, s.number, i.number, s.item_id, s.lot_id FROM nameplate_serial s JOIN nameplate_item i ON i.id = s.item_id "
        f"WHERE s.id IN {bulk.id_set()} AND (s.item_id <> %s OR s.lot_id = %s) ORDER BY s.sort_key, s.id",
        [bulk.ids(unit_ids), lot.item_id, lot.pk],
    )
    if rows:
        offenders = [
            Offender(number, f"it is {item}, the lot is of {lot.item}" if item_id != lot.item_id else "it is in that lot already", unit)
            for unit, number, item, item_id, _ in rows
        ]
        message = f"{offenders[0].text}: {offenders[0].why}." if len(offenders) == 1 else f"{len(offenders):,} of these cannot go there."
        raise Conflict("not-correctable", message, fields={"lot": message}, offenders=offenders)
