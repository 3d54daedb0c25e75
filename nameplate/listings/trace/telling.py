"""A trace as rows: whole, in the order of the tree, for CSV and API; or one level of it, for the page that opens level by level."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from nameplate import access, functions
from nameplate.listings.export import escaped
from nameplate.listings.trace.facts import Facts, Paper, facts_of
from nameplate.listings.trace.graph import Direction, Link, Node, end_of
from nameplate.listings.trace.walking import Links, first_links, onward, reached, walk
from nameplate.models import Entry, Lot, Serial
from nameplate.quantities import from_micro
from nameplate.refusals import NotFound
from nameplate.serial_text import fold, sort_key

PAGE = 100
"""How many of a level are shown at once."""
WORDS = {"serials": "unit", "lots": "lot", "entries": "completion, unit unknown"}


@dataclass(frozen=True, slots=True)
class Way:
    """How a node was reached: how many levels below the root, by certain links alone, by links that hold."""

    level: int
    sure: bool
    now: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the tree. `sure` and `now` are about the whole way from the root: every link of it certain, every link holding."""

    level: int
    node: Node
    facts: Facts
    link: Link
    of: str
    """The number of the node above it."""
    sure: bool
    now: bool
    onward: int = 0
    """To how many nodes it leads on."""
    above: bool = False
    """It stands further up already, with all that it leads on to."""


@dataclass(frozen=True, slots=True)
class Trace:
    """A whole trace. `capped`: there is more than was asked for."""

    root: Node
    facts: Facts
    rows: Sequence[Row]
    levels: int
    capped: bool = False


@dataclass(frozen=True, slots=True)
class Children:
    """One level of a trace: a page of it, how many there are, and where the next page begins (None: nowhere)."""

    rows: Sequence[Row]
    count: int
    next: int | None


def root_of(*, actor: access.Actor, node: Node) -> Facts:
    """What is traced. Refused: there is none; a lot while Lots is off, a unit while Serial numbers is."""
    access.require(actor, "stock", "view")
    if function := functions.of_noun(node.noun):
        functions.require_on(function, "A trace of it")
    model = {"serials": Serial, "lots": Lot, "entries": Entry}[node.noun]
    if not model.objects.filter(pk=node.id).exists():  # type: ignore[attr-defined]  # each is a model
        raise NotFound("not-found", "There is nothing to trace here.", way_out="Search for its number: it may be written differently.")
    return facts_of([node])[node]


def trace(*, actor: access.Actor, node: Node, direction: Direction, day: date | None = None, most: int | None = None) -> Trace:
    """The whole trace, each row under the one that it belongs to; with `day`, as things were at its end.

    A constant number of statements for each level. `most` caps the rows.
    """
    facts = root_of(actor=actor, node=node)
    end = end_of(day)
    links, levels = walk(node, direction, end)
    known = facts_of({link.to for found in links.values() for link in found} | {node})
    rows: list[Row] = []
    for row in _in_order(node, links, known, end):
        if most is not None and len(rows) == most:
            return Trace(node, facts, rows, levels, capped=True)
        rows.append(row)
    return Trace(node, facts, rows, levels)


def _in_order(root: Node, links: Links, known: Mapping[Node, Facts], end: datetime | None) -> Iterator[Row]:
    """The rows of the tree from its top, each node's own below it where it stands first."""
    sure = reached(root, links, lambda link: link.certain)
    now = reached(root, links, lambda link: link.holds(end))
    expanded = {root}
    stack = [(1, iter(_sorted(links.get(root, ()), known)))]
    while stack:
        level, rest = stack[-1]
        link = next(rest, None)
        if link is None:
            stack.pop()
            continue
        again = link.to in expanded
        further = links.get(link.to, [])
        of = known[link.at].number
        sure_way, now_way = link.certain and link.at in sure, link.holds(end) and link.at in now
        yield Row(level, link.to, known[link.to], link, of, sure_way, now_way, _distinct(further), again and bool(further))
        if not again:
            expanded.add(link.to)
            stack.append((level + 1, iter(_sorted(further, known))))


def _distinct(links: Sequence[Link]) -> int:
    return len({link.to for link in links})


def _sorted(links: Sequence[Link], known: Mapping[Node, Facts]) -> list[Link]:
    """Links of one node: completions last, the others by place and number, what is there now before what was."""

    def key(link: Link) -> tuple[bool, str, str, bool, str]:
        past = link.until.isoformat() if link.until is not None else ""
        return link.to.noun == "entries", sort_key(fold(link.place)), known[link.to].sort_key, link.until is not None, past

    return sorted((link for link in links if link.to in known), key=key)


def children(
    *, actor: access.Actor, node: Node, direction: Direction, day: date | None = None, way: Way | None = None, after: int = 0
) -> Children:
    """One level: what the node leads to, a page of it from the row `after` on. `way` says how the node was reached, if it is not the root.

    The number of statements does not depend on how many there are.
    """
    facts = root_of(actor=actor, node=node)
    end = end_of(day)
    links = first_links(node, direction, end) if way is None else onward([node], direction, end).get(node, [])
    known = facts_of({link.to for link in links})
    ordered = _sorted(links, known)
    shown = ordered[after : after + PAGE]
    further = onward({link.to for link in shown}, direction, end)
    by = way or Way(0, sure=True, now=True)
    rows = []
    for one in shown:
        sure, now = by.sure and one.certain, by.now and one.holds(end)
        rows.append(Row(by.level + 1, one.to, known[one.to], one, facts.number, sure, now, _distinct(further.get(one.to, []))))
    return Children(rows, len(ordered), after + PAGE if after + PAGE < len(ordered) else None)


TRACE_COLUMNS = (
    "Level",
    "What",
    "Number",
    "Item number",
    "Description",
    "Of",
    "Place",
    "Quantity",
    "This link",
    "The whole way",
    "From",
    "Until",
    "Now",
    "Status now",
    "Lot",
    "Vendor batch",
    "Expiry",
    "Source document",
    "Vendor",
    "Made by order",
    "Outermost product now",
    "Where now",
    "Customer now",
    "Customer order",
    "Shipment",
    "Stands further up",
)


class _Line:
    def write(self, line: str) -> str:
        return line


def lines(found: Trace) -> Iterator[str]:
    """The trace as CSV."""
    writer = csv.writer(_Line())
    yield str(writer.writerow(TRACE_COLUMNS))
    for row in found.rows:
        yield str(writer.writerow([escaped(cell) for cell in _cells(row)]))


def certainty(certain: bool) -> str:
    """The word for a link, or for a whole way."""
    return "certain" if certain else "possible"


def _cells(row: Row) -> list[str]:
    facts, link = row.facts, row.link
    return [
        str(row.level),
        WORDS[row.node.noun],
        facts.number,
        facts.item,
        facts.description,
        row.of,
        link.place,
        "" if link.quantity is None or row.node.noun == "entries" else f"{from_micro(link.quantity):f}",
        certainty(link.certain),
        certainty(row.sure),
        _moment(link.since or facts.happened_at),
        _moment(link.until),
        "yes" if row.now else "no",
        facts.standing,
        facts.lot,
        facts.vendor_batch,
        facts.expires_on,
        _number(facts.source),
        facts.vendor,
        _number(facts.order),
        facts.outermost,
        facts.where,
        facts.customer,
        _number(facts.customer_order),
        _number(facts.shipment),
        "yes" if row.above else "",
    ]


def _number(paper: Paper | None) -> str:
    return paper.number if paper is not None else ""


def _moment(value: datetime | None) -> str:
    return "" if value is None else timezone.localtime(value).isoformat(sep=" ", timespec="seconds")
