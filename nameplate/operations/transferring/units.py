"""How units stand as far as sending and receiving them asks: where each is, and why one cannot go or come."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from nameplate.ledger import bulk
from nameplate.ledger.state import LOCATION, STATUS, TRANSFER, WITHDRAWN, Unit
from nameplate.models import Location, Site, Status
from nameplate.models.serials import IN_STOCK
from nameplate.refusals import Conflict, Invalid, Offender

_SQL = (
    "SELECT s.key, s.id, s.number, i.id, i.number, s.status, s.transfer_id, d.number, s.location_id, p.name, p.site_id, t.name, "
    "root.number, c.name FROM nameplate_serial s JOIN nameplate_item i ON i.id = s.item_id "
    "LEFT JOIN nameplate_document d ON d.id = s.transfer_id "
    "LEFT JOIN nameplate_location p ON p.id = s.location_id LEFT JOIN nameplate_site t ON t.id = p.site_id "
    "LEFT JOIN nameplate_serial root ON root.id = s.outermost_id AND root.id <> s.id LEFT JOIN nameplate_party c ON c.id = s.customer_id "
    "WHERE NOT s.withdrawn AND {which} ORDER BY s.sort_key, s.id"
)
_THERE = (
    "SELECT count(*) FROM nameplate_serial s JOIN nameplate_location p ON p.id = s.location_id WHERE s.id IN {ids} AND NOT s.withdrawn "
    f"AND s.status IN ({', '.join(str(int(status)) for status in IN_STOCK)}) AND s.transfer_id IS NULL AND p.site_id = %s"
)


class Standing(NamedTuple):
    """A unit as far as a transfer asks."""

    key: str
    id: int
    number: str
    item_id: int
    item: str
    status: int
    transfer_id: int | None
    transfer: str | None
    location_id: int | None
    location: str | None
    site_id: int | None
    site: str | None
    product: str | None
    """The outermost product that it is in."""
    customer: str | None

    @property
    def in_stock(self) -> bool:
        """Whether it lies somewhere, or is on its way there."""
        return self.status in IN_STOCK

    @property
    def where(self) -> str:
        """Where it is, for a sentence that begins with its number."""
        status = Status(self.status)
        if self.transfer_id is not None:
            return f"it is in transit under {self.transfer}"
        if self.in_stock:
            return f"it is at {self.site} · {self.location}"
        if status is Status.CONSUMED:
            return f"it is built into {self.product}" if self.product else "it is used up by an order"
        if status is Status.SHIPPED:
            return f"it was shipped{f' to {self.customer}' if self.customer else ''}"
        return {Status.PLANNED: "it is Planned: not received yet", Status.WRITTEN_OFF: "it is written off"}[status]


def standing_of(unit_ids: Sequence[int]) -> list[Standing]:
    """How these units stand, in the natural order of their numbers. One statement."""
    return [Standing._make(row) for row in bulk.query(_SQL.format(which=f"s.id IN {bulk.id_set()}"), [bulk.ids(unit_ids)])]


def bearers_of(keys: Iterable[str]) -> dict[str, list[Standing]]:
    """By key, the units that bear it, of whatever item. One statement."""
    found: dict[str, list[Standing]] = {}
    wanted = [key for key in keys if key and "\x00" not in key]
    if wanted:
        for row in bulk.query(_SQL.format(which=f"s.key IN {bulk.text_set()}"), [bulk.texts(wanted)]):
            found.setdefault(row[0], []).append(Standing._make(row))
    return found


def all_lie_at(origin: Site, units: Iterable[Unit]) -> bool:
    """Whether all of these units lie at the site, nearly always: where this says no, `refuse_not_at` decides. One statement."""
    places = set(Location.objects.filter(site=origin).values_list("pk", flat=True))
    # By identity: units that stand alike share their placement.
    return all(
        state[STATUS] in IN_STOCK and not state[WITHDRAWN] and state[TRANSFER] is None and state[LOCATION] in places
        for state in {id(unit.state): unit.state for unit in units}.values()
    )


def refuse_not_at(origin: Site, unit_ids: Sequence[int]) -> None:
    """Refuse units that do not lie at the site, each with where it is."""
    # Nearly always all lie there, and then nobody asks for the words.
    if bulk.query(_THERE.format(ids=bulk.id_set()), [bulk.ids(unit_ids), origin.pk])[0][0] == len(unit_ids):
        return
    found = standing_of(unit_ids)
    if len(found) < len(unit_ids):
        raise Invalid("no-such-unit", "Some of these units do not exist.", fields={"units": "Choose units that exist."})
    offenders = [
        Offender(unit.number, unit.where, unit.id)
        for unit in found
        if not unit.in_stock or unit.transfer_id is not None or unit.site_id != origin.pk
    ]
    if offenders:
        first = f"{offenders[0].text}: {offenders[0].why}"
        sentence = (
            f"{first}, and cannot go from {origin}."
            if len(offenders) == 1
            else f"{len(offenders):,} of these units do not lie at {origin}."
        )
        raise Conflict(
            "not-at-origin",
            sentence,
            fields={"units": sentence},
            offenders=offenders,
            way_out="Take them off; what lies at another site goes by an order from there.",
        )
