"""Many numbers corrected from a list of old and new: pasted or from a file, a verdict per line, then the good ones as one act."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from nameplate.models import Item, Lot, User
from nameplate.operations.correcting import PairsAnswer, correct_from_list, judge_pairs, text_of_file
from nameplate.operations.correcting.pairs import DRAFT
from nameplate.operations.drafting import OpenPage, kept_elsewhere, load_draft
from nameplate.refusals import Conflict, NotFound, Refused
from nameplate.serial_text import canonical
from nameplate.web.acting import act_once, viewing
from nameplate.web.drafts import keep, opened_with, sent_from
from nameplate.web.forms import key_is_spent, new_key
from nameplate.web.options import item_named

MOST_ROWS = 300


@dataclass
class TypedList:
    """The page as typed."""

    text: str
    item: str
    lot: str
    reason: str
    key: str
    page: OpenPage

    @property
    def within(self) -> tuple[Item | None, Lot | None]:
        """The item and the lot that old numbers are looked for in. Refused: a name that names none."""
        item = Item.objects.filter(pk=item_named(self.item)).first() if self.item.strip() else None
        number = canonical(self.lot).replace("\x00", "\ufffd")
        lot = Lot.objects.filter(number_key=number).first() if self.lot.strip() else None
        if self.item.strip() and item is None:
            raise NotFound("no-such-item", f"There is no item “{self.item[:80]}”.", fields={"item": "There is no such item."})
        if self.lot.strip() and lot is None:
            raise NotFound("no-such-lot", f"There is no lot “{self.lot[:40]}”.", fields={"lot": "There is no such lot."})
        return item, lot


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """The box, the verdicts, and the corrections."""
    actor = viewing(request, "stock", "edit")
    if request.method != "POST":
        draft = load_draft(actor=actor, subject=DRAFT) or {}
        given = request.GET
        opened = TypedList(draft.get("text", ""), given.get("item", ""), given.get("lot", ""), "", new_key(), opened_with(draft))
        return _screen(request, actor, opened)
    sent = request.POST
    text = sent.get("text", "").replace("\r\n", "\n")
    key = sent.get("idempotency_key", "") or new_key()
    typed = TypedList(text, sent.get("item", ""), sent.get("lot", ""), sent.get("reason", ""), key, sent_from(request))
    action = sent.get("action", "")
    try:
        if file := request.FILES.get("file"):
            typed.text = "\n".join(part for part in (typed.text.rstrip("\n"), text_of_file(file.read())) if part)
        if action == "draft":
            return act_once(request, lambda: _kept(actor, typed))
        if action.startswith("correct:"):
            return act_once(request, lambda: _corrected(actor, typed, action.removeprefix("correct:")))
    except Refused as refusal:
        if key_is_spent(refusal):
            typed.key = new_key()
        return _screen(request, actor, typed, refusal)
    return _screen(request, actor, typed)


def _screen(request: HttpRequest, actor: User, typed: TypedList, refused: Refused | None = None) -> HttpResponse:
    context: dict[str, Any] = {"typed": typed, "elsewhere": kept_elsewhere(actor=actor, subject=DRAFT, page=typed.page)}
    try:
        item, lot = typed.within
        answer = judge_pairs(actor=actor, text=typed.text, item=item, lot=lot)
        rows = sorted(answer.pairs, key=lambda pair: pair.standing == "good")[:MOST_ROWS] if len(answer.pairs) > MOST_ROWS else answer.pairs
        good = len(answer.numbers)
        context |= {
            "rows": rows,
            "good": good,
            "bad": len(answer.pairs) - good,
            "hidden": len(answer.pairs) - len(rows),
            "items": answer.items,
            "signature": signature_of(answer),
        }
    except Refused as refusal:
        refused = refused or refusal
    context["refused"] = refused
    return render(request, "serials/corrections.html", context, status=refused.status if refused else 200)


def signature_of(answer: PairsAnswer) -> str:
    """A hash over what the button corrects: anything else is not done."""
    return hashlib.sha256(json.dumps(sorted(answer.numbers.items())).encode()).hexdigest()[:32]


def _kept(actor: User, typed: TypedList) -> tuple[str, str]:
    kept = keep(actor, DRAFT, {"text": typed.text} if typed.text.strip() else {}, typed.page)
    return "/serials/corrections", "Kept as a draft. Nothing was corrected." if kept else "The draft is empty now."


def _corrected(actor: User, typed: TypedList, seen: str) -> tuple[str, str]:
    item, lot = typed.within
    entry, answer = correct_from_list(actor=actor, text=typed.text, reason=typed.reason, item=item, lot=lot, page=typed.page)
    if seen != signature_of(answer):
        raise Conflict(
            "changed-meanwhile",
            "What can be corrected has changed since the button was shown.",
            way_out="Nothing was corrected. Look at the verdicts below and press it again.",
        )
    said = f"{entry.units:,} number{'' if entry.units == 1 else 's'} corrected."
    if answer.rest:
        return "/serials/corrections", f"{said} {len(answer.rest):,} line{' stays' if len(answer.rest) == 1 else 's stay'} here as a draft."
    return f"/entries/{entry.pk}", said
