"""Many units fitted from a pasted list, `component,product[,place]` on each line: every line judged, the good ones done as one act."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal

from nameplate import access, ledger
from nameplate.ledger import bulk
from nameplate.models import Entry, Request, Status, User
from nameplate.operations.assembling.fitting import (
    ACTS,
    Fitting,
    Plan,
    Verb,
    beyond_bill,
    install_components,
    objection_of,
    off_bill,
    place_components,
    places_at_fault,
    planned,
)
from nameplate.operations.assembling.sites import parts_elsewhere
from nameplate.operations.assembling.standing import standing
from nameplate.operations.assembling.using import made_otherwise
from nameplate.operations.choosing import MOST_UNITS
from nameplate.operations.drafting import NO_PAGE, OpenPage, discard_draft, save_draft
from nameplate.operations.entering.pieces import LONGEST_TEXT, Piece, lines_of, pieces_of
from nameplate.refusals import Invalid, Offender, TooLarge
from nameplate.serial_text import canonical

HEADS = frozenset({"component", "part", "serial", "serial number", "child", "unit"})
"""Words over the first column; that line holds no numbers."""
_BEARERS = (
    "SELECT s.key, s.id, s.number, i.number, s.status, s.parent_id, s.used_by_id FROM nameplate_serial s "
    "JOIN nameplate_item i ON i.id = s.item_id WHERE NOT s.withdrawn AND s.key IN {keys} ORDER BY s.id"
)
_VERBS: dict[Verb, Callable[..., Entry]] = {"install": install_components, "place": place_components}


@dataclass(slots=True)
class Row:
    """One line of the list, with what is said of it."""

    line: int
    raw: str
    component: str = ""
    product: str = ""
    place: str = ""
    unit_id: int | None = None
    product_id: int | None = None
    standing: Literal["good", "bad"] = "good"
    message: str = ""

    def refuse(self, message: str) -> None:
        """Say why it is not possible; the first word stands."""
        if self.standing == "good":
            self.standing, self.message = "bad", message

    @property
    def fitting(self) -> Fitting:
        """What is asked for. Only of a good row."""
        return Fitting(self.unit_id or 0, self.product_id or 0, self.place)


@dataclass(frozen=True, slots=True)
class ListAnswer:
    """The list as judged."""

    rows: Sequence[Row]

    @property
    def fittings(self) -> list[Fitting]:
        """What can be done."""
        return [row.fitting for row in self.rows if row.standing == "good"]

    @property
    def rest(self) -> list[str]:
        """The lines that stay."""
        return [row.raw for row in self.rows if row.standing != "good"]


def draft_of(verb: Verb) -> str:
    """The subject under which a list is kept."""
    return f"serials/{ACTS[verb]}"


def judge_list(*, actor: User, verb: Verb, text: str, reason: str = "", anyway: bool = False) -> ListAnswer:
    """A verdict on every line. Writes nothing; the number of statements does not depend on how many lines there are."""
    access.require(actor, "stock", "edit")
    rows = _rows(text)
    if len(rows) > MOST_UNITS:
        raise TooLarge("too-many", f"At most {MOST_UNITS:,} lines at once.", way_out="Do it in parts.")
    _find(rows, verb)
    _refuse_twice(rows)
    _judge(rows, verb, reason, anyway)
    return ListAnswer(rows)


def fit_from_list(
    *,
    actor: User,
    verb: Verb,
    text: str,
    reason: str = "",
    anyway: bool = False,
    page: OpenPage = NO_PAGE,
    request: Request | None = None,
) -> tuple[Entry, ListAnswer]:
    """Do the good lines as one act; the others are kept as the actor's draft, by this page. Refused: no good line."""
    access.require(actor, "stock", "edit")
    with ledger.transacting():
        answer = judge_list(actor=actor, verb=verb, text=text, reason=reason, anyway=anyway)
        if not answer.fittings:
            raise Invalid("nothing-good", "None of these lines can be done as it is.", fields={"text": "Look at the verdicts."})
        entry = _VERBS[verb](actor=actor, fittings=answer.fittings, reason=reason, anyway=anyway, request=request)
        if answer.rest:
            save_draft(actor=actor, subject=draft_of(verb), body={"text": "\n".join(answer.rest)}, page=page)
        else:
            discard_draft(actor=actor, subject=draft_of(verb), page=page)
        return entry, answer


def _rows(text: str) -> list[Row]:
    if len(text) > LONGEST_TEXT:
        raise TooLarge("too-much-text", "This is more text than one list takes.", way_out="Enter it in parts.")
    raw = lines_of(text)
    rows: list[Row] = []
    for line, group in groupby(pieces_of(text), key=lambda piece: piece.line):
        row = _row(line, raw[line - 1], list(group))
        if rows or row.component.casefold() not in HEADS:
            rows.append(row)
    return rows


