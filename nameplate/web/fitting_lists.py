"""Many units fitted from a pasted list of component, product and place: a verdict per line, then the good ones as one act."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_http_methods

from nameplate.models import User
from nameplate.operations.assembling.fitting import Verb
from nameplate.operations.assembling.lists import ListAnswer, draft_of, fit_from_list, judge_list
from nameplate.operations.drafting import OpenPage, kept_elsewhere, load_draft
from nameplate.refusals import Conflict, Refused
from nameplate.web.acting import act_once, viewing
from nameplate.web.drafts import keep, opened_with, sent_from
from nameplate.web.expiring import expired_note
from nameplate.web.forms import key_is_spent, new_key

MOST_ROWS = 300


@dataclass(frozen=True, slots=True)
class Words:
    """What the page of a verb says."""

    at: str
    title: str
    sub: str
    button: str
    done: str
    becomes: str


WORDS: Mapping[Verb, Words] = {
    "install": Words(
        "/installations/new", "Build many in", "units from stock into products that exist", "Build in", "built in", "goes into"
    ),
    "place": Words("/placements/new", "Say where many are", "units that an order used, unit unknown", "Say so for", "placed", "is in"),
}


@dataclass
class TypedList:
    """The page as typed."""

    text: str
    reason: str
    anyway: bool
    key: str
    page: OpenPage


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, verb: Verb) -> HttpResponse:
    """The box, the verdicts, and the act."""
    actor = viewing(request, "stock", "edit")
    if request.method != "POST":
        draft = load_draft(actor=actor, subject=draft_of(verb)) or {}
        return _screen(request, actor, verb, TypedList(draft.get("text", ""), "", False, new_key(), opened_with(draft)))
    sent = request.POST
    typed = TypedList(
        sent.get("text", "").replace("\r\n", "\n"),
        sent.get("reason", ""),
        bool(sent.get("anyway")),
        sent.get("idempotency_key", "") or new_key(),
        sent_from(request),
    )
    action = sent.get("action", "")
    try:
        if action == "draft":
            return act_once(request, lambda: _kept(actor, verb, typed))
        if action.startswith("do:"):
            return act_once(request, lambda: _done(actor, verb, typed, action.removeprefix("do:")))
    except Refused as refusal:
        if key_is_spent(refusal):
            typed.key = new_key()
        return _screen(request, actor, verb, typed, refusal)
    return _screen(request, actor, verb, typed)


def _screen(request: HttpRequest, actor: User, verb: Verb, typed: TypedList, refused: Refused | None = None) -> HttpResponse:
    elsewhere = kept_elsewhere(actor=actor, subject=draft_of(verb), page=typed.page)
    context: dict[str, Any] = {"typed": typed, "words": WORDS[verb], "elsewhere": elsewhere}
    try:
        answer = judge_list(actor=actor, verb=verb, text=typed.text, reason=typed.reason, anyway=typed.anyway)
        rows = sorted(answer.rows, key=lambda row: row.standing == "good")[:MOST_ROWS] if len(answer.rows) > MOST_ROWS else answer.rows
        good = len(answer.fittings)
        context |= {
            "rows": rows,
            "good": good,
            "bad": len(answer.rows) - good,
            "hidden": len(answer.rows) - len(rows),
            "signature": signature_of(answer),
        }
    except Refused as refusal:
        refused = refused or refusal
    context["refused"] = refused
    return render(request, "components/list.html", context, status=refused.status if refused else 200)


def signature_of(answer: ListAnswer) -> str:
    """A hash over what the button does: anything else is not done."""
    wanted = [(one.unit_id, one.product_id, one.place) for one in answer.fittings]
    return hashlib.sha256(json.dumps(wanted).encode()).hexdigest()[:32]


def _kept(actor: User, verb: Verb, typed: TypedList) -> tuple[str, str]:
    kept = keep(actor, draft_of(verb), {"text": typed.text} if typed.text.strip() else {}, typed.page)
    return WORDS[verb].at, "Kept as a draft. Nothing was done." if kept else "The draft is empty now."


def _done(actor: User, verb: Verb, typed: TypedList, seen: str) -> tuple[str, str]:
    entry, answer = fit_from_list(actor=actor, verb=verb, text=typed.text, reason=typed.reason, anyway=typed.anyway, page=typed.page)
    if seen != signature_of(answer):
        raise Conflict(
            "changed-meanwhile",
            "What can be done has changed since the button was shown.",
            way_out="Nothing was done. Look at the verdicts below and press it again.",
        )
    count = len(answer.fittings)
    said = f"{count:,} unit{'' if count == 1 else 's'} {WORDS[verb].done}."
    said += expired_note([one.unit_id for one in answer.fittings])
    if answer.rest:
        stay = "line stays" if len(answer.rest) == 1 else "lines stay"
        return WORDS[verb].at, f"{said} {len(answer.rest):,} {stay} here as a draft."
    return f"/entries/{entry.pk}", said


paths = [path("installations/new", page, {"verb": "install"}), path("placements/new", page, {"verb": "place"})]
