"""What the page of a completion sends, as the operation takes it; and back again, from a draft to what was typed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from nameplate.models import Tracking
from nameplate.operations.cataloguing.texts import read_date, refuse_wrong
from nameplate.operations.drafting import NO_PAGE, OpenPage
from nameplate.operations.entering.parsing import parse
from nameplate.operations.lots.fields import read_fields
from nameplate.operations.manufacturing import Completion, FailedUnit, GoodsUsed, PartProgress, Progress, UsedUnit, columns_of
from nameplate.operations.manufacturing.sheet import Sheet, kept_sheet, read_sheet
from nameplate.refusals import Invalid, Offender, Refused
from nameplate.web.drafts import opened_with, sent_from
from nameplate.web.expiring import following, may_expire, proposed_expiry
from nameplate.web.forms import new_key, whole_number
from nameplate.web.options import place_label, places_named

PLAIN = ("place", "happened_on", "expires_on", "note", "failed", "quantity")

HEAD = ("place", "happened_on", "expires_on")
"""What is kept of a completion of which some rows stay as a draft."""


@dataclass(slots=True)
class Box:
    """What is typed about a part beside the grid: units used, not known where; or lots and quantities."""

    part: PartProgress
    text: str = ""

    @property
    def id(self) -> int:
        """The suffix of its field's name."""
        return self.part.line.pk

    @property
    def by_serials(self) -> bool:
        """Whether it takes numbers of units."""
        return self.part.item.tracking == Tracking.SERIAL


@dataclass(slots=True)
class Typed:
    """The whole page as typed."""

    sheet: Sheet
    boxes: list[Box]
    version: int
    place: str = ""
    happened_on: str = ""
    expires_on: str = ""
    note: str = ""
    failed: str = ""
    quantity: str = ""
    keep: frozenset[str] = frozenset()
    row: int = 0
    """The row into which scanned parts go."""
    unread: str = ""
    """The grid as it was sent, where it cannot be read; `problem` says why."""
    problem: Refused | None = None
    key: str = field(default_factory=new_key)
    page: OpenPage = NO_PAGE
    elsewhere: bool = False
    """Whether another page of the order kept something since this one was opened."""

    def draft(self) -> dict[str, Any]:
        """What is worth keeping, or nothing."""
        rows = [row for row in self.sheet.rows if any(row)]
        boxes = {str(box.id): box.text for box in self.boxes if box.text.strip()}
        body = {name: getattr(self, name) for name in ("note", "failed", "quantity") if getattr(self, name).strip()}
        if not (rows or boxes or body):
            return {}
        return {
            **body,
            "rows": rows,
            "columns": self.sheet.labels(),
            "boxes": boxes,
            "keep": sorted(self.keep),
            **{name: getattr(self, name) for name in HEAD},
        }

    def completion(self) -> Completion:
        """As the operation takes it. Refused: a line of a box that cannot be read, each named."""
        wrong: list[Offender] = []
        used: list[UsedUnit] = []
        goods: list[GoodsUsed] = []
        for box in self.boxes:
            if box.by_serials:
                used += [UsedUnit(box.id, number) for number in _numbers(box.text)]
            else:
                goods += _goods(box, wrong)
        failed = []
        for position, line in enumerate(filter(None, map(str.strip, self.failed.splitlines())), 1):
            number, _, reason = line.partition("\t") if "\t" in line else line.partition(" ")
            failed.append(FailedUnit(number, reason.strip()))
            if not reason.strip():
                wrong.append(Offender(number, "say what is wrong with it, after the number", line=position))
        if wrong:
            sentence = f"{wrong[0].text}: {wrong[0].why}."
            raise Invalid("cannot-be-read", sentence, fields={"failed" if failed else "goods": sentence}, offenders=wrong)
        return Completion(
            rows=self.sheet.products(),
            quantity=self.quantity.strip() or None,
            used=used,
            goods=goods,
            failed=failed,
            keep=self.keep,
            expires_on=self.expiry(),
        )

    def location_id(self) -> int | None:
        """Where the products go. Refused: a text that names no place."""
        found, problem = places_named([self.place])[self.place]
        if problem:
            raise Invalid("no-such-location", problem, fields={"location": problem}, way_out="Choose a place from the list.")
        return found

    def day(self) -> dt.date | None:
        """The day it happened, of the company's time zone."""
        wrong: dict[str, str] = {}
        day = read_date("Finished on", self.happened_on, "happened_on", wrong)
        refuse_wrong(wrong)
        return day

    def expiry(self) -> dt.date | None:
        """The day on which what was made expires. Refused: what is no day, or none that can be kept."""
        wrong: dict[str, str] = {}
        day = read_fields({"expires_on": self.expires_on}, wrong)["expires_on"] if self.expires_on.strip() else None
        refuse_wrong(wrong)
        return day if isinstance(day, dt.date) else None


def _numbers(text: str) -> list[str]:
    return [number for candidate in parse(text).candidates for number in (candidate.numbers or [candidate.raw])]


def _goods(box: Box, wrong: list[Offender]) -> list[GoodsUsed]:
    found = []
    for position, line in enumerate(filter(None, map(str.strip, box.text.splitlines())), 1):
        lot, _, quantity = line.replace("\t", " ").partition(" ")
        if quantity.strip():
            found.append(GoodsUsed(box.id, lot, quantity.strip()))
        else:
            wrong.append(Offender(line, "say how much of it, after the lot: L00012 4", line=position))
    return found


def from_request(request: HttpRequest, standing: Progress) -> Typed:
    """As it was sent, a sheet that cannot be read among it."""
    sent, columns = request.POST, columns_of(standing)
    typed = Typed(
        Sheet(columns), [Box(part, sent.get(f"box-{part.line.pk}", "")) for part in standing.parts], whole_number(sent.get("version", ""))
    )
    try:
        typed.sheet = read_sheet(columns, sent.get("grid", ""))
    except Refused as refusal:
        typed.unread, typed.problem = sent.get("grid", ""), refusal
    for name in PLAIN:
        setattr(typed, name, sent.get(name, ""))
    typed.expires_on = following(standing.product.item, typed.expires_on, proposed_for=sent.get("proposed_for", ""), day=typed.happened_on)
    typed.keep = frozenset(sent.getlist("keep")) & {"other-item"}
    typed.row = whole_number(sent.get("row", ""))
    typed.key = sent.get("idempotency_key", "") or new_key()
    typed.page = sent_from(request)
    return typed


def from_draft(standing: Progress, draft: Mapping[str, Any] | None, *, version: int, location_id: int | None) -> Typed:
    """As it was kept, or empty."""
    columns = columns_of(standing)
    kept = draft or {}
    rows = [[str(cell) for cell in row] for row in kept.get("rows", ())]
    boxes = kept.get("boxes", {})
    item, day = standing.product.item, str(kept.get("happened_on", "")) or timezone.localdate().isoformat()
    return Typed(
        kept_sheet(columns, list(map(str, kept.get("columns", ()))), rows),
        [Box(part, str(boxes.get(str(part.line.pk), ""))) for part in standing.parts],
        version,
        place=str(kept.get("place", "")) or place_label(location_id or item.default_location_id),
        happened_on=day,
        expires_on=str(kept.get("expires_on", proposed_expiry(item, day))) if may_expire(item) else "",
        note=str(kept.get("note", "")),
        failed=str(kept.get("failed", "")),
        quantity=str(kept.get("quantity", "")),
        keep=frozenset(map(str, kept.get("keep", ()))),
        page=opened_with(draft),
    )
