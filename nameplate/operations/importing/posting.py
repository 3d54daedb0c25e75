"""From judged lines to what the ledger is asked to do: the step of some units, and their rows to come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from nameplate.ledger import Group, Kind, LotChange, Newcomers, Step
from nameplate.models import Document, Item
from nameplate.operations.importing.judging import Judged
from nameplate.operations.importing.mapping import ANNOUNCEMENT


@dataclass(slots=True)
class Work:
    """What is to be posted, and the orders whose status follows from it."""

    groups: list[Group] = field(default_factory=list)
    lot_changes: list[LotChange] = field(default_factory=list)
    orders: list[int] = field(default_factory=list)
    document: Document | None = None
    custom: list[dict[str, Any] | None] = field(default_factory=list)
    """Custom values of each line's unit; empty when there are none."""


def step_of(judged: Judged, units: Sequence[int], to: dict[str, Any], line_id: int, item: Item) -> Step:
    """The step of these units: received where and when the file says, or planned. What is the same for all of them is said once."""
    if judged.mapping.mode == ANNOUNCEMENT:
        return Step(Kind.PLANNED, to, line_id=line_id)
    places = [judged.location(index) or item.default_location_id for index in units]
    days = [judged.day(index) or timezone.localdate() for index in units]
    happened = timezone.localdate(judged.happened)
    each: dict[str, Sequence[Any]] = {}
    if len(set(places)) == 1:
        to = {**to, "location_id": places[0]}
    else:
        each["location_id"] = places
    if set(days) != {happened}:
        each["received_on"] = days
    return Step(Kind.RECEIVED, to, each=each, line_id=line_id)


def newcomers_of(judged: Judged, work: Work, units: Sequence[int], item: Item) -> Newcomers:
    """These lines' units as rows to come."""
    prepared = judged.lines.prepared
    numbers, keys, sort_keys = ([column[index] for index in units] for column in (prepared.numbers, prepared.keys, prepared.sort_keys))
    custom = [work.custom[index] for index in units] if work.custom else ()
    return Newcomers(item.pk, numbers, keys, sort_keys, custom)
