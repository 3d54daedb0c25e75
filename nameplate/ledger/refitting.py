"""Products whose components change get a movement of their own, by an act and by its undo; what was done to them since is in its way."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from nameplate.ledger import bulk, units
from nameplate.ledger.conditions import Context
from nameplate.ledger.kinds import Kind
from nameplate.ledger.moves import Goods, Step
from nameplate.ledger.state import PARENT, STATUS, Unit, as_recorded
from nameplate.ledger.stepping import Act, step_known
from nameplate.models import Entry, Status
from nameplate.refusals import Conflict, Offender


def refitted_products(work: Act, context: Context, goods: Sequence[Goods]) -> None:
    """Give each product whose components changed a movement of its own, its outermost product too, so that nobody ships it meanwhile."""
    chain = _around_goods(work, goods)
    concerned = {unit for unit, parent in chain.items() if parent is None} | {one.parent_id for one in goods if one.parent_id in chain}
    if not work.edges_changed and not concerned:
        return
    moves = {(unit.before[PARENT], unit.state[PARENT]) for unit in work.known.values()}
    for parent in {parent for left, entered in moves if left != entered for parent in (left, entered)} - {None}:
        concerned |= {parent, context.outermost.get(parent, parent)}
    for batch in work.newcomers:
        for parent in {state[PARENT] for state in set(batch.states)} - {None}:
            concerned |= {parent, context.outermost[parent]}
    concerned -= set(work.movements_of)
    if not concerned:
        return
    products = units.fetch(concerned)
    _refuse_into_used_up(products, chain, goods)
    work.known.update(products)
    work.any_built_in = True
    step_known(work, Step(Kind.REFITTED), sorted(products), context, "")


def _around_goods(work: Act, goods: Sequence[Goods]) -> dict[int, int | None]:
    """The products that goods without numbers go into or leave, to which nothing else happens, and those around them, each with its own."""
    products = {one.parent_id for one in goods if one.parent_id} - work.movements_of.keys()
    return units.outermost_chain(products) if products else {}


def _refuse_into_used_up(products: Mapping[int, Unit], chain: Mapping[int, int | None], goods: Sequence[Goods]) -> None:
    """Refuse goods into a product that is no product any more: used up or taken apart, as it is or with the one around it."""
    offenders: dict[int, Offender] = {}
    for one in goods:
        at = one.parent_id if one.change < 0 and one.parent_id in chain else None
        while at is not None and (around := chain[at]) is not None:
            at = around
        product = products.get(at or 0)
        if product is not None and product.state[STATUS] == Status.CONSUMED:
            offenders[product.id] = Offender(product.number, "it is used up, so nothing goes into it", product.id)
    if offenders:
        found = list(offenders.values())
        sentence = f"{found[0].text}: {found[0].why}." if len(found) == 1 else f"{len(found):,} of these products are used up."
        raise Conflict("not-possible", sentence, fields={"product": sentence}, offenders=found)


@dataclass
class Products:
    """The products, at any depth, that chosen units left or entered by the entry, as far as the entry has movements of them."""

    around: dict[int, set[int]] = field(default_factory=dict)
    """Unit → products."""
    refitted: set[int] = field(default_factory=set)
    """Those that the entry did nothing to but change their components."""
    of_goods: set[int] = field(default_factory=set)
    """Those that goods without numbers left or entered."""

    @property
    def ids(self) -> set[int]:
        """All of them."""
        return {product for products in self.around.values() for product in products} | self.of_goods

    def pass_on(self, found: Mapping[int, Offender], chosen: Collection[int]) -> list[Offender]:
        """What stands in the way of chosen units: their own later entries, else those of their products."""
        offenders = []
        numbers = _numbers([unit for unit, products in self.around.items() if unit not in found and products & found.keys()])
        for unit in chosen:
            if unit in found:
                offenders.append(found[unit])
            elif unit in numbers:
                first = found[min(self.around[unit] & found.keys())]
                why = f"its product {first.text} was {first.why}"
                offenders.append(Offender(numbers[unit], why, unit, None, first.entry_id, first.document))
        return offenders + [found[product] for product in sorted(self.of_goods & found.keys() - set(chosen))]


def _numbers(unit_ids: Collection[int]) -> dict[int, str]:
    if not unit_ids:
        return {}
    return dict(bulk.query(f"SELECT id, number FROM nameplate_serial WHERE id IN {bulk.id_set()}", [bulk.ids(unit_ids)]))


def products_of(entry: Entry, chosen: Collection[int], goods: Collection[Goods]) -> Products:
    """The products concerned by undoing the entry for these units and goods. One statement where nothing went in or out."""
    rows = bulk.query(
        "SELECT m.serial_id, m.parent_id FROM nameplate_movement m WHERE m.entry_id = %s AND m.parent_id IS NOT NULL UNION "
        "SELECT m.serial_id, p.parent_id FROM nameplate_movement m JOIN nameplate_movement p ON p.serial_id = m.serial_id "
        "AND p.seq = m.seq - 1 WHERE m.entry_id = %s AND m.seq > 1 AND p.parent_id IS NOT NULL",
        [entry.pk, entry.pk],
    )
    wanted = set(chosen)
    parents: dict[int, set[int]] = {}
    for unit, parent in rows:
        if unit in wanted:
            parents.setdefault(unit, set()).add(parent)
    of_goods = {one.parent_id for one in goods if one.parent_id is not None}
    if not parents and not of_goods:
        return Products()
    chain = units.outermost_chain(of_goods.union(*parents.values()))
    kinds = _kinds(entry, chain)
    around = {unit: _upwards(found, chain) & kinds.keys() for unit, found in parents.items()}
    found = Products({unit: products for unit, products in around.items() if products})
    found.of_goods = _upwards(of_goods, chain) & kinds.keys()
    found.refitted = {product for product in found.ids if kinds[product] == {Kind.REFITTED}}
    return found


def _upwards(start: set[int], chain: Mapping[int, int | None]) -> set[int]:
    found: set[int] = set()
    for unit in start:
        at: int | None = unit
        while at is not None and at not in found:
            found.add(at)
            at = chain[at]
    return found


def _kinds(entry: Entry, products: Collection[int]) -> dict[int, set[int]]:
    rows = bulk.query(
        f"SELECT serial_id, kind FROM nameplate_movement WHERE entry_id = %s AND serial_id IN {bulk.id_set()}",
        [entry.pk, bulk.ids(products)],
    )
    found: dict[int, set[int]] = {}
    for unit, kind in rows:
        found.setdefault(unit, set()).add(kind)
    return found


def refit(work: Act, products: Collection[int]) -> None:
    """A movement for each product that loses or gains a component and is not undone itself, so that nobody ships it meanwhile."""
    for product in sorted(set(products) - work.movements_of.keys()):
        unit = work.known[product]
        work.movements.append((product, unit.version + 1, (int(Kind.REFITTED), None, True, None, *as_recorded(unit, unit.state))))
        work.movements_of[product] = 1
