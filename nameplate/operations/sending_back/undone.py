"""What an undo means for returns to vendors."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import F

from nameplate.models import Document, DocumentKind, Entry, User, VendorReplacement
from nameplate.operations.sending_back.standing import SENT, settle
from nameplate.refusals import Cause, Conflict, Offender

MOST_NAMED = 20


def papers_of(entry: Entry) -> list[int]:
    """The returns that the entry concerns: its own, and those of units that came back by it."""
    found = set(VendorReplacement.objects.filter(entry=entry).values_list("document", flat=True))
    own = Document.objects.filter(pk=entry.document_id or 0, kind=DocumentKind.VENDOR_RETURN).values_list("pk", flat=True)
    return sorted(found.union(own))


def refuse_replaced(entry: Entry, unit_ids: Collection[int] | None) -> None:
    """Refuse to undo the sending of units for which another came: what came would be for nothing."""
    if entry.act != SENT or entry.document is None or entry.document.kind != DocumentKind.VENDOR_RETURN:
        return
    links = VendorReplacement.objects.filter(document=entry.document).exclude(received=F("sent"))
    came = [
        one for one in links.select_related("sent", "received", "entry").order_by("pk") if unit_ids is None or one.sent_id in set(unit_ids)
    ]
    if came:
        offenders = [Offender(one.sent.number, f"{one.received.number} came for it", one.sent_id) for one in came]
        by = {one.entry_id: one.entry for one in came}
        raise Conflict(
            "replaced-already",
            f"{offenders[0].text}: {offenders[0].why}." if len(came) == 1 else f"Something came for {len(came):,} of these units.",
            offenders=offenders,
            causes=[Cause("entries", pk, f"{entry.document}: {one.act}") for pk, one in list(by.items())[:MOST_NAMED]],
            way_out="Undo the receipt of the replacement first.",
        )


def follow_undo(*, actor: User, entry: Entry, reversal: Entry, papers: Collection[int]) -> None:
    """After an undo: what came and is gone again came for nothing any more, and the locked returns follow."""
    if papers:
        VendorReplacement.objects.filter(entry=entry, received__in=reversal.movements.values("serial_id")).delete()
        settle(actor=actor, papers=papers)
