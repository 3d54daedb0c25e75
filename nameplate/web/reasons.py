"""Settings → Reasons: two short lists on one page, each kept in its order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST

from nameplate import access
from nameplate.models import Reason, ReasonKind, User
from nameplate.operations import reasons
from nameplate.refusals import Refused
from nameplate.web.acting import button_page, form_page, viewing
from nameplate.web.forms import EditForm, new_key, text_field, whole_number
from nameplate.web.history import history_of

AT = "/settings/reasons"
PLACEHOLDERS = {ReasonKind.WRITE_OFF: "Damaged", ReasonKind.RETURN: "Failed in use", ReasonKind.REJECTION: "Out of limits"}


def reason_choices(kind: ReasonKind, none: str = "Choose one") -> list[tuple[str, str]]:
    """The company's reasons of a kind, to choose one of; `none` stands for no choice."""
    return [("", none), *((str(one.pk), one.name) for one in reasons.reasons(kind))]


class ReasonForm(EditForm):
    """A reason's name."""

    name = text_field("Reason", "What was done for it before shows the new name too.", required=True)


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Both lists; sent, a new reason of the kind that `kind` says."""
    if request.method != "POST":
        return _page(request)
    actor = viewing(request, "settings", "edit")

    def act() -> tuple[str, str]:
        made = reasons.create_reason(actor=actor, kind=request.POST.get("kind", ""), name=request.POST.get("name", ""))
        return AT, f"“{made}” can be chosen now."

    return button_page(request, act, _page)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Another name."""
    actor = viewing(request, "settings", "edit")
    reason = get_object_or_404(Reason, pk=pk)
    first = {"name": reason.name, "version": reason.version, "idempotency_key": new_key()}
    form = ReasonForm(request.POST or None, initial=first)

    def act() -> tuple[str, str]:
        edited = reasons.edit_reason(actor=actor, reason=pk, version=form.seen_version(), name=form.typed()["name"] or "")
        return AT, f"“{edited}” was saved."

    context = {"reason": reason, "kind": ReasonKind(reason.kind).label, "history": history_of(reasons.NOUN, pk)}
    return form_page(request, form, "settings/reason.html", act, context)


@require_POST
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """To another place in its list."""

    def change(actor: User, version: int) -> str:
        place = whole_number(request.POST.get("position", ""))
        return f"“{reasons.edit_reason(actor=actor, reason=pk, version=version, position=place)}” was moved."

    return _changed(request, change)


@require_POST
def archive(request: HttpRequest, pk: int) -> HttpResponse:
    """Out of what can be chosen."""
    return _changed(request, lambda actor, version: f"“{reasons.archive_reason(actor=actor, reason=pk, version=version)}” was archived.")


@require_POST
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Back from the archive."""
    return _changed(request, lambda actor, version: f"“{reasons.restore_reason(actor=actor, reason=pk, version=version)}” was restored.")


def _changed(request: HttpRequest, change: Callable[[User, int], str]) -> HttpResponse:
    actor = viewing(request, "settings", "edit")
    return button_page(request, lambda: (AT, change(actor, whole_number(request.POST.get("version", "")))), _page)


def _page(request: HttpRequest, refused: Refused | None = None) -> HttpResponse:
    actor = viewing(request, "settings")
    typed = request.POST.get("kind", "") if refused else ""
    context: dict[str, Any] = {
        "at": AT,
        "lists": [_list(kind, request.POST.get("name", "") if typed == kind else "") for kind in ReasonKind],
        "typed": typed,
        "may_edit": access.may(actor, "settings", "edit"),
        "key": new_key(),
        "refused": refused,
        "history": history_of(reasons.NOUN, None),
    }
    return render(request, "settings/reasons.html", context)


def _list(kind: ReasonKind, typed: str) -> dict[str, Any]:
    """One list. Archived reasons keep their place, and stand behind the others."""
    found = reasons.reasons(kind, archived=True)
    current = [one for one in found if not one.archived]
    rows = []
    for index, one in enumerate(current):
        up = current[index - 1].position if index else 0
        down = current[index + 1].position if index + 1 < len(current) else 0
        rows.append({"reason": one, "up": up, "down": down})
    return {
        "kind": kind,
        "rows": rows,
        "archived": [one for one in found if one.archived],
        "placeholder": PLACEHOLDERS[kind],
        "name": typed,
    }


paths = [
    path("reasons", page, name="reasons"),
    path("reasons/<int:pk>/edit", edit),
    path("reasons/<int:pk>/position", move),
    path("reasons/<int:pk>/archival", archive),
    path("reasons/<int:pk>/restoration", restore),
]
