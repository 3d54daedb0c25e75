"""Components replaced in one step: the old one comes out with what becomes of it, the new one goes in at its place; goods likewise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from nameplate import access, ledger
from nameplate.ledger import Group, Kind, Step, bulk
from nameplate.models import Document, Entry, Reason, Request, Status, User
from nameplate.operations.assembling.bills import bills_of
from nameplate.operations.assembling.fates import Leaving, Outcome, Why, why
from nameplate.operations.assembling.fitting import refuse_off_bill, refuse_twice
from nameplate.operations.assembling.goods_swaps import GoodsExchange, GoodsSwap, exchange_of
from nameplate.operations.assembling.reworking import ENDED
from nameplate.operations.assembling.sites import refuse_parts_elsewhere
from nameplate.operations.assembling.standing import Standing, standing
from nameplate.operations.choosing import MOST_UNITS
from nameplate.operations.receiving.receipts import day_sent_as, moment_of
from nameplate.refusals import Conflict, Invalid, Offender, TooLarge

ACT = "replaced"
_HALVES = (
    "SELECT m.serial_id, s.number, m.kind, COALESCE(m.parent_id, b.parent_id), CASE WHEN m.parent_id IS NULL THEN b.place ELSE m.place END "
    "FROM nameplate_movement m JOIN nameplate_serial s ON s.id = m.serial_id "
    "LEFT JOIN nameplate_movement b ON b.serial_id = m.serial_id AND b.seq = m.seq - 1 "
    "WHERE m.entry_id = %s AND m.kind IN (%s, %s) ORDER BY m.serial_id"
)


@dataclass(frozen=True, slots=True)
class Swap:
    """An old component and the new one that takes its place."""

    old_id: int
    new_id: int


@dataclass(frozen=True, slots=True)
class Replacing:
    """What is replaced, and what becomes of what comes out."""

    swaps: Sequence[Swap]
    outcome: Outcome
    reason: str = ""
    write_off_reason: Reason | int | None = None
    anyway: bool = False
    """A new one may be of an item that does not belong there."""


@day_sent_as("happened_on")
def replace_components(
    *,
    actor: User,
    swaps: Sequence[Swap] = (),
    outcome: Outcome,
    goods: Sequence[GoodsSwap] = (),
    reason: str = "",
    write_off_reason: Reason | int | None = None,
    anyway: bool = False,
    happened_on: date | None = None,
    note: str = "",
    request: Request | None = None,
) -> Entry:
    """Take the old components out and put the new ones where they were, as one act.

    In the field too: a product at a customer needs a reason; its old component is Returned, Rejected or Written off, the new one comes
    from stock or was shipped to the same customer. Refused, each named: an old one that is in no known product; a new one that is not in
    stock, available and of an item that belongs there (`anyway` lets it be another); a unit given twice; what the ledger refuses.

    `goods` are replaced in the same act, each with an outcome of its own; refused as `exchange_of` says, and out of a product that is not
    in stock.
    """
    access.require(actor, "stock", "edit")
    if not swaps and not goods:
        raise Invalid("no-units", "No component is chosen.", fields={"old": "Choose the component that comes out."})
    with ledger.transacting():
        asked = Replacing(swaps, outcome, reason, write_off_reason, anyway)
        loose = exchange_of(goods, reason=reason, anyway=anyway)
        groups, told = exchanged(actor=actor, asked=asked, happened_on=happened_on, note=note, goods=loose)
        return ledger.post(
            actor=actor,
            act=ACT,
            groups=groups,
            goods=loose.changes(),
            document=told.paper,
            happened_at=moment_of(happened_on, field="happened_on"),
            reason=told.reason,
            note=note.strip(),
            request=request,
        )


def exchanged(
    *,
    actor: User,
    asked: Replacing,
    happened_on: date | None = None,
    note: str = "",
    paper: Document | None = None,
    of: Collection[int] = (),
    goods: GoodsExchange | None = None,
) -> tuple[list[Group], Why]:
    """The replacement as the ledger takes it within an act, and why; under `paper` where it is given. Refused as `replace_components` says.

    `of` are the outermost products that it is about, where not any is meant; a component of another is refused. `goods` are replaced in the
    same act: the reason and the paper are theirs too.
    """
    if len(asked.swaps) > MOST_UNITS:
        raise TooLarge("too-many", f"At most {MOST_UNITS:,} components in one act.", way_out="Do it in parts.")
    units = standing([unit for swap in asked.swaps for unit in (swap.old_id, swap.new_id)])
    old, new = [units[swap.old_id] for swap in asked.swaps], [units[swap.new_id] for swap in asked.swaps]
    refuse_twice([*old, *new], field="new")
    _refuse_outside(old, of)
    refuse_parts_elsewhere(zip(new, old, strict=True), field="new")
    _refuse_unexplained(old, asked.reason)
    if not asked.anyway:
        _refuse_strange(old, new)
    leaving = Leaving()
    for unit in old:
        leaving.add(unit, asked.outcome)
    write_off = asked.write_off_reason
    around, fates = (goods.products, goods.leaving.fates) if goods is not None else ([], set())
    told = why(
        actor=actor,
        units=[*old, *around],
        fates=leaving.fates | fates,
        reason=asked.reason,
        write_off=write_off,
        note=note,
        paper=paper,
    )
    into: dict[str, list[Any]] = {"parent_id": [unit.parent_id for unit in old], "place": [unit.place for unit in old]}
    going_in = Group([Step(Kind.CONSUMED, each=into)], units=[unit.id for unit in new])
    return [*leaving.groups(happened_on or timezone.localdate()), *([going_in] if new else [])], told


def refuse_half(entry: Entry, unit_ids: Collection[int]) -> None:
    """Refuse to undo one half of a replacement: two would be at one place, or none."""
    if offenders := _halves(_exchanges(entry), set(unit_ids)):
        sentence = "A replacement is undone for the old and the new component together."
        raise Conflict("half-a-replacement", sentence, fields={"units": sentence}, offenders=offenders, way_out="Choose both.")


def without_halves(entry: Entry, unit_ids: Collection[int]) -> set[int]:
    """Those of the units for which it can be undone with none but them: no half of a replacement whose other half is not among them."""
    chosen, rows = set(unit_ids), _exchanges(entry)
    while halves := {offender.unit_id for offender in _halves(rows, chosen)}:
        chosen -= halves
    return chosen


def _exchanges(entry: Entry) -> list[tuple[Any, ...]]:
    return bulk.query(_HALVES, [entry.pk, int(Kind.REMOVED), int(Kind.CONSUMED)]) if entry.act in (ACT, ENDED) else []


def _halves(rows: Sequence[tuple[Any, ...]], chosen: Collection[int]) -> list[Offender]:
    balance: Counter[tuple[int, str]] = Counter()
    halves: dict[tuple[int, str], list[Offender]] = {}
    for unit, number, kind, parent, place in rows:
        if unit in chosen:
            balance[parent, place] += 1 if kind == Kind.CONSUMED else -1
            halves.setdefault((parent, place), []).append(Offender(number, "its other half is not chosen", unit))
    return [offender for spot, count in balance.items() if count for offender in halves[spot]]


def _refuse_outside(old: Sequence[Standing], of: Collection[int]) -> None:
    offenders = [
        Offender(
            unit.number,
            "its order did not say which unit it is in" if unit.unit_unknown else "it is built into nothing",
            unit.id,
            line,
        )
        for line, unit in enumerate(old, 1)
        if unit.parent_id is None
    ]
    offenders += [
        Offender(unit.number, f"it is in {unit.root}", unit.id, line)
        for line, unit in enumerate(old, 1)
        if of and unit.parent_id is not None and unit.root_id not in of
    ]
    if offenders:
        unknown = any(unit.unit_unknown for unit in old)
        raise Conflict(
            "not-inside",
            f"{offenders[0].text}: {offenders[0].why}." if len(offenders) == 1 else f"{len(offenders):,} are in no product that is meant.",
            fields={"old": "Choose a component that is inside a product."},
            offenders=offenders,
            way_out="Say first which unit it is in." if unknown else "",
        )


def _refuse_unexplained(old: Sequence[Standing], reason: str) -> None:
    """At a customer's nothing is changed without a word why. What is written off has the company's reason, which is not that word."""
    away = [unit for unit in old if unit.root_status == Status.SHIPPED]
    if away and not reason.strip():
        raise Invalid("reason-needed", f"{away[0].root} is at its customer: say why it is changed there.", fields={"reason": "Say why."})


def _refuse_strange(old: Sequence[Standing], new: Sequence[Standing]) -> None:
    """A new component of the old one's item belongs there; another one must stand on the product's bill."""
    pairs = [(line, out, into) for line, (out, into) in enumerate(zip(old, new, strict=True), 1) if out.item_id != into.item_id]
    bills = bills_of({out.parent_item_id for _, out, _ in pairs if out.parent_item_id is not None})
    refuse_off_bill(
        [
            Offender(into.number, f"{against} (it is {into.item})", into.id, line)
            for line, out, into in pairs
            if (against := bills.against(out.parent_item_id or 0, into.item_id, out.place))
        ]
    )
