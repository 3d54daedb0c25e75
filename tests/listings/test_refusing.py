"""Whatever is typed into an address is understood or refused by name; nothing of it becomes SQL or a server error."""

from __future__ import annotations

import os
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nameplate.listings import ALL
from nameplate.listings.query import RESERVED
from nameplate.listings.serials import SERIALS
from nameplate.models import Role, User
from nameplate.refusals import Forbidden
from tests import world
from tests.listings.units import Company

EXAMPLES = 2000 if os.environ.get("NAMEPLATE_PROVE") else 60

typed = st.one_of(
    st.text(max_size=40),
    st.text(alphabet="*?=!.<>,\"'%_\\- a1é0\x00\ud800WD", max_size=20),
    st.sampled_from(
        ["9999999999999999999999", "-1e5", "2026-02-30", "0001-01-01", "..9999-12-31", ">9999-12", "7d", "99999d", "=", "!=", "!", ".."]
    ),
)


@pytest.fixture
def reader(actor: User) -> User:
    Company(Random(11), 40, actor)
    return actor


@pytest.mark.parametrize("name", ALL)
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_text_in_any_parameter_is_answered(reader: User, name: str, data: st.DataObject) -> None:
    listing = ALL[name]
    known = [column.name for column in listing.columns] + list(RESERVED)
    params = data.draw(st.dictionaries(st.one_of(st.sampled_from(known), st.text(max_size=10)), typed, max_size=3))
    page = listing.read(params, actor=reader)
    filterable = {column.name for column in listing.columns if column.filterable} | set(RESERVED)
    assert all(page.errors.values())
    assert page.errors or filterable.issuperset(params)
    if not page.errors:
        assert len(page.rows) <= page.query.size


@pytest.mark.parametrize(
    ("params", "named"),
    [
        ({"colour": "red"}, "colour"),
        ({"sort": "colour"}, "sort"),
        ({"sort": "serial,item,lot,status"}, "sort"),
        ({"size": "0"}, "size"),
        ({"size": "501"}, "size"),
        ({"size": "٣"}, "size"),
        ({"after": "made-up"}, "after"),
        ({"before": "\ud800"}, "before"),
        ({"status": "lost"}, "status"),
        ({"received_on": "soon"}, "received_on"),
        ({"serial": "A\x00"}, "serial"),
        ({"serial": '"open'}, "serial"),
        ({"serial": "A" * 3000}, "serial"),
    ],
)
def test_what_cannot_be_understood_is_named_and_the_rest_applied(reader: User, params: dict[str, str], named: str) -> None:
    page = SERIALS.read({"item": "hdd-10", **params}, actor=reader)
    assert list(page.errors) == [named]
    assert {row["item"] for row in page.rows} <= {"HDD-10"}


def test_a_cursor_serves_only_its_own_list_and_order(reader: User) -> None:
    cursor = SERIALS.read({"size": "5"}, actor=reader).next or ""
    assert not SERIALS.read({"after": cursor}, actor=reader).errors
    assert list(SERIALS.read({"after": cursor, "sort": "item"}, actor=reader).errors) == ["after"]
    assert list(ALL["lots"].read({"after": cursor}, actor=reader).errors) == ["after"]
    assert list(SERIALS.read({"after": cursor, "before": cursor}, actor=reader).errors) == ["before"]
    assert list(SERIALS.read({"after": cursor[:-1] + ("A" if cursor[-1] != "A" else "B")}, actor=reader).errors) == ["after"]


def test_an_account_that_is_switched_off_sees_no_list(reader: User) -> None:
    nobody = world.user(role=Role.VIEWER)
    nobody.is_active = False
    for listing in ALL.values():
        with pytest.raises(Forbidden):
            listing.read({}, actor=nobody)
        with pytest.raises(Forbidden):
            listing.csv({}, actor=nobody)


def test_short_text_says_that_it_is_looked_for_at_the_start(reader: User) -> None:
    assert "start" in SERIALS.read({"serial": "wd"}, actor=reader).notes["serial"]
    assert "start" in SERIALS.read({"q": "wd"}, actor=reader).notes["q"]
    assert not SERIALS.read({"serial": "wd-"}, actor=reader).notes
