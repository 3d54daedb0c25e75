"""Undoing is refused where it leads back into a status that nothing leads into now, since every function that does is switched off."""

from __future__ import annotations

from nameplate import functions
from nameplate.ledger import bulk
from nameplate.ledger.kinds import LOT_STATUSES, SWITCHES_INTO
from nameplate.models import Entry, Status

_UNITS = (
    "SELECT 1 FROM nameplate_movement m JOIN nameplate_movement b ON b.serial_id = m.serial_id AND b.seq = m.seq - 1 "
    "WHERE m.entry_id = %s AND m.status = %s AND b.status <> m.status LIMIT 1"
)
_GOODS = (
    "SELECT m.entry_id FROM nameplate_stockmovement m JOIN nameplate_lot l ON l.id = m.lot_id "
    "WHERE m.entry_id = %s AND l.status IN {statuses} GROUP BY m.entry_id HAVING sum(m.change) > 0"
)


def refuse_back_into_off(reversal: Entry) -> None:
    """Refuse a reversal after which units or goods are Returned or Rejected again while nothing makes them so. One out of it may be."""
    off = functions.off()
    for status, switches in SWITCHES_INTO.items():
        if off.issuperset(switches) and (_units_into(reversal, status) or _goods_into(reversal, status)):
            raise functions.switched_off(switches, f"Undoing what leads back to {status.label}")


def _units_into(reversal: Entry, status: Status) -> bool:
    return bool(bulk.query(_UNITS, [reversal.pk, int(status)]))


def _goods_into(reversal: Entry, status: Status) -> bool:
    sql = _GOODS.format(statuses=bulk.text_set())
    return bool(bulk.query(sql, [reversal.pk, bulk.texts(LOT_STATUSES[status])]))
