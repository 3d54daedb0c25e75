"""Everything the page of one unit shows, in a constant number of statements: how things stand and its numbers.

Its history is read beside it, in `unit_history`, and what is inside it in `inside`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, Subquery
from django.db.models.functions import Coalesce

from nameplate import access
from nameplate.models import Document, Entry, Line, Location, Movement, Name, Party, Serial
from nameplate.refusals import NotFound


@dataclass(frozen=True, slots=True)
class EarlierNumber:
    """A number that the unit bore until an entry."""

    number: str
    until_entry: int


@dataclass(frozen=True, slots=True)
class Unit:
    """How things stand with one unit; `location`, `customer` are those of its outermost product."""

    serial: Serial
    product: Serial | None
    """The product it is built into directly."""
    outermost: Serial | None
    """The outermost product, where that is another one."""
    location: Location | None
    customer: Party | None
    at_vendor: Party | None
    source: Document | None
    documents: dict[str, Document]
    """The other documents of its row by column: customer_order, shipment, return_doc, made_by, used_by, work, transfer."""
    reserved_for: Document | None
    last_entry: Entry
    since: datetime
    """When it came to its status."""
    numbers: Sequence[EarlierNumber]
    lives: Sequence[Serial]
    """Other rows of the same number of the same item: a withdrawn one before, the one that came after."""


DOCUMENTS = ("customer_order", "shipment", "return_doc", "made_by", "used_by", "work", "transfer")


def unit(*, actor: access.Actor, unit_id: int) -> Unit:
    """The unit, withdrawn or not. Refused: there is none."""
    access.require(actor, "stock", "view")
    serial = Serial.objects.select_related("item", "lot").filter(pk=unit_id).first()
    if serial is None:
        raise NotFound("no-such-serial", "There is no such unit.", way_out="Search for its number: it may be written differently.")
    products = Serial.objects.in_bulk(_known(serial.parent_id, serial.outermost_id) - {serial.pk})
    root = products.get(serial.outermost_id, serial)
    papers = _documents(serial, root)
    parties = Party.objects.in_bulk(_known(root.customer_id, serial.at_vendor_id))
    return Unit(
        serial=serial,
        product=products.get(serial.parent_id) if serial.parent_id else None,
        outermost=products.get(serial.outermost_id),
        location=Location.objects.select_related("site").filter(pk__in=_known(root.location_id)).first(),
        customer=parties.get(root.customer_id) if root.customer_id else None,
        at_vendor=parties.get(serial.at_vendor_id) if serial.at_vendor_id else None,
        source=papers.get(serial.source_id) if serial.source_id else None,
        documents={
            name: papers[key] for name in DOCUMENTS if (key := getattr(root if name in _OF_ROOT else serial, f"{name}_id")) in papers
        },
        reserved_for=_reserved_for(serial),
        since=_since(serial),
        last_entry=Entry.objects.select_related("actor").get(pk=serial.last_entry_id),
        numbers=[EarlierNumber(row.number, row.until_id) for row in Name.objects.filter(serial=serial).order_by("-until_id")],
        lives=_lives(serial),
    )


def _lives(serial: Serial) -> list[Serial]:
    """Other units of the same number of the same item."""
    if not serial.earlier_id:
        return list(Serial.objects.filter(earlier=serial).order_by("pk"))
    return list(Serial.objects.filter(Q(pk=serial.earlier_id) | Q(earlier=serial)).exclude(pk=serial.pk).order_by("pk"))


def _since(serial: Serial) -> datetime:
    own = Movement.objects.filter(serial=serial)
    otherwise = own.exclude(status=serial.status, withdrawn=serial.withdrawn).order_by("-seq").values("seq")[:1]
    stands = own.filter(seq__gt=Coalesce(Subquery(otherwise), 0)).order_by("seq")
    return stands.values_list("entry__happened_at", flat=True)[0]


_OF_ROOT = frozenset({"customer_order", "shipment"})
"""What a component shares with the product that it left with."""


def _documents(serial: Serial, root: Serial) -> dict[int, Document]:
    wanted = _known(serial.source_id, *(getattr(row, f"{name}_id") for row in (serial, root) for name in DOCUMENTS))
    return {row.pk: row for row in Document.objects.select_related("party").filter(pk__in=wanted)}


def _known(*ids: int | None) -> set[int]:
    return {one for one in ids if one is not None}


def _reserved_for(serial: Serial) -> Document | None:
    line = Line.objects.select_related("document").filter(pk__in=_known(serial.reserved_line_id)).first()
    return line.document if line else None
