"""The one writer. `post` does the same for one unit and for fifty thousand, with a constant number of statements.

Order of locks, always: the act's lots, the products around its components, units in key order (by their next seq), stock in key order.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import chain
from operator import itemgetter
from typing import Any

from django.db import IntegrityError, connection
from django.utils import timezone

from nameplate import access
from nameplate.ledger import bulk, components, custom_values, lots, newcomers, projecting, stocking, switched, units
from nameplate.ledger.collisions import explain
from nameplate.ledger.insides import any_astray, refuse_inside_nothing
from nameplate.ledger.judging import check_reason_and_document
from nameplate.ledger.kinds import BESIDE
from nameplate.ledger.lot_rules import resolve_lots
from nameplate.ledger.lots_back import cause_of
from nameplate.ledger.moves import Goods, Group, LotChange
from nameplate.ledger.refitting import refitted_products
from nameplate.ledger.state import PARENT, Unit
from nameplate.ledger.stepping import Act
from nameplate.ledger.surroundings import gather
from nameplate.ledger.taking_steps import take_steps
from nameplate.ledger.transacting import Collision, transacting
from nameplate.models import Document, Entry, Request, User
from nameplate.models.custom_fields import FieldNoun
from nameplate.refusals import Conflict, Invalid, Offender

LONGEST_PROSE = 10_000
"""Characters of an entry's reason or note."""


def post(
    *,
    actor: User,
    act: str,
    groups: Sequence[Group] = (),
    goods: Sequence[Goods] = (),
    lot_changes: Sequence[LotChange] = (),
    known: Mapping[int, Unit] | None = None,
    document: Document | None = None,
    happened_at: datetime | None = None,
    reason: str = "",
    note: str = "",
    request: Request | None = None,
) -> Entry:
    """Append one entry and bring everything it concerns up to date, all or nothing.

    `happened_at` (aware; the server's now when None) may not be in the future nor before the last entry of any unit; earlier than today
    needs the right to backdate. `known` are units that the caller has read from the ledger in this transaction. Refused (nothing is
    written): a step that the transition table does not have for how a unit stands, with every such unit named; a lot that does not fit a
    unit's status; stock below zero; a number that the item has already; units, lots or stock that somebody else changed meanwhile.
    """
    with transacting():
        now, happened = moment(actor, happened_at)
        switched.refuse_expiry(lot_changes)
        check_reason_and_document([step for group in groups for step in group.steps], reason, document.pk if document else None)
        work = Act(known=_known(groups, known or {}))
        groups, opened = resolve_lots(work, groups)
        context = gather(work, groups, reason=reason, document=document)
        take_steps(work, groups, context, happened_on=timezone.localdate(happened).isoformat())
        refitted_products(work, context, goods)
        work.astray = any_astray(work, context)
        bystanders = _bystanders(groups)
        if happened_at is not None:
            refuse_earlier_than_last(work, happened, bystanders=bystanders)
        entry = write_entry(
            actor=actor,
            act=act,
            document=document,
            happened_at=happened,
            recorded_at=now,
            reason=reason,
            note=note,
            request=request,
            units=_count(work, groups, bystanders),
        )
        write(entry, work, goods=goods, lot_changes=[*lot_changes, *opened])
        return entry


def _known(groups: Sequence[Group], read: Mapping[int, Unit]) -> dict[int, Unit]:
    """The units of the act, in key order."""
    wanted = {unit for group in groups for unit in group.units}
    if not wanted & read.keys():
        return units.fetch(wanted)
    found = {**read, **units.fetch(wanted - read.keys())}
    return {unit: found[unit] for unit in sorted(wanted)}


def moment(actor: User, happened_at: datetime | None) -> tuple[datetime, datetime]:
    """(recorded at, happened at). Refused: the future; a day before today (the company's time zone) without the right to backdate."""
    now = timezone.now()
    if happened_at is None:
        return now, now
    if happened_at > now + timedelta(seconds=1):
        raise Invalid("in-the-future", "What has not happened yet cannot be recorded.", fields={"happened_at": "This is in the future."})
    if timezone.localdate(happened_at) < timezone.localdate(now):
        access.require(actor, "stock", "backdate")
    return now, min(happened_at, now)


def _bystanders(groups: Sequence[Group]) -> set[int]:
    """Units to which nothing happens: numbers still expected move to another lot, or are withdrawn, beside what came."""
    return {unit for group in groups if _is_beside(group) for unit in group.units}


def _is_beside(group: Group) -> bool:
    return {step.kind for step in group.steps} <= BESIDE


def _count(work: Act, groups: Sequence[Group], bystanders: set[int]) -> int:
    """How many units the act is done to: all that it moves, bystanders left out where there are others."""
    expected = sum(len(group.new.numbers) for group in groups if group.new is not None and _is_beside(group))
    return len(work.movements_of) - expected - len(work.movements_of.keys() & bystanders) or len(work.movements_of)


