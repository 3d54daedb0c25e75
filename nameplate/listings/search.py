"""Finding units by text: inside a number from three characters on, shorter ones from its start.

PostgreSQL has a trigram index on the key, SQLite a full-text table of trigrams; this file alone knows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from nameplate.listings.conditions import between, condition_of, contains, text_term
from nameplate.listings.filters import Contains, Either, Every, Filter, Not, Prefix, Sign, Term, Wildcard
from nameplate.listings.sql import Sql, all_of, any_of, postgresql
from nameplate.serial_text import canonical, fold, sort_key, upper_bound

SHORTEST_INFIX = 3
STARTS_ONLY = "Fewer than three characters: found from the start of the number only."

_number_term = text_term("s.key", "s.sort_key", sort_key)


def from_the_start(wanted: Filter) -> Filter:
    """`wanted` with every contained text that is too short for the index made a prefix."""
    match wanted:
        case Contains(text) if 0 < len(text) < SHORTEST_INFIX:
            return Prefix(text)
        case Not(term):
            return Not(from_the_start(term))  # type: ignore[arg-type]
        case Either(terms):
            return Either(tuple(map(from_the_start, terms)))
        case Every(terms):
            return Every(tuple(map(from_the_start, terms)))
    return wanted


def serial_condition(wanted: Filter) -> tuple[Sql, bool]:
    """The condition on a unit's number, and whether it searches inside text."""
    fenced = False

    def of_term(term: Term) -> Sql:
        nonlocal fenced
        pieces: tuple[str | Sign, ...] = ()
        if isinstance(term, Contains):
            pieces = (term.text,)
        elif isinstance(term, Wildcard):
            pieces = term.parts
        if not pieces:
            return _number_term(term)
        fenced = True
        if isinstance(term, Wildcard) and isinstance(pieces[0], str):
            return all_of([between("s.key", pieces[0], upper_bound(pieces[0])), _number_term(term)])
        return all_of([*_by_trigrams(pieces), _number_term(term)])

    return condition_of(from_the_start(wanted), of_term), fenced


def _by_trigrams(pieces: tuple[str | Sign, ...]) -> Iterator[Sql]:
    """On SQLite: the ids in whose numbers all trigrams of the pieces occur. PostgreSQL does that within LIKE."""
    if postgresql():
        return
    trigrams = {piece[at : at + 3] for piece in pieces if isinstance(piece, str) for at in range(len(piece) - 2)}
    if trigrams:
        match = " AND ".join('"' + trigram.replace('"', '""') + '"' for trigram in sorted(trigrams))
        yield Sql("s.id IN (SELECT rowid FROM nameplate_serial_trigram WHERE nameplate_serial_trigram MATCH %s)", (match,))


def search_serials(text: str) -> Sql:
    """Units found by the search box: by their number, an earlier one, or what they belong to."""
    key = fold(text.strip())
    number, _ = serial_condition(Contains(key))
    return any_of(
        [
            number,
            Sql("s.id IN (SELECT n.serial_id FROM nameplate_name n WHERE n.key = %s)", (canonical(text),)),
            *(_belonging_to(link, table, columns, key) for link, table, columns in LINKED),
        ]
    )


LINKED = (
    ("s.item_id", "nameplate_item", ("number_key",)),
    ("s.lot_id", "nameplate_lot", ("number_key",)),
    ("s.source_id", "nameplate_document", ("number_key",)),
    ("s.customer_id", "nameplate_party", ("name_key",)),
)


def _belonging_to(link: str, table: str, columns: tuple[str, ...], key: str) -> Sql:
    found = any_of([contains(f"t.{column}", key) for column in columns])
    return Sql(f"{link} IN (SELECT t.id FROM {table} t WHERE {found.text})", found.params)


def search_in(*keys: str) -> Callable[[str], Sql]:
    """A search box of a small list: text anywhere in one of these folded columns."""

    def search(text: str) -> Sql:
        return any_of([contains(f"COALESCE({key}, '')", fold(text.strip())) for key in keys])

    return search
