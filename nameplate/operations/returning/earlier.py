"""What was decided on a return before an act said otherwise: remembered with the act, and given back when that is undone."""

from __future__ import annotations

from collections.abc import Iterable

from nameplate.ledger import Kind, bulk
from nameplate.models import Document, EarlierOutcome, Entry, ReturnGoods

UNDONE = f"IN (SELECT m.serial_id FROM nameplate_movement m WHERE m.entry_id = %s AND m.kind = {int(Kind.UNDONE)})"
"""SQL: among the units that the reversal took back; a product that it only refitted stands as it did."""
_REMEMBER = (
    "INSERT INTO nameplate_earlieroutcome (entry_id, unit_id, serial_id, outcome, finding) "
    "SELECT %s, u.id, u.{undone_for}, u.outcome, u.finding FROM nameplate_returnunit u WHERE {which} ORDER BY u.id"
)
_REMEMBER_GOODS = (
    "INSERT INTO nameplate_earlieroutcome (entry_id, goods_id, outcome, finding) "
    "SELECT %s, g.id, g.outcome, g.finding FROM nameplate_returngoods g WHERE g.id IN {ids} ORDER BY g.id"
)
_LATER = "FROM nameplate_earlieroutcome l WHERE l.{row} = e.{row} AND l.id > e.id"
_HAND_ON = (
    "UPDATE nameplate_earlieroutcome SET outcome = e.outcome, finding = e.finding FROM nameplate_earlieroutcome e "
    f"WHERE {{undone}} AND nameplate_earlieroutcome.id = (SELECT min(l.id) {_LATER})"
)
"""Where another act said something since, its undo gives back what was before both."""
_GIVE_BACK = (
    "UPDATE {table} SET outcome = e.outcome, finding = e.finding FROM nameplate_earlieroutcome e "
    f"WHERE {{undone}} AND {{table}}.id = e.{{row}} AND NOT EXISTS (SELECT 1 {_LATER})"
)


def remember(entry: Entry, rows: Iterable[int], *, replaced: bool = False) -> None:
    """Keep what these rows of units say, before the entry says otherwise.

    `replaced` says that the entry moved what the customer got in their place.
    """
    sql = _REMEMBER.format(which=f"u.id IN {bulk.id_set()}", undone_for="replacement_id" if replaced else "serial_id")
    bulk.execute(sql, [entry.pk, bulk.ids(rows)])


def remember_units(entry: Entry, paper: Document, unit_ids: Iterable[int]) -> None:
    """The same of the rows that these units have on the return."""
    sql = _REMEMBER.format(which=f"u.paper_id = %s AND {bulk.among('u.serial_id')}", undone_for="serial_id")
    bulk.execute(sql, [entry.pk, paper.pk, bulk.ids(unit_ids)])


def remember_goods(entry: Entry, rows: Iterable[int]) -> None:
    """The same of goods."""
    bulk.execute(_REMEMBER_GOODS.format(ids=bulk.id_set()), [entry.pk, bulk.ids(rows)])


def forget(rows: Iterable[int]) -> None:
    """Somebody decided for these units by itself, or they are taken off: no undo changes that."""
    bulk.execute(f"DELETE FROM nameplate_earlieroutcome WHERE unit_id IN {bulk.id_set()}", [bulk.ids(rows)])


def forget_goods(rows: Iterable[int]) -> None:
    """The same of goods."""
    EarlierOutcome.objects.filter(goods__in=list(rows)).delete()


def give_back(entry: Entry, reversal: Entry) -> None:
    """What the undone entry said of units that the reversal took back, and of goods if all of it is undone, is as it was before."""
    for sql in (_HAND_ON, _GIVE_BACK):
        bulk.execute(
            sql.format(table="nameplate_returnunit", row="unit_id", undone=f"e.entry_id = %s AND e.serial_id {UNDONE}"),
            [entry.pk, reversal.pk],
        )
    bulk.execute(f"DELETE FROM nameplate_earlieroutcome WHERE entry_id = %s AND serial_id {UNDONE}", [entry.pk, reversal.pk])
    if reversal.partial or not ReturnGoods.objects.filter(pk__in=EarlierOutcome.objects.filter(entry=entry).values("goods")).exists():
        return
    for sql in (_HAND_ON, _GIVE_BACK):
        bulk.execute(sql.format(table="nameplate_returngoods", row="goods_id", undone="e.entry_id = %s"), [entry.pk])
    EarlierOutcome.objects.filter(entry=entry, goods__isnull=False).delete()
