"""The conditions of a query, kept apart so that a walk can choose which of them leads."""

from __future__ import annotations

from dataclasses import dataclass, replace

from nameplate.listings.sql import Sql, all_of, among, any_of


@dataclass(frozen=True, slots=True)
class Chosen:
    """The values of one column of the list's own row that are wanted: a closed set, or the ids of linked rows."""

    expression: str
    values: tuple[int, ...]
    null: bool = False

    @property
    def condition(self) -> Sql:
        """The condition that it is."""
        found = among(self.expression, self.values)
        return any_of([found, Sql(f"{self.expression} IS NULL")]) if self.null else found

    def both(self, other: Chosen) -> Chosen:
        """What this one and `other`, of the same column, both want."""
        return Chosen(self.expression, tuple(value for value in self.values if value in set(other.values)), self.null and other.null)


@dataclass(frozen=True, slots=True)
class Check:
    """A condition that is told from the row itself.

    `source`, where there is one, is a FROM clause that finds its rows (as `s`, as many as are ever counted) by an index of the search,
    `probe` the condition that goes with it.
    """

    condition: Sql
    probe: Sql | None = None
    source: Sql | None = None
    stretch: Sql | None = None
    """A stretch of the natural order that holds all it finds."""
    natural: bool = False
    """The condition is no more than that stretch, so it costs nothing where the natural order is walked."""
    prefix: str = ""
    """The numbers wanted begin with this, which natural order keeps nearly together."""
    note: str = ""
    """What a person should know of how it was understood."""
    walking: Sql | None = None
    """The same condition, worded so that a walk in natural order stays in its own index."""
    whole: bool = False
    """The source finds the condition's rows, all of them and no other: they need not be looked at again."""
    few: bool = False
    """The source finds no more than are counted, so it is gathered rather than that any order is walked."""


@dataclass(frozen=True, slots=True)
class Narrowed:
    """All conditions of a query, on the FROM clause `table`."""

    table: str
    scope: Sql
    chosen: tuple[Chosen, ...] = ()
    rest: tuple[Check, ...] = ()
    sparse: bool = False
    """Only a handful can be found, by an index of its own: no order's index need be walked."""

    @property
    def searched(self) -> tuple[Sql, Sql]:
        """The FROM clause and the condition that find the rows soonest, though not all where there are more than are counted."""
        by = self._whole or next((check for check in self.rest if check.source is not None), None)
        if by is None or by.source is None:
            return Sql(self.table), self.condition
        if by.whole:
            return by.source, self._but(by)
        return by.source, all_of([self.condition, *([by.probe] if by.probe is not None else [])])

    @property
    def everything(self) -> tuple[Sql, Sql]:
        """The FROM clause and the condition that find all the rows, however many."""
        by = self._whole
        return (Sql(self.table), self.condition) if by is None or by.source is None else (by.source, self._but(by))

    @property
    def gathered(self) -> bool:
        """Whether so few can be found that no order's index need be walked."""
        return self.sparse or any(check.few for check in self.rest)

    @property
    def _whole(self) -> Check | None:
        return next((check for check in self.rest if check.whole), None)

    def _but(self, found: Check) -> Sql:
        """Everything but what `found` has answered already."""
        conditions = [choice.condition for choice in self.chosen] + [check.condition for check in self.rest if check is not found]
        return all_of([self.scope, *conditions])

    @property
    def condition(self) -> Sql:
        """Everything at once, told from the list's rows."""
        checks = self.checks()
        return self.scope if checks is None else all_of([self.scope, checks])

    @property
    def prefix(self) -> str:
        """What the numbers wanted begin with, when that is asked."""
        return next((check.prefix for check in self.rest if check.prefix), "")

    @property
    def stretch(self) -> Sql:
        """The scope, and the stretch of the natural order that is wanted."""
        return all_of([self.scope, *(check.stretch for check in self.rest if check.stretch is not None)])

    def checks(self) -> Sql | None:
        """Everything but the scope, told from the list's rows alone; None when that is nothing."""
        conditions = [choice.condition for choice in self.chosen] + [check.condition for check in self.rest]
        return all_of(conditions) if conditions else None

    def residual(self, without: Chosen | None) -> Sql | None:
        """What a walk must look at rows for: everything but `stretch` and what `without` chooses; None when that is nothing."""
        conditions = [choice.condition for choice in self.chosen if choice is not without]
        conditions += [check.walking or check.condition for check in self.rest if not check.natural]
        return all_of(conditions) if conditions else None

    @property
    def covered(self) -> bool:
        """Whether a walk in natural order tells everything from its own index."""
        if self.chosen:
            return False
        return all(check.natural or bool(check.walking and not check.prefix and not check.stretch) for check in self.rest)

    def also(self, check: Check) -> Narrowed:
        """Narrowed further."""
        return replace(self, rest=(*self.rest, check))

    def told_by_rows(self) -> Narrowed:
        """The same, where the indexes of searches do not know the list's rows: each is looked at itself."""
        return replace(self, rest=tuple(replace(check, source=None, probe=None, whole=False) for check in self.rest))

    def choosing(self, more: Chosen) -> Narrowed:
        """Narrowed further, to values of one column."""
        same = [choice for choice in self.chosen if choice.expression == more.expression]
        others = tuple(choice for choice in self.chosen if choice.expression != more.expression)
        return replace(self, chosen=(*others, same[0].both(more) if same else more))
