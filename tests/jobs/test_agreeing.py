"""The dry run and the real run of any file agree: what the one calls good the other stores, and what it does not, nobody does."""

from __future__ import annotations

import hypothesis
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from nameplate.ledger import verify
from nameplate.models import JobStatus, Serial, Tracking, User
from tests import proving, world
from tests.jobs.files import brought, checked, csv_of, mapping, taken

NUMBERS = st.sampled_from(["A1", "A2", "a1", "A\u20143", "SN: 4", "", "K1", "K2", "P1", "0001", "=5", "A7\u200b", "x" * 130])
DAYS = st.sampled_from(["2013-04-10", "2013-04-11", "2013-04-31", "10.04.2013", "11/04/2013", "2999-01-01", ""])
ROWS = st.lists(
    st.tuples(DAYS, NUMBERS, st.sampled_from(["M", "m", "N", "SCREW", "ORDERED", ""]), st.just(1), st.just(0)), min_size=1, max_size=4
)
HOW = st.fixed_dictionaries(
    {},
    optional={
        "keep": st.sampled_from([("other-item",), ("to-clean", "other-item")]),
        "clean": st.booleans(),
        "mode": st.sampled_from(["receipt", "announcement"]),
        "create_missing": st.booleans(),
        "dates": st.just({"received_on": "day"}),
    },
)


def test_what_the_dry_run_says_the_real_run_does(db: None, manager: User) -> None:
    world.location(of=world.site(name="Main plant"))
    world.item(number="SCREW", tracking=Tracking.NONE)
    order = world.purchase_order(lines=[(world.item(number="ORDERED"), 2)])
    world.receipt(numbers=["K1", "K2"])

    @hypothesis.seed(proving.seed("dry runs and real runs"))
    @proving.settings(short=12, full=400)
    @given(ROWS, HOW, st.booleans())
    def agree(rows: list[tuple[object, ...]], how: dict[str, object], on_order: bool) -> None:
        here = mapping(**how, **({"order": order.number, "constants": {"vendor": ""}} if on_order else {}))
        with transaction.atomic():
            before = Serial.objects.count()
            found = taken(manager, csv_of(rows))
            report = checked(manager, found, here).outcome
            job = brought(manager, found, here)
            if report["wrong_count"]:
                assert (job.status, job.outcome["rule"]) == (JobStatus.FAILED, "lines-refused"), job.outcome
                assert Serial.objects.count() == before
            else:
                assert (job.status, job.outcome.get("units")) == (JobStatus.DONE, len(rows)), job.outcome
                assert Serial.objects.count() == before + len(rows)
                assert verify() == []
            transaction.set_rollback(True)

    agree()
