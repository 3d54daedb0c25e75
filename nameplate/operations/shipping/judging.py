"""A verdict on every number scanned for a shipment: which unit it is, for which order line it goes, or why it does not."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from nameplate.models import Document
from nameplate.operations.entering.offers import Offer, offers_for
from nameplate.operations.entering.parsing import Candidate, Parsed
from nameplate.operations.receiving.judging import LineVerdict
from nameplate.operations.receiving.verdicts import Standing as Colour
from nameplate.operations.sales.progress import LineProgress
from nameplate.operations.sales.standing import EXPIRED, Standing, is_expired, objection
from nameplate.quantities import MILLIONTHS, from_micro
from nameplate.refusals import Cause

HERE = "in-this-shipment"


@dataclass(frozen=True, slots=True)
class Judged:
    """What is said of one unit, and the order line for which it goes where it may."""

    standing: Colour
    rule: str
    message: str
    line: int | None = None
    cause: Cause | None = None


@dataclass(slots=True)
class Bench:
    """What picks are judged against: the lines of the shipment's orders, and how much more each takes."""

    shipment: Document
    lines: Sequence[LineProgress]
    keep: frozenset[str] = frozenset()
    left: dict[int, int] = field(default_factory=dict)
    own: Collection[int] = ()
    site: Mapping[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.left = {one.line.pk: one.to_pick for one in self.lines}
        self.own = frozenset(self.left)
        place = self.shipment.shipment.site
        self.site = {place.pk: place.name} if place is not None else {}

    def judge(self, unit: Standing) -> Judged:
        """A verdict; one that is good takes its room on the line. Where no site was said, the first unit says it."""
        lines = [one for one in self.lines if one.item.pk == unit.item_id]
        if not lines:
            return Judged("bad", "other-item", f"{unit.item}, which none of its orders has a line for")
        found = objection(unit, own_lines=self.own, shipment=self.shipment.pk, site=self.site or None)
        if found is not None:
            return Judged("bad", found.rule, found.message, cause=found.cause)
        line = self._line_for(unit, lines)
        if line is None:
            most = from_micro(sum(one.to_pick for one in lines))
            return Judged("bad", "more-than-ordered", f"more than the {most:,} of {unit.item} still to pick")
        expired = f"expired on {unit.expires_on}" if is_expired(unit) else ""
        if expired and EXPIRED not in self.keep:
            return Judged("decide", EXPIRED, f"{expired}; take it if it shall go all the same")
        self.left[line] -= MILLIONTHS
        if not self.site and unit.site_id is not None:
            self.site = {unit.site_id: unit.site or ""}
        words = f"reserved for {unit.order}" if unit.reserved_line == line else "free"
        return Judged("good", "kept" if expired else "good", f"kept: {expired}" if expired else words, line)

    def _line_for(self, unit: Standing, lines: Sequence[LineProgress]) -> int | None:
        """The line that it is reserved for, else the first that takes one more."""
        if unit.reserved_line in self.own:
            return unit.reserved_line
        return next((one.line.pk for one in lines if self.left[one.line.pk] >= MILLIONTHS), None)


@dataclass(slots=True)
class PickAnswer:
    """What is said of the box."""

    rows: list[LineVerdict] = field(default_factory=list)
    units: list[int] = field(default_factory=list)
    """The good ones: what picking takes."""
    numbers: list[str] = field(default_factory=list)
    offers: list[Offer] = field(default_factory=list)
    rest: list[str] = field(default_factory=list)
    """What stays in the box after the good ones are picked."""
    duplicates: int = 0
    """How many stand twice in the box. One of each is taken by itself: nobody has to decide that."""
    done: int = 0
    """How many are not good only because they are in the shipment already, or stand twice: nothing of them stays."""
    missing: Decimal = Decimal(0)

    @property
    def good(self) -> int:
        """How many units can be picked now."""
        return len(self.units)

    @property
    def decide(self) -> int:
        """How many wait for a decision."""
        return sum(row.units for row in self.rows if row.standing == "decide") - self.duplicates

    @property
    def bad(self) -> int:
        """How many are not possible."""
        return sum(row.units for row in self.rows if row.standing == "bad")

    @property
    def stays(self) -> int:
        """How many stay behind when the good ones are picked."""
        return self.decide + self.duplicates + self.bad - self.done


def answer_of(text: str, parsed: Parsed, bearers: Mapping[str, Sequence[Standing]], bench: Bench) -> PickAnswer:
    """Everything that is said of the box."""
    answer = PickAnswer()
    for candidate in parsed.candidates:
        _judge(answer, candidate, bearers, bench)
        if candidate.problem is not None:
            _tell(answer, candidate)
    answer.offers = offers_for(text, parsed)
    answer.missing = from_micro(sum(bench.left.values()))
    return answer


def _judge(answer: PickAnswer, candidate: Candidate, bearers: Mapping[str, Sequence[Standing]], bench: Bench) -> None:
    """The rows of one piece: numbers of a range of which the same is said share a row."""
    run: list[tuple[str, Judged, int | None]] = []

    def close() -> None:
        if run:
            first, judged, unit = run[0]
            text = first if len(run) == 1 else f"{first} … {run[-1][0]}"
            only = unit if len(run) == 1 else None
            answer.rows.append(LineVerdict(candidate.line, text, judged.standing, judged.rule, judged.message, len(run), only))
        run.clear()

    for number, key in zip(candidate.numbers, candidate.keys, strict=True):
        judged, unit = _verdict(bearers.get(key, ()), bench)
        if judged.standing == "good" and unit is not None:
            answer.units.append(unit)
            answer.numbers.append(number)
        elif judged.rule == HERE:
            answer.done += 1
        else:
            answer.rest.append(candidate.entry_of(number))
        if run and (run[0][1].standing, run[0][1].message) != (judged.standing, judged.message):
            close()
        run.append((number, judged, unit))
    close()


def _verdict(units: Sequence[Standing], bench: Bench) -> tuple[Judged, int | None]:
    items = {one.item.pk for one in bench.lines}
    fitting = [unit for unit in units if unit.item_id in items] or list(units)
    if not fitting:
        return Judged("bad", "unknown", "no unit bears this number"), None
    if len(fitting) > 1:
        names = " and ".join(sorted({unit.item for unit in fitting}))
        return Judged("bad", "several", f"units of {names} bear it; pick it from the unit’s page"), None
    return bench.judge(fitting[0]), fitting[0].id


def _tell(answer: PickAnswer, candidate: Candidate) -> None:
    """The row for what is wrong with a piece as text. Of repeats nothing stays in the box."""
    problem = candidate.problem
    assert problem is not None
    standing: Colour = "decide" if problem.decide or candidate.repeats else "bad"
    units = candidate.troubled
    message = f"{problem.message} {problem.way_out}".strip()
    answer.rows.append(LineVerdict(candidate.line, candidate.raw, standing, problem.rule, message, units, suggestion=problem.suggestion))
    answer.duplicates += len(candidate.repeats)
    answer.done += len(candidate.repeats)
    if not candidate.numbers and not candidate.repeats:
        answer.rest.append(candidate.raw)
