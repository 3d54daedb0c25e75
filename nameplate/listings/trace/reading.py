"""The statements of a trace: each reads the links of a whole level at once, along the indexes of components, entries and units."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from nameplate.ledger import bulk
from nameplate.ledger.kinds import Kind
from nameplate.listings.standing import ACTS, IS_ITS_ACT, WHOLLY
from nameplate.listings.trace.graph import Link, Node, Stretch, ids_of, moment, what_held
from nameplate.models import DocumentKind
from nameplate.quantities import MILLIONTHS

_STRETCHES = (
    "SELECT c.child_id, c.parent_id, c.place, c.since_id, c.until_id, s.happened_at, s.reverses_id, u.happened_at, u.reverses_id "
    "FROM nameplate_component c JOIN nameplate_entry s ON s.id = c.since_id LEFT JOIN nameplate_entry u ON u.id = c.until_id "
    "WHERE c.child_id IN {which} ORDER BY c.child_id, c.since_id, c.id"
)
_GOODS = (
    "SELECT c.lot_id, c.parent_id, c.quantity, s.happened_at, u.happened_at FROM nameplate_component c "
    "JOIN nameplate_entry s ON s.id = c.since_id LEFT JOIN nameplate_entry u ON u.id = c.until_id "
    "WHERE c.child_id IS NULL AND c.parent_id IS NOT NULL AND (u.reverses_id IS NULL OR u.reverses_id <> c.since_id) AND {which}"
)
_STOCK = (
    f"SELECT m.lot_id, e.id, CAST(SUM(m.change) AS bigint), e.happened_at FROM nameplate_stockmovement m CROSS JOIN {ACTS} "
    "JOIN nameplate_document d ON d.id = e.document_id JOIN nameplate_lot l ON l.id = m.lot_id JOIN nameplate_item i ON i.id = l.item_id "
    f"WHERE {IS_ITS_ACT} AND d.kind = '{DocumentKind.MANUFACTURING_ORDER.value}' AND m.parent_id IS NULL AND i.tracking <> 'serial' "
    f"AND {WHOLLY} AND {{which}} GROUP BY m.lot_id, e.id, e.happened_at HAVING SUM(m.change) {{sign}} 0 ORDER BY m.lot_id, e.id"
)
"""Goods that an order used up (<) or made (>), as far as no product unit is named."""
_PRODUCED = (
    "SELECT m.serial_id, m.entry_id FROM nameplate_movement m JOIN nameplate_serial s ON s.id = m.serial_id AND NOT s.withdrawn "
    f"WHERE m.kind = {Kind.PRODUCED.value} AND {{which}} AND NOT EXISTS (SELECT 1 FROM nameplate_entry r "
    "JOIN nameplate_movement x ON x.entry_id = r.id AND x.serial_id = m.serial_id WHERE r.reverses_id = m.entry_id) "
    "ORDER BY m.entry_id, m.serial_id"
)
_SPLITS = (
    "SELECT l.split_from_id, l.id, e.happened_at, (SELECT SUM(m.change) FROM nameplate_stockmovement m "
    "WHERE m.lot_id = l.id AND m.entry_id = e.id AND m.parent_id IS NULL) FROM nameplate_lot l JOIN nameplate_item i ON i.id = l.item_id "
    "LEFT JOIN nameplate_lotmovement f ON f.lot_id = l.id AND f.seq = 1 LEFT JOIN nameplate_entry e ON e.id = f.entry_id "
    "WHERE l.split_from_id IS NOT NULL AND l.line_id IS NULL AND i.tracking <> 'serial' "
    "AND NOT EXISTS (SELECT 1 FROM nameplate_entry r WHERE r.reverses_id = e.id AND NOT r.partial) AND {which} "
    "ORDER BY l.split_from_id, l.id"
)
"""Lots of goods split off others, with the entry that did it and how much it put there. Units carry their own past and need none."""


def links_from(nodes: Collection[Node], *, forward: bool) -> list[Link]:
    """The links of these nodes in one direction. As many statements for one node as for fifty thousand."""
    units, lots, entries = ids_of(nodes, "serials"), ids_of(nodes, "lots"), ids_of(nodes, "entries")
    if forward:
        return [*_units_onward(units), *_goods_onward(lots), *_split_off(lots), *_out_of(entries)]
    return [*_inside(units), *_split_from(lots), *_into_completions(units, lots), *_used_by(entries)]


def _units_onward(units: list[int]) -> list[Link]:
    """Into which products units went, or by which completion they were used."""
    held = what_held(_rows(_STRETCHES.format(which=bulk.id_set()), units))
    return [_link(Node("serials", one.child), _outside(one), one, certain=True) for one in held]


def _outside(one: Stretch) -> Node:
    return Node("entries", one.since) if one.parent is None else Node("serials", one.parent)


def _link(at: Node, to: Node, one: Stretch, *, certain: bool) -> Link:
    return Link(at, to, certain, one.since_at, one.until_at, one.place, MILLIONTHS)


def _goods_onward(lots: list[int]) -> list[Link]:
    """Into which products goods of these lots went, and by which completions they were used."""
    rows = _rows(_GOODS.format(which=f"c.lot_id IN {bulk.id_set()}"), lots)
    links = [
        Link(Node("lots", lot), Node("serials", parent), True, moment(since), moment(until), "", quantity)
        for lot, parent, quantity, since, until in rows
    ]
    used = _rows(_STOCK.format(sign="<", which=f"m.lot_id IN {bulk.id_set()}"), lots)
    return links + [Link(Node("lots", lot), Node("entries", entry), True, moment(at), None, "", -change) for lot, entry, change, at in used]


def _split_off(lots: list[int]) -> list[Link]:
    """The lots that were split off these: what is in them was in these."""
    rows = _rows(_SPLITS.format(which=f"l.split_from_id IN {bulk.id_set()}"), lots)
    return [_between(origin, split, since, amount) for origin, split, since, amount in rows]


def _split_from(lots: list[int]) -> list[Link]:
    """The lots that these were split off."""
    rows = _rows(_SPLITS.format(which=f"l.id IN {bulk.id_set()}"), lots)
    return [_between(split, origin, since, amount) for origin, split, since, amount in rows]


def _between(at: int, to: int, since: Any, amount: Any) -> Link:
    return Link(Node("lots", at), Node("lots", to), since=moment(since), quantity=int(amount) if amount else None)


def _out_of(entries: list[int]) -> list[Link]:
    """What came of these completions, each possible: what the entry made or, where that is nothing, what its order ever made."""
    made = _made_by(entries)
    silent = [entry for entry in entries if entry not in made]
    order_of = dict(_rows(f"SELECT id, document_id FROM nameplate_entry WHERE id IN {bulk.id_set()}", silent))
    orders = sorted({order for order in order_of.values() if order is not None})
    others = _rows(f"SELECT id, document_id FROM nameplate_entry WHERE document_id IN {bulk.id_set()}", orders)
    by_entry = _made_by([entry for entry, _ in others])
    of_order: dict[int, list[Node]] = defaultdict(list)
    for entry, order in others:
        of_order[order] += by_entry.get(entry, [])
    return [
        Link(Node("entries", entry), product, certain=False)
        for entry in entries
        for product in dict.fromkeys(made.get(entry) or of_order.get(order_of.get(entry, 0), []))
    ]


def _made_by(entries: Iterable[int]) -> dict[int, list[Node]]:
    """By entry, the units and lots that it made."""
    wanted = sorted(set(entries))
    found: dict[int, list[Node]] = defaultdict(list)
    for unit, entry in _rows(_PRODUCED.format(which=f"m.entry_id IN {bulk.id_set()}"), wanted):
        found[entry].append(Node("serials", unit))
    for lot, entry, _, _ in _rows(_STOCK.format(sign=">", which=_of_entries()), wanted):
        found[entry].append(Node("lots", lot))
    return found


def _inside(units: list[int]) -> list[Link]:
    """The units and goods that were inside these products."""
    which = f"(SELECT p.child_id FROM nameplate_component p WHERE p.parent_id IN {bulk.id_set()} AND p.child_id IS NOT NULL)"
    wanted = set(units)
    held = [one for one in what_held(_rows(_STRETCHES.format(which=which), units)) if one.parent in wanted]
    links = [_link(_outside(one), Node("serials", one.child), one, certain=True) for one in held]
    goods = _rows(_GOODS.format(which=f"c.parent_id IN {bulk.id_set()}"), units)
    return links + [
        Link(Node("serials", parent), Node("lots", lot), True, moment(since), moment(until), "", quantity)
        for lot, parent, quantity, since, until in goods
    ]


def _into_completions(units: list[int], lots: list[int]) -> list[Link]:
    """The completions that made these units and goods and used something without saying for which product."""
    made_in = [(Node("serials", unit), entry) for unit, entry in _rows(_PRODUCED.format(which=f"m.serial_id IN {bulk.id_set()}"), units)]
    stock = _rows(_STOCK.format(sign=">", which=f"m.lot_id IN {bulk.id_set()}"), lots)
    made_in += [(Node("lots", lot), entry) for lot, entry, _, _ in stock]
    own = sorted({entry for _, entry in made_in})
    order_of = dict(_rows(f"SELECT id, document_id FROM nameplate_entry WHERE id IN {bulk.id_set()} AND document_id IS NOT NULL", own))
    orders = sorted(set(order_of.values()))
    others = dict(_rows(f"SELECT id, document_id FROM nameplate_entry WHERE document_id IN {bulk.id_set()}", orders))
    using = {link.at.id for link in _used_by(sorted({*own, *others}))}
    silent = sorted(using - set(_made_by(using)))
    of_order: dict[int, list[int]] = defaultdict(list)
    for entry in silent:
        of_order[others.get(entry, 0)].append(entry)
    return [
        Link(node, Node("entries", entry), certain=False)
        for node, made in made_in
        for entry in dict.fromkeys([*([made] if made in using else []), *of_order.get(order_of.get(made, 0), [])])
    ]


def _used_by(entries: list[int]) -> list[Link]:
    """What these completions used without saying for which product."""
    which = f"(SELECT p.child_id FROM nameplate_component p WHERE p.since_id IN {bulk.id_set()} AND p.parent_id IS NULL)"
    wanted = set(entries)
    held = what_held(_rows(_STRETCHES.format(which=which), entries))
    links = [
        _link(_outside(one), Node("serials", one.child), one, certain=True) for one in held if one.parent is None and one.since in wanted
    ]
    used = _rows(_STOCK.format(sign="<", which=_of_entries()), entries)
    return links + [Link(Node("entries", entry), Node("lots", lot), True, moment(at), None, "", -change) for lot, entry, change, at in used]


def _of_entries() -> str:
    """The movements of goods of the wanted entries, and of what undid a part of them."""
    entry = "SELECT x.id FROM nameplate_entry x WHERE x.{0} IN {1}"
    return f"m.entry_id IN ({entry.format('id', bulk.id_set())} UNION ALL {entry.format('reverses_id', bulk.id_set())})"


def _rows(sql: str, wanted: list[int]) -> list[tuple[Any, ...]]:
    """The rows of a statement about one set of ids, wherever it names it."""
    return bulk.query(sql, [bulk.ids(wanted)] * sql.count("%s")) if wanted else []
