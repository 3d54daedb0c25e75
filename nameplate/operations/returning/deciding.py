"""What becomes of what came back: decided, restocked in one click, rejected, or credited without its coming back at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nameplate import access, ledger
from nameplate.ledger import Group, Kind, Step, bulk
from nameplate.ledger.state import Unit
from nameplate.ledger.transacting import transacting
from nameplate.models import Document, Entry, Request, ReturnOutcome, User
from nameplate.operations.cataloguing.changes import log_changes
from nameplate.operations.choosing import chosen_once
from nameplate.operations.coming_back import NOUN, UnitOnReturn, is_done, settle_returns
from nameplate.operations.returning.papers import begin
from nameplate.operations.returning.units import note_outcomes, refuse_not_here, refuse_rows, rows_chosen, rows_here
from nameplate.refusals import Invalid

Got = ReturnOutcome
KEPT = frozenset({Got.RECEIPT_AND_CREDIT.value, Got.REPAIR.value, Got.REPLACEMENT.value})
"""The outcomes after which a unit that came back stays with us."""


@transacting()
def decide(
    *, actor: User, paper: Document | int, unit_ids: Sequence[int], outcome: str, finding: str = "", coming: bool | None = None
) -> Document:
    """What the customer gets for these units, and what was found when they were looked at. Nothing moves by it.

    `coming` false says that they stay with the customer; a credit means that they do, unless they came already. Refused: one for which
    nothing is left to do; a credit without receipt for one that came.
    """
    access.require(actor, "stock", "edit")
    found = begin(paper, "A return")
    if outcome not in Got.values:
        sentence = "It is one of " + ", ".join(str(label) for label in Got.labels) + "."
        raise Invalid("no-such-outcome", "Say what the customer gets.", fields={"outcome": sentence})
    rows = rows_chosen(found, chosen_once(unit_ids))
    came = [row for row in rows if row.received_by_id is not None]
    refuse_rows(found, [row for row in came if is_done(row)], "nothing is left to do for it", "Undo what was done first.")
    if outcome == Got.CREDIT:
        refuse_rows(found, came, "it came back", "Choose “Receipt and credit” instead.")
    if coming is False:
        refuse_rows(found, came, "it came back", "Undo its receipt first.")
    note_outcomes(rows, [Got(outcome)] * len(rows), finding)
    stays = outcome == Got.CREDIT if coming is None else not coming
    waiting = bulk.ids(row.id for row in rows if row.received_by_id is None)
    bulk.execute(f"UPDATE nameplate_returnunit SET coming = %s WHERE id IN {bulk.id_set()}", [not stays, waiting])
    log_changes(
        actor=actor,
        noun=NOUN,
        subject=found.pk,
        changes=[("outcome", "", f"{Got(outcome).label}: {len(rows):,} unit{'' if len(rows) == 1 else 's'}")],
    )
    settle_returns(actor=actor, papers=[found.pk])
    found.refresh_from_db()
    return found


def restock(
    *,
    actor: User,
    paper: Document | int,
    unit_ids: Sequence[int],
    known: Mapping[int, Unit] | None = None,
    finding: str = "",
    note: str = "",
    request: Request | None = None,
) -> Entry:
    """Units that are good: Received again, in the lot that they were in before. A credit follows unless another outcome was decided.

    `known` are units that the caller has read from the ledger in this transaction.
    """
    access.require(actor, "stock", "edit")
    with ledger.transacting():
        found = begin(paper, "Restocking")
        chosen = chosen_once(unit_ids)
        refuse_not_here(found, chosen)
        groups = [Group([Step(Kind.RESTOCKED)], units=chosen)]
        entry = ledger.post(actor=actor, act="restocked", document=found, groups=groups, known=known, note=note.strip(), request=request)
        note_kept(found, chosen, finding)
        settle_returns(actor=actor, papers=[found.pk])
        return entry


def reject(
    *,
    actor: User,
    paper: Document | int,
    unit_ids: Sequence[int],
    reason: str,
    ship_back: bool = False,
    note: str = "",
    request: Request | None = None,
) -> Entry:
    """Units that failed: into a lot of their own, status Rejected. `ship_back` says that the customer gets them back as they are.

    Refused: no reason; each that does not lie here, or is not Returned.
    """
    access.require(actor, "stock", "edit")
    if not reason.strip():
        raise Invalid("reason-needed", "A rejection needs a reason.", fields={"reason": "Say what is wrong with them."})
    with ledger.transacting():
        found = begin(paper, "Rejecting what came back")
        rows = rows_here(found, chosen_once(unit_ids))
        groups = [Group([Step(Kind.REJECTED)], units=[row.serial_id for row in rows])]
        entry = ledger.post(
            actor=actor, act="rejected", document=found, groups=groups, reason=reason.strip(), note=note.strip(), request=request
        )
        back = [Got.REJECT_AND_SHIP_BACK if ship_back or row.outcome == Got.REJECT_AND_SHIP_BACK else _kept(row) for row in rows]
        note_outcomes(rows, back, reason)
        settle_returns(actor=actor, papers=[found.pk])
        return entry


def note_kept(paper: Document, unit_ids: Sequence[int], finding: str) -> None:
    """Of units that stay with us, what the customer gets: a credit, where nothing else was decided; and what was found."""
    where, units = f"WHERE paper_id = %s AND {bulk.among('serial_id')}", [paper.pk, bulk.ids(unit_ids)]
    kept = ", ".join(f"'{outcome}'" for outcome in sorted(KEPT))
    sql = f"UPDATE nameplate_returnunit SET outcome = %s {where} AND outcome NOT IN ({kept})"
    bulk.execute(sql, [Got.RECEIPT_AND_CREDIT.value, *units])
    if finding.strip():
        bulk.execute(f"UPDATE nameplate_returnunit SET finding = %s {where}", [finding.strip()[:2_000], *units])


def _kept(row: UnitOnReturn) -> ReturnOutcome:
    return Got(row.outcome) if row.outcome in KEPT else Got.RECEIPT_AND_CREDIT
