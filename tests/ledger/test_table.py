"""Every kind × every status × every availability, really posted, against the table as published."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, combinations
from typing import Any

import pytest
from pytest_django import DjangoDbBlocker

from nameplate.ledger import Group, Kind, Step, post, verify
from nameplate.ledger.kinds import GUARDS, RULES
from nameplate.models import Availability, Document, Entry, LotStatus, Serial, Status
from nameplate.refusals import Conflict, Refused
from tests.ledger import table
from tests.ledger.ground import B, C, Ground, P, R, S, W, X, taken_back

POSSIBLE = {
    "planned": {"held"},
    "received": {"reserved", "held", "transit", "work"},
    "rejected": {"held", "transit", "work"},
    "returned": {"held", "transit", "work"},
    "in": {"held"},
    "in shipped": {"held"},
    "unknown": {"held"},
}
STATUS = {
    "planned": P,
    "received": R,
    "rejected": X,
    "returned": B,
    "in": C,
    "in shipped": C,
    "unknown": C,
    "shipped": S,
    "written off": W,
}
BITS = {"reserved": 2, "held": 4, "transit": 8, "work": 16}


def subsets(facts: set[str]) -> list[frozenset[str]]:
    return [frozenset(some) for some in chain.from_iterable(combinations(sorted(facts), count) for count in range(len(facts) + 1))]


STARTS = [(start, facts) for start in table.LIVE for facts in subsets(POSSIBLE.get(start, set()))]


class Stage(Ground):
    """A unit for every way in which one can stand, and products for them."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.product = self.unit(R)
        self.shipped_product = self.unit(S)
        groups = {}
        for start, facts in STARTS:
            to = self.standing(STATUS[start], **self.columns(start, facts))
            groups[start, facts] = Group([Step(Kind.OPENED, to)], new=self.newcomers())
        post(actor=self.actor, act="opened", groups=list(groups.values()))
        self.units = {case: self.named(group.new.keys)[0] for case, group in groups.items() if group.new}
        number = self.newcomers()
        self.do(Kind.PLANNED, new=number, to={"lot_id": self.lots[LotStatus.PLANNED].pk}, document=self.papers["PO"])
        self.units["withdrawn", frozenset()] = self.named(number.keys)[0]
        self.do(Kind.WITHDRAWN, self.named(number.keys))

    def columns(self, start: str, facts: frozenset[str]) -> dict[str, Any]:
        """What such a unit's placement has beside its status."""
        found: dict[str, Any] = {"customer_id": self.customer.pk} if start == "rejected" else {}
        if start in {"in", "in shipped"}:
            found["parent_id"] = self.product if start == "in" else self.shipped_product
        values = {
            "reserved": ("reserved_line_id", self.line.pk),
            "held": ("hold", "looks odd"),
            "transit": ("transfer_id", self.papers["TO"].pk),
            "work": ("work_id", self.papers["RO"].pk),
        }
        return found | dict(values[fact] for fact in facts)

    def asked(self, kind: Kind, start: str) -> tuple[dict[str, Any], Document | None, dict[str, Any]]:
        """(columns, document, the rest of the step) with which this kind is possible for whatever may start so."""
        lot = {status: self.lots[status].pk for status in LotStatus}
        here = {"location_id": self.shelf.pk}
        papers = self.papers
        product = self.shipped_product if start == "shipped" else self.product
        asked: dict[Kind, tuple[dict[str, Any], Document | None, dict[str, Any]]] = {
            Kind.PLANNED: ({"lot_id": lot[LotStatus.PLANNED]}, papers["PO"], {}),
            Kind.RECEIVED: (here | {"lot_id": lot[LotStatus.RECEIVED]}, papers["PO"], {}),
            Kind.PRODUCED: (here | {"lot_id": lot[LotStatus.RECEIVED], "made_by_id": papers["MO"].pk}, papers["MO"], {}),
            Kind.OPENED: (self.standing(R), None, {}),
            Kind.REJECTED: (here | {"lot_id": lot[LotStatus.REJECTED]}, None, {}),
            Kind.RELEASED: ({"lot_id": lot[LotStatus.RECEIVED]}, None, {}),
            Kind.MOVED: ({"location_id": self.bin.pk}, None, {}),
            Kind.DISPATCHED: ({"location_id": self.transit.pk, "transfer_id": papers["TO"].pk}, papers["TO"], {}),
            Kind.ARRIVED: ({"location_id": self.far.pk}, None, {}),
            Kind.RESERVED: ({"reserved_line_id": self.line.pk}, None, {}),
            Kind.HELD: ({"hold": "scratched"}, None, {}),
            Kind.WORK_BEGUN: ({"work_id": papers["RO"].pk}, None, {}),
            Kind.CONSUMED: ({"parent_id": product}, None, {"order_id": papers["CO"].pk}),
            Kind.PLACED: ({"parent_id": self.product}, None, {}),
            Kind.REMOVED: (here | {"lot_id": lot[LotStatus.RECEIVED]}, None, {}),
            Kind.USED_UP: ({"used_by_id": papers["MO"].pk}, papers["MO"], {}),
            Kind.SHIPPED: ({"customer_id": self.customer.pk}, papers["S"], {"order_id": papers["CO"].pk}),
            Kind.RETURNED: (here | {"lot_id": lot[LotStatus.RMA_RETURNED], "customer_id": self.customer.pk}, papers["RMA"], {}),
            Kind.RESTOCKED: ({"lot_id": lot[LotStatus.RECEIVED]}, None, {}),
            Kind.SENT_TO_VENDOR: ({"at_vendor_id": self.vendor.pk}, papers["RTV"], {}),
            Kind.RE_ENTERED: (here | {"lot_id": lot[LotStatus.RECEIVED]}, None, {}),
            Kind.CORRECTED: ({}, None, {"edits": [{"notes": "put right"}]}),
            Kind.EDITED: ({}, None, {"edits": [{"notes": "seen"}]}),
        }
        return asked.get(kind, ({}, None, {}))

    def post(self, kind: Kind, start: str, facts: frozenset[str], *, reason: bool) -> Entry:
        """Do it."""
        to, document, step = self.asked(kind, start)
        why = self.reason if reason else ""
        if start == "new":
            return self.do(kind, new=self.newcomers(), to=to, document=document, reason=why, **({} if "edits" in step else step))
        return self.do(kind, [self.units[start, facts]], to=to, document=document, reason=why, **step)


