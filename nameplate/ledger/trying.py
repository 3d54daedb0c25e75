"""What the ledger would say of an act, without doing it: for verdicts that are shown before anything is posted."""

from __future__ import annotations

from collections.abc import Sequence

from nameplate.ledger import units
from nameplate.ledger.judging import check_reason_and_document
from nameplate.ledger.moves import Group
from nameplate.ledger.refitting import refitted_products
from nameplate.ledger.stepping import Act
from nameplate.ledger.surroundings import gather
from nameplate.ledger.taking_steps import take_steps
from nameplate.models import Document
from nameplate.refusals import Refused


def objection_to(*, groups: Sequence[Group], reason: str = "", document: Document | None = None) -> Refused | None:
    """The first refusal with which `post` would answer these groups; None when it would judge them good. Writes nothing.

    Only of units that are known already, and of kinds that lead into no other lot.
    """
    try:
        check_reason_and_document([step for group in groups for step in group.steps], reason, document.pk if document else None)
        work = Act(known=units.fetch(unit for group in groups for unit in group.units))
        context = gather(work, groups, reason=reason, document=document)
        take_steps(work, groups, context, happened_on="")
        refitted_products(work, context, ())
    except Refused as refusal:
        return refusal
    return None
