"""Judging by scanning into two boxes, passed and failed: a verdict on every number while it is typed, then one act for the good ones."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST

from nameplate.listings.inspection import InspectionPage, inspection_page
from nameplate.models import Document, ReasonKind, User
from nameplate.operations.cataloguing.texts import read_date, refuse_wrong
from nameplate.operations.drafting import NO_PAGE, OpenPage, load_draft
from nameplate.operations.entering.files import DroppedFile, read_file
from nameplate.operations.entering.offers import take
from nameplate.operations.inspecting.boxes import BOXES, BoxSaid, draft_subject, formats_of, judge_boxes, preview_boxes
from nameplate.operations.inspecting.documents import OPEN
from nameplate.operations.inspecting.sampling import known_bad, left_by_sample, left_in_words
from nameplate.operations.reasons import reasons
from nameplate.refusals import Conflict, Forbidden, NotFound, Refused
from nameplate.web.acting import act_once, viewing
from nameplate.web.drafts import keep, keep_meanwhile, opened_with, sent_from
from nameplate.web.forms import key_is_spent, new_key, whole_number
from nameplate.web.lot_acts import place_typed
from nameplate.web.options import proposals
from nameplate.web.receiving_panels import MOST_ROWS, ShownRow, folded

PLAIN = ("reason", "failed_note", "place", "happened_on", "note", "rest")
TITLES = {"passed": "Passed", "failed": "Failed"}


@dataclass
class Box:
    """One box as typed."""

    id: str
    text: str = ""
    file: DroppedFile | None = None
    file_problem: str = ""
    problem: str = ""

    @property
    def title(self) -> str:
        """What it takes."""
        return TITLES[self.id]


@dataclass
class Typed:
    """The whole page as typed."""

    boxes: dict[str, Box]
    plain: dict[str, str]
    key: str = field(default_factory=new_key)
    page: OpenPage = NO_PAGE

    @property
    def texts(self) -> dict[str, str]:
        """What stands in each box."""
        return {name: box.text for name, box in self.boxes.items()}

    def draft(self) -> dict[str, Any]:
        """What is kept of it; empty when nothing stands in a box."""
        return {**self.texts, **self.plain} if any(text.strip() for text in self.texts.values()) else {}


@dataclass(frozen=True, slots=True)
class Panel:
    """The answer to one box."""

    box: Box
    rows: Sequence[ShownRow]
    hidden: int
    said: BoxSaid


@dataclass(frozen=True, slots=True)
class Foot:
    """What the button does."""

    passed: int
    failed: int
    rest: int
    left: str
    """What of the rest passes by no sample, in words."""
    bad: int
    signature: str

    @property
    def label(self) -> str:
        """The words on the button."""
        parts = [f"{self.passed:,} passed"] if self.passed else []
        parts += [f"{self.failed:,} failed"] if self.failed else []
        parts += [f"{self.rest:,} by sample"] if self.rest else []
        return f"Record {', '.join(parts)}"


def _from_draft(draft: Mapping[str, Any] | None) -> Typed:
    kept = draft or {}
    boxes = {name: Box(name, str(kept.get(name, ""))) for name in BOXES}
    return Typed(boxes, {name: str(kept.get(name, "")) for name in PLAIN}, page=opened_with(draft))


def _from_request(request: HttpRequest, paper: Document) -> Typed:
    sent = request.POST
    boxes = {name: _with_file(Box(name, sent.get(f"text-{name}", "").replace("\r\n", "\n")), request) for name in BOXES}
    parts = sent.get("action", "").split(":", 3)
    if len(parts) == 4 and parts[0] == "offer" and parts[1] in boxes:
        box = boxes[parts[1]]
        try:
            box.text = take(box.text, parts[2], parts[3], formats_of(paper))
        except Refused as refusal:
            box.problem = refusal.message
    return Typed(boxes, {name: sent.get(name, "") for name in PLAIN}, sent.get("idempotency_key", "") or new_key(), sent_from(request))


def _with_file(box: Box, request: HttpRequest) -> Box:
    dropped = request.FILES.get(f"file-{box.id}")
    if dropped is None:
        return box
    try:
        box.file = read_file(dropped.read(), whole_number(request.POST.get(f"column-{box.id}", "")) or None)
    except Refused as refusal:
        box.file_problem = f"{refusal.message} {refusal.way_out}".strip()
        return box
    box.text = "\n".join(part for part in (box.text.rstrip("\n"), box.file.text) if part)
    return box


def _answered(actor: User, found: InspectionPage, typed: Typed) -> tuple[dict[str, Panel], Foot]:
    said = preview_boxes(actor=actor, inspection=found.paper, texts=typed.texts)
    panels = {}
    for name, answer in said.items():
        rows = list(folded(answer.rows))
        panels[name] = Panel(typed.boxes[name], rows[:MOST_ROWS], max(len(rows) - MOST_ROWS, 0), answer)
    passed, failed = said["passed"].good, said["failed"].good
    left = len(known_bad(found.paper).difference(*(one.units for one in said.values()))) if typed.plain["rest"] else 0
    rest = max(found.waiting - passed - failed - left, 0) if typed.plain["rest"] else 0
    return panels, Foot(passed, failed, rest, left_in_words(left), sum(one.bad for one in said.values()), _signature(said, typed))


def _signature(said: Mapping[str, BoxSaid], typed: Typed) -> str:
    """A hash over what the button does: a judgement of anything else is not made."""
    words = [said[name].units for name in BOXES], bool(typed.plain["rest"])
    return hashlib.sha256(json.dumps(words).encode()).hexdigest()[:32]


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """The two boxes: opened with the draft that was kept, sent with what the pressed button says."""
    actor = viewing(request, "stock", "inspect")
    found = inspection_page(actor=actor, inspection=pk)
    if request.method != "POST":
        return _screen(request, actor, found, _from_draft(load_draft(actor=actor, subject=draft_subject(found.paper))))
    typed = _from_request(request, found.paper)
    action = request.POST.get("action", "")
    if action == "draft":
        return _sent(request, actor, found, typed, lambda: _kept(actor, found.paper, typed))
    if action.startswith("judge:"):
        return _sent(request, actor, found, typed, lambda: _judged(actor, found.paper, typed, action.removeprefix("judge:")))
    return _screen(request, actor, found, typed)


@require_POST
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The verdicts alone, for the page to put in place while somebody types. Writes nothing but, when asked to, the draft."""
    actor = viewing(request, "stock", "inspect")
    found = inspection_page(actor=actor, inspection=pk)
    typed = _from_request(request, found.paper)
    try:
        panels, foot = _answered(actor, found, typed)
    except Refused as refusal:
        return JsonResponse({"refused": f"{refusal.message} {refusal.way_out}".strip()}, status=refusal.status)
    elsewhere = False
    if request.POST.get("keep_draft"):
        kept: dict[str, Any] = {"address": request.path.removesuffix("/preview"), "key": typed.key, "page": typed.page}
        elsewhere = keep_meanwhile(actor, draft_subject(found.paper), typed.draft(), **kept)
    changed = {name: text for name, text in typed.texts.items() if text != request.POST.get(f"text-{name}", "").replace("\r\n", "\n")}
    return JsonResponse(
        {
            "panels": {name: render_to_string("inspections/panel.html", {"panel": panel}) for name, panel in panels.items()},
            "foot": render_to_string("inspections/foot.html", {"foot": foot}),
            "texts": changed,
            "elsewhere": elsewhere,
        }
    )


