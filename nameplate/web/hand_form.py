"""What the page of a lot by hand sends, as the operation takes it; and back again, from a draft to what was typed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from nameplate import functions
from nameplate.models import Item, Lot, Tracking
from nameplate.operations.cataloguing import accepted_of
from nameplate.operations.drafting import NO_PAGE, OpenPage
from nameplate.operations.entering.files import DroppedFile, read_file
from nameplate.operations.entering.offers import take
from nameplate.operations.lots import HandBox, LotFields
from nameplate.quantities import from_micro
from nameplate.refusals import Invalid, Refused
from nameplate.web import own_fields
from nameplate.web.drafts import opened_with, sent_from
from nameplate.web.expiring import proposed_expiry
from nameplate.web.forms import new_key, whole_number
from nameplate.web.options import places_named

TEXTS = ("text", "unreadable", "quantity")
"""What stands in the box; their fields end in the box's number, as on the receipt screen."""
CUSTOMS = ("custom", "units_custom")
UNITS = "serials."
"""What the names of the units' custom fields begin with; the lot's own have none."""
PLAIN = ("received_on", "place", "reason", "vendor_batch", "expires_on", "cost", "notes", "receipt_line")


@dataclass
class HandTyped:
    """The whole page as typed. `lot` is the one that it comes into; None for a new one."""

    item: Item
    lot: Lot | None
    text: str = ""
    unreadable: str = ""
    quantity: str = ""
    received_on: str = ""
    place: str = ""
    reason: str = ""
    vendor_batch: str = ""
    expires_on: str = ""
    cost: str = ""
    notes: str = ""
    receipt_line: str = ""
    """The line of a purchase order from the draft of whose receipt the box was filled; that draft loses what is received here."""
    keep: frozenset[str] = frozenset()
    custom: Mapping[str, str] = field(default_factory=dict)
    """What was typed into the lot's own custom fields, by slug."""
    units_custom: Mapping[str, str] = field(default_factory=dict)
    """The same of the fields that new units need."""
    key: str = field(default_factory=new_key)
    page: OpenPage = NO_PAGE
    file: DroppedFile | None = None
    """A dropped file whose column has to be chosen, or that had something to say."""
    file_problem: str = ""
    """Why a dropped file was not read, in a sentence."""
    problem: str = ""
    id: int = 0
    """The box's number, the suffix of its fields' names."""

    @property
    def by_serials(self) -> bool:
        """Whether its units have serial numbers of their own."""
        return self.item.tracking == Tracking.SERIAL

    @property
    def blank(self) -> bool:
        """Whether nothing was typed into the box."""
        return not (self.text.strip() or self.unreadable.strip() or self.quantity.strip())

    @property
    def without_numbers(self) -> int:
        """How many there are without a readable number; none while what was typed is no count."""
        text = self.unreadable.strip()
        return int(text) if self.by_serials and text.isascii() and text.isdigit() and len(text) < 6 else 0

    @cached_property
    def _place(self) -> tuple[int | None, str]:
        return places_named({self.place})[self.place]

    @property
    def location_id(self) -> int | None:
        """Where it goes."""
        return self._place[0]

    @property
    def place_problem(self) -> str:
        """What speaks against that place, in a sentence; empty when nothing does."""
        return self._place[1]

    def box(self) -> HandBox:
        """What the operation takes."""
        if not self.by_serials:
            return HandBox(quantity=self.quantity)
        return HandBox(self.text, self.unreadable, keep=self.keep, custom=self.units_custom)

    def fields(self) -> LotFields:
        """What is said about a new lot."""
        expires_on = self.expires_on if functions.is_on(functions.EXPIRY_DATES) else ""  # a draft may have kept a day since
        found: LotFields = {"vendor_batch": self.vendor_batch, "expires_on": expires_on, "cost": self.cost, "notes": self.notes}
        return {**found, "custom": dict(self.custom)}

    def day(self) -> dt.date | None:
        """The day on which it came; None is today. Refused: what is no day."""
        text = self.received_on.strip()
        try:
            return dt.date.fromisoformat(text) if text else None
        except ValueError:
            raise Invalid("not-a-date", f"“{text[:40]}” is not a day.", fields={"received_on": "Write it like 2026-03-31."}) from None

    def draft(self) -> dict[str, Any]:
        """What is kept of it; empty when nothing stands in the box."""
        if self.blank:
            return {}
        kept = {name: getattr(self, name) for name in (*TEXTS, *PLAIN)}
        # A day that was left as it came up is today, on whatever day it goes on.
        day = "" if self.received_on == timezone.localdate().isoformat() else self.received_on
        customs = {name: dict(getattr(self, name)) for name in CUSTOMS if getattr(self, name)}
        return {**kept, "received_on": day, "keep": sorted(self.keep), **customs}


def from_draft(item: Item, lot: Lot | None, draft: Mapping[str, Any] | None, *, place: str) -> HandTyped:
    """The page as it opens: with what the item proposes, or as it was kept."""
    today = timezone.localdate()
    if draft is None:
        expires = proposed_expiry(item, today.isoformat()) if lot is None and functions.is_on(functions.EXPIRY_DATES) else ""
        cost = str(from_micro(item.cost)) if item.cost is not None and lot is None else ""
        return HandTyped(item, lot, received_on=today.isoformat(), place=place, expires_on=expires, cost=cost, page=opened_with(None))
    kept = {name: str(draft.get(name, "")) for name in (*TEXTS, *PLAIN)}
    kept["received_on"] = kept["received_on"] or today.isoformat()
    customs = {name: draft.get(name, {}) for name in CUSTOMS}
    page = opened_with(draft)
    return HandTyped(item, lot, keep=frozenset(draft.get("keep", ())), page=page, **customs, **kept)  # type: ignore[arg-type]  # texts all of them


def from_request(request: HttpRequest, item: Item, lot: Lot | None) -> HandTyped:
    """The page as sent, its file read into the box and the pressed offer taken."""
    sent = request.POST
    texts = {name: sent.get(f"{name}-0", "").replace("\r\n", "\n") for name in TEXTS}
    plain = {name: sent.get(name, "").replace("\r\n", "\n") for name in PLAIN}
    keep, key = frozenset(sent.getlist("keep-0")), sent.get("idempotency_key", "") or new_key()
    own = {"custom": own_fields.sent(sent.dict()), "units_custom": own_fields.sent(sent.dict(), UNITS)}
    typed = HandTyped(item, lot, keep=keep, key=key, page=sent_from(request), **own, **texts, **plain)  # type: ignore[arg-type]  # texts all of them
    return _with_offer(_with_file(typed, request), sent.get("action", ""))


def _with_file(typed: HandTyped, request: HttpRequest) -> HandTyped:
    dropped = request.FILES.get("file-0")
    if dropped is None:
        return typed
    try:
        found = read_file(dropped.read(), whole_number(request.POST.get("column-0", "")) or None)
    except Refused as refusal:
        return replace(typed, file_problem=f"{refusal.message} {refusal.way_out}".strip())
    return replace(typed, text="\n".join(part for part in (typed.text.rstrip("\n"), found.text) if part), file=found)


def _with_offer(typed: HandTyped, action: str) -> HandTyped:
    """`offer:0:kind:argument` is a pressed button of the box."""
    parts = action.split(":", 3)
    if len(parts) != 4 or parts[0] != "offer":
        return typed
    try:
        return replace(typed, text=take(typed.text, parts[2], parts[3], accepted_of(typed.item)))
    except Refused as refusal:
        return replace(typed, problem=refusal.message)
