"""How a reader has a list: columns, order, searches. One statement, by index, whatever is kept.

What was kept is understood anew each time: a column that has gone since, with its custom field or its function, is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nameplate.listings.sql import Sql, fetch


@dataclass(frozen=True, slots=True)
class Saved:
    """A saved search, as lists offer it."""

    id: int
    name: str
    query: str
    shared: bool
    mine: bool
    opens: bool
    """Whether the list opens with it, for this reader."""
    version: int


@dataclass(frozen=True, slots=True)
class Arrangement:
    """What one person keeps of one list."""

    columns: str = ""
    sort: str = ""
    searches: Sequence[Saved] = ()
    """Their own, then those of others, each in the order of their names."""

    @property
    def opens(self) -> Saved | None:
        """The search that the list opens with."""
        return next((one for one in self.searches if one.opens), None)


def arrangement_of(listing: str, owner_id: int) -> Arrangement:
    """How this person has this list."""
    rows = fetch(
        Sql(
            "SELECT 0, l.opens_id, l.columns, l.sort, '', l.owner_id, 0, 0 FROM nameplate_listlayout l "
            "WHERE l.listing = %s AND l.owner_id = %s "
            "UNION ALL SELECT 1, s.id, s.name, s.query, s.name_key, s.owner_id, CASE WHEN s.shared THEN 1 ELSE 0 END, s.version "
            "FROM nameplate_savedsearch s WHERE s.listing = %s AND (s.owner_id = %s OR s.shared)",
            (listing, owner_id, listing, owner_id),
        )
    )
    layout = next((row for row in rows if row[0] == 0), (0, None, "", ""))
    found = sorted((row for row in rows if row[0] == 1), key=lambda row: (row[5] != owner_id, row[4], row[1]))
    return Arrangement(
        columns=layout[2],
        sort=layout[3],
        searches=tuple(
            Saved(row[1], row[2], row[3], shared=bool(row[6]), mine=row[5] == owner_id, opens=row[1] == layout[1], version=row[7])
            for row in found
        ),
    )
