"""What a trace is made of: units, lots and completions of orders, and the links between them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal, NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings

Direction = Literal["forward", "backward"]
FORWARD: Direction = "forward"
BACKWARD: Direction = "backward"

Noun = Literal["serials", "lots", "entries"]


class Node(NamedTuple):
    """A unit, a lot, or a completion: the entry in which an order used something up without saying for which of its products."""

    noun: Noun
    id: int


@dataclass(frozen=True, slots=True)
class Link:
    """One step of a trace, in the direction in which it is walked: from the node `at` on to the node `to`.

    `since` and `until` are when it held (aware; None: from the beginning, until now), `quantity` is in millionths of the inner item's unit.
    """

    at: Node
    to: Node
    certain: bool = True
    since: datetime | None = None
    until: datetime | None = None
    place: str = ""
    quantity: int | None = None

    def holds(self, end: datetime | None) -> bool:
        """Whether it held at the end of the day `end`; without one, whether it holds now."""
        return self.until is None if end is None else self.until is None or self.until >= end

    def begun(self, end: datetime | None) -> bool:
        """Whether it had begun by then."""
        return end is None or self.since is None or self.since < end


def end_of(day: date | None) -> datetime | None:
    """The moment at which a day is over in the company's time zone."""
    if day is None:
        return None
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(settings.TIME_ZONE))


def moment(value: Any) -> datetime | None:
    """A moment as either database has it."""
    found = datetime.fromisoformat(value) if isinstance(value, str) else value
    return found.replace(tzinfo=UTC) if found is not None and found.tzinfo is None else found


def ids_of(nodes: Iterable[Node], noun: Noun) -> list[int]:
    """The ids of the nodes of one kind."""
    return sorted({node.id for node in nodes if node.noun == noun})


@dataclass(slots=True)
class Stretch:
    """How long a unit was inside a product, or used by an order without its product being known (`parent` None)."""

    child: int
    parent: int | None
    place: str
    since: int
    """The entry that put it there."""
    until: int | None
    since_at: datetime | None
    until_at: datetime | None
    undoes: int | None
    """The entry that `since` takes back."""
    ended_by_undoing: int | None
    """The entry that `until` takes back."""

    @property
    def void(self) -> bool:
        """Whether the entry that put it there was undone: it never was."""
        return self.until is not None and self.ended_by_undoing == self.since

    def go_on(self, later: Stretch) -> None:
        """Take over what `later` says of its end."""
        self.until, self.until_at, self.ended_by_undoing = later.until, later.until_at, later.ended_by_undoing


def what_held(rows: Iterable[Sequence[Any]]) -> list[Stretch]:
    """The stretches of units, from their component rows ordered by unit, entry and id: undone acts are left out of them.

    What an undo put back goes on from before. Where it was said later which product it was, or a place was corrected, it counts from the
    build on.
    """
    found: list[Stretch] = []
    ended: dict[tuple[int, int], Stretch] = {}
    for child, parent, place, since, until, since_at, undoes, until_at, ended_by in rows:
        one = Stretch(child, parent, place, since, until, moment(since_at), moment(until_at), undoes, ended_by)
        if one.void:
            continue
        before = ended.pop((child, one.undoes), None) if one.undoes is not None else None
        if before is None and (before := ended.get((child, since))) is not None:
            if before.parent not in {None, one.parent} or one.parent is None:
                before = None
            else:
                del ended[child, since]
                before.parent, before.place = one.parent, one.place
        if before is None:
            found.append(before := one)
        else:
            before.go_on(one)
        if before.until is not None:
            ended[child, before.until] = before
    return [one for one in found if not one.void]
