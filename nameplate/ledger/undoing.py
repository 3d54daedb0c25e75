"""Undo: an entry's own fields go back to what they were, as a new entry, unless something later hangs on them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

import orjson
from django.db import IntegrityError
from django.utils import timezone

from nameplate.ledger import bulk, components, switched, units
from nameplate.ledger.collisions import explain
from nameplate.ledger.goods_back import goods_back, goods_of_units, told_apart
from nameplate.ledger.kinds import BESIDE, Kind
from nameplate.ledger.lots_back import cause_of, lots_back
from nameplate.ledger.moves import Goods
from nameplate.ledger.posting import write, write_entry
from nameplate.ledger.refitting import Products, products_of, refit
from nameplate.ledger.restoring import restore
from nameplate.ledger.stepping import Act
from nameplate.ledger.transacting import Collision, transacting
from nameplate.ledger.untouched import stays_simple, untouched, write_back
from nameplate.models import Entry, Movement, Request, Serial, User
from nameplate.refusals import Cause, Conflict, Invalid, Offender


def undo(
    *,
    actor: User,
    entry: Entry,
    unit_ids: Collection[int] | None = None,
    along: Sequence[Goods] = (),
    alone: Callable[[Entry, Collection[int]], Collection[int]] = lambda _, units: units,
    reason: str = "",
    request: Request | None = None,
) -> Entry:
    """Undo `entry`, wholly or for chosen units, as an entry of its own.

    With chosen units, goods without numbers go back that went into these units or came out of them, and what is named to go `along`; all
    other goods stay until the whole is undone.
    Refused: a reversal; what is undone already; while a later entry, itself not undone, changed the same field of a unit, a lot, or
    used up stock that it added. The refusal names every such unit with the entry in the way; `extra["possible"]` lists the units that can.
    Of those in whose way nothing is they are what `alone` leaves: it says for which the entry can be undone with none but them.
    Units that the entry brought into being are withdrawn; units planned before become Planned again.
    """
    with transacting():
        # Two reversals of one entry follow each other: the second sees which units the first took.
        Entry.objects.select_for_update(no_key=True).filter(pk=entry.pk).values_list("pk").get()
        _refuse_reversal(entry)
        if entry.units:
            switched.refuse_units()
        if unit_ids is None and (simply := _simply(actor, entry, reason, request)) is not None:
            return simply
        remaining = remaining_units(entry)
        chosen = sorted(remaining if unit_ids is None else set(unit_ids))
        _refuse_strangers(entry, chosen, remaining)
        all_goods = goods_back(entry)
        goods = all_goods if unit_ids is None else [*goods_of_units(all_goods, set(chosen)), *along]
        whole = len(chosen) == len(remaining) and set(goods) == set(all_goods)
        products = products_of(entry, chosen, goods)
        work = Act(known=units.fetch({*chosen, *products.ids}))
        number = entry.pk
        if any(unit.last_entry_id != number for unit in work.known.values()) and (blocked := blockers(entry, chosen, products)):
            raise _blocked(entry, blocked, chosen, lambda units: alone(entry, units))
        lot_changes = lots_back(entry, work, goods) if whole else []
        restore(entry, work, {*chosen, *products.refitted}, lot_changes)
        refit(work, products.ids)
        reversal = _reversal(actor, entry, reason, request, partial=not whole, count=len(work.movements_of))
        try:
            write(reversal, work, goods=goods, lot_changes=lot_changes)
        except Collision as collision:
            raise told_apart(collision, entry, goods) from collision
        components.take_back_goods_edges(reversal, entry, goods)
        return reversal


def _simply(actor: User, entry: Entry, reason: str, request: Request | None) -> Entry | None:
    """Undo an entry whose units nobody touched since; None, with nothing written, where that is not the case."""
    work = untouched(entry)
    if work is None:
        return None
    goods = goods_back(entry)
    lot_changes = lots_back(entry, work, goods)
    if not stays_simple(work, lot_changes):
        return None
    reversal = _reversal(actor, entry, reason, request, partial=False, count=sum(unit.count for unit in work.known.values()))
    try:
        write_back(reversal, entry, work, goods=goods, lot_changes=lot_changes)
    except IntegrityError as error:
        raise told_apart(Collision(explain(error, work, goods)), entry, goods) from error
    components.take_back_goods_edges(reversal, entry, goods)
    return reversal


def _reversal(actor: User, entry: Entry, reason: str, request: Request | None, *, partial: bool, count: int) -> Entry:
    now = timezone.now()
    return write_entry(
        actor=actor,
        act="undone",
        document=entry.document,
        happened_at=now,
        recorded_at=now,
        reason=reason,
        request=request,
        reverses=entry,
        partial=partial,
        units=count,
    )


def _refuse_reversal(entry: Entry) -> None:
    if entry.reverses_id is not None:
        raise Conflict("reversal", "This entry is itself an undo; do the act again instead.", causes=[cause_of(entry)])
    done = Entry.objects.filter(reverses=entry, partial=False).first()
    if done is not None:
        raise Conflict("undone-already", "This entry is undone already.", causes=[cause_of(done)], way_out="Nothing is left to do.")


def remaining_units(entry: Entry) -> set[int]:
    """The entry's units for which it is not undone yet. Products that it only refitted are not among them: they follow their components."""
    rows = bulk.query(
        "SELECT serial_id FROM nameplate_movement WHERE entry_id = %s AND kind <> %s EXCEPT SELECT r.serial_id FROM nameplate_movement r "
        "JOIN nameplate_entry e ON e.id = r.entry_id WHERE e.reverses_id = %s AND r.kind = %s",
        [entry.pk, int(Kind.REFITTED), entry.pk, int(Kind.UNDONE)],
    )
    return {row[0] for row in rows}


