"""What lies on the shelf and nobody knows: what is said of it, and a photo of it, kept with the scan."""

from __future__ import annotations

from nameplate import access
from nameplate.ledger.transacting import transacting
from nameplate.models import CountScan, Document, DocumentStatus, ScanVerdict, User
from nameplate.operations import filing
from nameplate.operations.cataloguing.texts import read_texts, refuse_wrong
from nameplate.operations.counting.counts import find_count, refuse_unless
from nameplate.operations.counting.scanning import NOTE
from nameplate.operations.pictures import read_picture
from nameplate.refusals import Conflict, NotFound

LARGEST_SIDE = 1_200
"""Pixels of a photo as it is kept."""


@transacting()
def describe_scan(*, actor: User, count: Document | int, scan: int, note: str | None = None, photo: bytes | None = None) -> CountScan:
    """Keep with an unknown scan what is said of it, and a photo (PNG or JPEG, drawn anew) in place of the one that it has.

    What is None stays. Refused: a count that is not in progress; a scan that is known; one of somebody else, without the right to post.
    """
    access.require(actor, "stock", "edit")
    found = find_count(count)
    refuse_unless(found, DocumentStatus.IN_PROGRESS)
    row = _own(actor, found.pk, scan)
    if row.verdict != ScanVerdict.UNKNOWN:
        sentence = f"“{row.text}” is known."
        raise Conflict("scan-known", sentence, fields={"note": sentence}, way_out="Write it on its own page.")
    if note is not None:
        wrong: dict[str, str] = {}
        row.note = read_texts(NOTE, {"note": note}, wrong).get("note", "")
        refuse_wrong(wrong)
    if photo is not None:
        row.photo = filing.keep(read_picture(photo, field="photo", width=LARGEST_SIDE, height=LARGEST_SIDE))
    row.save(update_fields=["note", "photo"])
    return row


def scan_photo(*, actor: User, count: int, scan: int) -> bytes:
    """The photo as a PNG. Of a blind count others' are for those who may post it. Refused: there is none."""
    access.require(actor, "stock", "view")
    row = CountScan.objects.select_related("photo", "count").filter(pk=scan, count=count).first()
    if row is None or row.photo is None:
        raise NotFound("not-found", "There is no such photo.")
    if row.count.blind and row.by_id != actor.pk:
        access.require(actor, "stock", "count")
    return bytes(row.photo.data)


def _own(actor: User, count: int, scan: int) -> CountScan:
    row = CountScan.objects.filter(pk=scan, count=count).first()
    if row is None:
        raise NotFound("not-found", "There is no such scan in this count.")
    if row.by_id != actor.pk:
        access.require(actor, "stock", "count")
    return row
