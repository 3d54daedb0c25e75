"""Units sent back to their vendor under a document of its own (RTV00001), and that document edited."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TypedDict, Unpack

from django.utils import timezone

from nameplate import access, ledger
from nameplate.ledger import Group, Kind, Step, bulk
from nameplate.ledger.numbering import next_number
from nameplate.models import Document, DocumentKind, DocumentStatus, Entry, Party, PartyRole, Request, User, VendorReturn
from nameplate.operations.cataloguing.changes import log_changes
from nameplate.operations.cataloguing.texts import Text, read_texts, refuse_wrong
from nameplate.operations.cataloguing.things import id_of, stale
from nameplate.operations.choosing import chosen_once
from nameplate.operations.coming_back import lock_returns, returns_carrying, settle_returns
from nameplate.operations.receiving.receipts import day_sent_as, moment_of
from nameplate.operations.sending_back.standing import NOUN, SENT, lock_return, settle
from nameplate.serial_text import canonical, sort_key

REASON = {"reason": Text("The reason", 10_000, required=True, lines=True)}
TEXTS = {
    "vendor_reference": Text("Vendor’s reference", 100),
    "outcome": Text("Outcome", 200),
    "notes": Text("Notes", 10_000, lines=True),
}


class ReturnFields(TypedDict, total=False):
    """What can be edited of a return. What is left out keeps its value."""

    vendor_reference: str
    outcome: str
    """What came of the units that nothing will come for; it ends the waiting."""
    notes: str


@day_sent_as("sent_on")
def send_to_vendor(
    *,
    actor: User,
    vendor: Party | int,
    unit_ids: Sequence[int],
    reason: str,
    vendor_reference: str = "",
    sent_on: dt.date | None = None,
    notes: str = "",
    request: Request | None = None,
) -> Entry:
    """Send these units back to the vendor as one act: they are Written off, at the vendor, and reservations of them end.

    Refused, with everything at fault named: nothing chosen; no reason; no such vendor, or an archived one; each unit that is not in stock,
    is on hold, in transit, or in repair or rework.
    """
    access.require(actor, "stock", "edit")
    chosen = chosen_once(unit_ids)
    wrong: dict[str, str] = {}
    texts = read_texts({**REASON, **TEXTS}, {"reason": reason, "vendor_reference": vendor_reference, "notes": notes}, wrong)
    with ledger.transacting():
        party = _vendor(vendor, wrong)
        refuse_wrong(wrong)
        came_with = returns_carrying(chosen)
        lock_returns(came_with)
        paper = _open(actor, party, texts)
        entry = ledger.post(
            actor=actor,
            act=SENT,
            document=paper,
            groups=[Group([Step(Kind.SENT_TO_VENDOR, {"at_vendor_id": paper.party_id})], units=chosen)],
            happened_at=moment_of(sent_on, field="sent_on"),
            reason=texts["reason"],
            request=request,
        )
        VendorReturn.objects.filter(pk=paper.pk).update(sent_on=timezone.localdate(entry.happened_at))
        settle_returns(actor=actor, papers=came_with)
        return entry


def edit_vendor_return(*, actor: User, vendor_return: Document | int, version: int, **given: Unpack[ReturnFields]) -> Document:
    """The return with what was given. An outcome ends the waiting for what has not come; without one it waits again."""
    access.require(actor, "stock", "edit")
    with ledger.transacting():
        found = lock_return(vendor_return)
        now = _now(found)
        if found.version != version:
            raise stale(
                found,
                version,
                noun=NOUN,
                typed={name: str(value) for name, value in given.items()},
                now={name: now[name] for name in given},
            )
        wrong: dict[str, str] = {}
        texts = read_texts(TEXTS, given, wrong)
        refuse_wrong(wrong)
        changes = [(name, now[name], text) for name, text in texts.items() if now[name] != text]
        if not changes:
            return found
        head = found.vendor_return
        for name, _, text in changes:
            setattr(found if name == "notes" else head, name, text)
        head.save()
        found.version += 1
        found.save(update_fields=["notes", "version"])
        log_changes(actor=actor, noun=NOUN, subject=found.pk, changes=changes)
        settle(actor=actor, papers=[found.pk])
        found.refresh_from_db(fields=["status", "version"])
        return found


def vendor_of(unit_ids: Sequence[int]) -> Party | None:
    """Whom all of these came from, where that is one vendor: proposed, since most go back where they came from."""
    rows = bulk.query(
        "SELECT DISTINCT d.party_id FROM nameplate_serial s LEFT JOIN nameplate_document d ON d.id = s.source_id "
        f"WHERE s.id IN {bulk.id_set()} LIMIT 2",
        [bulk.ids(unit_ids)],
    )
    vendors = Party.objects.filter(pk=rows[0][0] or 0, role=PartyRole.VENDOR, archived=False) if len(rows) == 1 else Party.objects.none()
    return vendors.first()


def _vendor(vendor: Party | int, wrong: dict[str, str]) -> Party | None:
    found = Party.objects.filter(pk=id_of(vendor), role=PartyRole.VENDOR).first()
    if found is None:
        wrong["vendor"] = "Choose a vendor; where several have one name, type the number."
    elif found.archived:
        wrong["vendor"] = f"{found} is archived; restore it to send something there."
    return found


def _open(actor: User, vendor: Party | None, texts: dict[str, str]) -> Document:
    number = next_number("rtv")
    paper = Document.objects.create(
        kind=DocumentKind.VENDOR_RETURN,
        number=number,
        number_key=canonical(number),
        sort_key=sort_key(canonical(number)),
        status=DocumentStatus.SHIPPED,
        party=vendor,
        notes=texts["notes"],
        created_by=actor,
    )
    VendorReturn.objects.create(document=paper, reason=texts["reason"], vendor_reference=texts["vendor_reference"])
    return paper


def _now(paper: Document) -> dict[str, str]:
    head = paper.vendor_return
    return {"vendor_reference": head.vendor_reference, "outcome": head.outcome, "notes": paper.notes}