def moved_along(entry: Entry) -> set[int]:
    """Numbers still expected that went to another lot, or were withdrawn, beside the units that the entry was made for."""
    kinds = ", ".join(str(int(kind)) for kind in sorted(BESIDE))
    done: dict[bool, set[int]] = {True: set(), False: set()}
    for unit, beside in bulk.query(
        f"SELECT DISTINCT serial_id, kind IN ({kinds}) FROM nameplate_movement WHERE entry_id = %s",
        [entry.pk],
    ):
        done[bool(beside)].add(unit)
    return done[True] - done[False] if done[False] else set()


def how_many(stuck: Collection[int], own: int, along: Collection[int]) -> str:
    """Whom something stands in the way of, of `own` units, and of the numbers that went `along` without coming: “2 of 3 units”."""
    beside = len(set(stuck) & set(along))
    units = len(stuck) - beside
    words = [f"{units:,} of {own:,} unit{'' if own == 1 else 's'}"] if units else []
    return " and ".join([*words, *([f"{beside:,} announced number{'' if beside == 1 else 's'} that did not come"] if beside else [])])


def _refuse_strangers(entry: Entry, chosen: Sequence[int], remaining: set[int]) -> None:
    strangers = [unit for unit in chosen if unit not in remaining]
    if strangers:
        numbers = dict(Serial.objects.filter(pk__in=strangers).values_list("pk", "number"))
        undone = set(Movement.objects.filter(entry=entry, serial_id__in=strangers).values_list("serial_id", flat=True))
        why = {True: "undone already", False: "not in this entry"}
        offenders = [Offender(numbers.get(unit, str(unit)), why[unit in undone], unit) for unit in strangers]
        by = Entry.objects.filter(reverses=entry, movements__serial_id__in=strangers).distinct().select_related("document")[:20]
        causes, fields = [cause_of(reversal) for reversal in by], {"units": "Leave out the units that are named."}
        if len(undone) == len(strangers):
            sentence = f"{len(strangers):,} of these units {'is' if len(strangers) == 1 else 'are'} undone already."
            raise Conflict("undone-already", sentence, fields, offenders, causes, "Leave them out; for them nothing is left to do.")
        sentence = f"{len(strangers):,} of these units are not in this entry, or are undone already."
        raise Invalid("not-in-entry", sentence, fields, offenders, causes)
    if not chosen and remaining:
        raise Invalid("no-units", "No unit is chosen.", fields={"units": "Choose at least one unit."})


