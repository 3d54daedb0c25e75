"""What the page of a lot by hand answers while somebody types: a verdict on every number, and what the button would do."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from nameplate.models import User
from nameplate.operations.lots import preview_box
from nameplate.operations.receiving import BoxAnswer
from nameplate.operations.receiving.unreadable import read_unreadable
from nameplate.quantities import to_micro
from nameplate.refusals import Refused
from nameplate.web.hand_form import HandTyped
from nameplate.web.receiving_panels import MOST_ROWS, Foot, ShownRow, folded


@dataclass(frozen=True, slots=True)
class HandPanel:
    """The answer to the box, for the same template as a line of an order: nothing is to come here, so nothing is missing."""

    typed: HandTyped
    rows: Sequence[ShownRow]
    hidden: int
    good: int
    decide: int
    bad: int
    offers: Sequence[Any]
    keepable: int
    duplicates: int
    to_come: None = None
    missing: Decimal = Decimal(0)

    @property
    def kept(self) -> bool:
        """Whether numbers that another item has too are let stand."""
        return "other-item" in self.typed.keep


@dataclass(frozen=True)
class HandFoot(Foot):
    """What the button does: make a lot, or add to one."""

    adding: bool = False

    @property
    def label(self) -> str:
        """The words on the button."""
        parts = [f"{self.good:,}"] if self.good else []
        parts += [f"{self.unreadable:,} without numbers"] if self.unreadable else []
        what = " and ".join([*parts, *self.quantities])
        return f"Add {what}" if self.adding else f"Make a lot of {what}"


def answered(actor: User, typed: HandTyped) -> tuple[HandPanel, HandFoot, BoxAnswer]:
    """What is said of everything typed. Refused as `preview_box` is."""
    answer = preview_box(actor=actor, item=typed.item, box=typed.box())
    typed.problem = typed.problem or _problem(typed)
    rows = list(folded(answer.rows))
    panel = HandPanel(
        typed=typed,
        rows=rows[:MOST_ROWS],
        hidden=max(len(rows) - MOST_ROWS, 0),
        good=answer.good,
        decide=answer.decide,
        bad=answer.bad,
        offers=answer.offers,
        keepable=sum(row.units for row in answer.rows if row.rule == "other-item"),
        duplicates=answer.duplicates,
    )
    quantity = typed.quantity.strip() if not typed.by_serials and not typed.problem else ""
    foot = HandFoot(
        answer.good,
        [f"{quantity} {typed.item.unit}"] if quantity else [],
        answer.decide,
        answer.bad,
        answer.stays,
        signature_of(answer, typed),
        typed.place_problem,
        typed.without_numbers if not typed.problem else 0,
        answer.done,
        answer.duplicates,
        adding=typed.lot is not None,
    )
    return panel, foot, answer


def signature_of(answer: BoxAnswer, typed: HandTyped) -> str:
    """A hash over everything that the button does: which numbers, how many without, which quantity, and where they go."""
    said = [typed.place, str(typed.without_numbers), "" if typed.by_serials else typed.quantity.strip(), *answer.numbers]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:32]


def _problem(typed: HandTyped) -> str:
    """What is wrong beside the numbers, in a sentence; empty when nothing is."""
    try:
        if typed.by_serials:
            read_unreadable(typed.unreadable)
        elif typed.quantity.strip() and to_micro(typed.quantity) <= 0:
            return "More than zero, please."
    except Refused as refusal:
        return f"{refusal.message} {refusal.way_out}".strip()
    return ""