@pytest.fixture(scope="module")
def _set_up(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Stage]:
    with django_db_blocker.unblock(), taken_back():
        yield Stage()


@pytest.fixture
def stage(_set_up: Stage, any_database: None) -> Stage:
    """One for all tests of this file: what they do is rolled back."""
    return _set_up


@pytest.mark.parametrize("kind", table.TABLE, ids=lambda kind: kind.name.lower())
def test_the_grid_equals_the_published_table(stage: Stage, kind: Kind) -> None:
    row = table.TABLE[kind]
    wrong = []
    possible = 0
    for start, facts in [("new", frozenset()), ("withdrawn", frozenset()), *STARTS]:
        for reason in (True, False) if row.reason or start in row.odd else (True,):
            expected = table.may(kind, start, facts, reason=reason)
            possible += expected
            with taken_back():
                try:
                    stage.post(kind, start, facts, reason=reason)
                    done = True
                except Refused:
                    done = False
            if done != expected:
                wrong.append((start, sorted(facts), "with a reason" if reason else "without", "done" if done else "refused"))
    assert wrong == []
    assert possible > 0


def test_each_kind_leads_where_the_table_says_and_the_ledger_stays_whole(stage: Stage) -> None:
    targets = {
        Kind.PLANNED: P,
        Kind.RECEIVED: R,
        Kind.PRODUCED: R,
        Kind.OPENED: R,
        Kind.REJECTED: X,
        Kind.RELEASED: R,
        Kind.CONSUMED: C,
        Kind.REMOVED: R,
        Kind.USED_UP: C,
        Kind.SHIPPED: S,
        Kind.RETURNED: B,
        Kind.RESTOCKED: R,
        Kind.SENT_TO_VENDOR: W,
        Kind.WRITTEN_OFF: W,
        Kind.RE_ENTERED: R,
    }
    for kind, row in table.TABLE.items():
        for start in (*row.starts, *row.odd):
            facts = frozenset({table.NEEDS[kind]} if kind in table.NEEDS else ())
            with taken_back():
                entry = stage.post(kind, start, facts, reason=True)
                unit = Serial.objects.get(pk=stage.units[start, facts]) if start != "new" else Serial.objects.get(last_entry=entry)
                assert Status(unit.status) == targets.get(kind, STATUS.get(start)), (kind, start)
                assert verify() == [], (kind, start)