def refuse_earlier_than_last(work: Act, happened: datetime, *, bystanders: Collection[int]) -> None:
    """Refuse an act that is said to have happened before the last thing that happened to one of its units.

    Only what somebody says is judged: the server's own clock may have been set back, and order is by sequence.
    """
    concerned = [unit for unit in work.known.values() if unit.id not in bystanders]
    last = {unit.last_entry_id for unit in concerned}
    rows = bulk.query(
        f"SELECT id FROM nameplate_entry WHERE id IN {bulk.id_set()} AND happened_at > %s",
        [bulk.ids(last), connection.ops.adapt_datetimefield_value(happened)],
    )
    later = Entry.objects.select_related("document").in_bulk([row[0] for row in rows])
    if not later:
        return
    offenders = []
    for unit in concerned:
        if (last_one := later.get(unit.last_entry_id)) is not None:
            paper = last_one.document.number if last_one.document else ""
            why = f"{last_one.act} on {last_one.happened_at:%Y-%m-%d %H:%M} UTC{f' ({paper})' if paper else ''}"
            offenders.append(Offender(unit.number, why, unit.id, None, last_one.pk, paper))
    first, count = offenders[0], len(offenders)
    raise Conflict(
        "before-last-entry",
        f"{first.text} was {first.why}, which is later."
        if count == 1
        else f"{count:,} of these units had something done to them after that time; {first.text} was {first.why}.",
        fields={"happened_at": "Later than the last entry of each unit, please."},
        offenders=offenders,
        causes=[cause_of(one) for _, one in sorted(later.items())[:20]],
        way_out="Choose a later day, or undo what was done since first.",
    )


def write_entry(**columns: Any) -> Entry:
    """Insert the entry. Refused: a reason or note that no database can keep."""
    for name in ("reason", "note"):
        text = columns.get(name) or ""
        if "\x00" in text or (not text.isascii() and text != text.encode(errors="ignore").decode()):
            sentence = "Remove the character that cannot be shown."
            raise Invalid("refused-character", f"The {name} holds a character that no database keeps.", fields={name: sentence})
        if len(text) > LONGEST_PROSE:
            raise Invalid("too-long", f"The {name} is too long.", fields={name: f"At most {LONGEST_PROSE:,} characters."})
    return Entry.objects.create(**columns)


def write(entry: Entry, work: Act, *, goods: Sequence[Goods] = (), lot_changes: Sequence[LotChange] = ()) -> None:
    """Write what was decided: new rows, movements, rows brought up to date, components, lots, stock. Judges lots, nothing else."""
    refuse_inside_nothing(work)
    try:
        lot_rows = lots.fetch(work, lot_changes, goods)
        lots.judge(work, lot_rows, lot_changes)
        any_component = any(case.before[PARENT] is not None for case in work.cases) and units.hold_products(work.known.values())
        _insert_units(entry, work)
        # In key order, as everybody's are: whoever comes second waits for the first unit, holding none that the first still needs.
        work.movements.sort(key=itemgetter(0, 1))
        bulk.insert_sharing("nameplate_movement", units.MOVEMENT_COLUMNS, work.movements, entry.pk)
        edits = components.edits_of(work) if work.edited else components.Edits()
        changed = _update_units(entry, work, edits)
        components.write_edits(entry, edits)
        components.write_edges(entry, work, goods)
        if work.edges_changed:
            projecting.carry_components(entry.pk, astray=work.astray)
        elif work.astray and (work.any_built_in or projecting.FOLLOWING.intersection(changed)):
            projecting.follow_product(entry.pk, own=any_component or work.any_built_in or bool(work.newcomers))
        lots.write(entry, lot_rows, lot_changes)
        stocking.write(entry, work, goods)
    except IntegrityError as error:
        raise Collision(explain(error, work, goods)) from error


def _insert_units(entry: Entry, work: Act) -> None:
    if not work.newcomers:
        return
    rows = chain.from_iterable(
        newcomers.new_rows(
            batch.new, batch.ids, batch.states, batch.outermost, entry_id=entry.pk, version=batch.steps, earlier=work.earlier
        )
        for batch in work.newcomers
    )
    newcomers.insert_new(rows, work.stretches())
    given = {
        unit: values
        for batch in work.newcomers
        if batch.new.custom
        for unit, values in zip(batch.ids, batch.new.custom, strict=True)
        if values
    }
    if given:
        custom_values.insert_new(FieldNoun.SERIALS, given)


def _update_units(entry: Entry, work: Act, edits: components.Edits) -> list[str]:
    """Bring the units' rows up to date, what is noted of all of them as well; the columns of placements that were set."""
    if not work.known:
        return []
    by_steps: dict[int, list[int]] = {steps: [] for steps in set(map(work.movements_of.__getitem__, work.known))}
    for unit in work.known if len(by_steps) > 1 else ():
        by_steps[work.movements_of[unit]].append(unit)
    changed = projecting.columns_changed((case.before, case.state) for case in work.cases)
    built_in = work.edges_changed or work.any_built_in
    touched = projecting.bring_up_to_date(entry.pk, by_steps, changed, built_in=built_in, shared=edits.shared, own=edits.own)
    if touched != len(work.known):
        raise Conflict(
            "unit-changed",
            f"{len(work.known) - touched} of these units were changed by somebody else meanwhile.",
            way_out="Load the page again and look before you repeat it.",
        )
    return changed
