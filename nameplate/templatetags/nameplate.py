"""The building blocks that templates share: `{% load nameplate %}`. What each makes is shown at the top of base.html."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import template
from django.forms import BoundField
from django.http import HttpRequest
from django.template.context import Context
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from nameplate import access, demo
from nameplate.models import PlanCheck, Status
from nameplate.money import written, written_sum
from nameplate.operations import filing
from nameplate.operations.company import company
from nameplate.operations.inspecting.plans import limits_of
from nameplate.quantities import from_micro
from nameplate.refusals import Refused
from nameplate.web import clock, marks, navigation, refusal_notes, screenshots
from nameplate.web.acting import actor_of

register = template.Library()

register.simple_tag(marks.icon, name="icon")
register.simple_tag(marks.status, name="status")
register.simple_tag(marks.availability, name="availability")
register.simple_tag(marks.linked, name="linked")
register.simple_tag(marks.late, name="late")
register.simple_tag(marks.tag, name="tag")


@register.simple_tag(takes_context=True)
def theme_attribute(context: Context) -> SafeString:
    """The chosen theme as an attribute of <html>; nothing when the system decides."""
    chosen = navigation.theme_of(context["request"])
    return format_html(' data-bs-theme="{}"', chosen) if chosen != "system" else mark_safe("")


@register.simple_tag(takes_context=True)
def theme_choices(context: Context) -> list[dict[str, Any]]:
    """System, light and dark, with the one in use marked."""
    chosen = navigation.theme_of(context["request"])
    return [{"value": value, "label": label, "icon": icon, "chosen": value == chosen} for value, label, icon in navigation.THEMES]


@register.simple_tag(takes_context=True)
def menu(context: Context) -> list[dict[str, Any]]:
    """The sections of the rail, with the current page marked."""
    request: HttpRequest = context["request"]
    return navigation.menu(request.path, actor_of(request))


@register.simple_tag(takes_context=True)
def when(context: Context, moment: datetime | None) -> SafeString:
    """A moment in the reader's time zone, the exact one in the tooltip."""
    return marks.moment(moment, clock.zone_of(context["request"])) if moment else mark_safe("")


@register.simple_tag(takes_context=True)
def explained(context: Context, refused: Refused) -> dict[str, Any]:
    """What is known of a refusal beside its sentence: who is in the way and since when, and the ways out."""
    return refusal_notes.notes(context["request"], refused)


@register.filter
def day(value: date | None) -> str:
    """A business date as the whole product writes it."""
    return value.isoformat() if value else ""


@register.simple_tag
def expiry(day: date | None) -> SafeString:
    """How long a lot can still be used."""
    return marks.expiry(day, timezone.localdate(), company().expiry_warning)


@register.filter
def amount(micros: int) -> str:
    """A stored quantity (millionths) as people write it."""
    return f"{from_micro(micros):,}"


@register.filter
def money(micros: int, currency: str) -> str:
    """A stored price or amount (millionths) as people write it in this currency."""
    return written(from_micro(micros), currency)


@register.filter
def money_sum(micros: int, currency: str) -> str:
    """A stored sum of money (millionths) as people read it in this currency."""
    return written_sum(from_micro(micros), currency)


@register.simple_tag
def limits(check: PlanCheck) -> str:
    """What a check asks for, in words."""
    return limits_of(check) or str(check.get_kind_display()).lower()


@register.filter
def is_status(value: int, name: str) -> bool:
    """Whether a unit's status is the one named, as in `{% if unit.status|is_status:"PLANNED" %}`."""
    return value == Status[name]


@register.filter
def status_slug(value: int) -> str:
    """A unit's status as addresses have it."""
    return Status(value).name.lower()


@register.inclusion_tag("forms/field.html")
def field(bound: BoundField, **options: Any) -> dict[str, Any]:
    """A control of a Django form with its label, help and error; `span=True` lets it take the whole row."""
    widget = bound.field.widget
    if widget.attrs.get("placeholder") == str(bound.label):  # allauth repeats the label as the placeholder
        del widget.attrs["placeholder"]
    kind = getattr(widget, "input_type", "select" if hasattr(widget, "choices") else "textarea")
    shape = {"checkbox": "form-check-input", "radio": "", "select": "form-select"}.get(kind, "form-control")
    if shape:
        widget.attrs.setdefault("class", shape)
    if bound.errors:
        widget.attrs["aria-invalid"] = "true"
    described = [f"{bound.auto_id}_{part}" for part, there in (("help", bound.help_text), ("error", bound.errors)) if there]
    if described:
        widget.attrs["aria-describedby"] = " ".join(described)
    return {"field": bound, "kind": kind, "span": options.get("span", False)}


@register.inclusion_tag("files/card.html", takes_context=True)
def files(context: Context, noun: str, subject: int) -> dict[str, Any]:
    """The card with the files on a thing."""
    actor = actor_of(context["request"])
    attached = filing.attached(actor=actor, noun=noun, subject=subject)
    origin = filing.inherited(actor=actor, lot=subject) if noun == "lots" else []
    return {
        "inherited": origin,
        "files": attached,
        "at": f"/{noun}/{subject}",
        "may_edit": access.may(actor, filing.SECTIONS[noun], "edit"),
    }


@register.inclusion_tag("help/screenshot.html", takes_context=True)
def screenshot(context: Context, name: str, alt: str) -> dict[str, Any]:
    """A picture of the help, in the theme that its reader has."""
    return {"picture": screenshots.screenshot(name, alt, navigation.theme_of(context["request"]))}


@register.simple_tag
def demo_sign_ins() -> list[demo.SignIn]:
    """The demo company's accounts, one per role; none outside of a demo."""
    return demo.sign_ins()