def _screen(request: HttpRequest, actor: User, found: InspectionPage, typed: Typed, refused: Refused | None = None) -> HttpResponse:
    context: dict[str, Any] = {"page": found, "paper": found.paper, "at": f"/inspections/{found.paper.pk}", "typed": typed}
    panels: Mapping[str, Panel] = {}
    try:
        panels, context["foot"] = _answered(actor, found, typed)
    except Refused as refusal:
        refused = refused or refusal
    context |= {
        "boxes": [(box, panels.get(name)) for name, box in typed.boxes.items()],
        "reasons": reasons(ReasonKind.REJECTION),
        "places": proposals("locations"),
        "closed": found.paper.status not in OPEN or not found.waiting,
        "refused": refused,
    }
    return render(request, "inspections/verdicts.html", context, status=refused.status if refused else 200)


def _sent(request: HttpRequest, actor: User, found: InspectionPage, typed: Typed, act: Any) -> HttpResponse:
    try:
        return act_once(request, act)
    except (Forbidden, NotFound):
        raise
    except Refused as refusal:
        if key_is_spent(refusal):
            typed.key = new_key()
        return _screen(request, actor, found, typed, refusal)


def _kept(actor: User, paper: Document, typed: Typed) -> tuple[str, str]:
    kept = keep(actor, draft_subject(paper), typed.draft(), typed.page)
    return f"/inspections/{paper.pk}/verdicts", "Kept as a draft. Nothing was judged." if kept else "The draft is empty now."


def _judged(actor: User, paper: Document, typed: Typed, seen: str) -> tuple[str, str]:
    place = typed.plain["place"]
    entry, said = judge_boxes(
        actor=actor,
        inspection=paper,
        texts=typed.texts,
        reason=whole_number(typed.plain["reason"]) or None,
        failed_note=typed.plain["failed_note"],
        rest_by_sample=bool(typed.plain["rest"]),
        location_id=place_typed(place) if place.strip() else None,
        happened_on=_day(typed.plain["happened_on"]),
        note=typed.plain["note"],
        typed={**typed.draft(), "page": list(typed.page)},
    )
    if seen != _signature(said, typed):
        raise Conflict(
            "changed-meanwhile",
            "What can be judged has changed since the button was shown.",
            way_out="Nothing was recorded. Look at the verdicts below and press it again.",
        )
    left = sum(one.bad for one in said.values())
    to_judge = left_in_words(len(left_by_sample(paper.pk))) if typed.plain["rest"] else ""
    words = f"{said['passed'].good:,} passed, {said['failed'].good:,} failed. {to_judge}".rstrip()
    if left:
        return f"/inspections/{paper.pk}/verdicts", f"{words} {left:,} stayed here as a draft."
    return f"/inspections/{paper.pk}", f"{words} Recorded as entry {entry.pk}."


def _day(text: str) -> dt.date | None:
    wrong: dict[str, str] = {}
    day = read_date("Happened on", text, "happened_on", wrong)
    refuse_wrong(wrong)
    return day


paths = [path("inspections/<int:pk>/verdicts", page), path("inspections/<int:pk>/verdicts/preview", preview)]
