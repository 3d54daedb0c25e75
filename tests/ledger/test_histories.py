"""Random histories over the whole table: after each step the ledger equals a model in plain Python, verify finds nothing, undo is exact."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import hypothesis
from django.db import connection, transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from nameplate.ledger import Kind, undo, verify
from nameplate.ledger.state import STATE
from nameplate.listings.serials_past import rows
from nameplate.listings.sql import Sql, fetch
from nameplate.models import Entry, LotStatus, Movement, Serial
from nameplate.refusals import Refused
from tests import proving
from tests.ledger import table
from tests.ledger.ground import Ground
from tests.ledger.model import Model, Thing

COLUMNS = {
    "number": "number",
    "status": "status",
    "lot_id": "lot",
    "withdrawn": "withdrawn",
    "at_vendor_id": "vendor",
    "parent_id": "parent",
    "place": "place",
    "used_by_id": "used_by",
    "reserved_line_id": "reserved",
    "hold": "hold",
    "transfer_id": "transfer",
    "work_id": "work",
    "notes": "notes",
}
UNIT = st.integers(0, 10**6)
NEW_KINDS = [kind for kind, row in table.TABLE.items() if "new" in (*row.starts, *row.odd)]
KNOWN_KINDS = [kind for kind, row in table.TABLE.items() if {*row.starts, *row.odd} - {"new"}]


ENDS = {"reserved": Kind.UNRESERVED, "work": Kind.WORK_ENDED, "hold": Kind.FREED}
"""What takes a fact from a unit that has it."""
ROUNDS = 5
TALLY: Counter[str] = Counter()
"""What the histories consisted of, so that nobody takes a run of refusals for a proof."""


def outcome(act: Callable[[], Entry]) -> tuple[Entry | None, Refused | None]:
    """What came of it: an entry or a refusal."""
    try:
        return act(), None
    except Refused as refusal:
        return None, refusal


class Histories(RuleBasedStateMachine):
    """Each rule is one act; acts that the table refuses must be refused and change nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.outer = transaction.atomic()
        self.outer.__enter__()
        self.mark = transaction.savepoint()

    def teardown(self) -> None:
        transaction.savepoint_rollback(self.mark)
        self.outer.__exit__(None, None, None)

    @initialize()
    def begin(self) -> None:
        self.ground = Ground()
        self.model = Model()
        self.count = 0
        self.done: Counter[Kind] = Counter()

    # What is asked: columns for the ledger, and the same said to the model.

    def asked(self, kind: Kind, pick: int) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
        """(columns of the step, fields of the model, arguments of the act)."""
        ground, papers = self.ground, self.ground.papers
        lot = {status: ground.lots[status].pk for status in LotStatus}
        place = (ground.shelf.pk, ground.bin.pk)[pick % 2]
        customer = (ground.customer.pk, ground.other_customer.pk)[pick % 2]
        gone: dict[str, Any] = {"location": None, "reserved": None, "transfer": None, "work": None}
        received = lot[LotStatus.RECEIVED]
        steps: dict[Kind, tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = {
            Kind.PLANNED: ({"lot_id": lot[LotStatus.PLANNED]}, {"status": 1, "lot": lot[LotStatus.PLANNED]}, {"document": papers["PO"]}),
            Kind.RECEIVED: (
                {"location_id": place, "lot_id": received},
                {"status": 2, "location": place, "lot": received},
                {"document": papers["PO"]},
            ),
            Kind.PRODUCED: (
                {"location_id": place, "lot_id": received, "made_by_id": papers["MO"].pk},
                {"status": 2, "location": place, "lot": received},
                {"document": papers["MO"]},
            ),
            Kind.OPENED: (
                {"status": 2, "location_id": place, "lot_id": received},
                {"status": 2, "location": place, "lot": received},
                {},
            ),
            Kind.REJECTED: (
                {"location_id": place, "lot_id": lot[LotStatus.REJECTED]},
                {"status": 6, "location": place, "lot": lot[LotStatus.REJECTED], "reserved": None},
                {},
            ),
            Kind.RELEASED: ({"lot_id": received}, {"status": 2, "lot": received}, {}),
            Kind.MOVED: ({"location_id": place}, {"location": place}, {}),
            Kind.DISPATCHED: (
                {"location_id": ground.transit.pk, "transfer_id": papers["TO"].pk},
                {"location": ground.transit.pk, "transfer": papers["TO"].pk},
                {"document": papers["TO"]},
            ),
            Kind.ARRIVED: ({"location_id": place}, {"location": place, "transfer": None}, {}),
            Kind.RESERVED: ({"reserved_line_id": ground.line.pk}, {"reserved": ground.line.pk}, {}),
            Kind.UNRESERVED: ({}, {"reserved": None}, {}),
            Kind.HELD: ({"hold": "scratched"}, {"hold": "scratched"}, {}),
            Kind.FREED: ({}, {"hold": ""}, {}),
            Kind.WORK_BEGUN: ({"work_id": papers["RO"].pk}, {"work": papers["RO"].pk}, {}),
            Kind.WORK_ENDED: ({}, {"work": None}, {}),
            Kind.USED_UP: ({"used_by_id": papers["MO"].pk}, {"status": 3, "used_by": papers["MO"].pk, **gone}, {"document": papers["MO"]}),
            Kind.SHIPPED: (
                {"customer_id": customer},
                {"status": 4, "customer": customer, "hold": "", **gone},
                {"document": papers["S"], "order_id": papers["CO"].pk},
            ),
            Kind.RETURNED: (
                {"location_id": place, "lot_id": lot[LotStatus.RMA_RETURNED], "customer_id": customer},
                {
                    "status": 7,
                    "location": place,
                    "lot": lot[LotStatus.RMA_RETURNED],
                    "customer": customer,
                    "parent": None,
                    "place": "",
                    "used_by": None,
                    "vendor": None,
                    "reserved": None,
                },
                {"document": papers["RMA"]},
            ),
            Kind.RESTOCKED: ({"lot_id": received}, {"status": 2, "lot": received}, {}),
            Kind.SENT_TO_VENDOR: (
                {"at_vendor_id": ground.vendor.pk},
                {"status": 5, "vendor": ground.vendor.pk, "hold": "", **gone},
                {"document": papers["RTV"]},
            ),
            Kind.WRITTEN_OFF: ({}, {"status": 5, "hold": "", **gone}, {}),
            Kind.RE_ENTERED: (
                {"location_id": place, "lot_id": received},
                {"status": 2, "location": place, "lot": received, "used_by": None, "vendor": None},
                {},
            ),
            Kind.WITHDRAWN: ({}, {"withdrawn": True, "hold": ""}, {}),
        }
        return steps[kind]

    def chosen(self, picks: list[int]) -> list[int]:
        units = sorted(self.model.units)
        return sorted({units[pick % len(units)] for pick in picks}) if units else []

    def attempt(self, kind: Kind, expected: bool, act: Callable[[], Entry], after: Callable[[], dict[int, Thing]]) -> None:
        """Do it, and hold what came of it against what the table says."""
        rows = Movement.objects.count()
        entry, refusal = outcome(act)
        TALLY[kind.name.lower() if entry else "refused"] += 1
        if entry is None:
            assert not expected, f"{kind.name} was refused: {refusal}"
            assert Movement.objects.count() == rows
            return
        assert expected, f"{kind.name} was not refused"
        self.done[kind] += 1
        self.model.record(entry.pk, kind, after())

    # Acts.

    @rule(kind=st.sampled_from(NEW_KINDS), count=st.integers(1, 4), pick=UNIT, reason=st.booleans())
    def bring(self, kind: Kind, count: int, pick: int, reason: bool) -> None:
        to, fields, more = self.asked(kind, pick)
        self.count += 1
        new = self.ground.newcomers(count, f"U{self.count}-")
        why = self.ground.reason if reason else ""
        self.attempt(
            kind,
            table.may(kind, "new", frozenset(), reason=reason),
            lambda: self.ground.do(kind, new=new, to=to, reason=why, **more),
            lambda: {unit: Thing(number=number, **fields) for unit, number in zip(self.ground.named(new.keys), new.numbers, strict=True)},
        )

    @precondition(lambda self: self.model.units)
    @rule(kind=st.sampled_from(KNOWN_KINDS), picks=st.lists(UNIT, min_size=1, max_size=3), pick=UNIT, reason=st.booleans())
    def do(self, kind: Kind, picks: list[int], pick: int, reason: bool) -> None:
        self.perform(kind, self.chosen(picks), pick, reason=reason)

    def advance(self, which: int, picks: list[int], pick: int) -> None:
        """Something that the table lets some units have done to them: most random acts are refused, and lives would be short."""
        if able := self.able():
            kind = sorted(able)[which % len(able)]
            units = sorted({able[kind][one % len(able[kind])] for one in picks})
            self.perform(kind, units, pick, reason=True)

    def able(self) -> dict[Kind, list[int]]:
        """What the table lets be done to which units as they stand."""
        found: dict[Kind, list[int]] = {}
        for unit in sorted(self.model.units):
            start, facts = self.model.start(unit), self.model.units[unit].facts
            for kind in KNOWN_KINDS:
                if table.may(kind, start, facts, reason=True) or (kind is Kind.REMOVED and start.startswith("in ")):
                    found.setdefault(kind, []).append(unit)
        return found

    @rule(one=UNIT, pick=UNIT)
    def seldom(self, one: int, pick: int) -> None:
        """What this life has seen least often: by chance alone some kinds would come up in no history."""
        if able := self.able():
            kind = min(sorted(able), key=lambda kind: self.done[kind])
            self.perform(kind, [able[kind][one % len(able[kind])]], pick, reason=True)

    @rule(which=UNIT, picks=st.lists(UNIT, min_size=1, max_size=3), pick=UNIT)
    def live(self, which: int, picks: list[int], pick: int) -> None:
        self.advance(which, picks, pick)

    @rule(which=UNIT, picks=st.lists(UNIT, min_size=1, max_size=2), pick=UNIT)
    def live_on(self, which: int, picks: list[int], pick: int) -> None:
        self.advance(which, picks, pick)

    @rule(which=UNIT, one=UNIT, pick=UNIT)
    def live_longer(self, which: int, one: int, pick: int) -> None:
        self.advance(which, [one], pick)

    @rule(one=UNIT, pick=UNIT)
    def build(self, one: int, pick: int) -> None:
        """Components, again and again: they are where things are entangled."""
        ready = [unit for unit in sorted(self.model.units) if self.model.start(unit) == "received"]
        if len(ready) > 1:
            self.perform(Kind.CONSUMED, [ready[one % len(ready)]], pick, reason=True)

    @rule(one=UNIT, pick=UNIT)
    def dismantle(self, one: int, pick: int) -> None:
        """And out again."""
        inside = [unit for unit in sorted(self.model.units) if self.model.start(unit).startswith("in")]
        if inside:
            self.perform(Kind.REMOVED, [inside[one % len(inside)]], pick, reason=True)

    @rule(one=UNIT, pick=UNIT)
    def find_out(self, one: int, pick: int) -> None:
        """In which product a unit went of which nobody knew it."""
        unknown = [unit for unit in sorted(self.model.units) if self.model.start(unit) == "unknown"]
        if unknown:
            self.perform(Kind.PLACED, [unknown[one % len(unknown)]], pick, reason=True)

    @rule(one=UNIT, pick=UNIT)
    def arrive(self, one: int, pick: int) -> None:
        """What is on its way comes to an end of it: little else can happen to it, and by chance alone it seldom would."""
        away = [unit for unit in sorted(self.model.units) if self.model.units[unit].transfer]
        if away:
            self.perform(Kind.ARRIVED, [away[one % len(away)]], pick, reason=True)

    @rule(which=st.sampled_from(sorted(ENDS)), one=UNIT, pick=UNIT)
    def end(self, which: str, one: int, pick: int) -> None:
        """What is reserved is freed, what is in work comes out of it, what is on hold is freed."""
        concerned = [unit for unit in sorted(self.model.units) if getattr(self.model.units[unit], which)]
        if concerned:
            self.perform(ENDS[which], [concerned[one % len(concerned)]], pick, reason=True)

    def perform(self, kind: Kind, units: list[int], pick: int, *, reason: bool) -> None:
        """Have this done to these units, and hold what comes of it against the model."""
        why = self.ground.reason if reason else ""
        if kind in {Kind.CONSUMED, Kind.PLACED, Kind.REMOVED, Kind.CORRECTED, Kind.EDITED}:
            special = {Kind.CONSUMED: self.build_in, Kind.PLACED: self.build_in, Kind.REMOVED: self.take_out}.get(kind, self.write)
            special(kind, units, pick, why)
            return
        to, fields, more = self.asked(kind, pick)
        self.attempt(
            kind,
            all(self.possible(kind, unit, fields, reason=reason) for unit in units),
            lambda: self.ground.do(kind, units, to=to, reason=why, **more),
            lambda: {unit: self.after(kind, unit, fields) for unit in units},
        )

    def after(self, kind: Kind, unit: int, fields: dict[str, Any]) -> Thing:
        """The thing as it is after the act: taken out of a product it brings the product's customer along."""
        return replace(self.model.units[unit], **fields)

    def possible(self, kind: Kind, unit: int, fields: dict[str, Any], *, reason: bool) -> bool:
        """What the table says, and the conditions beside it."""
        model, thing = self.model, self.model.units[unit]
        start = model.start(unit)
        if not table.may(kind, "in shipped" if start == "in returned" and kind is not Kind.RETURNED else start, thing.facts, reason=reason):
            return False
        if kind is Kind.MOVED:
            return bool(fields["location"] != thing.location)
        if kind is Kind.SHIPPED:
            own = thing.status == 2 or thing.customer == fields["customer"]
            return own and not any(model.units[other].hold for other in model.units if other != unit and unit in model.around(other))
        if kind in {Kind.USED_UP, Kind.WITHDRAWN}:
            return not model.inside(unit)
        return True if kind is not Kind.RETURNED else self.refits(unit)

    def refits(self, unit: int) -> bool:
        """Whether the products around a unit that goes in or out can have their components changed now."""
        products = self.model.around(self.model.units[unit].parent)
        concerned = {products[0], products[-1]} if products else set()
        return all(not (self.model.units[one].facts - {"reserved"}) and self.model.units[one].status != 5 for one in concerned)

    def build_in(self, kind: Kind, units: list[int], pick: int, why: str) -> None:
        model = self.model
        product = self.chosen([pick])[0]
        inner, outer = model.units[product], model.units[model.root(product)]
        around = model.around(product)
        fits = (
            not any(unit in around for unit in units)
            and 5 not in {inner.status, outer.status}
            and outer.status != 3
            and not outer.withdrawn
            and (outer.status != 4 or bool(why))
            and not (inner.facts | outer.facts) - {"reserved"}
        )

        def one(unit: int) -> bool:
            thing = model.units[unit]
            if not table.may(kind, model.start(unit), thing.facts, reason=bool(why)):
                return False
            return thing.status != 4 or (outer.status == 4 and outer.customer == thing.customer)

        place = f"bay {pick % 5}"
        gone: dict[str, Any] = {"location": None, "reserved": None, "transfer": None, "work": None} if kind is Kind.CONSUMED else {}
        self.attempt(
            kind,
            fits and all(one(unit) for unit in units),
            lambda: self.ground.do(
                kind,
                units,
                to={"parent_id": product, "place": place},
                reason=why,
                order_id=self.ground.papers["CO"].pk,
            ),
            lambda: {unit: replace(model.units[unit], status=3, parent=product, place=place, **gone) for unit in units},
        )

    def take_out(self, kind: Kind, units: list[int], pick: int, why: str) -> None:
        """Taken out, each to the same fate: in stock, rejected, written off, or returned."""
        model, ground = self.model, self.ground
        status = (2, 6, 5, 7)[pick % 4]
        lot = {2: LotStatus.RECEIVED, 6: LotStatus.REJECTED, 7: LotStatus.RMA_RETURNED}.get(status)
        to: dict[str, Any] = {"status": status}
        if lot:
            to |= {"location_id": ground.shelf.pk, "lot_id": ground.lots[lot].pk}

        def one(unit: int) -> bool:
            start, thing = model.start(unit), model.units[unit]
            if start not in {"in", "in shipped", "in returned", "unknown"} or thing.hold:
                return False
            away = start in {"in shipped", "in returned"}
            return not (away and status == 2) and not (not away and status == 7) and self.refits(unit)

        def after(unit: int) -> Thing:
            thing = model.units[unit]
            customer = model.shown(unit)[1]
            fields = {"lot": ground.lots[lot].pk, "location": ground.shelf.pk} if lot else {"location": None}
            return replace(thing, status=status, parent=None, place="", used_by=None, customer=customer, **fields)

        self.attempt(
            kind,
            all(one(unit) for unit in units),
            lambda: ground.do(kind, units, to=to, reason=why),
            lambda: {unit: after(unit) for unit in units},
        )

    def write(self, kind: Kind, units: list[int], pick: int, why: str) -> None:
        """Notes, or a corrected number."""
        units = units[:1]
        self.count += 1
        name = "number" if kind is Kind.CORRECTED and pick % 2 else "notes"
        fields: dict[str, Any] = {name: f"{name} {self.count}"}
        self.attempt(
            kind,
            all(table.may(kind, self.model.start(unit), self.model.units[unit].facts, reason=bool(why)) for unit in units),
            lambda: self.ground.do(kind, units, edits=[fields], reason=why),
            lambda: {unit: replace(self.model.units[unit], **fields) for unit in units},
        )

    # Undo.

    @precondition(lambda self: self.model.acts)
    @rule(pick=UNIT, some=st.booleans(), newest=st.booleans())
    def take_back(self, pick: int, some: bool, newest: bool) -> None:
        numbers = sorted(self.model.acts)
        number = numbers[-1 - pick % min(3, len(numbers))] if newest else numbers[pick % len(numbers)]
        act = self.model.acts[number]
        entry = Entry.objects.get(pk=number)
        remaining = set() if act.reversal else set(act.after) - act.undone
        chosen = {sorted(remaining)[pick % len(remaining)]} if some and remaining else remaining
        allowed = bool(remaining) and not self.model.blocked(number, chosen)
        rows = Movement.objects.count()
        reversal, refusal = outcome(lambda: undo(actor=self.ground.actor, entry=entry, unit_ids=chosen if some and remaining else None))
        TALLY["undone" if reversal else "undo refused"] += 1
        if reversal is None:
            assert refusal is not None
            # Left inside a product that is no more: the model does not foresee it, the refusal is right and changes nothing.
            assert not allowed or refusal.rule == "inside-nothing", refusal
            assert Movement.objects.count() == rows
            if refusal.rule == "later-entries":
                assert refusal.offenders
                assert {offender.unit_id for offender in refusal.offenders} <= chosen
            return
        assert allowed, "it was not refused"
        self.model.undo(number, chosen, reversal.pk)

    # What holds after every step.

    @invariant()
    def the_rows_equal_the_model(self) -> None:
        rows: dict[int, dict[str, Any]] = {row["id"]: {**row} for row in Serial.objects.values()}
        assert set(rows) == set(self.model.units)
        for unit, thing in self.model.units.items():
            row = rows[unit]
            expected = {column: getattr(thing, name) for column, name in COLUMNS.items()}
            expected["location_id"], expected["customer_id"] = self.model.shown(unit)
            expected["outermost_id"] = self.model.root(unit)
            assert {column: row[column] for column in expected} == expected, thing.number

    @invariant()
    def the_past_leads_up_to_now(self) -> None:
        """What stands at the end of today is what the rows say, undone or not, in whatever product."""
        columns = ", ".join(["id", "availability", "outermost_id", *STATE])
        then = fetch(Sql(f"SELECT {columns} FROM ({rows('1 = 1')}) s WHERE NOT s.withdrawn ORDER BY id"))
        now = fetch(Sql(f"SELECT {columns} FROM nameplate_serial WHERE NOT withdrawn ORDER BY id"))
        assert then == now

    @invariant()
    def nothing_differs_from_the_ledger(self) -> None:
        assert verify() == []
        connection.check_constraints()


def test_histories_equal_the_model(committing: str) -> None:
    """They go on until something was undone; in full until every kind of the table came up, of which chance may leave one out.

    Each history is a transaction of its own, rolled back: within one that spans them all PostgreSQL keeps every version of every row.
    """
    TALLY.clear()
    every = {kind.name.lower() for kind in table.TABLE}
    for _ in range(proving.times(4, ROUNDS)):
        seeded = hypothesis.seed(proving.seed("random histories"))(Histories)
        run_state_machine_as_test(seeded, settings=proving.settings(short=6, full=200, steps=40))
        if every <= TALLY.keys() if proving.PROVING else TALLY["undone"]:
            break
    told = ", ".join(f"{count} {what}" for what, count in sorted(TALLY.items()))
    proving.note(f"random histories on {connection.vendor}: {told}")
    assert TALLY["undone"] > 0
    assert not proving.PROVING or every <= TALLY.keys()
