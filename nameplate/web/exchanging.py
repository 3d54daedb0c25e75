"""The catalogue as files: all of it out; a file in, looked through line by line before anything is brought in."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods, require_safe

from nameplate import access
from nameplate.ledger.transacting import transacting
from nameplate.models import User
from nameplate.operations import exchanging
from nameplate.operations.drafting import discard_draft, load_draft, save_draft
from nameplate.operations.exchanging.exports import MEDIA_TYPES, Form
from nameplate.operations.exchanging.reading import LARGEST, MOST_LINES
from nameplate.refusals import Forbidden, Invalid, NotFound, Refused
from nameplate.web.acting import act_once, actor_of, see_other, viewing
from nameplate.web.forms import new_key
from nameplate.web.history import worded
from nameplate.web.list_words import WORDS

SHOWN = 200
"""Faults, and changes, on the page."""


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, noun: str) -> HttpResponse:
    """Out and in: what a chosen file would do stands here until it is brought in or thrown away."""
    actor = viewing(request, "catalogue")
    if request.method != "POST":
        return _page(request, actor, noun)
    viewing(request, "catalogue", "create")
    actions = {"check": _check, "bring": _bring, "discard": _discard}
    action = actions.get(request.POST.get("action", ""), _check)
    try:
        return action(request, actor, noun)
    except (Forbidden, NotFound):
        raise
    except Refused as refusal:
        return _page(request, actor, noun, refusal)


@require_safe
def export(request: HttpRequest, noun: str, form: Form) -> HttpResponse:
    """All things of the kind, in every field, as a file."""
    answer = HttpResponse(exchanging.export_file(actor=actor_of(request), noun=noun, form=form), content_type=MEDIA_TYPES[form])
    answer["Content-Disposition"] = f'attachment; filename="{noun}.{form}"'
    return answer


@require_safe
def bad_lines(request: HttpRequest, noun: str) -> HttpResponse:
    """The lines of the chosen file that cannot come in, with why not."""
    actor = viewing(request, "catalogue", "create")
    kept = _kept(actor, noun)
    if kept is None:
        raise NotFound("not-found", "No file is chosen any more.", way_out="Choose it again.")
    report = exchanging.judge_file(actor=actor, noun=noun, content=kept[1])
    answer = HttpResponse(exchanging.bad_lines_of(report), content_type=MEDIA_TYPES["csv"])
    answer["Content-Disposition"] = f'attachment; filename="{noun}-bad-lines.csv"'
    return answer


def _check(request: HttpRequest, actor: User, noun: str) -> HttpResponse:
    """Look the file through and keep it for this person."""
    sent = request.FILES.get("file")
    if sent is None:
        raise Invalid("file-missing", "No file was chosen.", fields={"file": "Choose a CSV or XLSX file."})
    content = sent.read()
    exchanging.judge_file(actor=actor, noun=noun, content=content)
    body = {"name": (sent.name or "file")[-200:], "file": base64.b64encode(content).decode()}
    save_draft(actor=actor, subject=_subject(noun), body=body)
    return see_other(_address(noun))


def _bring(request: HttpRequest, actor: User, noun: str) -> HttpResponse:
    def act() -> tuple[str, str]:
        kept = _kept(actor, noun)
        if kept is None:
            raise Invalid("file-missing", "No file is chosen any more.", fields={"file": "Choose it again."})
        with transacting():
            done = exchanging.import_file(actor=actor, noun=noun, content=kept[1], seen=request.POST.get("signature", "-"))
            discard_draft(actor=actor, subject=_subject(noun))
        return f"/{noun}", f"{done.made:,} made, {done.changed:,} changed, {done.same:,} left as they were."

    return act_once(request, act)


def _discard(request: HttpRequest, actor: User, noun: str) -> HttpResponse:
    discard_draft(actor=actor, subject=_subject(noun))
    return see_other(_address(noun))


def _subject(noun: str) -> str:
    return f"{noun}/imports"


def _address(noun: str) -> str:
    return f"/{noun}/imports"


def _kept(actor: User, noun: str) -> tuple[str, bytes] | None:
    """The name and the bytes of the file that this person chose last."""
    draft = load_draft(actor=actor, subject=_subject(noun))
    return (draft["name"], base64.b64decode(draft["file"])) if draft else None


def _page(request: HttpRequest, actor: User, noun: str, refused: Refused | None = None) -> HttpResponse:
    kind = exchanging.KINDS[noun]
    may_import = access.may(actor, "catalogue", "create")
    kept = _kept(actor, noun) if may_import else None
    report: exchanging.Report | None = None
    if kept is not None:
        try:
            report = exchanging.judge_file(actor=actor, noun=noun, content=kept[1])
        except Refused as refusal:
            refused = refused or refusal
    context = {
        "noun": noun,
        "kind": kind,
        "title": WORDS[noun].title,
        "name": kept[0] if kept else "",
        "report": report,
        "outcome": _outcome(report) if report else None,
        "columns": [column.label for column in kind.rows()[0]],
        "most_lines": MOST_LINES,
        "largest": LARGEST // 1_000_000,
        "may_import": may_import,
        "key": new_key(),
        "refused": refused,
    }
    return render(request, "exchanging/page.html", context, status=refused.status if refused else 200)


def _outcome(report: exchanging.Report) -> Mapping[str, Any]:
    """What the page shows of a report."""
    doing = [one for one in report.judged if not one.same]
    faults = report.faults
    return {
        "faults": faults[:SHOWN],
        "more_faults": max(len(faults) - SHOWN, 0),
        "bad": len(report.sheet.bad_lines),
        "changes": [(one, [(worded(field), before, after) for field, before, after in one.words]) for one in doing[:SHOWN]],
        "more_changes": max(len(doing) - SHOWN, 0),
        "ready": bool(doing) and not faults,
    }


def paths(noun: str) -> list[URLPattern]:
    """The addresses under the list's own."""
    views: tuple[tuple[str, Callable[..., HttpResponse], dict[str, str]], ...] = (
        ("imports", page, {}),
        ("imports/bad-lines.csv", bad_lines, {}),
        ("export.csv", export, {"form": "csv"}),
        ("export.xlsx", export, {"form": "xlsx"}),
    )
    return [path(f"{noun}/{tail}", view, {"noun": noun, **more}) for tail, view, more in views]
