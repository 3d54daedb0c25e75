"""Finding units by text: inside a number from three characters on, shorter ones from its start unless `*x*` asks for them anywhere.

PostgreSQL has a trigram index on the key, SQLite a full-text table of trigrams; this file alone knows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from nameplate.listings import links
from nameplate.listings.conditions import between, condition_of, contains, text_term
from nameplate.listings.counting import CAP
from nameplate.listings.filters import Contains, Either, Every, Filter, Prefix, Sign, Term, Wildcard
from nameplate.listings.narrowed import Check
from nameplate.listings.sql import FALSE, Sql, all_of, among, any_of, fetch, postgresql, union
from nameplate.serial_text import canonical, fold, sort_key, sort_ranges_of_prefix, upper_bound

SHORTEST_INFIX = 3
STARTS_ONLY = "Fewer than three characters are looked for at the start of a number."
IN_THE_FILTER = f"{STARTS_ONLY} With stars around them, like *Z0*, they are found anywhere."
IN_THE_SEARCH = f"{STARTS_ONLY} The filter of the numbers finds them anywhere, with stars around them, like *Z0*."
MOST_IDS = 20_000

_number_term = text_term("s.key", "s.sort_key", sort_key)
_TRIGRAMS = "nameplate_serial_trigram"


def from_the_start(wanted: Filter) -> Filter:
    """`wanted` with every plain text that is too short for the index made a prefix. What is to be left out is left out exactly."""
    match wanted:
        case Contains(text, anywhere=False) if 0 < len(text) < SHORTEST_INFIX:
            return Prefix(text)
        case Either(terms):
            return Either(tuple(map(from_the_start, terms)))
        case Every(terms):
            return Every(tuple(map(from_the_start, terms)))
    return wanted


def serial_check(wanted: Filter) -> Check:
    """The condition on a unit's number, with the index that finds it on SQLite (PostgreSQL's own planner finds its own)."""
    found = from_the_start(wanted)
    check = _check(found)
    return check if found == wanted else replace(check, note=IN_THE_FILTER)


def _check(found: Filter) -> Check:
    condition = condition_of(found, _term)
    match = _trigrams_of(found)
    if isinstance(found, Prefix):
        return _begins_with(found.text, condition)
    # Without a digit in it, text is in a number exactly when it is in the number's sort key, which the natural index holds.
    walking = contains("s.sort_key", found.text) if isinstance(found, Contains) and not _has_digits(found.text) else None
    if postgresql() or not match:
        return Check(condition, walking=walking)
    source = Sql(f"{_TRIGRAMS} f CROSS JOIN nameplate_serial s ON s.id = f.rowid")
    return Check(condition, Sql(f"f.{_TRIGRAMS} MATCH %s", (match,)), source, walking=walking)


def _begins_with(prefix: str, condition: Sql) -> Check:
    """Without a digit in it a prefix is a stretch of the natural order, neither more nor less."""
    if not _has_digits(prefix):
        stretch = between("s.sort_key", prefix, upper_bound(prefix))
        return Check(stretch, stretch=stretch, natural=True)
    ranges = sort_ranges_of_prefix(prefix)
    # A walk looks at the number again, for leading zeros leave no trace in sort keys; worded so that the key's index does not lure it.
    again = Sql(f"substr(s.key, 1, {len(prefix)}) = %s", (prefix,))
    if len(ranges) > 1:
        return Check(condition, prefix=prefix, walking=again)
    stretch = between("s.sort_key", *ranges[0])
    return Check(all_of([stretch, condition]), stretch=stretch, walking=again)


def _has_digits(text: str) -> bool:
    return any(character in "0123456789" for character in text)


def _term(term: Term) -> Sql:
    if isinstance(term, Wildcard) and isinstance(term.parts[0], str):
        return all_of([between("s.key", term.parts[0], upper_bound(term.parts[0])), _number_term(term)])
    return _number_term(term)


def _trigrams_of(wanted: Filter) -> str:
    """The full-text query that every number found by `wanted` answers; empty when there is none worth asking."""
    pieces: tuple[str | Sign, ...] = ()
    if isinstance(wanted, Contains):
        pieces = (wanted.text,)
    elif isinstance(wanted, Wildcard) and not isinstance(wanted.parts[0], str):
        pieces = wanted.parts
    trigrams = {piece[at : at + 3] for piece in pieces if isinstance(piece, str) for at in range(len(piece) - 2)}
    # The table keeps no positions (detail=none), so it knows no phrases: all trigrams, and the condition looks again.
    return " AND ".join('"' + trigram.replace('"', '""') + '"' for trigram in sorted(trigrams))


def search_in(*keys: str) -> Callable[[str], Check]:
    """A search box of a small list: text anywhere in one of these folded columns."""

    def search(text: str) -> Check:
        return Check(any_of([contains(f"COALESCE({key}, '')", fold(text.strip())) for key in keys]))

    return search


def search_items_of(item_id: str) -> Callable[[str], Check]:
    """A search box that finds rows by their item: text anywhere in its number or description."""

    def search(text: str) -> Check:
        found = search_in("t.number_key", "t.description_key")(text).condition
        return Check(Sql(f"{item_id} IN (SELECT t.id FROM nameplate_item t WHERE {found.text})", found.params))

    return search


@dataclass(frozen=True, slots=True)
class _Belonging:
    """What a unit belongs to: the unit's column, the linked table, and the folded columns that are searched there."""

    key: str
    source: str
    searched: tuple[str, ...]


