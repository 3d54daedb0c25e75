"""A model of the ledger in plain Python: how each unit must stand after every act and every undo. It shares nothing with the product."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from nameplate.ledger import Kind

PLACED_BY_EDIT = {Kind.EDITED, Kind.CORRECTED}


@dataclass(frozen=True)
class Thing:
    """How one unit stands. `customer` is its own; what a component repeats of its product is asked of the model."""

    number: str
    status: int
    lot: int
    withdrawn: bool = False
    location: int | None = None
    customer: int | None = None
    vendor: int | None = None
    parent: int | None = None
    place: str = ""
    used_by: int | None = None
    reserved: int | None = None
    hold: str = ""
    transfer: int | None = None
    work: int | None = None
    notes: str = ""

    @property
    def facts(self) -> frozenset[str]:
        """Its availability, in words."""
        named = {"reserved": self.reserved, "held": self.hold, "transit": self.transfer, "work": self.work}
        return frozenset(fact for fact, value in named.items() if value)


NOTED = ("number", "notes")
"""Fields of their own for undo; everything else is placement, one field."""


@dataclass
class Act:
    """What an entry did: each unit before and after. `refitted` are the products whose components changed."""

    kind: Kind
    before: dict[int, Thing | None]
    after: dict[int, Thing]
    refitted: set[int] = field(default_factory=set)
    undone: set[int] = field(default_factory=set)
    reversal: bool = False
    whole: bool = False
    """Undone wholly."""

    def changed(self, unit: int) -> set[str]:
        """Which fields of the unit it changed."""
        if unit in self.refitted:
            return {"placement"}
        before, after = self.before[unit], self.after[unit]
        if before is None:
            return {"placement"}
        noted = {name for name in NOTED if getattr(before, name) != getattr(after, name)}
        return noted if self.kind in PLACED_BY_EDIT else {*noted, "placement"}


class Model:
    """All units, and everything that was done to them, in order."""

    def __init__(self) -> None:
        self.units: dict[int, Thing] = {}
        self.acts: dict[int, Act] = {}

    def root(self, unit: int) -> int:
        """The outermost product around the unit; itself when there is none."""
        while (parent := self.units[unit].parent) is not None:
            unit = parent
        return unit

    def around(self, unit: int | None) -> list[int]:
        """The unit and everything around it, inside out."""
        found = []
        while unit is not None:
            found.append(unit)
            unit = self.units[unit].parent
        return found

    def inside(self, unit: int) -> list[int]:
        """What is directly inside the unit."""
        return [other for other, thing in self.units.items() if thing.parent == unit]

    def start(self, unit: int) -> str:
        """How the unit stands, in the words of the table."""
        thing = self.units[unit]
        if thing.withdrawn:
            return "withdrawn"
        names = {1: "planned", 2: "received", 4: "shipped", 5: "written off", 6: "rejected", 7: "returned"}
        if thing.status != 3:
            return names[thing.status]
        if thing.parent is None:
            return "unknown"
        return {4: "in shipped", 7: "in returned"}.get(self.units[self.root(unit)].status, "in")

    def shown(self, unit: int) -> tuple[int | None, int | None]:
        """(location, customer) as the unit's row shows them."""
        thing, outer = self.units[unit], self.units[self.root(unit)]
        if thing.parent is None:
            return thing.location, thing.customer
        return outer.location, outer.customer if outer.customer is not None else thing.customer

    def record(self, entry: int, kind: Kind, after: dict[int, Thing]) -> None:
        """An act was done: these units stand so now."""
        before = {unit: self.units.get(unit) for unit in after}
        refitted: set[int] = set()
        for unit, thing in after.items():
            old = before[unit]
            parents = {old.parent if old else None, thing.parent} - {None}
            if old is None or old.parent != thing.parent:
                for parent in parents:
                    refitted |= {parent, self.around(parent)[-1]} if parent is not None else set()
        self.acts[entry] = Act(kind, before, after, refitted - set(after))
        self.units.update(after)

    def blocked(self, entry: int, chosen: set[int]) -> bool:
        """Whether a later act, not undone, changed the same field of a chosen unit, or anything of a product it left or entered."""
        act = self.acts[entry]
        for unit in chosen:
            old, new = act.before[unit], act.after[unit]
            products = {
                product
                for parent in (old.parent if old else None, new.parent)
                for product in self.around(parent)
                if product in act.refitted or product in act.after
            }
            for concerned in {unit, *products}:
                for number, later in self.acts.items():
                    if number <= entry or later.reversal or concerned in later.undone:
                        continue
                    touched = concerned in later.after or concerned in later.refitted
                    if touched and later.changed(concerned) & act.changed(concerned):
                        return True
        return False

    def undo(self, entry: int, chosen: set[int], reversal: int) -> None:
        """Give the chosen units the act's own fields back as they were; new units are withdrawn."""
        act = self.acts[entry]
        after: dict[int, Thing] = {}
        for unit in chosen:
            old, now, changed = act.before[unit], self.units[unit], act.changed(unit)
            if old is None:
                after[unit] = Thing(now.number, 1, now.lot, withdrawn=True, notes=now.notes)
                continue
            back = replace(old, **{name: getattr(now, name) for name in NOTED if name not in changed})
            after[unit] = back if "placement" in changed else replace(now, **{name: getattr(old, name) for name in changed})
        self.acts[reversal] = Act(act.kind, {}, {}, reversal=True)
        self.units.update(after)
        act.undone |= chosen
        if act.undone >= set(act.after):
            act.whole = True
        act.undone |= {product for product in act.refitted if self._refits_back(act, product, chosen)}

    def _refits_back(self, act: Act, product: int, chosen: set[int]) -> bool:
        parents = {parent for unit in chosen for thing in (act.before[unit], act.after[unit]) if thing and (parent := thing.parent)}
        return any(product in self.around(parent) for parent in parents)
