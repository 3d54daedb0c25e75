"""The next numbers of documents, lots and parties, by the company's patterns; and of units, by their item's. None comes twice.

The counters of series only go on: they do not begin again with a year or with another pattern. A number that exists already, because it was
typed by hand or because another pattern made it, is passed over.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import uuid4

from django.utils import timezone

from nameplate.ledger import bulk
from nameplate.ledger.transacting import is_rehearsal
from nameplate.models import Document, Lot, Party, PartyRole, Setting
from nameplate.number_patterns import Pattern, read_pattern
from nameplate.serial_text import canonical

NAME = "numbering"
"""The setting that holds the patterns which differ from the usual ones, by series."""
LONGEST = 40
"""Characters of the number of a document, a lot or a party."""
MOST_AT_ONCE = 20_000

Keys = Collection[str]


@dataclass(frozen=True, slots=True)
class Series:
    """What is numbered by one counter. A new one needs that counter, by a migration, beside its line here."""

    name: str
    label: str
    usual: str
    """The pattern until the company sets another."""
    taken: Callable[[Keys], Iterable[str]]
    """Those of these keys that something bears already."""


def _documents(keys: Keys) -> Iterable[str]:
    return Document.objects.filter(number_key__in=keys).values_list("number_key", flat=True)


def _lots(keys: Keys) -> Iterable[str]:
    return Lot.objects.filter(number_key__in=keys).values_list("number_key", flat=True)


def _parties(role: PartyRole) -> Callable[[Keys], Iterable[str]]:
    return lambda keys: Party.objects.filter(role=role, number_key__in=keys).values_list("number_key", flat=True)


SERIES: Mapping[str, Series] = {
    one.name: one
    for one in (
        Series("po", "Purchase orders", "PO{00000}", _documents),
        Series("mo", "Manufacturing orders", "MO{00000}", _documents),
        Series("co", "Customer orders", "CO{00000}", _documents),
        Series("s", "Shipments", "S{00000}", _documents),
        Series("to", "Transfer orders", "TO{00000}", _documents),
        Series("wo", "Write-offs", "WO{00000}", _documents),
        Series("qc", "Inspections", "QC{00000}", _documents),
        Series("ro", "Repair orders", "RO{00000}", _documents),
        Series("da", "Disassemblies", "DA{00000}", _documents),
        Series("sc", "Stock counts", "SC{00000}", _documents),
        Series("rtv", "Returns to vendors", "RTV{00000}", _documents),
        Series("rma", "Returns", "RMA{00000}", _documents),
        Series("lot", "Lots", "L{00000}", _lots),
        Series("vendor", "Vendors", "V{00000}", _parties(PartyRole.VENDOR)),
        Series("customer", "Customers", "C{00000}", _parties(PartyRole.CUSTOMER)),
    )
}


def patterns() -> dict[str, str]:
    """The pattern of every series as it is set now."""
    found = Setting.objects.filter(name=NAME).values_list("values", flat=True).first() or {}
    return {name: str(found.get(name, one.usual)) for name, one in SERIES.items()}


def next_number(series: str) -> str:
    """The next number of a series that nothing bears yet."""
    return next_numbers(series, 1)[0]


def next_numbers(series: str, count: int) -> list[str]:
    """The next `count` numbers of a series that nothing bears yet; no other caller gets them. Gaps are allowed.

    A rehearsal gets names that nobody sees: a sequence is not turned back with it, and looking ahead should leave no gaps.
    """
    if is_rehearsal():
        return [uuid4().hex for _ in range(count)]
    pattern = read_pattern(patterns()[series], longest=LONGEST)
    return passing_over(SERIES[series].taken, pattern, count, lambda wanted: bulk.next_numbers(series, wanted))


def upcoming(series: str, pattern: Pattern, count: int = 3) -> list[str]:
    """What the next numbers would be now, without taking them."""
    last = bulk.last_number(series)
    return free_of(SERIES[series].taken, pattern, range(last + 1, last + 1 + 100 * count))[:count]


def passing_over(taken: Callable[[Keys], Iterable[str]], pattern: Pattern, count: int, take: Callable[[int], Iterable[int]]) -> list[str]:
    """`count` free numbers from a counter. The longer it meets numbers that exist, the more it asks for at a time."""
    found: list[str] = []
    ask = count
    while len(found) < count:
        found += free_of(taken, pattern, take(ask))
        ask = min(2 * ask, MOST_AT_ONCE)
    return found[:count]


def free_of(taken: Callable[[Keys], Iterable[str]], pattern: Pattern, counts: Iterable[int], day: date | None = None) -> list[str]:
    """The numbers that these counts make today, but for those that exist."""
    on = day or timezone.localdate()
    made = {canonical(number): number for number in (pattern.number(count, on) for count in counts)}
    exist = set(taken(list(made)))
    return [number for key, number in made.items() if key not in exist]
