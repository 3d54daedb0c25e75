"""What the picking screen sends and what it answers while somebody scans: a verdict on every number, and what the button would do."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from django.http import HttpRequest

from nameplate.models import Document, Serial, User
from nameplate.operations import shipping
from nameplate.operations.drafting import NO_PAGE, OpenPage
from nameplate.operations.entering.files import DroppedFile, read_file
from nameplate.operations.entering.offers import take
from nameplate.operations.entering.runs import folded as folded_numbers
from nameplate.operations.sales.standing import EXPIRED
from nameplate.refusals import Refused
from nameplate.web.drafts import opened_with, sent_from
from nameplate.web.forms import new_key, whole_number
from nameplate.web.receiving_panels import MOST_ROWS, Foot, ShownRow, folded

RESERVED = "offer:0:reserved:"
"""The button that puts the reserved numbers into the box."""


@dataclass
class PickTyped:
    """The box as typed."""

    shipment: Document
    text: str = ""
    keep: frozenset[str] = frozenset()
    key: str = field(default_factory=new_key)
    file: DroppedFile | None = None
    """A dropped file whose column has to be chosen, or that had something to say."""
    file_problem: str = ""
    """Why a dropped file was not read, in a sentence."""
    problem: str = ""
    id: int = 0
    """The box's number, the suffix of its fields' names."""
    by_serials: bool = True
    page: OpenPage = NO_PAGE

    def draft(self) -> dict[str, Any]:
        """What is kept of it; empty when nothing stands in the box."""
        return {"text": self.text, "keep": sorted(self.keep)} if self.text.strip() else {}


def from_draft(shipment: Document, draft: Mapping[str, Any] | None) -> PickTyped:
    """The box as it opens: empty, or as it was kept."""
    text, keep = str((draft or {}).get("text", "")), frozenset((draft or {}).get("keep", ()))
    return PickTyped(shipment, text, keep, page=opened_with(draft))


def from_request(request: HttpRequest, shipment: Document) -> PickTyped:
    """The box as sent, its file read into it and the pressed offer taken."""
    sent = request.POST
    key = sent.get("idempotency_key", "") or new_key()
    text, keep = sent.get("text-0", "").replace("\r\n", "\n"), frozenset(sent.getlist("keep-0"))
    typed = PickTyped(shipment, text, keep, key, page=sent_from(request))
    return _with_offer(_with_file(typed, request), sent.get("action", ""))


def _with_file(typed: PickTyped, request: HttpRequest) -> PickTyped:
    dropped = request.FILES.get("file-0")
    if dropped is None:
        return typed
    try:
        found = read_file(dropped.read(), whole_number(request.POST.get("column-0", "")) or None)
    except Refused as refusal:
        return replace(typed, file_problem=f"{refusal.message} {refusal.way_out}".strip())
    return replace(typed, text="\n".join(part for part in (typed.text.rstrip("\n"), found.text) if part), file=found)


def _with_offer(typed: PickTyped, action: str) -> PickTyped:
    """`offer:0:kind:argument` is a pressed button of the box; the kind `reserved` puts the numbers into it that are reserved."""
    parts = action.split(":", 3)
    if len(parts) != 4 or parts[0] != "offer":
        return typed
    try:
        if parts[2] == "reserved":
            lines = [typed.text.rstrip("\n"), *folded_numbers(reserved_numbers(typed.shipment))]
            return replace(typed, text="\n".join(line for line in lines if line))
        return replace(typed, text=take(typed.text, parts[2], parts[3]))
    except Refused as refusal:
        return replace(typed, problem=refusal.message)


def reserved_numbers(shipment: Document) -> list[str]:
    """The numbers of the units that are reserved for the shipment's orders and lie in no shipment."""
    orders = list(Document.objects.filter(shipments=shipment.pk).values_list("pk", flat=True))
    waiting = Serial.objects.filter(reserved_line__document__in=orders).exclude(pk__in=_picked(orders))
    return list(waiting.order_by("sort_key", "id").values_list("number", flat=True))


def _picked(orders: Sequence[int]) -> Any:
    return Serial.objects.filter(picks__line__document__in=orders).values("pk")


@dataclass(frozen=True, slots=True)
class PickPanel:
    """The answer to the box."""

    typed: PickTyped
    rows: Sequence[ShownRow]
    hidden: int
    good: int
    decide: int
    bad: int
    missing: Decimal
    offers: Sequence[Any]
    expired: int
    """Units of lots that have expired, which a person may let go."""
    waiting: int
    """Reserved units that lie in no shipment."""
    duplicates: int

    @property
    def kept(self) -> bool:
        """Whether the expired ones are let go."""
        return EXPIRED in self.typed.keep


class PickFoot(Foot):
    """What the button does."""

    sign = "truck"

    @property
    def label(self) -> str:
        """The words on the button."""
        return f"Pick {self.good:,}"


def answered(actor: User, typed: PickTyped) -> tuple[PickPanel, PickFoot, shipping.PickAnswer]:
    """What is said of everything in the box. Refused as `shipping.preview` is."""
    answer = shipping.preview(actor=actor, shipment=typed.shipment, text=typed.text, keep=typed.keep)
    rows = list(folded(answer.rows))
    panel = PickPanel(
        typed,
        rows[:MOST_ROWS],
        max(len(rows) - MOST_ROWS, 0),
        answer.good,
        answer.decide,
        answer.bad,
        answer.missing,
        answer.offers,
        sum(row.units for row in answer.rows if row.rule == EXPIRED or (row.rule == "kept" and EXPIRED in typed.keep)),
        len(reserved_numbers(typed.shipment)),
        answer.duplicates,
    )
    foot = PickFoot(answer.good, [], answer.decide, answer.bad, answer.stays, signature_of(answer), duplicates=answer.duplicates)
    return panel, foot, answer


def signature_of(answer: shipping.PickAnswer) -> str:
    """A hash over everything that the button picks."""
    return hashlib.sha256(json.dumps(answer.units).encode()).hexdigest()[:32]
