"""What came back added up by reason: the rows of “Returned and why” counted instead of shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nameplate import access
from nameplate.listings.returns import RETURNED
from nameplate.listings.summing import summed
from nameplate.models import Reason


@dataclass(frozen=True, slots=True)
class ReasonTotal:
    """How many units, and lines of goods without serial numbers, a search finds of one reason; none has an empty name."""

    reason: str
    units: int
    goods: int

    @property
    def lines(self) -> int:
        """How many rows the list of them has."""
        return self.units + self.goods


def totals(*, actor: access.Actor, params: Mapping[str, str]) -> Sequence[ReasonTotal]:
    """The same search added up, the most frequent reason first, as reasons are called now."""
    rows = summed(RETURNED, actor=actor, params=params, by="s.reason_id", sums="count(s.serial_id), count(*)")
    names = dict(Reason.objects.filter(pk__in=[row[0] for row in rows if row[0]]).values_list("pk", "name"))
    found = [ReasonTotal(names.get(reason, ""), units, lines - units) for reason, units, lines in rows]
    return sorted(found, key=lambda total: (-total.lines, total.reason))
