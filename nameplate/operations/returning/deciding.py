"""What becomes of what came back: decided, restocked in one click, rejected, or credited without its coming back at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nameplate import access, ledger
from nameplate.ledger import Group, Kind, Step, bulk
from nameplate.ledger.state import Unit
from nameplate.ledger.transacting import transacting
from nameplate.models import Document, Entry, Request, ReturnGoods, ReturnOutcome, User
from nameplate.operations.cataloguing.changes import log_changes
from nameplate.operations.choosing import chosen_once
from nameplate.operations.coming_back import NOUN, UnitOnReturn, is_done, settle_returns
from nameplate.operations.returned_goods import REJECTED, RESTOCKED
from nameplate.operations.returning.earlier import remember_units
from nameplate.operations.returning.papers import begin
from nameplate.operations.returning.parts import GoodsPart, goods_chosen, note_goods, refuse_goods, rejected, restocked
from nameplate.operations.returning.units import note_outcomes, refuse_not_here, refuse_rows, rows_chosen, rows_here
from nameplate.refusals import Conflict, Invalid

Got = ReturnOutcome
KEPT = frozenset({Got.RECEIPT_AND_CREDIT.value, Got.REPAIR.value, Got.REPLACEMENT.value})
"""The outcomes after which a unit that came back stays with us."""
OF_GOODS = (Got.CREDIT, Got.RECEIPT_AND_CREDIT)
"""What a customer can get for goods without serial numbers."""


@transacting()
def decide(
    *,
    actor: User,
    paper: Document | int,
    unit_ids: Sequence[int] = (),
    goods: Sequence[int] = (),
    outcome: str,
    finding: str = "",
    coming: bool | None = None,
) -> Document:
    """What the customer gets for these units and goods, and what was found when they were looked at. Nothing moves by it.

    `coming` false says that they stay with the customer; a credit means that they do, unless they came already. Refused: one for which
    nothing is left to do; a credit without receipt for one that came; goods for which anything but a credit is said.
    """
    access.require(actor, "stock", "edit")
    found = begin(paper, "A return")
    if outcome not in Got.values:
        sentence = "It is one of " + ", ".join(str(label) for label in Got.labels) + "."
        raise Invalid("no-such-outcome", "Say what the customer gets.", fields={"outcome": sentence})
    rows = rows_chosen(found, chosen_once(unit_ids, none_is_fine=bool(goods)))
    came = [row for row in rows if row.received_by_id is not None]
    refuse_rows(found, [row for row in came if row.outcome and is_done(row)], "nothing is left to do for it", "Undo what was done first.")
    if outcome == Got.CREDIT:
        refuse_rows(found, came, "it came back", "Choose “Receipt and credit” instead.")
    if coming is False:
        refuse_rows(found, came, "it came back", "Undo its receipt first.")
    stays = outcome == Got.CREDIT if coming is None else not coming
    told = [f"{len(rows):,} unit{'' if len(rows) == 1 else 's'}"] if rows else []
    if goods:
        told.append(_decide_goods(found, goods, Got(outcome), finding, stays=stays))
    note_outcomes(rows, [Got(outcome)] * len(rows), finding, entry=None)
    waiting = bulk.ids(row.id for row in rows if row.received_by_id is None)
    bulk.execute(f"UPDATE nameplate_returnunit SET coming = %s WHERE id IN {bulk.id_set()}", [not stays, waiting])
    changes = [("outcome", "", f"{Got(outcome).label}: {' and '.join(told)}")]
    log_changes(actor=actor, noun=NOUN, subject=found.pk, changes=changes)
    settle_returns(actor=actor, papers=[found.pk])
    found.refresh_from_db()
    return found


def _decide_goods(paper: Document, ids: Sequence[int], outcome: ReturnOutcome, finding: str, *, stays: bool) -> str:
    found = goods_chosen(paper, ids)
    if outcome not in OF_GOODS:
        sentence = "Goods without serial numbers are credited: Credit, or Receipt and credit."
        raise Conflict("goods-outcome", sentence, fields={"outcome": sentence}, way_out="Ship others in their place with a customer order.")
    came = [one for one in found if one.row.received_by_id is not None]
    refuse_goods(paper, [one for one in came if one.done], "nothing is left to do for them", "Undo what was done first.")
    refuse_goods(paper, came if stays else [], "they came back", "Choose “Receipt and credit” instead.")
    note_goods(found, outcome, finding, entry=None)
    ReturnGoods.objects.filter(pk__in=[one.row.pk for one in found], received_by=None).update(coming=not stays)
    return f"{len(found):,} of the goods"


def restock(
    *,
    actor: User,
    paper: Document | int,
    unit_ids: Sequence[int] = (),
    goods: Sequence[GoodsPart] = (),
    known: Mapping[int, Unit] | None = None,
    finding: str = "",
    note: str = "",
    request: Request | None = None,
) -> Entry:
    """What is good: in stock again, in the lot that it was in before. A credit follows unless another outcome was decided.

    Of goods all that lies here, or as much as is said. `known` are units that the caller has read from the ledger in this transaction.
    Refused, each named: what has not come, or is not here any more.
    """
    access.require(actor, "stock", "edit")
    with ledger.transacting():
        found = begin(paper, "Restocking")
        chosen = chosen_once(unit_ids, none_is_fine=bool(goods))
        refuse_not_here(found, chosen)
        parts, work = restocked(found, goods)
        groups = [Group([Step(Kind.RESTOCKED)], units=chosen)]
        entry = ledger.post(
            actor=actor,
            act=RESTOCKED,
            document=found,
            groups=groups if chosen else [],
            known=known,
            goods=work.goods,
            lot_changes=work.lot_changes,
            note=note.strip(),
            request=request,
        )
        note_kept(found, chosen, finding, entry)
        note_goods(parts, Got.RECEIPT_AND_CREDIT, finding, entry=entry)
        settle_returns(actor=actor, papers=[found.pk])
        return entry


def reject(
    *,
    actor: User,
    paper: Document | int,
    unit_ids: Sequence[int] = (),
    goods: Sequence[GoodsPart] = (),
    reason: str,
    ship_back: bool = False,
    note: str = "",
    request: Request | None = None,
) -> Entry:
    """What failed: into a lot of its own, status Rejected. `ship_back` says that the customer gets the units back as they are.

    Refused: no reason; each that does not lie here, or is not Returned; goods that shall be shipped back.
    """
    access.require(actor, "stock", "edit")
    if not reason.strip():
        raise Invalid("reason-needed", "A rejection needs a reason.", fields={"reason": "Say what is wrong with them."})
    if ship_back and goods:
        sentence = "Only units with serial numbers are shipped back."
        raise Conflict("goods-outcome", sentence, fields={"ship_back": sentence}, way_out="Reject the goods by themselves.")
    with ledger.transacting():
        found = begin(paper, "Rejecting what came back")
        rows = rows_here(found, chosen_once(unit_ids, none_is_fine=bool(goods)))
        parts, work = rejected(found, goods)
        groups = [Group([Step(Kind.REJECTED)], units=[row.serial_id for row in rows])]
        entry = ledger.post(
            actor=actor,
            act=REJECTED,
            document=found,
            groups=groups if rows else [],
            goods=work.goods,
            lot_changes=work.lot_changes,
            reason=reason.strip(),
            note=note.strip(),
            request=request,
        )
        back = [Got.REJECT_AND_SHIP_BACK if ship_back or row.outcome == Got.REJECT_AND_SHIP_BACK else _kept(row) for row in rows]
        note_outcomes(rows, back, reason, entry=entry)
        note_goods(parts, Got.RECEIPT_AND_CREDIT, reason, entry=entry)
        settle_returns(actor=actor, papers=[found.pk])
        return entry


def note_kept(paper: Document, unit_ids: Sequence[int], finding: str, entry: Entry) -> None:
    """Of units that stay with us by this entry, what the customer gets: a credit, where nothing else was decided; and what was found."""
    remember_units(entry, paper, unit_ids)
    where, units = f"WHERE paper_id = %s AND {bulk.among('serial_id')}", [paper.pk, bulk.ids(unit_ids)]
    kept = ", ".join(f"'{outcome}'" for outcome in sorted(KEPT))
    sql = f"UPDATE nameplate_returnunit SET outcome = %s {where} AND outcome NOT IN ({kept})"
    bulk.execute(sql, [Got.RECEIPT_AND_CREDIT.value, *units])
    if finding.strip():
        bulk.execute(f"UPDATE nameplate_returnunit SET finding = %s {where}", [finding.strip()[:2_000], *units])


def _kept(row: UnitOnReturn) -> ReturnOutcome:
    return Got(row.outcome) if row.outcome in KEPT else Got.RECEIPT_AND_CREDIT