_BELONGINGS = (
    _Belonging("s.item_id", links.ITEM, ("t.number_key",)),
    _Belonging("s.lot_id", links.LOT, ("t.number_key",)),
    _Belonging("s.source_id", links.DOCUMENT, ("t.number_key", "u.name_key")),
    _Belonging("s.customer_id", links.PARTY, ("t.name_key",)),
)


def search_serials(text: str) -> Check:
    """Units found by the search box: by their number, an earlier one, or by what they belong to.

    Each way of finding has an index of its own, so each gathers its ids (as many as are ever counted), and these are put together.
    """
    key = fold(text.strip())
    number = serial_check(Contains(key))
    table = number.source or Sql("nameplate_serial s")
    by_number = all_of([Sql("NOT s.withdrawn"), *([number.probe] if number.probe is not None else []), number.condition])
    earlier = among("s.id", _named(contains("n.key", key)))
    ways = [
        Sql(f"SELECT s.id FROM {table.text} WHERE {by_number.text}", table.params + by_number.params),
        Sql(f"SELECT s.id FROM nameplate_serial s WHERE NOT s.withdrawn AND {earlier.text}", earlier.params),
    ]
    conditions = [number.condition, earlier]
    for belonging in _belonging_to(key):
        ways.append(Sql(f"SELECT s.id FROM nameplate_serial s WHERE NOT s.withdrawn AND {belonging.text}", belonging.params))
        conditions.append(belonging)
    limited = [Sql(f"SELECT id FROM ({way.text} LIMIT {CAP + 1}) w{number}", way.params) for number, way in enumerate(ways)]
    gathered = union(limited)
    join = "JOIN" if postgresql() else "CROSS JOIN"
    source = Sql(f"({gathered.text}) f {join} nameplate_serial s ON s.id = f.id", gathered.params)
    return Check(any_of(conditions), None, source, note=IN_THE_SEARCH if number.note else "")


def named_exactly(text: str) -> list[Sql]:
    """Units with exactly this number: who bears it now, who bore it earlier, who was withdrawn under it."""
    key = canonical(text)
    now, withdrawn = (Sql(f"({words} AND s.key = %s)", (key,)) for words in ("NOT s.withdrawn", "s.withdrawn"))
    earlier = among("s.id", _named(Sql("n.key = %s", (key,))))
    return [now, withdrawn] if earlier == FALSE else [now, earlier, withdrawn]


def _named(condition: Sql) -> list[int]:
    """The ids of units that once bore such a number."""
    found = fetch(Sql(f"SELECT DISTINCT n.serial_id FROM nameplate_name n WHERE {condition.text} LIMIT {MOST_IDS}", condition.params))
    return [row[0] for row in found]


def _belonging_to(key: str) -> list[Sql]:
    """The conditions that units belong to something found by `key`, its ids looked up first; nothing found, no condition."""
    conditions = []
    for belonging in _BELONGINGS:
        found = any_of([contains(f"COALESCE({column}, '')", key) for column in belonging.searched])
        meant = Sql(f"SELECT t.id FROM {belonging.source} WHERE {found.text}", found.params)
        ids = [row[0] for row in fetch(Sql(f"{meant.text} LIMIT {MOST_IDS + 1}", meant.params))]
        if len(ids) > MOST_IDS:
            conditions.append(Sql(f"{belonging.key} IN ({meant.text})", meant.params))
        elif ids:
            conditions.append(among(belonging.key, ids))
    return conditions
