"""Random lives of assemblies through the operations: one product around each unit, no unit inside itself, one unit at a place."""

from __future__ import annotations

from collections import Counter
from typing import Any

import hypothesis
from django.db import connection, transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from nameplate.ledger import Goods, post, verify
from nameplate.models import Component, Entry, Reason, Role, Serial, Status, Tracking
from nameplate.operations.assembling import (
    Fate,
    Fitting,
    GoodsOut,
    Outcome,
    Swap,
    begin_rework,
    end_rework,
    install_components,
    place_components,
    remove_components,
    replace_components,
    take_apart,
)
from nameplate.operations.assembling.goods import goods_inside
from nameplate.operations.lots import Contents, create_lot
from nameplate.operations.reasons import create_reason
from nameplate.operations.undoing import undo_entry
from nameplate.quantities import MILLIONTHS
from nameplate.refusals import Refused
from tests import proving, world
from tests.workshop import Workshop

PICK = st.integers(min_value=0, max_value=999)
FATE = st.sampled_from([Fate.RECEIVED, Fate.RECEIVED, *Fate])
TALLY: Counter[str] = Counter()
EVERY = {"installed", "placed", "replaced", "removed", "taken apart", "rework begun", "rework ended", "undone"}


class Assemblies(RuleBasedStateMachine):
    """Twelve units, each of which may go into any other; nothing but the ledger keeps them from going in circles."""

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.shop = Workshop()
        self.actor = self.shop.manager
        self.broken: Reason = create_reason(actor=world.user(role=Role.ADMINISTRATOR), kind="write-off", name="Broken")
        self.units = self.shop.stock(self.shop.stranger, *(f"U{index}" for index in range(12)))
        self.screws = world.item(number="SCREW", tracking=Tracking.LOT)
        self.opening = self.shop.use(*self.units[9:]).pk

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    def one(self, pick: int) -> int:
        return self.units[pick % len(self.units)]

    def some(self, pick: int, *, inside: bool) -> list[int]:
        """Up to three units, most often such as are inside something, or such as are not."""
        fitting = list(Serial.objects.filter(pk__in=self.units, parent__isnull=not inside).order_by("pk").values_list("pk", flat=True))
        chosen = fitting if fitting and pick % 7 else self.units
        return list(dict.fromkeys(chosen[(pick * step) % len(chosen)] for step in (1, 3, 5)[: 1 + pick % 3]))

    def attempt(self, act: Any) -> None:
        before = Serial.objects.order_by("pk").values_list("pk", "version")
        rows = list(before)
        try:
            with transaction.atomic():
                entry: Entry = act()
        except Refused as refusal:
            TALLY[f"refused: {refusal.rule}"] += 1
            assert list(before.all()) == rows
            return
        TALLY[entry.act] += 1

    def more(self, fate: Fate) -> dict[str, Any]:
        location = None if fate is Fate.WRITTEN_OFF else self.shop.shelf.pk
        return {"actor": self.actor, "outcome": Outcome(fate, location), "reason": "so", "write_off_reason": self.broken}

    @initialize()
    def begin_with_one_in_another(self) -> None:
        """Whatever is drawn, something was built in: a lamp into a lamp, and that into another."""
        for product, component in ((1, 0), (2, 1)):
            fittings = [Fitting(self.units[component], self.units[product], "bay 0")]
            TALLY[install_components(actor=self.actor, fittings=fittings, reason="so").act] += 1

    @rule(pick=PICK, quantity=st.integers(min_value=1, max_value=9))
    def goods_go_in(self, pick: int, quantity: int) -> None:
        with transaction.atomic():
            lot, _ = create_lot(
                actor=self.actor,
                item=self.screws,
                contents=Contents(quantity=quantity),
                location_id=self.shop.shelf.pk,
                reason="so",
            )
        half = quantity // 2
        shares = {self.one(pick): quantity - half, self.one(pick + 1): half}
        goods = [Goods(lot.pk, self.shop.shelf.pk, -share * MILLIONTHS, parent_id=product) for product, share in shares.items() if share]
        self.attempt(lambda: post(actor=self.actor, act="goods in", goods=goods))

    @rule(pick=PICK, some=st.integers(min_value=1, max_value=9))
    def goods_come_out(self, pick: int, some: int) -> None:
        found = goods_inside(self.units)
        if not found:
            return
        one = found[pick % len(found)]
        outcome = Outcome(Fate.WRITTEN_OFF if pick % 2 else Fate.RECEIVED, self.shop.shelf.pk)
        goods = [GoodsOut(one.product_id, one.lot_id, outcome, some)]
        self.attempt(lambda: remove_components(unit_ids=[], goods=goods, **self.more(Fate.RECEIVED)))

    @rule(pick=PICK, into=PICK, unknown=st.booleans())
    def go_in(self, pick: int, into: int, unknown: bool) -> None:
        verb = place_components if unknown else install_components
        chosen = [*self.some(pick, inside=False), *([self.units[9 + pick % 3]] if unknown else [])]
        product = self.one(into)
        fittings = [
            Fitting(unit, product, f"bay {(pick + n) % 4}" if pick % 2 else "") for n, unit in enumerate(chosen[-1:] if unknown else chosen)
        ]
        self.attempt(lambda: verb(actor=self.actor, fittings=fittings, reason="so"))

    @rule(pick=PICK, new=PICK, fate=FATE)
    def replace(self, pick: int, new: int, fate: Fate) -> None:
        old = self.some(pick, inside=True)
        fresh = (self.some(new, inside=False) * 3)[: len(old)]
        swaps = [Swap(*pair) for pair in zip(old, fresh, strict=True)]
        self.attempt(lambda: replace_components(swaps=swaps, anyway=True, **self.more(fate)))

    @rule(pick=PICK, fate=FATE)
    def take_out(self, pick: int, fate: Fate) -> None:
        self.attempt(lambda: remove_components(unit_ids=self.some(pick, inside=True), **self.more(fate)))

    @rule(pick=PICK, fate=FATE)
    def take_apart(self, pick: int, fate: Fate) -> None:
        back = Outcome(Fate.WRITTEN_OFF if pick % 3 else Fate.RECEIVED, self.shop.shelf.pk)
        self.attempt(lambda: take_apart(product_ids=self.some(pick, inside=False)[: 1 + pick % 2], goods_outcome=back, **self.more(fate)))

    @rule(pick=PICK)
    def rework(self, pick: int) -> None:
        unit = Serial.objects.get(pk=self.one(pick))
        if unit.work is not None:
            order = unit.work
            self.attempt(lambda: end_rework(actor=self.actor, order=order))
        else:
            self.attempt(lambda: begin_rework(actor=self.actor, unit_ids=[unit.pk], reason="so"))

    @rule(pick=PICK)
    def travel(self, pick: int) -> None:
        """To the customer, or back from there."""
        unit = Serial.objects.get(pk=self.one(pick))
        self.attempt(lambda: self.shop.bring_back(unit.pk) if unit.status == Status.SHIPPED else self.shop.ship(unit.pk))

    @rule(pick=PICK, some=st.booleans())
    def undo(self, pick: int, some: bool) -> None:
        entries = Entry.objects.filter(pk__gt=self.opening, reverses=None).order_by("-pk")[:4]
        if not entries:
            return
        entry = entries[pick % len(entries)]
        touched = [unit for unit in entry.movements.values_list("serial_id", flat=True) if unit in self.units]
        self.attempt(lambda: undo_entry(actor=self.actor, entry_id=entry.pk, unit_ids=touched[: 1 + pick % 3] if some else None))

    @invariant()
    def it_is_a_forest(self) -> None:
        parents = dict(Serial.objects.filter(withdrawn=False).values_list("pk", "parent_id"))
        roots = dict(Serial.objects.values_list("pk", "outermost_id"))
        for unit, around in parents.items():
            seen, top = {unit}, unit
            at: int | None = around
            while at is not None:
                assert at not in seen, "a unit is inside itself"
                seen.add(at)
                top, at = at, parents[at]
            assert roots[unit] == top
        open_edges = Component.objects.filter(until=None, child__isnull=False).values_list("child_id", flat=True)
        assert max(Counter(open_edges).values(), default=1) == 1

    @invariant()
    def one_unit_stands_at_a_place(self) -> None:
        spots = Serial.objects.exclude(place="").exclude(parent=None).values_list("parent_id", "place")
        assert max(Counter(spots).values(), default=1) == 1

    @invariant()
    def nothing_differs_from_the_ledger(self) -> None:
        assert verify() == []
        connection.check_constraints()


def test_random_assemblies_stay_a_forest(committing: str) -> None:
    """They go on until something was installed, in full until every act came up."""
    TALLY.clear()
    for _ in range(proving.times(4, 5)):
        seeded = hypothesis.seed(proving.seed("random assemblies"))(Assemblies)
        run_state_machine_as_test(seeded, settings=proving.settings(short=4, full=150, steps=40))
        if TALLY.keys() >= EVERY if proving.PROVING else TALLY["installed"]:
            break
    told = ", ".join(f"{count} {what}" for what, count in sorted(TALLY.items()))
    proving.note(f"random assemblies on {connection.vendor}: {told}")
    assert TALLY["installed"] > 0
    assert not proving.PROVING or TALLY.keys() >= EVERY
