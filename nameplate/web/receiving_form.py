"""What the receipt screen sends, as the boxes that the operation takes; and back again, from a draft to what was typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from nameplate import functions
from nameplate.models import Entry, Location, StockMovement, Tracking, User
from nameplate.operations.cataloguing.item_fields import accepted_of, function_off
from nameplate.operations.drafting import NO_PAGE, OpenPage
from nameplate.operations.entering.files import DroppedFile, read_file
from nameplate.operations.entering.offers import take
from nameplate.operations.lots.fields import read_fields
from nameplate.operations.numbering import propose_serial_numbers
from nameplate.operations.purchasing import LineProgress
from nameplate.operations.receiving import Box
from nameplate.refusals import Invalid, Refused
from nameplate.web.acting import actor_of
from nameplate.web.drafts import opened_with, sent_from
from nameplate.web.expiring import following, may_expire, proposed_expiry
from nameplate.web.forms import new_key, whole_number
from nameplate.web.options import label_of, places_named
from nameplate.web.own_fields import PREFIX


@dataclass
class TypedLine:
    """One line of the delivery as typed."""

    progress: LineProgress
    text: str = ""
    quantity: str = ""
    batch: str = ""
    place: str = ""
    keep: frozenset[str] = frozenset()
    file: DroppedFile | None = None
    """A dropped file whose column has to be chosen, or that had something to say."""
    file_problem: str = ""
    """Why a dropped file was not read, in a sentence."""
    problem: str = ""
    unreadable: str = ""
    """How many came without a readable number."""
    expires: str = ""

    @property
    def id(self) -> int:
        """The line's id, the suffix of its fields' names."""
        return self.progress.line.pk

    @property
    def by_serials(self) -> bool:
        """Whether its units have serial numbers of their own."""
        return self.progress.item.tracking == Tracking.SERIAL

    @property
    def may_expire(self) -> bool:
        """Whether it is asked when what came expires."""
        return may_expire(self.progress.item)

    @property
    def expiry(self) -> tuple[date | None, str]:
        """The day on which it expires, and what is wrong with it, in a sentence."""
        wrong: dict[str, str] = {}
        day = read_fields({"expires_on": self.expires}, wrong)["expires_on"] if self.may_expire else None
        return (day, "") if isinstance(day, date) and not wrong else (None, wrong.get("expires_on", ""))

    @property
    def switched_off(self) -> str:
        """The name of the function that the item needs and that is off: nothing is received of it meanwhile. Empty for none."""
        name = function_off(self.progress.item.tracking)
        return functions.ALL[name].label if name else ""

    @property
    def blank(self) -> bool:
        """Whether there is nothing to receive: nothing was typed, or its function is off."""
        return self.empty or bool(self.switched_off)

    @property
    def empty(self) -> bool:
        """Whether nothing was typed."""
        return not self.text.strip() and not self.quantity.strip() and not self.unreadable.strip()

    @property
    def without_numbers(self) -> int:
        """How many came without a readable number; none while what was typed is no count."""
        text = self.unreadable.strip()
        return int(text) if not self.blank and self.by_serials and text.isascii() and text.isdigit() and len(text) < 6 else 0

    def box(self, location_id: int | None) -> Box:
        """What the operation takes. `location_id` is what `place` names."""
        return Box(
            line_id=self.id,
            text=self.text if self.by_serials else "",
            quantity="" if self.by_serials else self.quantity,
            location_id=location_id,
            vendor_batch=self.batch.strip(),
            expires_on=self.expiry[0],
            keep=self.keep,
            unreadable=self.unreadable if self.by_serials else "",
        )

    def draft(self) -> dict[str, Any]:
        """What is kept of it."""
        typed = {"text": self.text, "quantity": self.quantity, "vendor_batch": self.batch, "place": self.place, "expires_on": self.expires}
        return {**typed, "keep": sorted(self.keep), "unreadable": self.unreadable}


@dataclass
class Typed:
    """The whole screen as typed."""

    lines: list[TypedLine]
    received_on: str = ""
    place: str = ""
    note: str = ""
    version: int = 0
    custom: Mapping[str, str] = field(default_factory=dict)
    """What was typed into custom fields that new units need, by slug."""
    key: str = field(default_factory=new_key)
    page: OpenPage = NO_PAGE

    @cached_property
    def places(self) -> dict[str, tuple[int | None, str]]:
        """What every place that was typed names, and what is wrong with it."""
        return places_named({self.place, *(line.place for line in self.lines if not line.blank)})

    @property
    def location_id(self) -> int | None:
        """Where everything goes that has no place of its own."""
        return self.places[self.place][0]

    def problem_of_place(self, place: str) -> str:
        """What speaks against receiving at this typed place, in a sentence; empty when nothing does."""
        return self.places[place][1]

    def place_problem(self) -> str:
        """What is wrong with where things go: with the receipt's own place, else with the first line's that has a wrong one."""
        named = [(line.progress.item.number, self.problem_of_place(line.place)) for line in self.lines if not line.blank]
        first = next((f"{item}: {problem}" for item, problem in named if problem), "")
        return self.problem_of_place(self.place) or first

    def expiry_problem(self) -> str:
        """What is wrong with the first day of expiry that is none."""
        named = [(line.progress.item.number, line.expiry[1]) for line in self.lines if not line.blank]
        return next((f"{item}: {problem}" for item, problem in named if problem), "")

    def boxes(self) -> list[Box]:
        """The boxes of the lines in which anything stands."""
        return [line.box(self.places[line.place][0]) for line in self.lines if not line.blank]

    def day(self) -> date | None:
        """The day of the receipt; None is today. Refused: what is no day."""
        text = self.received_on.strip()
        try:
            return date.fromisoformat(text) if text else None
        except ValueError:
            raise Invalid("not-a-date", f"“{text[:40]}” is not a day.", fields={"received_on": "Write it like 2026-03-31."}) from None

    def draft(self) -> dict[str, Any]:
        """What is kept of it; empty when nothing was typed."""
        lines = {str(line.id): line.draft() for line in self.lines if not line.empty}
        # A day that was left as it came up is today, on whatever day the receipt goes on.
        day = "" if self.received_on == timezone.localdate().isoformat() else self.received_on
        own = {"custom": dict(self.custom)} if self.custom else {}
        return {"lines": lines, "place": self.place, "note": self.note, "received_on": day, **own} if lines else {}


def usual_place(actor: User) -> str:
    """Where this person's last receipt went, or the only place there is: proposed, to be changed when it is another."""
    last = Entry.objects.filter(actor=actor, act="received").order_by("-id").values_list("id", flat=True).first()
    went = StockMovement.objects.filter(entry_id=last or 0).order_by("-id").values_list("location_id", flat=True).first()
    storage = Location.objects.select_related("site").filter(archived=False, site__archived=False, purpose=Location.Purpose.STORAGE)
    found = list(storage.filter(pk=went) if went else storage[:2])
    return label_of(found[0]) if len(found) == 1 else ""


