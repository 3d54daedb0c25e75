"""The walk through all levels: breadth first, each level by the same few statements, each node gone on from once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from nameplate.listings.lot_past import units_ever_in, with_splits
from nameplate.listings.trace.graph import Direction, Link, Node
from nameplate.listings.trace.reading import links_from
from nameplate.models import Lot, Serial, Tracking

Links = Mapping[Node, list[Link]]
"""By node, the links that lead on from it."""


def first_links(root: Node, direction: Direction, end: datetime | None) -> list[Link]:
    """The links of the node that is asked about. A lot stands for its splits too, and for every unit that was ever in them.

    So between these there are no links; further down a split lot is a node of its own.
    """
    forward = direction == "forward"
    if root.noun != "lots":
        return _in_time(links_from([root], forward=forward), end)
    family = with_splits(root.id)
    if Lot.objects.filter(pk=root.id, item__tracking=Tracking.SERIAL).exists():
        there = set(Serial.objects.filter(pk__in=units_ever_in(family), withdrawn=False).values_list("pk", flat=True))
        return [Link(root, Node("serials", unit)) for unit in sorted(there)]
    own = {Node("lots", lot) for lot in family}
    found = _in_time(links_from(own, forward=forward), end)
    return [replace(one, at=root) for one in found if one.to not in own]


def onward(nodes: Iterable[Node], direction: Direction, end: datetime | None) -> Links:
    """The links that lead on from these nodes, by node. A constant number of statements."""
    found: dict[Node, list[Link]] = defaultdict(list)
    for link in _in_time(links_from(list(nodes), forward=direction == "forward"), end):
        found[link.at].append(link)
    return found


def walk(root: Node, direction: Direction, end: datetime | None) -> tuple[Links, int]:
    """All links that can be reached from the root, by node, and how many levels deep they go."""
    found: dict[Node, list[Link]] = {root: first_links(root, direction, end)}
    frontier = {link.to for link in found[root]} - {root}
    seen, depth = {root} | frontier, 0
    while frontier:
        depth += 1
        fresh = onward(frontier, direction, end)
        found.update(fresh)
        frontier = {link.to for links in fresh.values() for link in links} - seen
        seen |= frontier
    return found, depth


def reached(root: Node, links: Links, by: Callable[[Link], bool]) -> set[Node]:
    """The nodes that are reached by such links alone."""
    seen, frontier = {root}, [root]
    while frontier:
        frontier = [link.to for node in frontier for link in links.get(node, ()) if by(link) and link.to not in seen]
        seen.update(frontier)
    return seen


def _in_time(links: list[Link], end: datetime | None) -> list[Link]:
    """As of a day: what had begun by its end and held then."""
    return links if end is None else [link for link in links if link.begun(end) and link.holds(end)]
