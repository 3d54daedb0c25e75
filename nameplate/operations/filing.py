"""Files on things: their bytes kept once each, attached, taken off again, each step in the thing's change log."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.db.models import Count, QuerySet
from django.utils import timezone

from nameplate import access, functions
from nameplate.ledger.transacting import transacting
from nameplate.models import Attachment, Document, DocumentKind, FileContent, Item, Lot, Party, PartyRole, Serial, User
from nameplate.operations.cataloguing.changes import log_changes, log_many
from nameplate.refusals import Invalid, NotFound, TooLarge

LARGEST = 10 * 1024 * 1024
"""Bytes of one file: what both doors take in one request, also as Base64. They come and go with the act and with a backup."""
LONGEST_NAME = 200
MOST_FILES = 200
"""Files on one thing."""

SECTIONS: Mapping[str, access.Section] = {
    "items": "catalogue",
    "vendors": "catalogue",
    "customers": "catalogue",
    "lots": "stock",
    "serials": "stock",
    "purchase-orders": "purchasing",
    "manufacturing-orders": "production",
    "inspections": "stock",
    "customer-orders": "sales",
    "shipments": "stock",
    "returns": "stock",
    "transfer-orders": "stock",
}
"""What files can be attached to, and in which section that is an edit."""

_SIGNATURES = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"PK\x03\x04", "application/zip"),
)


class Sent(NamedTuple):
    """A file that is to be put on a thing; `field` is what its sender calls it."""

    subject: int
    name: str
    data: bytes
    field: str = "file"


def keep(data: bytes) -> FileContent:
    """The bytes under their checksum, written unless they are kept already. Call it in the transaction of the act that brings them."""
    return keep_all([data])[0]


def keep_all(contents: Sequence[bytes]) -> list[FileContent]:
    """The same for several, in their order."""
    digests = [hashlib.sha256(data).hexdigest() for data in contents]
    new = dict(zip(digests, contents, strict=True))
    FileContent.objects.bulk_create(
        [FileContent(sha256=digest, size=len(data), data=data) for digest, data in new.items()], ignore_conflicts=True
    )
    found = FileContent.objects.defer("data").in_bulk(new)
    return [found[digest] for digest in digests]


def attach(*, actor: User, noun: str, subject: int, name: str, data: bytes) -> Attachment:
    """The file on the thing (which the caller found); its name is cleaned. Refused: an empty or too large one, one too many."""
    return attach_all(actor=actor, noun=noun, files=[Sent(subject, name, data)])[0]


@transacting()
def attach_all(*, actor: User, noun: str, files: Sequence[Sent]) -> list[Attachment]:
    """The same for files on several things of one kind, in their order: as many statements for one as for a hundred."""
    access.require(actor, _section(noun), "edit")
    for one in files:
        _refuse_unfit(one)
    standing = Attachment.objects.filter(noun=noun, subject__in={one.subject for one in files}, removed_at=None)
    count = dict(standing.values_list("subject").annotate(Count("id")).order_by())
    for one in files:
        count[one.subject] = count.get(one.subject, 0) + 1
        if count[one.subject] > MOST_FILES:
            raise Invalid("too-many", f"There are {MOST_FILES} files already.", fields={one.field: "Take off one that nobody needs."})
    contents = keep_all([one.data for one in files])
    found = Attachment.objects.bulk_create(
        Attachment(
            noun=noun,
            subject=one.subject,
            name=clean_name(one.name),
            media_type=media_type_of(one.data),
            content=content,
            added_by=actor,
        )
        for one, content in zip(files, contents, strict=True)
    )
    log_many(actor=actor, noun=noun, changes=[(one.subject, "file", "", one.name) for one in found])
    return found


def _refuse_unfit(file: Sent) -> None:
    if not file.data:
        raise Invalid("file-empty", "There is nothing in the file.", fields={file.field: "Choose a file that holds something."})
    if len(file.data) > LARGEST:
        message = f"The file has {len(file.data) / 1_048_576:,.1f} MB; {LARGEST // 1_048_576} MB are the most."
        raise TooLarge("file-too-large", message, fields={file.field: message}, way_out="Make it smaller, or attach it in parts.")


@transacting()
def detach(*, actor: User, noun: str, subject: int, attachment: int) -> Attachment:
    """Take a file off its thing. Doing it again changes nothing."""
    access.require(actor, _section(noun), "edit")
    files = Attachment.objects.select_for_update(no_key=True).filter(noun=noun, subject=subject)
    found = files.filter(pk=attachment).first()
    if found is None:
        raise NotFound("not-found", "There is no such file.", way_out="Go back to what it was on.")
    if found.removed_at is None:
        found.removed_at, found.removed_by = timezone.now(), actor
        found.save(update_fields=["removed_at", "removed_by"])
        log_changes(actor=actor, noun=noun, subject=subject, changes=[("file", found.name, "")])
    return found


def opened(*, actor: User, noun: str, subject: int, attachment: int) -> Attachment:
    """The file with its bytes, for a download. Whoever may view the thing may read its files."""
    access.require(actor, _section(noun), "view")
    files = Attachment.objects.select_related("content").filter(noun=noun, subject=subject, removed_at=None)
    found = files.filter(pk=attachment).first()
    if found is None:
        raise NotFound("not-found", "There is no such file, or it was taken off.", way_out="Go back to what it was on.")
    return found


def attached(*, actor: User, noun: str, subject: int) -> list[Attachment]:
    """The files on the thing, the newest first, without their bytes."""
    access.require(actor, _section(noun), "view")
    files = Attachment.objects.filter(noun=noun, subject=subject, removed_at=None)
    return list(files.select_related("content", "added_by").defer("content__data").order_by("-id"))


def inherited(*, actor: User, lot: int) -> list[Attachment]:
    """The files of the lots that this one was split from: what is true of the batch is true of its parts. The nearest lot first."""
    access.require(actor, _section("lots"), "view")
    above = [origin.pk for origin in Lot.objects.get(pk=lot).origins]
    files = Attachment.objects.filter(noun="lots", subject__in=above, removed_at=None)
    found = files.select_related("content", "added_by").defer("content__data").order_by("-id")
    return sorted(found, key=lambda file: above.index(file.subject))


def find_thing(*, actor: User, noun: str, subject: int) -> Item | Party | Lot | Serial | Document:
    """What files are on. Refused: there is none."""
    access.require(actor, _section(noun), "view")
    things: dict[str, QuerySet[Any]] = {
        "items": Item.objects.all(),
        "vendors": Party.objects.filter(role=PartyRole.VENDOR),
        "customers": Party.objects.filter(role=PartyRole.CUSTOMER),
        "lots": Lot.objects.all(),
        "serials": Serial.objects.all(),
        "purchase-orders": Document.objects.filter(kind=DocumentKind.PURCHASE_ORDER),
        "manufacturing-orders": Document.objects.filter(kind=DocumentKind.MANUFACTURING_ORDER),
        "inspections": Document.objects.filter(kind=DocumentKind.INSPECTION),
        "customer-orders": Document.objects.filter(kind=DocumentKind.CUSTOMER_ORDER),
        "shipments": Document.objects.filter(kind=DocumentKind.SHIPMENT),
        "returns": Document.objects.filter(kind=DocumentKind.RETURN),
        "transfer-orders": Document.objects.filter(kind=DocumentKind.TRANSFER_ORDER),
    }
    found: Item | Party | Lot | Serial | Document | None = things[noun].filter(pk=subject).first()
    if found is None:
        raise NotFound("not-found", "What the files should be on is not there.", fields={"subject": "There is no such thing."})
    return found


def clean_name(name: str) -> str:
    """The last part of the path, without what cannot be seen; its end is kept when it is too long, since that says what it is."""
    last = name.replace("\\", "/").rpartition("/")[2]
    seen = "".join(sign for sign in unicodedata.normalize("NFC", last) if sign.isprintable()).strip(" .")
    stem, dot, ending = seen.rpartition(".")
    if len(seen) > LONGEST_NAME and dot and len(ending) <= 10:
        seen = stem[: LONGEST_NAME - len(ending) - 1] + dot + ending
    return seen[:LONGEST_NAME] or "file"


def media_type_of(data: bytes) -> str:
    """What the bytes say they are; whatever a browser or a name claimed is not asked."""
    return next((found for start, found in _SIGNATURES if data.startswith(start)), "application/octet-stream")


def _section(noun: str) -> access.Section:
    if noun not in SECTIONS:
        raise NotFound("not-found", "Nothing is attached there.")
    if owner := functions.of_noun(noun):
        functions.require_on(owner, "This file")
    return SECTIONS[noun]