def _row(line: int, raw: str, pieces: Sequence[Piece]) -> Row:
    component, product, place = [*(piece.text for piece in pieces[:3]), "", ""][:3]
    row = Row(line, raw, component, product, place)
    if broken := next((piece for piece in pieces if piece.broken), None):
        row.refuse(broken.why_broken)
    elif len(pieces) < 2:
        row.refuse("a line holds the component and the product")
    elif len(pieces) > 3:
        row.refuse(f"{len(pieces)} columns here; a line holds the component, the product and the place")
    return row


def _find(rows: Sequence[Row], verb: Verb) -> None:
    """Find the units by their numbers. Where units of several items bear one, the one to which this can happen is meant."""
    asked = [row for row in rows if row.standing == "good"]
    keys = sorted({canonical(text) for row in asked for text in (row.component, row.product) if "\x00" not in text})
    bearers: dict[str, list[tuple[Any, ...]]] = {}
    for found in bulk.query(_BEARERS.format(keys=bulk.text_set()), [bulk.texts(keys)]) if keys else ():
        bearers.setdefault(found[0], []).append(found)
    for row in asked:
        row.unit_id = _one(row, row.component, bearers.get(canonical(row.component), []), lambda one: _fits(one, verb))
        row.product_id = _one(row, row.product, bearers.get(canonical(row.product), []), lambda one: one[4] != Status.WRITTEN_OFF)


def _fits(bearer: tuple[Any, ...], verb: Verb) -> bool:
    status, parent, order = bearer[4:]
    if verb == "place":
        return bool(status == Status.CONSUMED and parent is None and order is not None)
    return status in {Status.RECEIVED, Status.SHIPPED}


def _one(row: Row, text: str, found: list[tuple[Any, ...]], fits: Callable[[tuple[Any, ...]], bool]) -> int | None:
    if len(found) > 1:
        found = [one for one in found if fits(one)] or found
    if not found:
        row.refuse(f"no unit bears {text}")
        return None
    if len(found) > 1:
        items = " and ".join(sorted({one[3] for one in found}))
        row.refuse(f"units of {items} bear {text}; choose by the unit’s page")
        return None
    return int(found[0][1])


def _refuse_twice(rows: Sequence[Row]) -> None:
    first: dict[int | None, int] = {}
    for row in rows:
        if row.standing == "good" and first.setdefault(row.unit_id, row.line) != row.line:
            row.refuse(f"this unit is on line {first[row.unit_id]} already")


def _judge(rows: Sequence[Row], verb: Verb, reason: str, anyway: bool) -> None:
    """What the places, the bill and then the ledger say of the lines, until all that are left are good together.

    The ledger names at once every unit that a rule stops, so this ends after as many rounds as rules apply, not as lines.
    """
    while good := [row for row in rows if row.standing == "good"]:
        units = standing([unit for row in good for unit in (row.fitting.unit_id, row.fitting.product_id)])
        plan = planned(verb, [row.fitting for row in good], units)
        for row, one in zip(good, plan.fittings, strict=True):
            row.place = one.place
        pairs = [(plan.units[one.unit_id], plan.units[one.product_id]) for one in plan.fittings]
        offenders = (
            parts_elsewhere(pairs)
            + (made_otherwise(pairs) if verb == "place" else [])
            + places_at_fault(plan)
            + ([] if anyway else off_bill(plan))
        )
        for offender in offenders:
            good[(offender.line or 1) - 1].refuse(offender.why)
        if offenders:
            continue
        refusal = objection_of(plan, reason)
        if refusal is None:
            for offender in () if anyway else beyond_bill(plan):
                good[(offender.line or 1) - 1].refuse(offender.why)
            return
        if not _blame(good, plan, refusal.offenders):
            for row in good:
                row.refuse(refusal.message)


def _blame(rows: Sequence[Row], plan: Plan, offenders: Sequence[Offender]) -> bool:
    """Say of each line why its unit, or the product around it, cannot; whether any line was concerned."""
    why = {offender.unit_id: offender for offender in offenders}
    blamed = False
    for row in rows:
        product = plan.units[row.product_id or 0]
        own = why.get(row.unit_id)
        around = why.get(product.id) or why.get(product.root_id)
        if own is not None or around is not None:
            row.refuse(own.why if own is not None else f"{around.text}: {around.why}" if around is not None else "")
            blamed = True
    return blamed
