"""The result of a run: plain values that can be written down, read back and compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import orjson

from bench.acts import Acted
from bench.databases import ROOT
from bench.files import Filed
from bench.measuring import Series, ratio_of
from bench.reading import Read
from bench.writing import Grown, Written

FOLDER = ROOT / "bench" / "results"


@dataclass
class Figure:
    """One thing done again and again, in milliseconds."""

    median: float
    p95: float
    times: int


@dataclass
class Write:
    """A workload that writes, beside the same rows written bare."""

    database: str
    act: str
    """receive or undo; of a file: bring in or export; of other acts: as `acts` names them."""
    units: int
    product: Figure
    floor: Figure
    ratio: float
    """The median of the turns' own ratios: what slows a whole turn counts for neither."""
    bare: Figure | None = None
    bare_ratio: float = 0.0


@dataclass
class Page:
    """A workload that reads."""

    database: str
    units: int
    name: str
    kind: str
    json: Figure
    html: Figure
    floor: Figure


@dataclass
class Memory:
    """What one act added to the resident memory of all the product's processes, in megabytes (10⁶ bytes)."""

    database: str
    units: int
    idle: float
    growth: float
    act: str = "receive"


@dataclass
class Results:
    """Everything of one run."""

    when: str
    facts: dict[str, str]
    writes: list[Write] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)
    memory: list[Memory] = field(default_factory=list)
    files: list[Write] = field(default_factory=list)
    acts: list[Write] = field(default_factory=list)

    def add_written(self, database: str, found: Sequence[Written]) -> None:
        """Take in what `writing` measured."""
        for one in found:
            self.writes.append(
                Write(
                    database,
                    "receive",
                    one.size,
                    _figure(one.receive.seconds),
                    _figure(one.receive_floor.seconds),
                    ratio_of(one.receive.seconds, one.receive_floor.seconds),
                    _figure(one.bare.seconds),
                    ratio_of(one.receive.seconds, one.bare.seconds),
                )
            )
            ratio = ratio_of(one.undo.seconds, one.undo_floor.seconds)
            self.writes.append(Write(database, "undo", one.size, _figure(one.undo.seconds), _figure(one.undo_floor.seconds), ratio))

    def add_read(self, database: str, found: Sequence[Read]) -> None:
        """Take in what `reading` measured."""
        for one in found:
            figures = (_figure(series.seconds) for series in (one.json, one.html, one.floor))
            self.pages.append(Page(database, one.units, one.name, one.kind, *figures))

    def add_filed(self, database: str, found: Sequence[Filed]) -> None:
        """Take in what `files` measured."""
        for one in found:
            ours, floor = one.product.seconds, one.floor.seconds
            self.files.append(Write(database, one.act, one.size, _figure(ours), _figure(floor), ratio_of(ours, floor)))

    def add_acted(self, database: str, found: Sequence[Acted]) -> None:
        """Take in what `acts` measured."""
        for one in found:
            ours, floor = one.product.seconds, one.floor.seconds
            self.acts.append(Write(database, one.act, one.size, _figure(ours), _figure(floor), ratio_of(ours, floor)))

    def add_grown(self, database: str, found: Sequence[Grown], act: str = "receive") -> None:
        """Take in what `memory` of `writing` and of `files` measured."""
        self.memory += [Memory(database, one.size, one.idle / 1e6, one.growth / 1e6, act) for one in found]

    def take_in(self, again: Results) -> None:
        """Put what was measured again in the place of the same rows, and say so among the facts."""
        self.writes = _replaced(self.writes, again.writes)
        self.pages = _replaced(self.pages, again.pages)
        self.memory = _replaced(self.memory, again.memory)
        self.files = _replaced(self.files, again.files)
        self.acts = _replaced(self.acts, again.acts)
        every: list[Write | Page | Memory] = [*again.writes, *again.acts, *again.files, *again.pages]
        what = ", ".join(dict.fromkeys(" ".join(_name(one)[:2]) for one in every))
        now = f"{what}; {again.when}, commit {again.facts.get('commit', 'unknown')}"
        self.facts["measured again"] = " · ".join(filter(None, [self.facts.get("measured again"), now]))

    def save(self, folder: Path) -> Path:
        """Write it down as JSON, named by its time."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{self.when.replace(':', '')}.json"
        path.write_bytes(orjson.dumps(asdict(self), option=orjson.OPT_INDENT_2) + b"\n")
        return path


_Row = TypeVar("_Row", Write, Page, Memory)


def _replaced(rows: list[_Row], again: list[_Row]) -> list[_Row]:
    newer = {_name(row): row for row in again}
    return [newer.get(_name(row), row) for row in rows]


def _name(row: Write | Page | Memory) -> tuple[str, str, int]:
    return row.database, row.name if isinstance(row, Page) else row.act, row.units


def begin(facts: dict[str, str]) -> Results:
    """The empty result of a run that begins now."""
    return Results(datetime.now(UTC).strftime("%Y-%m-%dT%H:%MZ"), facts)


def newest() -> Results:
    """The newest result in the repository."""
    return load(max(FOLDER.glob("*.json")))


def load(path: Path) -> Results:
    """Read back what `save` wrote."""
    data = orjson.loads(path.read_bytes())
    writes, files, acts = ([_write(one) for one in data.get(name, [])] for name in ("writes", "files", "acts"))
    pages = [Page(**{**one, **{name: Figure(**one[name]) for name in ("json", "html", "floor")}}) for one in data["pages"]]
    return Results(data["when"], data["facts"], writes, pages, [Memory(**one) for one in data["memory"]], files, acts)


def _write(one: dict[str, Any]) -> Write:
    figures = {name: Figure(**one[name]) for name in ("product", "floor")}
    return Write(**{**one, **figures, "bare": Figure(**one["bare"]) if one["bare"] else None})


def _figure(seconds: Sequence[float]) -> Figure:
    series = Series([*seconds])
    return Figure(round(series.median * 1000, 2), round(series.p95 * 1000, 2), len(seconds))
