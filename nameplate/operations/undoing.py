"""Taking an act back."""

from __future__ import annotations

from collections.abc import Collection

from nameplate import access, ledger
from nameplate.ledger.undoing import blockers, remaining_units
from nameplate.models import Document, DocumentKind, Entry, Request, User
from nameplate.operations.purchasing import settle
from nameplate.refusals import Conflict, NotFound, Offender

NOT_UNDONE = {"ordered": "Cancel the order instead.", "planned": "Take the numbers off the order instead."}


def undo_entry(
    *, actor: User, entry_id: int, unit_ids: Collection[int] | None = None, reason: str = "", request: Request | None = None
) -> Entry:
    """Undo an entry wholly, or for chosen units, and let its document's status follow.

    Refused as `ledger.undo` says; nothing is changed then. `extra["possible"]` of the refusal lists the units that can be undone.
    """
    access.require(actor, "stock", "edit")
    with ledger.transacting():
        entry = find_entry(entry_id)
        if entry.act in NOT_UNDONE:
            raise Conflict("not-undone", f"“{entry.act}” is not undone.", way_out=NOT_UNDONE[entry.act])
        if entry.document_id is not None:
            # The document first, as receiving does: two people who take the same locks in the same order never wait in a circle.
            Document.objects.select_for_update(no_key=True).get(pk=entry.document_id)
        reversal = ledger.undo(actor=actor, entry=entry, unit_ids=unit_ids, reason=reason, request=request)
        if entry.document is not None and entry.document.kind == DocumentKind.PURCHASE_ORDER:
            settle(actor=actor, document=entry.document)
        return reversal


def find_entry(entry_id: int) -> Entry:
    """The entry with its document. Refused: there is none."""
    entry = Entry.objects.select_related("document", "actor").filter(pk=entry_id).first()
    if entry is None:
        raise NotFound("no-such-entry", "There is no such entry.")
    return entry


def standing_in_the_way(*, actor: User, entry_id: int) -> tuple[list[Offender], set[int]]:
    """(the units that later entries keep from being undone, the units for which the entry is not undone yet), for a page to show first."""
    access.require(actor, "stock", "view")
    remaining = remaining_units(find_entry(entry_id))
    return blockers(find_entry(entry_id), remaining), remaining
