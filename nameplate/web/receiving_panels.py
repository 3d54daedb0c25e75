"""What the receipt screen answers while somebody types: per line a verdict on every number, and what the button would do."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any, ClassVar

from nameplate.models import Document, User
from nameplate.operations.receiving import BoxAnswer, LineVerdict, preview
from nameplate.operations.receiving.lines import LONGEST_BATCH
from nameplate.operations.receiving.unreadable import read_unreadable
from nameplate.operations.receiving.verdicts import OVER
from nameplate.quantities import MILLIONTHS, from_micro, to_micro
from nameplate.refusals import Refused
from nameplate.web.receiving_form import Typed, TypedLine

MOST_ROWS = 300
FOLDED_FROM = 5
"""Good numbers in a row that share a verdict share a row from here on."""


@dataclass(frozen=True, slots=True)
class ShownRow:
    """One row of the verdicts."""

    line: str
    text: str
    standing: str
    message: str
    unit_id: int | None
    suggestion: str


@dataclass(frozen=True, slots=True)
class Panel:
    """The answer to one line."""

    typed: TypedLine
    rows: Sequence[ShownRow]
    hidden: int
    good: int
    decide: int
    bad: int
    missing: Decimal
    to_come: Decimal
    offers: Sequence[Any]
    keepable: int
    """Numbers that another item has too, which a person may let stand."""
    surplus: Decimal
    """How much is more than ordered, which a person may let stand too."""
    duplicates: int = 0
    """How many stand twice in the box: one of each is taken by itself."""

    @property
    def kept(self) -> bool:
        """Whether they are let stand."""
        return "other-item" in self.typed.keep

    @property
    def surplus_kept(self) -> bool:
        """Whether what is more than ordered is let stand."""
        return OVER in self.typed.keep


@dataclass(frozen=True, slots=True)
class Foot:
    """What the button does, over all lines."""

    good: int
    quantities: Sequence[str]
    decide: int
    bad: int
    stays: int
    """How many stay behind when the button is pressed."""
    signature: str
    """What the button would do; a receipt that would do anything else is not made."""
    problem: str = ""
    """What is wrong with the receipt as a whole."""
    unreadable: int = 0
    """How many come without a readable number."""
    dropped: int = 0
    """How many repeats are dropped with their twins received: nothing stays of them."""
    duplicates: int = 0
    """How many stand twice in their box, dropped or not."""
    sign: ClassVar[str] = "package-import"
    """The icon on the button."""

    @property
    def left(self) -> int:
        """Pieces that are not good."""
        return self.decide + self.duplicates + self.bad

    @property
    def label(self) -> str:
        """The words on the button."""
        parts = [f"{self.good:,}"] if self.good else []
        parts += [f"{self.unreadable:,} without numbers"] if self.unreadable else []
        parts += [", ".join(self.quantities)] if self.quantities else []
        return f"Receive {' and '.join(parts)} now" if parts else "Receive"

    @property
    def ready(self) -> bool:
        """Whether there is anything to receive, and somewhere to put it."""
        return bool(self.good or self.quantities or self.unreadable) and not self.problem


@dataclass(frozen=True, slots=True)
class Answered:
    """All panels by line, and the foot."""

    panels: Mapping[int, Panel]
    foot: Foot
    answers: Mapping[int, BoxAnswer]


def answered(actor: User, order: Document, typed: Typed) -> Answered:
    """What is said of everything typed. Refused as `preview` is."""
    answers = preview(actor=actor, order=order, boxes=typed.boxes())
    for line in typed.lines:
        line.problem = line.problem or _problem(line, typed, answers.get(line.id))
    panels = {line.id: _panel(line, answers.get(line.id)) for line in typed.lines}
    quantities = [_said(line) for line in typed.lines if not line.by_serials and not line.blank and not line.problem]
    return Answered(
        panels,
        Foot(
            sum(panel.good for panel in panels.values()),
            quantities,
            sum(panel.decide for panel in panels.values()),
            sum(panel.bad for panel in panels.values()),
            sum(answer.stays for answer in answers.values()),
            signature_of(answers, typed),
            typed.place_problem() or typed.expiry_problem(),
            sum(line.without_numbers for line in typed.lines if not line.problem),
            sum(answer.done for answer in answers.values()),
            sum(panel.duplicates for panel in panels.values()),
        ),
        answers,
    )


def signature_of(answers: Mapping[int, BoxAnswer], typed: Typed) -> str:
    """A hash over everything that the button receives: which numbers on which line, which quantities, and where they go."""
    said: list[tuple[str | int, ...]] = [(typed.place,)]
    for line in typed.lines:
        numbers = answers[line.id].numbers if line.id in answers else ()
        if numbers or line.without_numbers or (not line.by_serials and not line.blank):
            said.append((line.id, line.place, str(line.without_numbers) if line.by_serials else line.quantity.strip(), *numbers))
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:32]


def _panel(line: TypedLine, answer: BoxAnswer | None) -> Panel:
    to_come = from_micro(line.progress.to_come)
    if answer is None:
        return Panel(line, (), 0, 0, 0, 0, to_come, to_come, (), 0, Decimal(0))
    rows = list(folded(answer.rows))
    return Panel(
        typed=line,
        rows=rows[:MOST_ROWS],
        hidden=max(len(rows) - MOST_ROWS, 0),
        good=answer.good,
        decide=answer.decide,
        bad=answer.bad,
        missing=max(answer.missing - line.without_numbers, Decimal(0)),
        to_come=to_come,
        offers=answer.offers,
        keepable=sum(row.units for row in answer.rows if row.rule == "other-item"),
        surplus=from_micro(_surplus(line)) if not line.by_serials else Decimal(_more_than_ordered(line, answer)),
        duplicates=answer.duplicates,
    )


def _more_than_ordered(line: TypedLine, answer: BoxAnswer) -> int:
    """How many units are more than ordered, received or waiting for that decision."""
    waiting = sum(row.units for row in answer.rows if row.rule == OVER and row.standing == "decide")
    return max(answer.good + waiting + line.without_numbers - line.progress.to_come // MILLIONTHS, 0)


def _surplus(line: TypedLine) -> int:
    """How much of a typed quantity is more than ordered, in millionths; nothing where it cannot be read."""
    try:
        return max(to_micro(line.quantity) - line.progress.to_come, 0)
    except Refused:
        return 0


def _problem(line: TypedLine, typed: Typed, answer: BoxAnswer | None) -> str:
    """What is wrong with a line beside its numbers, in a sentence; empty when nothing is."""
    if line.blank:
        return ""
    if len(line.batch.strip()) > LONGEST_BATCH:
        return f"The vendor batch has at most {LONGEST_BATCH} characters."
    return typed.problem_of_place(line.place) or (_count_problem(line, answer) if line.by_serials else _quantity_problem(line))


def _count_problem(line: TypedLine, answer: BoxAnswer | None) -> str:
    """What is wrong with how many came without a readable number, in a sentence; empty when nothing is."""
    try:
        count = read_unreadable(line.unreadable)
    except Refused as refusal:
        return f"{refusal.message} {refusal.way_out or 'Type how many, like 2.'}".strip()
    room = max(line.progress.to_come // MILLIONTHS - (answer.good if answer else 0), 0)
    over = count > room and OVER not in line.keep
    return f"Only {room:,} more are to come, so {count:,} without numbers are too many." if over else ""


def _quantity_problem(line: TypedLine) -> str:
    """What is wrong with a typed quantity, in a sentence; empty when nothing is."""
    if not line.quantity.strip():
        return ""
    try:
        quantity = to_micro(line.quantity)
    except Refused as refusal:
        return f"{refusal.message} {refusal.way_out}".strip()
    if quantity <= 0:
        return "More than zero, please."
    room = line.progress.to_come
    over = quantity > room and OVER not in line.keep
    return f"That is more than the {from_micro(room):,} {line.progress.item.unit} still to come." if over else ""


def _said(line: TypedLine) -> str:
    return f"{line.quantity.strip()} {line.progress.item.unit} of {line.progress.item.number}"


def folded(rows: Sequence[LineVerdict]) -> Iterator[ShownRow]:
    """The rows as shown: good ones that share a verdict share a row when there are many."""
    for (standing, message), group in groupby(rows, key=lambda row: (row.standing, row.message)):
        run = list(group)
        if standing == "good" and len(run) >= FOLDED_FROM:
            units = sum(row.units for row in run)
            text = f"{run[0].text.split(' … ')[0]} … {run[-1].text.split(' … ')[-1]}"
            yield ShownRow(f"{run[0].line}–{run[-1].line}", text, standing, f"{message}, {units:,} units", None, "")
            continue
        for row in run:
            words = f"{row.message}, {row.units:,} units" if row.units > 1 else row.message
            yield ShownRow(str(row.line), row.text, row.standing, words, row.unit_id, row.suggestion)


def problem_lines(answers: Mapping[int, BoxAnswer], typed: Typed) -> Iterator[tuple[str, str, str, str]]:
    """Item, line of the box, text and reason of everything that cannot be received as it is."""
    for line in typed.lines:
        for row in answers[line.id].rows if line.id in answers else ():
            if row.standing != "good":
                yield line.progress.item.number, str(row.line), row.text, row.message
