"""A verdict on every number of a box: what the text says, what the database knows, what stands twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from nameplate.models import Document, Item, Tracking
from nameplate.operations.cataloguing import accepted_of
from nameplate.operations.entering.offers import Offer, offers_for
from nameplate.operations.entering.parsing import Candidate, Parsed, parse
from nameplate.operations.receiving.lookalikes import Lookalike
from nameplate.operations.receiving.verdicts import NEW, OVER, Bearers, Standing, Verdict, beside_itself, judged
from nameplate.quantities import MILLIONTHS, from_micro
from nameplate.serial_text import Problem, canonical, lookalike_key


@dataclass(frozen=True, slots=True)
class LineVerdict:
    """One row of the answer: a piece of the box with what is said of it. `units` counts the numbers it stands for."""

    line: int
    text: str
    standing: Standing
    rule: str
    message: str
    units: int
    unit_id: int | None = None
    suggestion: str = ""


@dataclass(slots=True)
class BoxAnswer:
    """What is said of one box."""

    item: Item
    room: int | None = None
    """How much of it is still to come, in millionths; None where nothing limits it."""
    rows: list[LineVerdict] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    offers: list[Offer] = field(default_factory=list)
    rest: list[str] = field(default_factory=list)
    """What stays in the box after the good ones are received."""
    duplicates: int = 0
    """How many stand twice in the box. One of each is taken by itself: nobody has to decide that."""
    done: int = 0
    """How many are not good only because their twin is: repeats, of which nothing stays once it is received."""

    @property
    def good(self) -> int:
        """How many units can be received now."""
        return len(self.numbers)

    @property
    def decide(self) -> int:
        """How many wait for a decision."""
        return sum(row.units for row in self.rows if row.standing == "decide") - self.duplicates

    @property
    def bad(self) -> int:
        """How many are not possible."""
        return sum(row.units for row in self.rows if row.standing == "bad")

    @property
    def missing(self) -> Decimal:
        """How many would still be to come after receiving the good ones, in units of the item."""
        return from_micro(max((self.room or 0) - self.good * MILLIONTHS, 0))

    @property
    def stays(self) -> int:
        """How many stay behind when the good ones are received."""
        return self.decide + self.duplicates + self.bad - self.done


@dataclass(slots=True)
class Sheet:
    """What the boxes of one receipt share: what is known of all their numbers, which box a number stands in first, which are good."""

    order: Document | None
    """None: received by hand."""
    bearers: Bearers
    alike: Mapping[tuple[int, str], Lookalike]
    first: dict[tuple[int, str], int] = field(default_factory=dict)
    good: set[tuple[int, str]] = field(default_factory=set)
    borne: dict[str, Item] = field(default_factory=dict)
    """By key, the item on whose line a number stands first."""


def parsed_of(item: Item, text: str) -> Parsed | None:
    """What the box holds; None where nothing was typed, or nothing that has numbers."""
    return parse(text, accepted_of(item)) if item.tracking == Tracking.SERIAL and text.strip() else None


def answer_of(answer: BoxAnswer, *, box: int, text: str, parsed: Parsed | None, keep: frozenset[str], sheet: Sheet) -> BoxAnswer:
    """`answer` with everything that is said of the box numbered `box`. `keep`: verdicts that a person let stand."""
    if parsed is None:
        return answer
    keys = (key for candidate in parsed.candidates for key in candidate.keys)
    verdicts = judged(sheet.bearers, item_id=answer.item.pk, order=sheet.order, keys=keys)
    for candidate in parsed.candidates:
        _judge(answer, candidate, verdicts, box, keep, sheet)
        if candidate.problem is not None:
            _tell(answer, candidate, candidate.problem, sheet)
    answer.offers = offers_for(text, parsed, accepted_of(answer.item))
    return answer


def _judge(answer: BoxAnswer, candidate: Candidate, verdicts: Mapping[str, Verdict], box: int, keep: frozenset[str], sheet: Sheet) -> None:
    """The rows for one piece: alike numbers of a range share a row, each number that is not good has its own."""
    item_id = answer.item.pk
    run: list[str] = []
    shared: Verdict | None = None

    def close() -> None:
        nonlocal run, shared
        if run and shared:
            text = run[0] if len(run) == 1 else f"{run[0]} … {run[-1]}"
            answer.rows.append(LineVerdict(candidate.line, text, shared.standing, shared.rule, shared.message, len(run), shared.unit_id))
        run, shared = [], None

    for number, key in zip(candidate.numbers, candidate.keys, strict=True):
        mine = (item_id, key)
        found = verdicts.get(key) or _beside_itself(answer.item, key, sheet)
        verdict = _verdict(found, keep, answer, sheet.first.setdefault(mine, box) != box)
        if verdict.standing == "good":
            verdict = _beside_lookalike(verdict, candidate, item_id, key, sheet)
            answer.numbers.append(number)
            sheet.good.add(mine)
        elif verdict.rule == "twice" and mine in sheet.good:
            answer.done += 1
        else:
            answer.rest.append(candidate.entry_of(number))
        if shared is None or verdict.rule != shared.rule or (verdict.rule in _EACH and verdict.unit_id is not None):
            close()
            shared = verdict
        run.append(number)
    close()


def _beside_itself(item: Item, key: str, sheet: Sheet) -> Verdict:
    other = sheet.borne.setdefault(key, item)
    return NEW if other == item else beside_itself(str(other))


_EACH = frozenset({"lookalike", "known", "announced-elsewhere", "on-hold"})
"""Verdicts that name the one unit that they are about."""


def _tell(answer: BoxAnswer, candidate: Candidate, problem: Problem, sheet: Sheet) -> None:
    """The row for what is wrong with a piece as text. Of repeats nothing stays in the box when their twins are received."""
    standing: Standing = "decide" if problem.decide or candidate.repeats else "bad"
    units = candidate.troubled
    message = f"{problem.message} {problem.way_out}".strip()
    answer.rows.append(LineVerdict(candidate.line, candidate.raw, standing, problem.rule, message, units, suggestion=problem.suggestion))
    answer.duplicates += len(candidate.repeats)
    item_id = answer.item.pk
    left = [repeat for repeat in candidate.repeats if (item_id, canonical(repeat.number)) not in sheet.good]
    answer.done += len(candidate.repeats) - len(left)
    if not candidate.numbers and (left or not candidate.repeats):
        answer.rest.append(candidate.raw)


def _verdict(verdict: Verdict, keep: frozenset[str], answer: BoxAnswer, elsewhere: bool) -> Verdict:
    if elsewhere:
        return Verdict("bad", "twice", "twice in this receipt, on another line of the same item")
    if verdict.standing == "decide" and verdict.rule in keep:
        verdict = Verdict("good", verdict.rule, f"kept: {verdict.message}", verdict.unit_id)
    if answer.room is None or verdict.standing != "good":
        return verdict
    room = answer.room // MILLIONTHS
    if answer.good < room:
        return verdict
    words = f"more than the {room:,} still to come"
    return Verdict("good", OVER, f"kept: {words}", verdict.unit_id) if OVER in keep else Verdict("decide", OVER, words)


def _beside_lookalike(verdict: Verdict, candidate: Candidate, item_id: int, key: str, sheet: Sheet) -> Verdict:
    """The verdict on a good number, with what it can be mistaken for: it is received, but not without a word."""
    if verdict.rule == "announced":
        return verdict
    unit = sheet.alike.get((item_id, lookalike_key(key))) if sheet.alike else None
    if unit is not None:
        words = f"it differs from {unit.number}, which is known already, only in the kind of dash: check both"
        return Verdict("good", "lookalike", f"{verdict.message}; {words}", unit.unit_id)
    if candidate.note is not None:
        return Verdict(
            "good", "lookalike", f"{verdict.message}. {candidate.note.message} {candidate.note.way_out}".strip(), verdict.unit_id
        )
    return verdict
