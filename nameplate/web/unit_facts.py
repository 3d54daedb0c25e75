"""The strip of facts over a unit's page: where, whose, came from, built into, warranty; and availability with its reasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from nameplate.listings.in_words import OURS_AGAIN
from nameplate.listings.unit import Unit
from nameplate.models import Availability, Document, Serial, Status
from nameplate.web import marks
from nameplate.web.timeline import document_link

NOTHING = mark_safe('<span class="np-muted">—</span>')


@dataclass(frozen=True, slots=True)
class Fact:
    """A cell of the strip."""

    label: str
    value: SafeString
    small: SafeString


def facts_of(unit: Unit, zone: ZoneInfo) -> list[Fact]:
    """The five facts that people look for, in the order in which they ask, and availability before them."""
    return [_where(unit, zone), _availability(unit), _whose(unit), _came_from(unit), _built_into(unit), _warranty(unit)]


def _words(*parts: SafeString | str) -> SafeString:
    """The parts that say anything, with a middle dot between them."""
    return format_html_join(" · ", "{}", ((part,) for part in parts if part))


def _paper(document: Document | None) -> SafeString:
    return document_link(document.pk, document.number, document.kind) if document else mark_safe("")


def _where(unit: Unit, zone: ZoneInfo) -> Fact:
    serial = unit.serial
    since = format_html("last changed {}", marks.moment(unit.last_entry.happened_at, zone))
    if unit.outermost is not None:
        place = f"{unit.location.site.name} · {unit.location.name}" if unit.location else "at the customer" if unit.customer else ""
        inside = format_html('in <a class="np-sn" href="/serials/{}">{}</a>', unit.outermost.pk, unit.outermost.number)
        return Fact("Where", inside, _words(place))
    if unit.location is not None:
        transit = unit.documents.get("transfer")
        small = _words("in transit", _paper(transit)) if transit else since
        return Fact("Where", format_html("{} · {}", unit.location.site.name, unit.location.name), small)
    if serial.withdrawn:
        return Fact("Where", mark_safe("withdrawn"), since)
    if serial.status == Status.WRITTEN_OFF and unit.at_vendor is not None:
        # Named here, since it may have had a customer before, who is named as its last.
        return Fact("Where", format_html('at <a href="/vendors/{}">{}</a>', unit.at_vendor.pk, unit.at_vendor.name), since)
    words = {
        Status.PLANNED: "expected",
        Status.SHIPPED: "at the customer",
        Status.WRITTEN_OFF: "gone",
        Status.CONSUMED: "used, unit unknown",
    }
    return Fact("Where", format_html("{}", words.get(Status(serial.status), "")), since)


def _availability(unit: Unit) -> Fact:
    serial = unit.serial
    words = marks.availability_words(serial.availability)
    reasons = []
    if serial.availability & Availability.RESERVED and unit.reserved_for:
        reasons.append(format_html("for {}", _paper(unit.reserved_for)))
    if serial.hold:
        reasons.append(format_html("{}", serial.hold))
    if serial.availability & Availability.IN_WORK:
        reasons.append(_paper(unit.documents.get("work")))
    return Fact("Availability", format_html("{}", ", ".join(words)) if words else NOTHING, _words(*reasons))


def ours_again(serial: Serial) -> bool:
    """Whether a customer that it names is only the last one: it is in stock again, or written off."""
    return serial.status in OURS_AGAIN


def _whose(unit: Unit) -> Fact:
    serial = unit.serial
    if unit.customer is not None:
        on = serial.shipped_on or serial.returned_on
        small = _words(_paper(unit.documents.get("customer_order")), _paper(unit.documents.get("shipment")), _date(on))
        label = "Last customer" if ours_again(serial) else "Whose"
        return Fact(label, format_html('<a href="/customers/{}">{}</a>', unit.customer.pk, unit.customer.name), small)
    if unit.at_vendor is not None:
        return Fact("Whose", format_html('<a href="/vendors/{}">{}</a>', unit.at_vendor.pk, unit.at_vendor.name), mark_safe("sent back"))
    return Fact("Whose", mark_safe("ours"), mark_safe("")) if not serial.withdrawn else Fact("Whose", NOTHING, mark_safe(""))


def _came_from(unit: Unit) -> Fact:
    serial, source = unit.serial, unit.source
    lot = format_html("lot {}", marks.linked("lots", serial.lot_id, serial.lot.number))
    if source is not None and source.party is not None:
        vendor = format_html('<a href="/vendors/{}">{}</a>', source.party.pk, source.party.name)
        return Fact("Came from", vendor, _words(_paper(source), lot))
    return Fact("Came from", _paper(source) or NOTHING, lot)


def _built_into(unit: Unit) -> Fact:
    if unit.product is None:
        used_by = unit.documents.get("used_by")
        return Fact("Built into", _paper(used_by) if used_by else NOTHING, mark_safe("unit unknown" if used_by else ""))
    link = format_html('<a class="np-sn" href="/serials/{}">{}</a>', unit.product.pk, unit.product.number)
    return Fact("Built into", link, format_html("{}", unit.serial.place))


def _warranty(unit: Unit) -> Fact:
    until = unit.serial.warranty_until
    if until is None:
        return Fact("Warranty", NOTHING, mark_safe(""))
    left = (until - timezone.localdate()).days
    words = f"{left:,} days left" if left > 0 else "ends today" if left == 0 else f"ended {-left:,} days ago"
    return Fact("Warranty", format_html("until {}", until.isoformat()), format_html("{}", words))


def _date(value: date | None) -> str:
    return value.isoformat() if value else ""
