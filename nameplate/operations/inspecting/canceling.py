"""The rest of an inspection is called off: what still waits is free again, unjudged."""

from __future__ import annotations

from nameplate import access, ledger
from nameplate.models import Document, Entry, InspectedGoods, InspectedUnit, Request, User, Verdict
from nameplate.operations.inspecting.documents import follow, lock_inspection, refuse_closed, require_quality_control
from nameplate.operations.inspecting.goods import goods_taken_out
from nameplate.operations.inspecting.lines import waiting_in
from nameplate.operations.inspecting.moves import taken_out
from nameplate.refusals import Invalid

ACT = "inspection canceled"


def cancel_rest(*, actor: User, inspection: Document | int, reason: str, request: Request | None = None) -> Entry:
    """Take everything that waits out of the inspection, free of its hold. It is Done then, or Canceled where nothing was judged.

    Refused: no reason; an inspection in which nothing waits.
    """
    access.require(actor, "stock", "inspect")
    require_quality_control()
    if not reason.strip():
        raise Invalid("reason-needed", "Calling it off needs a reason.", fields={"reason": "Say why they are not inspected."})
    with ledger.transacting():
        paper = lock_inspection(inspection)
        refuse_closed(paper)
        goods, rows = goods_taken_out(paper)
        entry = ledger.post(
            actor=actor,
            act=ACT,
            document=paper,
            groups=taken_out([unit for unit in waiting_in(paper).values() if not unit.gone]),
            goods=goods,
            reason=reason.strip(),
            request=request,
        )
        waiting = InspectedUnit.objects.filter(inspection=paper.pk, verdict=Verdict.WAITING)
        waiting.update(verdict=Verdict.LEFT, judged=entry)
        InspectedGoods.objects.filter(pk__in=[row.pk for row in rows]).update(verdict=Verdict.LEFT, judged=entry)
        follow([paper.pk])
        return entry
