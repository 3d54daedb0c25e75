"""Stock counts: drawn up, started, how they stand, and the posting of their differences."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nameplate import access
from nameplate.documents.count_sheets import count_sheet
from nameplate.documents.sending import sent
from nameplate.models import Document, DocumentKind, DocumentStatus, Entry, Location, ReasonKind
from nameplate.operations import counting
from nameplate.operations.company import company
from nameplate.refusals import Invalid, Refused
from nameplate.web import count_scans
from nameplate.web.acting import button_page, form_page, viewing
from nameplate.web.document_acts import Done, what_was_done
from nameplate.web.forms import TypedForm, choosing_field, long_text_field, new_key, text_field, whole_number
from nameplate.web.history import history_of
from nameplate.web.options import item_named, label_of, places_named, proposals
from nameplate.web.reasons import reason_choices

S = DocumentStatus
STEPS = (S.NEW, S.IN_PROGRESS, S.DONE)
MOST_SHOWN = 200
"""Rows of each table on a page."""


class CountForm(TypedForm):
    """What is counted."""

    places = long_text_field("Places", "One on each line, like Main plant · A-01. Empty for wherever the item lies.", rows=4)
    item = choosing_field("Only of item", "components", "Empty for everything at these places.")
    blind = forms.BooleanField(label="Blind", help_text="Those who count are not shown what should be there.", required=False)
    notes = long_text_field("Note", rows=2)

    def location_ids(self) -> list[int]:
        """The places that are typed. Refused: a line that names none."""
        lines = [line.strip() for line in str(self.typed("places")["places"] or "").splitlines() if line.strip()]
        found = places_named(lines)
        wrong = next((problem for line in lines if (problem := found[line][1])), "")
        if wrong:
            raise Invalid("no-such-location", wrong, fields={"places": wrong})
        return [place for line in lines if (place := found[line][0])]


class PostingForm(TypedForm):
    """What is done about the differences that are shown."""

    seal = forms.CharField(widget=forms.HiddenInput)
    move_found = forms.BooleanField(label="Move what was found elsewhere to where it was found", required=False)
    write_off_missing = forms.BooleanField(label="Write off what is missing", required=False)
    reason = forms.ChoiceField(label="Reason of the write-off", choices=[])
    note = text_field("Note", "For whoever reads the entry later.")

    def shape(self, seal: str) -> None:
        """The reasons in use; a page that is shown again stands for the differences that it shows now."""
        self.set_choices("reason", reason_choices(ReasonKind.WRITE_OFF))
        self.initial = {"idempotency_key": new_key(), "seal": seal, "move_found": True, "write_off_missing": True}

    def reseal(self, seal: str) -> None:
        """The page is shown again with the differences as they are now: the next posting is of these."""
        self.show_instead("seal", seal)


def count_or_404(pk: int) -> Document:
    """The count's document with what is particular to it."""
    counts = Document.objects.filter(kind=DocumentKind.COUNT).select_related("stock_count__item", "stock_count__write_off", "created_by")
    return get_object_or_404(counts, pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The form of a count. `?location=4` fills a place in, `?item=HDD` an item."""
    actor = viewing(request, "stock", "create")
    place = Location.objects.select_related("site").filter(pk=whole_number(request.GET.get("location", ""))).first()
    first = {"places": label_of(place) if place else "", "item": request.GET.get("item", ""), "idempotency_key": new_key()}
    form = CountForm(request.POST or None, initial=first)

    def act() -> tuple[str, str]:
        typed = form.typed("item", "blind", "notes")
        named = str(typed["item"] or "").strip()
        count = counting.create_count(
            actor=actor,
            location_ids=form.location_ids(),
            item=item_named(named) if named else None,
            blind=bool(typed["blind"]),
            notes=str(typed["notes"] or ""),
        )
        return f"/stock-counts/{count.pk}", f"{count} was created. Start it when you begin to count."

    return form_page(request, form, "counting/new.html", act, {"components": proposals("components"), "locations": proposals("locations")})


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """How the count stands."""
    return _page(request, pk)


@require_POST
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """Freeze what should be there, then scan."""
    actor = viewing(request, "stock", "edit")

    def act() -> tuple[str, str]:
        return f"/stock-counts/{pk}/scans", f"{counting.start(actor=actor, count=pk)} is in progress: what should be there is frozen."

    return button_page(request, act, lambda again, refused: _page(again, pk, refused))


@require_POST
def cancellation(request: HttpRequest, pk: int) -> HttpResponse:
    """Call it off."""
    actor = viewing(request, "stock", "delete")

    def act() -> tuple[str, str]:
        return f"/stock-counts/{pk}", f"{counting.cancel(actor=actor, count=pk)} is canceled."

    return button_page(request, act, lambda again, refused: _page(again, pk, refused))


@require_http_methods(["GET", "HEAD", "POST"])
def posting(request: HttpRequest, pk: int) -> HttpResponse:
    """The differences with what they are worth; sent, their posting."""
    actor = viewing(request, "stock", "count")
    count = count_or_404(pk)
    found = counting.differences(actor=actor, count=count)
    form = PostingForm(request.POST or None)
    form.shape(found.seal)

    def act() -> tuple[str, str]:
        typed = form.typed("seal", "move_found", "write_off_missing", "reason", "note")
        posted = counting.post_count(
            actor=actor,
            count=pk,
            reason=whole_number(str(typed["reason"] or "")),
            move_found=bool(typed["move_found"]),
            write_off_missing=bool(typed["write_off_missing"]),
            seal=str(typed["seal"] or ""),
            note=str(typed["note"] or ""),
        )
        return f"/stock-counts/{pk}", _said(posted)

    def tell(refusal: Refused) -> None:
        if refusal.rule == "changed-meanwhile":
            form.reseal(found.seal)

    context = {"count": count, "found": _shown(found), "may_see": True, "currency": company().currency}
    return form_page(request, form, "counting/posting.html", act, context, tell=tell)


def _said(posted: counting.Posted) -> str:
    """What was posted, in a sentence."""
    gone = posted.write_off
    told = [f"{posted.entry.units:,} unit{'' if posted.entry.units == 1 else 's'} moved"]
    told.append(f"{gone.units:,} written off under {gone.document}" if gone else "nothing written off")
    left = len(posted.differences.left_out)
    more = f" {left:,} left as they are; the count’s page says why." if left else ""
    return f"Posted: {', '.join(told)}.{more}"


@require_safe
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The count's sheet."""
    return sent(count_sheet(actor=viewing(request, "stock"), count=pk))


def _shown(found: counting.Differences) -> dict[str, Any]:
    """The differences as far as a page shows them."""
    lists: dict[str, list[Any]] = {
        "missing": found.missing,
        "elsewhere": found.elsewhere,
        "goods": [one for one in found.goods if one.counted is not None],
        "contradictions": found.contradictions,
        "unknown": found.unknown,
        "two_places": found.two_places,
    }
    places = {one.pk: label_of(one) for one in Location.objects.select_related("site").filter(pk__in={u.found_at for u in found.elsewhere})}
    return {
        **{name: several[:MOST_SHOWN] for name, several in lists.items()},
        "more": {name: max(len(several) - MOST_SHOWN, 0) for name, several in lists.items()},
        "gone": len(found.gone),
        "moved": len(found.moved),
        "left_out": len(found.left_out),
        "value": found.value,
        "without_cost": found.without_cost,
        "not_counted": [one for one in found.goods if one.counted is None],
        "places": places,
        "any": found.any,
    }


def _page(request: HttpRequest, pk: int, refused: Refused | None = None) -> HttpResponse:
    actor = viewing(request, "stock")
    count = count_or_404(pk)
    may = {right: access.may(actor, "stock", right) for right in ("edit", "delete", "count")}
    open_to = count.status == S.IN_PROGRESS
    may_see = may["count"] or not count.stock_count.blind
    told = {S.IN_PROGRESS: counting.differences, S.DONE: counting.outcome}.get(S(count.status))
    context = {
        "count": count,
        "head": count.stock_count,
        "at": f"/stock-counts/{pk}",
        "places": [one.location for one in count.stock_count.places.select_related("location__site").order_by("location__label_key")],
        "standing": counting.standing(actor=actor, count=count),
        "found": _shown(told(actor=actor, count=count)) if told and may_see else None,
        "postings": _postings(count),
        "steps": _steps(count),
        "may_see": may_see,
        "may_start": may["edit"] and count.status == S.NEW,
        "may_scan": may["edit"] and open_to,
        "may_post": may["count"] and open_to,
        "may_undo": may["count"],
        "may_cancel": may["delete"] and count.status in (S.NEW, S.IN_PROGRESS),
        "history": history_of("stock-counts", pk),
        "currency": company().currency,
        "key": new_key(),
        "refused": refused,
    }
    return render(request, "counting/detail.html", context)


def _postings(count: Document) -> list[Done]:
    """What was posted of it, newest first."""
    return what_was_done(Entry.objects.filter(document=count, reverses=None).select_related("actor").order_by("-pk")[:20])


def _steps(count: Document) -> list[dict[str, Any]]:
    if count.status == S.CANCELED:
        return [{"label": S.CANCELED.label, "current": True, "done": False}]
    at = STEPS.index(S(count.status))
    return [{"label": step.label, "current": place == at, "done": place < at} for place, step in enumerate(STEPS)]


paths = [
    path("new", new),
    path("<int:pk>", detail),
    path("<int:pk>/start", start),
    path("<int:pk>/cancellation", cancellation),
    path("<int:pk>/posting", posting),
    path("<int:pk>/sheet.pdf", sheet),
    *count_scans.paths,
]
