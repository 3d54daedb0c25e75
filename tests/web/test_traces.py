"""The page of a trace: a level at a time, both ways, as of a day, without scripts too; and all of it as CSV."""

from __future__ import annotations

import csv
import io
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from nameplate.models import Role, Serial
from nameplate.operations.switching import switch_function
from tests import world
from tests.ledger.ground import Ground, R
from tests.listings.test_trace import build, screws


@pytest.fixture
def ground(db: None) -> Ground:
    return Ground(actor=world.user(username="tracer"))


@pytest.fixture
def page(client: Client, ground: Ground) -> Client:
    client.force_login(ground.actor)
    return client


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def number(unit: int) -> str:
    return Serial.objects.get(pk=unit).number


def test_a_row_opens_the_next_level_and_its_link_the_trace_of_its_own(page: Client, ground: Ground) -> None:
    drives = ground.brought(R, 2)
    (pod,), _ = build(ground, drives)
    (rack,), _ = build(ground, [pod])
    html = page.get(f"/serials/{rack}/trace?direction=backward").content.decode()
    level = re.search(r'hx-get="([^"]+)"', html)
    assert level is not None
    assert f'href="/serials/{pod}/trace?direction=backward"' in html
    rows = page.get(level[1].replace("&amp;", "&")).content.decode()
    assert rows.count("<tr") == 2
    assert number(drives[0]) in rows
    assert 'data-level="2"' in rows
    assert "certain" in rows
    assert number(drives[0]) not in html


def test_a_possible_way_is_said_on_every_level_behind_it(page: Client, ground: Ground) -> None:
    (drive,) = ground.brought(R, 1)
    (pod,), entry = build(ground, [drive], known=False)
    (rack,), _ = build(ground, [pod])
    first = page.get(f"/serials/{drive}/trace").content.decode()
    assert "unit unknown" in first
    second = page.get(f"/serials/{drive}/trace/level?node=entries-{entry.pk}&level=1&sure=yes&now=yes").content.decode()
    assert "possible" in text_of(second)
    third = page.get(f"/serials/{drive}/trace/level?node=serials-{pod}&level=2&sure=no&now=yes").content.decode()
    assert "by a possible way" in third
    assert number(rack) in third
    assert page.get(f"/entries/{entry.pk}/trace").status_code == 200


def test_many_come_page_by_page_in_a_constant_number_of_statements(page: Client, ground: Ground) -> None:
    few, _ = build(ground, ground.brought(R, 3))
    many, _ = build(ground, ground.brought(R, 130))
    counts = []
    for pod in (few[0], many[0]):
        with CaptureQueriesContext(connection) as statements:
            html = page.get(f"/serials/{pod}/trace?direction=backward").content.decode()
        counts.append(len(statements))
    assert counts[0] == counts[1]
    assert "The next 30 of 130" in html
    rest = page.get(f"/serials/{many[0]}/trace?direction=backward&after=100").content.decode()
    assert rest.count('data-level="1"') == 30


def test_a_day_that_cannot_be_read_is_said_beside_the_field(page: Client, ground: Ground) -> None:
    (pod,), _ = build(ground, ground.brought(R, 1))
    answer = page.get(f"/serials/{pod}/trace?direction=backward&day=yesterday")
    assert answer.status_code == 422
    html = answer.content.decode()
    assert 'value="yesterday"' in html
    assert "Write the day like" in html
    assert "nothing in it on that day" in text_of(page.get(f"/serials/{pod}/trace?direction=backward&day=2001-01-01").content.decode())
    assert page.get(f"/serials/{pod}/trace?day=9999-12-31").status_code == 200


def test_all_of_it_as_csv(page: Client, ground: Ground) -> None:
    lot = screws(ground, 9_000_000)
    drives = ground.brought(R, 2)
    (pod,), _ = build(ground, drives)
    answer = page.get(f"/serials/{pod}/trace.csv?direction=backward")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="trace-{number(pod)}-backward.csv"'
    rows = list(csv.DictReader(io.StringIO(b"".join(answer).decode("utf-8-sig"))))
    assert [row["Number"] for row in rows] == [number(drive) for drive in drives]
    assert page.get(f"/lots/{lot}/trace.csv").status_code == 200


def test_what_is_not_there_or_switched_off_is_not_traced(page: Client, ground: Ground) -> None:
    assert page.get("/serials/99999999/trace").status_code == 404
    assert page.get("/serials/99999999/trace.csv").status_code == 404
    unit = ground.unit(R)
    switch_function(actor=world.user(role=Role.ADMINISTRATOR), name="serial-numbers", on=False, version=0, confirmed=True)
    assert "switched off" in page.get(f"/serials/{unit}/trace").content.decode()


def test_a_product_that_went_into_nothing_opens_on_what_is_in_it(page: Client, ground: Ground) -> None:
    (drive,) = ground.brought(R, 1)
    (pod,), _ = build(ground, [drive])
    opened = text_of(page.get(f"/serials/{pod}/trace").content.decode())
    assert (number(drive) in opened, "It went into nothing" in opened) == (True, False)
    assert "It went into nothing" in page.get(f"/serials/{pod}/trace?direction=forward").content.decode()
