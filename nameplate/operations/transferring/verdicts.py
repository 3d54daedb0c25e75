"""What a box of scanned numbers holds, line by line, before anything is received: on the order, not on it, come already, unknown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from nameplate import access
from nameplate.models import Document, DocumentKind, User
from nameplate.operations.cataloguing.things import id_of
from nameplate.operations.entering.parsing import parse
from nameplate.operations.transferring.arriving import Noted, why_not_along
from nameplate.operations.transferring.standing import TransferStanding, standing
from nameplate.operations.transferring.units import Standing, bearers_of
from nameplate.serial_text import canonical, trim

Verdict = Literal["ok", "extra", "trouble"]


@dataclass(frozen=True, slots=True)
class LineVerdict:
    """One number: whether it can be received, is extra, or cannot be taken; and why."""

    line: int
    number: str
    verdict: Verdict
    why: str
    unit_id: int | None = None
    noted: bool = False
    """Whether it was on the lorry and is not on the order, so that it is to be noted where it is not taken along."""


@dataclass(slots=True)
class Judged:
    """The whole box."""

    lines: list[LineVerdict] = field(default_factory=list)

    def of(self, verdict: Verdict) -> list[LineVerdict]:
        """The lines with this verdict."""
        return [one for one in self.lines if one.verdict == verdict]

    def units(self, *, along: bool) -> list[int]:
        """The units that are to be received: with those that are extra if they are taken along."""
        wanted = ("ok", "extra") if along else ("ok",)
        return [one.unit_id for one in self.lines if one.verdict in wanted and one.unit_id is not None]

    def noted(self, *, along: bool) -> list[Noted]:
        """What is noted as extra, to be settled later."""
        return [Noted(one.number[:120], one.why) for one in self.lines if one.noted and not (along and one.verdict == "extra")]


def judge_box(*, actor: User, order: Document, text: str) -> Judged:
    """The verdict on every number of the box. A constant number of statements; nothing is changed."""
    access.require(actor, "stock", "edit")
    stands = standing(order)
    parsed = parse(text)
    judged = Judged()
    bearers = bearers_of(parsed.prepared.keys)
    awaited = {unit.id for unit in stands.in_transit}
    for one in parsed.candidates:
        if one.problem is not None:
            judged.lines.append(LineVerdict(one.line, one.raw[:120], "trouble", one.problem.message))
        for number, key in zip(one.numbers, one.keys, strict=True):
            judged.lines.append(_verdict(one.line, number, bearers.get(key, []), awaited, stands))
    return judged


def known_of(*, actor: User, order: Document | int, numbers: Sequence[str]) -> list[Noted]:
    """These numbers, met and not taken along, with what the records say of each. A constant number of statements; nothing is changed."""
    access.require(actor, "stock", "edit")
    found = Document.objects.select_related("transfer_order").filter(pk=id_of(order), kind=DocumentKind.TRANSFER_ORDER).first()
    if found is None or not numbers:
        return []
    stands = standing(found)
    keys = [canonical(number) for number in numbers]
    bearers = bearers_of(keys)
    awaited = {unit.id for unit in stands.in_transit}
    verdicts = [_verdict(0, trim(number), bearers.get(key, []), awaited, stands) for number, key in zip(numbers, keys, strict=True)]
    return [Noted(one.number, "on the order" if one.verdict == "ok" else one.why) for one in verdicts]


def _verdict(line: int, number: str, bearers: list[Standing], awaited: set[int], stands: TransferStanding) -> LineVerdict:
    own = next((unit for unit in bearers if unit.id in awaited), None)
    if own is not None:
        return LineVerdict(line, number, "ok", own.item, own.id)
    if not bearers:
        return LineVerdict(line, number, "trouble", "no unit bears this number", noted=True)
    fates = {unit.id: unit.fate for unit in stands.units if unit.id in {one.id for one in bearers}}
    known = next((unit for unit in bearers if unit.id in fates), None)
    unit = known or bearers[0]
    why = why_not_along(unit, fates.get(unit.id), stands.order.transfer_order.destination_id)
    if known is None and len(bearers) > 1:
        return LineVerdict(line, number, "trouble", f"units of {len(bearers)} items bear this number", noted=True)
    if why:
        return LineVerdict(line, number, "trouble", why, unit.id, noted=known is None and not unit.in_stock)
    return LineVerdict(line, number, "extra", f"{'not sent yet' if known else 'not on the order'}; {unit.where}", unit.id, noted=True)
