"""What the database knows of numbers that are to be received: new, announced, known already, another item's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from nameplate.ledger import bulk
from nameplate.models import Document, Status

Standing = Literal["good", "decide", "bad"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What stands against receiving a number, or that nothing does."""

    standing: Standing
    rule: str
    """new, lookalike, announced, known, another-maker, announced-elsewhere, other-item, was-withdrawn."""
    message: str
    unit_id: int | None = None
    """The unit that bears the number, to open or to take over."""


NEW = Verdict("good", "new", "new")

_HOLDERS = (
    "WITH given AS MATERIALIZED {keys} "
    "SELECT s.key, s.item_id, i.number, s.id, s.status, s.withdrawn, s.source_id, d.number, l.number, loc.name, site.name, "
    "root.number, s.hold, d.party_id, maker.name "
    "FROM (SELECT * FROM nameplate_serial WHERE NOT withdrawn AND key IN (SELECT * FROM given) UNION ALL "
    "SELECT * FROM nameplate_serial WHERE withdrawn AND key IN (SELECT * FROM given)) s JOIN nameplate_item i ON i.id = s.item_id "
    "LEFT JOIN nameplate_document d ON d.id = s.source_id LEFT JOIN nameplate_lot l ON l.id = s.lot_id "
    "LEFT JOIN nameplate_party maker ON maker.id = d.party_id LEFT JOIN nameplate_location loc ON loc.id = s.location_id "
    "LEFT JOIN nameplate_site site ON site.id = loc.site_id "
    "LEFT JOIN nameplate_serial root ON root.id = s.outermost_id AND root.id <> s.id "
    "ORDER BY s.withdrawn DESC, s.id"
)


OVER = "more-than-ordered"
"""The verdict on what comes beyond what was ordered: it waits for somebody to let it stand."""
Bearers = Mapping[str, Sequence[tuple[Any, ...]]]
"""By key, the units that bear or bore it."""


def bearers_of(keys: Sequence[str]) -> Bearers:
    """Whoever bears or bore these numbers, of whatever item. One statement."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    if keys:
        for row in bulk.query(_HOLDERS.format(keys=bulk.text_set()), [bulk.texts(keys)]):
            found.setdefault(row[0], []).append(row)
    return found


def verdicts_of(*, item_id: int, order: Document | None, keys: Sequence[str]) -> dict[str, Verdict]:
    """A verdict for every key that any unit bears or bore; a key without one is new. One statement. No order: received by hand."""
    return judged(bearers_of(keys), item_id=item_id, order=order, keys=keys)


def judged(bearers: Bearers, *, item_id: int, order: Document | None, keys: Iterable[str]) -> dict[str, Verdict]:
    """As `verdicts_of`, of bearers that were asked for already."""
    found: dict[str, Verdict] = {}
    for key in keys if bearers else ():
        for row in bearers.get(key, ()):
            verdict = _verdict_of(row, item_id, order)
            if verdict is not None and (key not in found or _WEIGHT[verdict.standing] >= _WEIGHT[found[key].standing]):
                found[key] = verdict
    return found


def _verdict_of(row: tuple[Any, ...], item_id: int, order: Document | None) -> Verdict | None:
    _, bearer_item, item_number, unit, status, withdrawn, source, document, lot, location, site, product, hold, maker, maker_name = row
    vendor = order.party if order is not None else None
    if bearer_item == item_id and not withdrawn and maker is not None and vendor is not None and maker != vendor.pk:
        return _of_another_maker(unit, maker_name, vendor.name)
    return _verdict(
        own=bearer_item == item_id,
        item=item_number,
        unit=unit,
        status=Status(status),
        withdrawn=bool(withdrawn),
        here=order is not None and source == order.pk,
        where=_where(Status(status), document, lot, f"{site} · {location}" if location else None, product),
        hold=hold,
    )


def beside_itself(item: str) -> Verdict:
    """On a number that stands in the same receipt on a line of another item already."""
    return Verdict("decide", "other-item", f"the same number stands in this receipt on {item}; keep it if this is another unit")


def _of_another_maker(unit: int, maker: str, vendor: str) -> Verdict:
    prefix = "".join(letter for letter in vendor if letter.isalnum())[:3].upper()
    message = f"known already from {maker}; if {vendor} uses the same number for another unit, put the maker’s prefix before it: {prefix}-…"
    return Verdict("bad", "another-maker", message, unit)


_WEIGHT = {"good": 0, "decide": 1, "bad": 2}


def _verdict(*, own: bool, item: str, unit: int, status: Status, withdrawn: bool, here: bool, where: str, hold: str) -> Verdict | None:
    if not own:
        message = f"the same number is known on {item} ({status.label.lower()}{where}); keep it if this is another unit"
        return None if withdrawn else Verdict("decide", "other-item", message, unit)
    if withdrawn:
        return Verdict("good", "was-withdrawn", "new; the number was withdrawn before and its earlier unit is linked", unit)
    if status == Status.PLANNED:
        if hold:
            return Verdict("bad", "on-hold", f"announced, but on hold ({hold})", unit)
        if here:
            return Verdict("good", "announced", "announced on this order (Planned)", unit)
        return Verdict("bad", "announced-elsewhere", f"announced elsewhere{where}", unit)
    return Verdict("bad", "known", f"known already: {status.label}{where}", unit)


def _where(status: Status, document: str | None, lot: str | None, location: str | None, product: str | None) -> str:
    if product:
        return f" in {product}"
    place = f" at {location}" if location else f" on {document}" if status == Status.PLANNED and document else ""
    return f"{place}, lot {lot}" if lot else place