def test_availability_is_the_sum_of_the_facts(stage: Stage) -> None:
    for (start, facts), unit in stage.units.items():
        expected = sum(BITS[fact] for fact in facts) or (1 if start == "received" else 0)
        assert Serial.objects.get(pk=unit).availability == expected, (start, facts)


def test_the_code_has_no_kind_that_the_table_has_not() -> None:
    assert {rule.kind for rule in RULES} - {Kind.REFITTED} == set(table.TABLE)
    assert [rule.kind for rule in RULES if rule.needs_reason] == [kind for kind, row in table.TABLE.items() if row.reason]


def test_the_published_guards_are_those_of_the_table() -> None:
    assert GUARDS == {Availability.ON_HOLD: table.HOLD, Availability.IN_TRANSIT: table.TRANSIT, Availability.IN_WORK: table.WORK}


def test_a_reserved_unit_is_taken_for_its_own_order_only(stage: Stage) -> None:
    unit = stage.units["received", frozenset({"reserved"})]
    for kind in (Kind.SHIPPED, Kind.CONSUMED):
        to, document, _ = stage.asked(kind, "received")
        with pytest.raises(Conflict, match="reserved for another order"):
            stage.do(kind, [unit], to=to, document=document)
        with pytest.raises(Conflict, match="reserved for another order"):
            stage.do(kind, [unit], to=to, document=document, order_id=stage.other_line.document_id)
        with taken_back():
            stage.do(kind, [unit], to=to, document=document, order_id=stage.papers["CO"].pk)
        with taken_back():
            stage.do(kind, [unit], to=to, document=stage.papers["CO"])


def test_a_repair_may_do_to_its_units_what_others_may_not(stage: Stage) -> None:
    unit = stage.units["received", frozenset({"work"})]
    with pytest.raises(Conflict, match="in repair or rework"):
        stage.do(Kind.MOVED, [unit], to={"location_id": stage.bin.pk})
    stage.do(Kind.MOVED, [unit], to={"location_id": stage.bin.pk}, document=stage.papers["RO"])


@pytest.mark.parametrize(
    ("kind", "start"),
    [
        (kind, table.TABLE[kind].starts[0])
        for kind in (
            Kind.PLANNED,
            Kind.PRODUCED,
            Kind.DISPATCHED,
            Kind.USED_UP,
            Kind.SHIPPED,
            Kind.RETURNED,
            Kind.SENT_TO_VENDOR,
        )
    ],
    ids=lambda value: value.name.lower() if isinstance(value, Kind) else value,
)
def test_a_document_is_demanded(stage: Stage, kind: Kind, start: str) -> None:
    to, _, step = stage.asked(kind, start)
    new = stage.newcomers() if start == "new" else None
    with pytest.raises(Refused) as refusal:
        stage.do(kind, [] if new else [stage.units[start, frozenset()]], new=new, to=to, reason=stage.reason, **step)
    assert refusal.value.rule == "document-needed"
