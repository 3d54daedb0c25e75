"""The smallest pieces of every page: icons, statuses, availability and times, as safe HTML for both template languages."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.templatetags.static import static
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from nameplate import functions
from nameplate.models import Availability, Status


@lru_cache(maxsize=256)
def icon(name: str, label: str = "") -> SafeString:
    """An icon of the sprite; with a label it speaks, without one it is decoration."""
    spoken = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html('<svg class="np-icon" {}><use href="{}#{}"/></svg>', spoken, static("vendor/tabler/icons.svg"), name)


def linked(noun: str, pk: int, number: str) -> SafeString:
    """The number of a unit, lot or document, linked to its page; the number alone while its function is off, which hides the page."""
    function = functions.of_noun(noun)
    if function and not functions.is_on(function):
        return format_html('<span class="np-sn">{}</span>', number)
    return format_html('<a class="np-sn" href="/{}/{}">{}</a>', noun, pk, number)


def status_class(value: int) -> str:
    """The CSS class that gives a status its colour and shape."""
    return "np-" + Status(value).name.lower().replace("_", "-")


@lru_cache(maxsize=32)
def status(value: int, size: str = "") -> SafeString:
    """A unit's status, told by colour, shape and word."""
    return format_html(
        '<span class="np-st {}{}">{}</span>', status_class(value), " np-st-large" if size == "large" else "", Status(value).label
    )


TONES = {
    "approved": "accent",
    "ready": "accent",
    "partly_shipped": "warn",
    "ordered": "accent",
    "scheduled": "accent",
    "in_progress": "accent",
    "paused": "warn",
    "done": "good",
    "shipped": "warn",
    "received": "good",
    "canceled": "bad",
    "rejected": "bad",
    "on_hold": "warn",
    "rma_inspection": "warn",
    "rma_repair": "warn",
    "rma_ready": "warn",
    "rma_returned": "warn",
}
"""Where a document or a lot stands, in a colour beside its word; the others are plain."""


@lru_cache(maxsize=64)
def tag(slug: str, label: str) -> SafeString:
    """The status of a document or a lot."""
    return format_html('<span class="np-tag{}">{}</span>', f" np-tag-{TONES[slug]}" if slug in TONES else "", label)


def late() -> SafeString:
    """The word beside a day on which something should have come and has not."""
    return mark_safe(f'<span class="np-tag np-tag-warn">{icon("clock")}late</span>')


def outward(address: str) -> SafeString:
    """A link that somebody typed: it leads out of here, and does not tell where from. Its scheme was judged when it was taken."""
    shown = address.removeprefix("mailto:").removeprefix("https://").removeprefix("http://")
    return format_html('<a href="{}" rel="noopener noreferrer nofollow">{}{}</a>', address, shown, icon("external-link", "outside"))


def expiry(day: date | None, today: date, warning: int) -> SafeString:
    """How long a lot can still be used, in words and a colour, from so many days before; nothing for one that does not expire."""
    if day is None:
        return mark_safe("")
    left = (day - today).days
    if left < 0:
        return format_html('<span class="np-tag np-tag-bad">{}expired</span>', icon("ban"))
    if left <= warning:
        words = "expires today" if left == 0 else "expires tomorrow" if left == 1 else f"expires in {left} days"
        return format_html('<span class="np-tag np-tag-warn">{}{}</span>', icon("clock"), words)
    return format_html('<span class="np-muted">in {} days</span>', f"{left:,}")


def availability_words(bits: int) -> list[str]:
    """What the bits of a unit's availability say, in words."""
    return [fact.label.lower() for fact in Availability if bits & fact]


@lru_cache(maxsize=64)
def availability(bits: int) -> SafeString:
    """A unit's availability as words; nothing when it has none."""
    return escape(", ".join(availability_words(bits)))


def moment(value: datetime, zone: ZoneInfo, *, seconds: bool = False) -> SafeString:
    """A `<time>`: day and minute in `zone`, the exact moment in the tooltip."""
    local = value.astimezone(zone)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        value.isoformat(),
        local.strftime("%Y-%m-%d %H:%M:%S %Z"),
        local.strftime("%Y-%m-%d %H:%M:%S" if seconds else "%Y-%m-%d %H:%M"),
    )