def blockers(entry: Entry, chosen: Collection[int], products: Products | None = None) -> list[Offender]:
    """The units for which a later entry stands in the way, with the first such entry: of their own or of their product."""
    products = products_of(entry, chosen, goods_back(entry)) if products is None else products
    rows = bulk.query(
        "SELECT m.serial_id, s.number, m.entry_id, d.number, b.act, own.placed AND m.placed, own.edits, m.edits, m.kind "
        "FROM nameplate_movement own "
        "JOIN nameplate_movement m ON m.serial_id = own.serial_id AND m.seq > own.seq AND m.entry_id <> own.entry_id "
        "JOIN nameplate_entry b ON b.id = m.entry_id AND b.reverses_id IS NULL "
        "JOIN nameplate_serial s ON s.id = own.serial_id LEFT JOIN nameplate_document d ON d.id = b.document_id "
        "WHERE own.entry_id = %s AND ((own.placed AND m.placed) OR (own.edits IS NOT NULL AND m.edits IS NOT NULL)) "
        "AND NOT EXISTS (SELECT 1 FROM nameplate_entry r JOIN nameplate_movement rm ON rm.entry_id = r.id "
        # Of what went into a product by an act, a part may be undone: the rest of it still stands.
        f"WHERE r.reverses_id = m.entry_id AND rm.serial_id = m.serial_id AND (m.kind <> {Kind.REFITTED.value} OR NOT r.partial)) "
        "ORDER BY m.serial_id, m.seq",
        [entry.pk],
    )
    wanted = {*chosen, *products.ids}
    found: dict[int, Offender] = {}
    for unit, number, later, document, act, placed, own, other, kind in rows:
        if unit in wanted and unit not in found and (placed or _overlap(own, other)):
            why = f"{_befell(act, kind)}{f' ({document})' if document else ''}"
            found[unit] = Offender(number, why, unit, None, later, document or "")
    return products.pass_on(found, chosen)


def _befell(act: str, kind: int) -> str:
    """What a later act did to a unit: a receipt gives the announced numbers that did not come another lot, or withdraws them."""
    if kind == Kind.PLANNED and act != "planned":
        return f"moved to another lot later, when others were {act}"
    return f"withdrawn later, when others were {act}" if kind == Kind.WITHDRAWN and act in {"received", "built"} else f"{act} later"


def _overlap(own: Any, other: Any) -> bool:
    first, second = (orjson.loads(v) if isinstance(v, str) else (v or {}) for v in (own, other))
    return bool(first.keys() & second.keys())


def _blocked(
    entry: Entry, offenders: list[Offender], chosen: Sequence[int], alone: Callable[[Collection[int]], Collection[int]]
) -> Conflict:
    stuck = {offender.unit_id or 0 for offender in offenders}
    along = moved_along(entry)
    own = len(set(chosen) - along)
    possible = sorted(alone([unit for unit in chosen if unit not in stuck and unit not in along]))
    causes = {
        offender.entry_id: Cause("entries", offender.entry_id, offender.why) for offender in offenders if offender.entry_id is not None
    }
    first = offenders[0]
    others = "unit" if len(possible) == 1 else f"{len(possible):,} units"
    return Conflict(
        "later-entries",
        f"{how_many(stuck, own, along)} {'was' if len(stuck) == 1 else 'were'} changed by later entries."
        if chosen
        else f"{first.text} was {first.why}.",
        offenders=offenders,
        causes=list(causes.values()),
        way_out=f"Undo the later entries first, or undo it for the other {others}." if possible else "Undo the later entries first.",
        extra={"possible": possible},
    )
