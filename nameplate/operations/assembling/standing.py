"""How the units of an assembly stand: in which product, where in it, and what the product around them all is."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from nameplate.ledger import bulk
from nameplate.models import Document, Status
from nameplate.refusals import NotFound, Offender

AWAY = frozenset({Status.SHIPPED, Status.RETURNED})
"""Of the outermost product: what comes out of it is no stock at once."""
_STANDING = (
    "SELECT s.id, s.number, s.item_id, i.number, s.status, s.parent_id, s.outermost_id, s.place, s.used_by_id, s.hold, l.hold, "
    "p.number, p.item_id, o.status, o.work_id, o.number, t.id, t.name "
    "FROM nameplate_serial s JOIN nameplate_item i ON i.id = s.item_id JOIN nameplate_lot l ON l.id = s.lot_id "
    "JOIN nameplate_serial o ON o.id = s.outermost_id LEFT JOIN nameplate_serial p ON p.id = s.parent_id "
    "LEFT JOIN nameplate_location w ON w.id = o.location_id LEFT JOIN nameplate_site t ON t.id = w.site_id "
    "WHERE s.id IN {ids} ORDER BY s.id"
)


@dataclass(frozen=True, slots=True)
class Standing:
    """One unit. `root_…` are of its outermost product, itself where it is in none."""

    id: int
    number: str
    item_id: int
    item: str
    status: int
    parent_id: int | None
    root_id: int
    place: str
    used_by_id: int | None
    hold: str
    lot_hold: str
    """Why its lot is on hold as a whole; empty where it is not."""
    parent: str | None
    parent_item_id: int | None
    root_status: int
    root_work_id: int | None
    root: str
    site_id: int | None
    """Of the place where it, or the product that it is in, lies; None at a customer, or where it lies nowhere."""
    site: str | None

    @property
    def unit_unknown(self) -> bool:
        """Used by an order that did not say in which unit."""
        return self.status == Status.CONSUMED and self.parent_id is None and self.used_by_id is not None

    @property
    def away(self) -> bool:
        """Whether it is in, or is, a product that is at a customer or came back from one."""
        return self.root_status in AWAY


def standing(unit_ids: Iterable[int]) -> dict[int, Standing]:
    """By id, in one statement. Refused: ids that no unit has."""
    wanted = sorted(set(unit_ids))
    found = {row[0]: Standing(*row) for row in bulk.query(_STANDING.format(ids=bulk.id_set()), [bulk.ids(wanted)])} if wanted else {}
    if missing := [unit for unit in wanted if unit not in found]:
        raise NotFound(
            "no-such-unit",
            f"{len(missing):,} of these units do not exist.",
            offenders=[Offender(str(unit), "there is no such unit") for unit in missing],
        )
    return found


def work_around(units: Collection[Standing]) -> Document | None:
    """The repair or rework that the products around these units are in, where it is one: what is done to them belongs to it.

    Products of several such orders are left to the ledger, which names those that cannot be changed in one act.
    """
    orders = {unit.root_work_id for unit in units if unit.root_work_id is not None}
    return Document.objects.get(pk=orders.pop()) if len(orders) == 1 else None
