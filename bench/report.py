"""The figures as tables: on the terminal, and as docs/performance.md."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.databases import ROOT
from bench.results import Figure, Results, Write
from bench.targets import verdicts

DOCUMENT = ROOT / "docs" / "performance.md"
Table = tuple[str, Sequence[str], Sequence[Sequence[str]]]
"""A heading, column names, rows of cells."""

ABOUT = """\
# Performance

*Written by `make bench` from `bench/results/`; do not edit.*

The product is measured as it is served: its own command, over HTTP on one connection, one request at a time. Beside every figure
stands **the floor**: what the database alone takes for the same result, measured in the same run, turn by turn, with the first place
changing between the two.

* For writes the floor inserts the very rows that the product's receipt left (read back from its tables, given other ids and numbers),
  with all indexes, constraints and the search index: COPY of text made beforehand on PostgreSQL, `executemany` of tuples made
  beforehand on SQLite, and plain UPDATEs, in one transaction.
  The **bare tables** hold the same rows of units and of movements, all columns, with their primary keys and UNIQUE (item, key)
  and nothing else. The product parses, judges, checks rights, takes locks and answers besides.
* The floor of another act on units (as-built, consume, produce, reject, write off) is written for units that stand as those did, received
  with them: its new rows as for a receipt, and one plain UPDATE for all units of a lot. Where units differ in what changes (the product and
  the place that a part went into) that UPDATE reads it from the movements just written. The as-built is one submit of 50 pods, each with 45
  drives in their bays and two power supplies; consumed units are used by an order, not known in which product.
* For reads the floor is one prepared statement without parameters that finds the page by the best index and reads every column that the
  list has. It counts nothing; the product counts to 10,000. A page of 30 columns has them chosen from all, five custom fields among them;
  a program always gets all columns.
* A ratio is the median of the ratios of single turns. A 95th percentile of fewer than 20 turns is the slowest of them.
* PostgreSQL runs with fsync, synchronous_commit and full_page_writes on, SQLite with a write-ahead log and synchronous=FULL.
* A file is measured from sending it until its job is seen to be done, the wait for the worker included: 31 models, one day, a field of
  each unit and one of each model, one order a model. Its floor is that of a receipt, for the units, their history, lots and field
  values; orders, and models that are new to the first file, the product makes besides. An export has all units in all columns, as one
  answer that flows or as a job whose file is then fetched; its floor is a loop over a cursor that reads the same columns, with
  `csv.writer`.
* Units are received, and files brought in, into a company that has 100,000 already; memory is the highest resident size of all the
  product's processes, each counted by itself (one for the web, and the worker), while that runs, less what they had before.
"""


def tables(results: Results) -> Iterator[Table]:
    """All tables, in the order in which they are shown."""
    yield _targets(results)
    yield _writes(results)
    if results.acts:
        yield _beside("Acts on many units in one call, milliseconds", results.acts)
    if results.files:
        yield _beside("A vendor’s file and an export, milliseconds", results.files)
    yield _memory(results)
    for database in dict.fromkeys(page.database for page in results.pages):
        for units in dict.fromkeys(page.units for page in results.pages if page.database == database):
            yield _pages(results, database, units)


def _targets(results: Results) -> Table:
    rows = [(one.database, one.what, one.target, one.found, "met" if one.met else "**not met**") for one in verdicts(results)]
    return "Targets", ("database", "what", "target", "measured", ""), rows


def _writes(results: Results) -> Table:
    rows = []
    for one in results.writes:
        bare = (_ms(one.bare.median), f"{one.bare_ratio:.1f}") if one.bare else ("", "")
        rows.append(
            (
                one.database,
                f"{one.act} {one.units:,}",
                str(one.product.times),
                *_both(one.product),
                *_both(one.floor),
                f"{one.ratio:.2f}",
                *bare,
            )
        )
    heads = ("database", "work", "turns", "median", "95 %", "floor", "95 %", "× floor", "bare tables", "× bare")
    return "Receiving and undoing in one call, milliseconds", heads, rows


def _beside(heading: str, writes: Sequence[Write]) -> Table:
    rows = [
        (one.database, f"{one.act} {one.units:,}", str(one.product.times), *_both(one.product), *_both(one.floor), f"{one.ratio:.2f}")
        for one in writes
    ]
    return heading, ("database", "work", "turns", "median", "95 %", "floor", "95 %", "× floor"), rows


def _memory(results: Results) -> Table:
    rows = [(one.database, f"{one.act} {one.units:,}", f"{one.idle:.0f}", f"{one.growth:.0f}") for one in results.memory]
    return "Resident memory, megabytes", ("database", "work", "idle", "growth at its highest"), rows


def _pages(results: Results, database: str, units: int) -> Table:
    rows = [
        (page.name, *_both(page.json), *_both(page.html), *_both(page.floor), _ms(page.json.median - page.floor.median))
        for page in results.pages
        if (page.database, page.units) == (database, units)
    ]
    heads = ("page of 50", "JSON", "95 %", "HTML", "95 %", "floor", "95 %", "JSON − floor")
    return f"Reading from {units:,} units, {database}, milliseconds", heads, rows


def _both(figure: Figure) -> tuple[str, str]:
    return _ms(figure.median), _ms(figure.p95)


def _ms(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}"


def printed(results: Results) -> str:
    """For a terminal."""
    parts = []
    for heading, heads, rows in tables(results):
        widths = [max(len(row[index]) for row in (heads, *rows)) for index in range(len(heads))]
        lines = [
            "  ".join(_placed(cell, width, index) for index, (cell, width) in enumerate(zip(row, widths, strict=True)))
            for row in (heads, *rows)
        ]
        parts.append("\n".join([heading, *(line.replace("**", "").rstrip() for line in lines)]))
    return "\n\n".join(parts)


_NUMERIC = str.maketrans("", "", ".,-")


def _placed(cell: str, width: int, index: int) -> str:
    return cell.rjust(width) if index and cell.translate(_NUMERIC).isdigit() else cell.ljust(width)


def document(results: Results) -> str:
    """For the repository."""
    parts = [ABOUT, "## On what\n\n" + "\n".join(f"* {name}: {value}" for name, value in {"when": results.when, **results.facts}.items())]
    for heading, heads, rows in tables(results):
        lines = ["| " + " | ".join(cells) + " |" for cells in (heads, ["---"] * len(heads), *rows)]
        parts.append(f"## {heading}\n\n" + "\n".join(lines))
    return "\n\n".join(part.rstrip() for part in parts) + "\n"


def write_document(results: Results, path: Path = DOCUMENT) -> None:
    """Write docs/performance.md."""
    path.write_text(document(results))
