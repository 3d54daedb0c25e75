"""How units stand that are to go to a customer, and why one may not: the same words where it is reserved, picked and shipped."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.utils import timezone

from nameplate import functions
from nameplate.ledger import bulk
from nameplate.ledger.state import HOLD, RESERVED, STATUS, TRANSFER, WITHDRAWN, WORK, State, Unit
from nameplate.models import NOUNS, Status
from nameplate.refusals import Cause, Conflict, NotFound, Offender

_COLUMNS = (
    "SELECT s.id, s.number, s.key, s.item_id, i.number, s.status, s.withdrawn, s.hold, s.transfer_id, s.work_id, place.site_id, site.name, "
    "place.name, lot.expires_on, s.reserved_line_id, co.id, co.number, buyer.name, p.shipment_id, sh.number, root.number, party.name, "
    "src.number, EXISTS (SELECT 1 FROM nameplate_serial c WHERE c.outermost_id = s.id AND c.parent_id IS NOT NULL AND c.hold <> ''), "
    "co.kind "
)
_JOINS = (
    " JOIN nameplate_item i ON i.id = s.item_id JOIN nameplate_lot lot ON lot.id = s.lot_id "
    "LEFT JOIN nameplate_location place ON place.id = s.location_id LEFT JOIN nameplate_site site ON site.id = place.site_id "
    "LEFT JOIN nameplate_line l ON l.id = s.reserved_line_id LEFT JOIN nameplate_document co ON co.id = l.document_id "
    "LEFT JOIN nameplate_party buyer ON buyer.id = co.party_id "
    "LEFT JOIN nameplate_pick p ON p.serial_id = s.id AND p.line_id = s.reserved_line_id "
    "LEFT JOIN nameplate_document sh ON sh.id = p.shipment_id "
    "LEFT JOIN nameplate_serial root ON root.id = s.outermost_id AND root.id <> s.id "
    "LEFT JOIN nameplate_party party ON party.id = s.customer_id LEFT JOIN nameplate_document src ON src.id = s.source_id "
)
_BY_ID = f"{_COLUMNS} FROM nameplate_serial s {_JOINS} WHERE s.id IN {{ids}} ORDER BY s.id"
_BY_KEY = f"{_COLUMNS} FROM nameplate_serial s {_JOINS} WHERE NOT s.withdrawn AND s.key IN {{keys}} ORDER BY s.id"

EXPIRED = "expired"
"""The verdict on what lies in a lot that has expired: somebody may let it stand."""


class Standing(NamedTuple):
    """One unit, as far as it matters for going to a customer."""

    id: int
    number: str
    key: str
    item_id: int
    item: str
    status: Status
    withdrawn: bool
    hold: str
    transfer_id: int | None
    work_id: int | None
    site_id: int | None
    site: str | None
    place: str | None
    expires_on: dt.date | None
    reserved_line: int | None
    order_id: int | None
    order: str | None
    """The order that it is reserved for."""
    buyer: str | None
    shipment_id: int | None
    """The shipment in which it lies, picked."""
    shipment: str | None
    product: str | None
    customer: str | None
    source: str | None
    holds_held: bool
    """Whether a part inside it is on hold."""
    order_kind: str | None


@dataclass(frozen=True, slots=True)
class Objection:
    """Why a unit may not go, by rule and in words; `cause` is what it is reserved for, or lies in."""

    rule: str
    message: str
    cause: Cause | None = None


def standings(unit_ids: Collection[int]) -> list[Standing]:
    """How these units stand, in key order: one statement. Refused: ids that no unit has."""
    found = [_standing(row) for row in bulk.query(_BY_ID.format(ids=bulk.id_set()), [bulk.ids(unit_ids)])]
    if len(found) < len(set(unit_ids)):
        missing = sorted(set(unit_ids) - {one.id for one in found})
        offenders = [Offender(str(unit), "there is no such unit") for unit in missing]
        raise NotFound("no-such-unit", f"{len(missing):,} of these units do not exist.", offenders=offenders)
    return found


def all_may_go(units: Mapping[int, Unit], reserved: Mapping[int, int] | None = None) -> bool:
    """Whether all of these units may go: each lies free, or is reserved for the line that `reserved` says. At most one statement.

    Nearly always they may, and then nobody asks for the words of `objection`; where this says no, it is `objection` that decides.
    """
    lines = reserved or {}
    judged: dict[int, bool] = {}
    for unit in units.values():
        # By identity: units that stand alike share their placement.
        fine = judged.get(id(unit.state))
        if fine is None:
            fine = judged[id(unit.state)] = _is_there_and_free(unit.state)
        if not fine or unit.state[RESERVED] != lines.get(unit.id):
            return False
    held = f"SELECT 1 FROM nameplate_serial WHERE parent_id IS NOT NULL AND hold <> '' AND outermost_id IN {bulk.id_set()} LIMIT 1"
    return not bulk.query(held, [bulk.ids(units)])


def _is_there_and_free(state: State) -> bool:
    return state[STATUS] == Status.RECEIVED and not state[WITHDRAWN] and not state[HOLD] and state[TRANSFER] is None and state[WORK] is None


def bearing(keys: Sequence[str]) -> dict[str, list[Standing]]:
    """The units that bear these numbers now, of whatever item, by key: one statement."""
    found: dict[str, list[Standing]] = {}
    for row in bulk.query(_BY_KEY.format(keys=bulk.text_set()), [bulk.texts(keys)]) if keys else ():
        one = _standing(row)
        found.setdefault(one.key, []).append(one)
    return found


def _standing(row: Sequence[object]) -> Standing:
    values = list(row)
    values[5], values[6], values[23] = Status(int(str(values[5]))), bool(values[6]), bool(values[23])
    expires = values[13]
    values[13] = dt.date.fromisoformat(expires) if isinstance(expires, str) else expires
    return Standing._make(values)


def objection(
    unit: Standing, *, own_lines: Collection[int] = (), shipment: int | None = None, site: Mapping[int, str] | None = None
) -> Objection | None:
    """Why the unit may not go for any of `own_lines`; None when it may.

    `shipment` is the one that it is picked for, and `site`, its id and name, where that leaves from. Not asked: whether it has expired.
    """
    return (
        _not_there(unit)
        or _not_free(unit)
        or _promised(unit, own_lines)
        or _in_shipment(unit, shipment)
        or (_elsewhere(unit, site) if site else None)
    )


def _not_there(unit: Standing) -> Objection | None:
    if unit.withdrawn:
        return Objection("not-in-stock", "its number was withdrawn")
    if unit.status == Status.RECEIVED:
        return None
    where = {
        Status.PLANNED: f", expected on {unit.source}" if unit.source else "",
        Status.SHIPPED: f", at {unit.customer}" if unit.customer else "",
        Status.CONSUMED: f", in {unit.product}" if unit.product else "",
    }.get(unit.status, "")
    return Objection("not-in-stock", f"not in stock: {unit.status.label}{where}")


def _not_free(unit: Standing) -> Objection | None:
    if unit.hold:
        return Objection("on-hold", f"on hold ({unit.hold})")
    if unit.transfer_id is not None:
        return Objection("in-transit", "in transit between sites")
    if unit.work_id is not None:
        return Objection("in-work", "in repair or rework")
    return Objection("held-part", "a part inside it is on hold") if unit.holds_held else None


def _promised(unit: Standing, own_lines: Collection[int]) -> Objection | None:
    if unit.reserved_line is None or unit.reserved_line in own_lines or unit.order_id is None:
        return None
    buyer = f", {unit.buyer}" if unit.buyer else ""
    return Objection(
        "reserved",
        f"reserved for {unit.order}{buyer}",
        Cause(NOUNS.get(unit.order_kind or "", "documents"), unit.order_id, str(unit.order)),
    )


def _in_shipment(unit: Standing, shipment: int | None) -> Objection | None:
    if unit.shipment_id is None:
        return None
    if unit.shipment_id == shipment:
        return Objection("in-this-shipment", "in this shipment already")
    return Objection("in-shipment", f"in shipment {unit.shipment}", Cause("shipments", unit.shipment_id, str(unit.shipment)))


def _elsewhere(unit: Standing, site: Mapping[int, str]) -> Objection | None:
    if unit.site_id in site:
        return None
    return Objection("other-site", f"at {unit.site} · {unit.place}; this shipment leaves from {next(iter(site.values()))}")


def is_expired(unit: Standing) -> bool:
    """Whether its lot is no longer used. While Expiry dates is off, nothing expires."""
    return unit.expires_on is not None and functions.is_on(functions.EXPIRY_DATES) and unit.expires_on < timezone.localdate()


def refuse_units(rule: str, offenders: Sequence[Offender], causes: Iterable[Cause | None], *, asked: int, what: str) -> None:
    """Refuse with every unit that may not, and with what they are reserved for or lie in. `what` is like “reserved”."""
    if not offenders:
        return
    first, count = offenders[0], len(offenders)
    named = {(cause.noun, cause.id): cause for cause in causes if cause is not None}
    others = "go on with the others" if count < asked else "choose others"
    raise Conflict(
        rule,
        f"{first.text}: {first.why}." if count == 1 else f"{count:,} of these units cannot be {what}; {first.text}: {first.why}.",
        fields={"units": f"{count:,} cannot be {what}."},
        offenders=offenders,
        causes=list(named.values())[:20],
        way_out=f"Take {'it' if count == 1 else 'them'} out and {others}.",
        extra={"possible_count": asked - count},
    )
