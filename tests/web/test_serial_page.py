"""A unit's page: how things stand, the history with what was undone, and the way to undo."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from nameplate import ledger, listings
from nameplate.ledger import Group, Kind, Step
from nameplate.models import Entry, Item, Location, Role, Serial, User
from nameplate.operations.editing import edit_units
from nameplate.operations.undoing import undo_entry
from tests import world


@pytest.fixture
def shelf(db: None) -> Location:
    return world.location(name="A-03-2", of=world.site(name="Main plant"))


@pytest.fixture
def drive(db: None) -> Item:
    return world.item(number="HDD-3T", description="Hard drive 3 TB")


@pytest.fixture
def received(shelf: Location, drive: Item) -> Entry:
    return world.receipt(numbers=["WD-1", "WD-2"], of=drive, at=shelf)


@pytest.fixture
def unit(received: Entry) -> Serial:
    return Serial.objects.get(number="WD-1")


def hold(actor: User, unit: Serial, why: str = "reads badly") -> Entry:
    return ledger.post(actor=actor, act="held", reason=why, groups=[Group([Step(Kind.HELD, {"hold": why})], units=[unit.pk])])


def free(actor: User, unit: Serial) -> Entry:
    return ledger.post(actor=actor, act="freed", groups=[Group([Step(Kind.FREED)], units=[unit.pk])])


def shown(client: Client, actor: User, unit: Serial, query: str = "") -> str:
    client.force_login(actor)
    answer = client.get(f"/serials/{unit.pk}{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def words_of(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def test_the_facts_stand_at_the_top(client: Client, operator: User, unit: Serial) -> None:
    text = words_of(shown(client, operator, unit))
    assert re.search(r"WD-1 Received since \S+ \S+ HDD-3T · Hard drive 3 TB", text)
    assert "Where Main plant · A-03-2" in text
    assert "Availability available" in text
    assert "Came from Tolomei Distribution" in text
    assert unit.lot.number in text


def test_the_history_tells_who_did_what_and_what_changed(client: Client, operator: User, unit: Serial) -> None:
    text = words_of(shown(client, operator, unit))
    assert "Received from Tolomei Distribution" in text
    assert "one of 2" in text
    assert "new → Received" in text


def test_every_report_of_units_is_led_to_narrowed_to_the_unit_or_its_item(client: Client, viewer: User, unit: Serial) -> None:
    menu = shown(client, viewer, unit).split('id="unit-reports"')[1].split("</div>")[0]
    links = [link.replace("&amp;", "&") for link in re.findall(r'<a href="([^"]+)"', menu)]
    assert {link.partition("?")[0].removeprefix("/") for link in links} == {
        name for name in listings.ALL if name.startswith("reports/")
    } - {"reports/goods"}
    for link in links:
        page = client.get(link).content.decode()
        assert "HDD-3T" in page, link
        assert "aria-invalid" not in page, link


def test_a_hold_is_said_with_its_reason(client: Client, operator: User, unit: Serial) -> None:
    hold(operator, unit, "reads badly")
    text = words_of(shown(client, operator, unit))
    assert "On hold: reads badly" in text
    assert "Availability on hold" in text


def test_what_was_undone_stays_struck_through_and_linked(client: Client, operator: User, unit: Serial) -> None:
    held = hold(operator, unit)
    reversal = undo_entry(actor=operator, entry_id=held.pk)
    text = shown(client, operator, unit)
    assert re.search(rf'class="[^"]*np-undone[^"]*" id="entry-{held.pk}"', text)
    assert f'href="/entries/{reversal.pk}"' in text
    assert f"/entries/{held.pk}/reversal" not in text


def test_undo_is_offered_to_those_who_may(client: Client, operator: User, viewer: User, unit: Serial, received: Entry) -> None:
    address = f"/entries/{received.pk}/reversal?unit={unit.pk}"
    assert address in shown(client, operator, unit)
    assert address not in shown(client, viewer, unit)


def offered(text: str) -> list[int]:
    """The entries that the page of a unit offers to undo."""
    return [int(entry) for entry in re.findall(r'np-step-undo" href="/entries/(\d+)/reversal', text)]


def test_undo_is_not_offered_while_something_later_hangs_on_it(client: Client, operator: User, unit: Serial, received: Entry) -> None:
    held = hold(operator, unit)
    noted = edit_units(actor=operator, unit_ids=[unit.pk], notes="from the second box")
    assert noted is not None
    text = shown(client, operator, unit)
    assert offered(text) == [noted.pk, held.pk]
    assert text.count("Undo what came later first") == 1
    assert "Where <em>Undo</em> is pale, undo what came later first." in text

    # Neither kinds that are looked at alone nor what is on another page changes what hangs on it.
    alone = client.get(f"/serials/{unit.pk}?kind=received").content.decode()
    assert offered(alone) == []
    refused = client.post(f"/entries/{received.pk}/reversal", {"scope": "all", "idempotency_key": "first"})
    assert refused.status_code == 409

    undo_entry(actor=operator, entry_id=held.pk)
    assert offered(client.get(f"/serials/{unit.pk}?kind=received").content.decode()) == [received.pk]


def test_a_unit_whose_receipt_was_undone_is_withdrawn_and_says_so(client: Client, manager: User, unit: Serial, received: Entry) -> None:
    undo_entry(actor=manager, entry_id=received.pk)
    assert "It stands in no list and no count." in words_of(shown(client, manager, unit))


def test_a_number_that_came_again_links_both_lives(client: Client, manager: User, unit: Serial, received: Entry, drive: Item) -> None:
    undo_entry(actor=manager, entry_id=received.pk)
    world.receipt(numbers=["WD-1"], of=drive)
    later = Serial.objects.get(number="WD-1", withdrawn=False)
    assert f'href="/serials/{later.pk}"' in shown(client, manager, unit)
    assert f'href="/serials/{unit.pk}"' in shown(client, manager, later)


def test_a_unit_that_is_not_there_is_said_in_a_page(client: Client, operator: User) -> None:
    client.force_login(operator)
    answer = client.get("/serials/999999")
    assert answer.status_code == 404
    assert "There is no such unit." in answer.content.decode()


def test_a_long_history_comes_in_pages_by_as_many_statements_as_a_short_one(client: Client, operator: User, unit: Serial) -> None:
    client.force_login(operator)

    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(f"/serials/{unit.pk}")
        return len(captured)

    hold(operator, unit)
    short = statements()
    for _ in range(55):
        free(operator, unit)
        hold(operator, unit)
    assert statements() == short
    text = shown(client, operator, unit)
    assert text.count('id="entry-') == 100
    older = re.search(rf'href="/serials/{unit.pk}(\?beyond=\d+)#history"', text)
    assert older is not None
    rest = shown(client, operator, unit, older[1])
    assert rest.count('id="entry-') == 12
    assert "Received from Tolomei Distribution" in rest


def test_numbers_and_reasons_are_shown_as_text(client: Client, operator: User, drive: Item) -> None:
    world.receipt(numbers=["<b>1</b>"], of=drive)
    odd = Serial.objects.get(number="<b>1</b>")
    hold(operator, odd, "<img src=x>")
    text = shown(client, operator, odd)
    assert "<img src=x>" not in text
    assert "<b>1</b>" not in text
    assert "&lt;b&gt;1&lt;/b&gt;" in text


def test_times_are_the_readers_own(client: Client, unit: Serial) -> None:
    client.cookies["zone"] = "Asia/Tokyo"
    text = shown(client, world.user(role=Role.VIEWER), unit)
    assert "JST" in text
    client.cookies["zone"] = "../../etc/passwd"
    assert "UTC" in shown(client, world.user(role=Role.VIEWER), unit)


def test_the_history_is_narrowed_to_kinds_and_turned_round(client: Client, operator: User, unit: Serial) -> None:
    hold(operator, unit, "first")
    free(operator, unit)
    held = hold(operator, unit, "second")
    text = shown(client, operator, unit, "?kind=held")
    assert text.count('id="entry-') == 2
    assert "first" in text
    assert "On hold second" in words_of(text.split(f'id="entry-{held.pk}"')[1].split("</li>")[0])
    assert f'href="/serials/{unit.pk}?kind=received%2Cheld#history"' in text
    turned = re.findall(r'id="entry-(\d+)"', shown(client, operator, unit, "?order=oldest"))
    assert turned == re.findall(r'id="entry-(\d+)"', shown(client, operator, unit))[::-1]
    assert len(turned) == 4


def test_a_search_leads_on_to_its_next_unit_and_back(client: Client, operator: User, unit: Serial, drive: Item) -> None:
    world.receipt(numbers=["WD-10", "WD-3", "X-1"], of=drive)
    three = Serial.objects.get(number="WD-3")
    client.force_login(operator)
    assert f'href="/serials/{three.pk}?in=serial%3DWD-%252A"' in client.get("/serials?serial=WD-*").content.decode()
    text = shown(client, operator, three, "?in=serial%3DWD-*")
    beside = {way: Serial.objects.get(pk=pk).number for pk, way in re.findall(r'href="/serials/(\d+)\?in=[^"]+" rel="(\w+)"', text)}
    assert beside == {"prev": "WD-2", "next": "WD-10"}
    assert 'href="/serials?serial=WD-%2A"' in text
    last = shown(client, operator, three, "?in=serial%3DWD-*%26sort%3D-serial%26after%3Dx%26colour%3Dred")
    assert 'rel="prev"' in last
    assert 'rel="prev"' not in shown(client, operator, three)


def test_a_unit_that_left_the_search_still_knows_its_neighbours(client: Client, operator: User, unit: Serial) -> None:
    other = Serial.objects.get(number="WD-2")
    hold(operator, other)
    text = shown(client, operator, unit, "?in=availability%3Don_hold")
    assert re.findall(r'href="/serials/(\d+)\?in=[^"]+" rel="next"', text) == [str(other.pk)]


def test_one_action_stands_out_by_how_the_unit_stands(client: Client, operator: User, viewer: User, unit: Serial) -> None:
    def first(actor: User) -> str:
        return words_of(shown(client, actor, unit).split('class="btn btn-primary"', 1)[1].split("</a>")[0].partition(">")[2]).strip()

    assert first(operator) == "Move"
    assert first(viewer) == "Trace"
    hold(operator, unit)
    assert first(operator) == "Free from hold"
