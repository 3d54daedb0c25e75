"""What the figures have to be, and whether they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bench.results import Page, Results, Write

OF_FLOOR = {("receive", 1_000): 2.0, ("receive", 10_000): 1.5, ("undo", 10_000): 1.6}
OF_FLOOR_ACT = 1.6
OF_BARE = 10.0
SQLITE_RECEIVE = 1_500.0
OF_FLOOR_FILE = {"bring in": 3.0, "export, flowing": 3.0, "export, as a job": 3.0}
MEMORY = {("receive", 50_000): 120.0, ("bring in", 100_000): 500.0}
BIG = 1_000_000
JSON_ABOVE = {"PostgreSQL": 12.0, "SQLite": 6.0}
HTML_ABOVE = 25.0
NARROWED_ABOVE = 30.0
SLOWEST, SLOWEST_OF_MANY = 100.0, 200.0
DEEP = 1.5


@dataclass(frozen=True)
class Verdict:
    """One target, what was measured, and whether it is met."""

    database: str
    what: str
    target: str
    found: str
    met: bool


def verdicts(results: Results) -> list[Verdict]:
    """Every target for which there is a measurement."""
    return [*_writes(results), *_acts(results), *_files(results), *_memory(results), *_pages(results)]


def _writes(results: Results) -> Iterator[Verdict]:
    for one in results.writes:
        most = OF_FLOOR.get((one.act, one.units))
        what = f"{one.act} {one.units:,}"
        if most is not None:
            yield Verdict(one.database, what, f"≤ {most} × floor", f"{one.ratio:.2f} ×", one.ratio <= most)
        if (one.act, one.units) == ("receive", 10_000):
            yield _schema(one, what)


def _acts(results: Results) -> Iterator[Verdict]:
    for one in results.acts:
        met = one.ratio <= OF_FLOOR_ACT
        yield Verdict(one.database, f"{one.act} {one.units:,}", f"≤ {OF_FLOOR_ACT} × floor", f"{one.ratio:.2f} ×", met)


def _schema(one: Write, what: str) -> Verdict:
    if one.database == "SQLite":
        return Verdict(one.database, what, "< 1.5 s", f"{one.product.median / 1000:.2f} s", one.product.median < SQLITE_RECEIVE)
    return Verdict(one.database, what, f"≤ {OF_BARE:.0f} × bare tables", f"{one.bare_ratio:.1f} ×", one.bare_ratio <= OF_BARE)


def _files(results: Results) -> Iterator[Verdict]:
    for one in results.files:
        most = OF_FLOOR_FILE.get(one.act)
        if most is not None:
            yield Verdict(one.database, f"{one.act} {one.units:,}", f"≤ {most} × floor", f"{one.ratio:.2f} ×", one.ratio <= most)


def _memory(results: Results) -> Iterator[Verdict]:
    for one in results.memory:
        most = MEMORY.get((one.act, one.units))
        if most is not None:
            what = f"memory, {one.act} {one.units:,}"
            yield Verdict(one.database, what, f"< {most:.0f} MB above idle", f"{one.growth:.0f} MB", one.growth < most)


def _pages(results: Results) -> Iterator[Verdict]:
    for database in dict.fromkeys(page.database for page in results.pages):
        pages = [page for page in results.pages if page.database == database and page.units == BIG]
        if pages:
            yield from _of_database(database, pages)


def _of_database(database: str, pages: list[Page]) -> Iterator[Verdict]:
    indexed = [page for page in pages if page.kind == "indexed"]
    narrowed = [page for page in pages if page.kind in {"narrowed", "many"}]
    json_most = JSON_ABOVE[database]
    yield _worst(database, "indexed lists, JSON", json_most, [(page.json.median - page.floor.median, page.name) for page in indexed])
    yield _worst(database, "indexed lists, HTML", HTML_ABOVE, [(page.html.median - page.floor.median, page.name) for page in indexed])
    wide = [page for page in pages if page.kind == "wide"]
    if wide:
        yield _worst(database, "30 columns, JSON", json_most, [(page.json.median - page.floor.median, page.name) for page in wide])
        yield _worst(database, "30 columns, HTML", HTML_ABOVE, [(page.html.median - page.floor.median, page.name) for page in wide])
    above = [(max(page.json.median, page.html.median) - page.floor.median, page.name) for page in narrowed]
    yield _worst(database, "substring and two filters, JSON and HTML", NARROWED_ABOVE, above)
    rest = [(max(page.json.p95, page.html.p95), page.name) for page in pages if page.kind not in {"many", "fields"}]
    yield _slowest(database, "95th percentile of any page", SLOWEST, rest)
    many = [(max(page.json.p95, page.html.p95), page.name) for page in pages if page.kind == "many"]
    yield _slowest(database, "95th percentile, substring with over 100,000 hits", SLOWEST_OF_MANY, many)
    fields = [(max(page.json.p95, page.html.p95), page.name) for page in pages if page.kind == "fields"]
    if fields:
        yield _slowest(database, "95th percentile, filters on five custom fields", SLOWEST, fields)
    first = next(page for page in pages if page.name == "no filter")
    for page in pages:
        if page.kind == "deep":
            times = max(page.json.median / first.json.median, page.html.median / first.html.median)
            yield Verdict(database, page.name, f"≤ {DEEP} × the first", f"{times:.2f} ×", times <= DEEP)


def _worst(database: str, what: str, most: float, found: list[tuple[float, str]]) -> Verdict:
    above, name = max(found)
    return Verdict(database, f"{what}, median of the slowest", f"≤ floor + {most:.0f} ms", f"+ {above:.1f} ms ({name})", above <= most)


def _slowest(database: str, what: str, most: float, found: list[tuple[float, str]]) -> Verdict:
    slowest, name = max(found)
    return Verdict(database, what, f"≤ {most:.0f} ms", f"{slowest:.0f} ms ({name})", slowest <= most)