def from_draft(progress: Sequence[LineProgress], draft: Mapping[str, Any] | None, *, place: str, version: int) -> Typed:
    """The screen as it opens: blank, or as it was kept."""
    kept: Mapping[str, Mapping[str, Any]] = (draft or {}).get("lines", {})
    top = draft or {}
    day = top.get("received_on") or timezone.localdate().isoformat()
    lines = []
    for one in progress:
        saved = kept.get(str(one.line.pk), {})
        lines.append(
            TypedLine(
                one,
                text=saved.get("text", ""),
                quantity=saved.get("quantity", ""),
                batch=saved.get("vendor_batch", ""),
                place=saved.get("place", ""),
                keep=frozenset(saved.get("keep", ())),
                unreadable=saved.get("unreadable", ""),
                expires=saved.get("expires_on", proposed_expiry(one.item, day)),
            )
        )
    own = {"custom": top.get("custom", {}), "page": opened_with(draft)}
    return Typed(lines, day, top.get("place") or place, top.get("note", ""), version, **own)


def from_request(request: HttpRequest, progress: Sequence[LineProgress]) -> Typed:
    """The screen as sent, its files read into their boxes and the pressed offer taken."""
    sent = request.POST
    lines = []
    for one in progress:
        key = one.line.pk
        line = TypedLine(
            one,
            text=sent.get(f"text-{key}", "").replace("\r\n", "\n"),
            quantity=sent.get(f"quantity-{key}", ""),
            batch=sent.get(f"batch-{key}", ""),
            place=sent.get(f"place-{key}", ""),
            keep=frozenset(sent.getlist(f"keep-{key}")),
            unreadable=sent.get(f"unreadable-{key}", ""),
            expires=following(
                one.item, sent.get(f"expires-{key}", ""), proposed_for=sent.get("proposed_for", ""), day=sent.get("received_on", "")
            ),
        )
        lines.append(_with_offer(_with_file(line, request), sent.get("action", ""), actor_of(request)))
    return Typed(
        lines,
        sent.get("received_on", ""),
        sent.get("place", ""),
        sent.get("note", ""),
        whole_number(sent.get("version", "")),
        {name.removeprefix(PREFIX): sent[name] for name in sent if name.startswith(PREFIX)},
        sent.get("idempotency_key", "") or new_key(),
        sent_from(request),
    )


def _with_file(line: TypedLine, request: HttpRequest) -> TypedLine:
    dropped = request.FILES.get(f"file-{line.id}")
    if dropped is None:
        return line
    try:
        found = read_file(dropped.read(), whole_number(request.POST.get(f"column-{line.id}", "")) or None)
    except Refused as refusal:
        return replace(line, file_problem=f"{refusal.message} {refusal.way_out}".strip())
    text = "\n".join(part for part in (line.text.rstrip("\n"), found.text) if part)
    return replace(line, text=text, file=found)


def _with_offer(line: TypedLine, action: str, actor: User) -> TypedLine:
    """`offer:LINE:kind:argument` is a pressed button of the box; the kind `next` takes so many of the item's own next numbers."""
    parts = action.split(":", 3)
    if len(parts) != 4 or parts[0] != "offer" or parts[1] != str(line.id):
        return line
    try:
        if parts[2] == "next":
            numbers = propose_serial_numbers(actor=actor, item=line.progress.item, count=whole_number(parts[3]))
            return replace(line, text="\n".join([*([line.text.rstrip("\n")] if line.text.strip() else []), *numbers]))
        return replace(line, text=take(line.text, parts[2], parts[3], accepted_of(line.progress.item)))
    except Refused as refusal:
        return replace(line, problem=refusal.message)
