"""Random filters, orders and page sizes over random units: pages, counts and CSV equal what Python works out from the rows."""

from __future__ import annotations

import csv
from dataclasses import replace
from random import Random

import pytest

from nameplate.listings.engine import Listing
from nameplate.listings.export import escaped
from nameplate.listings.serials import SERIALS
from nameplate.models import Serial, User
from nameplate.operations.correcting import correct_numbers
from nameplate.operations.undoing import undo_entry
from nameplate.serial_text import fold
from tests import proving, world
from tests.listings import brute_force
from tests.listings.units import Company

COUNT = proving.times(120, 500)
UNITS = proving.times(300, 5_000)
SEED = proving.seed("lists against brute force") if proving.PROVING else 20260301

TEXTS = {
    "serial": ["WD-*", "wd", "A1*", "A", "=a10", "*10", "1*", "0*", "*A?", "*1*", "!*1*", "!a1", "*er*, !0", "!wd-*", "a9..a11",
               ">wd-010", "x%y_*", "%", "_", "er-1", "10, 99", "!=1", '"*"', "001", "ﾌｕ", "a1?"],
    "item": ["=HDD-3T", "hdd*", "3t", "!psu*", "äb", "hdd-10..hdd-3t", "=nothing"],
    "description": ["drive", "=", "!=", "ÖL", "!drive", "drive 2, ölpumpe"],
    "group": ["ärger", "=", "dri*", "!drives"],
    "lot": ["L00010", "=l00009, =l00012", "L0001*", ">L00015", "!L0001*"],
    "vendor_batch": ["b1", "=", "!=B1", "ä"],
    "cost": ["12.5", "=", "!=", ">0", "0..50", "!99"],
    "shipped_on": ["2026-03", "=", ">2026-03-10"],
    "warranty_until": ["2027", "!=", "!2027-03"],
    "customer_order": ["PO0*", "=", "!po2", ">PO00009"],
    "expiry": ["=", "!=", "2026-03", "<2026-04"],
    "site": ["main", "über*", "=", "!main"],
    "location": ["a-1", "*· b 2", "=", "!=", "main*"],
    "customer": ["acme", "=", "!acme", "wide_", "ø*"],
    "source": ["PO0*", "=", ">PO00009", "mo-1, po2", "!po2"],
    "vendor": ["acme", "=", "!=", "wide_world"],
    "received_on": ["2026-03", "=", "!=", "2026-03-10..2026-04-02", ">2026-04", "!2026-03"],
    "last_change": ["2026-03-01", ">=2026-03-02", "!2026-03-01", "..2026-02-28"],
    "by_whom": ["oper*", "!oper*", "="],
    "status": ["received", "received,shipped", "!received", "written_off", "planned,consumed,returned"],
    "availability": ["available", "on_hold", "=", "!on_hold", "reserved,available", "in_transit"],
    "hold": ["wet*", "=", "!=", "!wet*", "recall 7, ÖL", "50% *", "=nothing", ">recall", "!=wet boxes, !="],
    "lot_status": ["received", "!received,!planned", "rejected,on_hold"],
}  # fmt: skip
SORTS = [column.name for column in SERIALS.columns if column.sortable]


def _paged(listing: Listing, params: dict[str, str], actor: User) -> tuple[list[str], str]:
    """The ids of all pages, and the cursor that leads back from the last one."""
    ids: list[str] = []
    page = listing.read(params, actor=actor)
    while True:
        assert not page.errors
        ids += [row["id"] for row in page.rows]
        if page.next is None:
            return ids, page.previous or ""
        page = listing.read({**params, "after": page.next}, actor=actor)


def _paged_back(listing: Listing, params: dict[str, str], before: str, actor: User) -> list[str]:
    ids: list[str] = []
    while before:
        page = listing.read({**params, "before": before}, actor=actor)
        ids = [row["id"] for row in page.rows] + ids
        before = page.previous or ""
    return ids


@pytest.fixture
def units(actor: User) -> list[Serial]:
    Company(Random(SEED), UNITS, actor)
    return brute_force.all_units()


def test_pages_counts_and_exports_equal_the_units_themselves(units: list[Serial], viewer: User) -> None:
    random = Random(SEED)
    for number in range(COUNT):
        filters = {name: random.choice(TEXTS[name]) for name in random.sample(sorted(TEXTS), random.choice([0, 0, 1, 1, 1, 2, 2, 3]))}
        names = random.sample(SORTS, random.choice([0, 1, 1, 1, 1, 2, 2, 3]))
        sort = ",".join(random.choice(["", "-"]) + name for name in names)
        listing = replace(SERIALS, cap=random.choice([10_000, 40, 5]), budget=random.choice([4_000, 300, 60]))
        expected = brute_force.in_order([unit for unit in units if brute_force.shows(unit, filters)], sort)
        # Twenty pages each way are enough of one list.
        size = max(random.choice([7, 25, 60, 200]), len(expected) // 20)
        params = {**filters, **({"sort": sort} if sort else {}), "size": str(size)}
        said = f"{number}: {params} cap {listing.cap} budget {listing.budget}"

        if not sort and brute_force.names_numbers(filters.get("serial", "")):
            expected.sort(key=lambda unit: unit.withdrawn)
        wanted = [str(unit.pk) for unit in expected]
        page = listing.read(params, actor=viewer)
        assert (page.count, page.capped) == (min(len(wanted), listing.cap), len(wanted) > listing.cap), said
        found, back = _paged(listing, params, viewer)
        assert found == wanted, said
        last = max(0, len(wanted) - 1) // size * size
        assert _paged_back(listing, params, back, viewer) == wanted[:last], said
        shown = ["serial", *random.sample(sorted(TEXTS.keys() - {"serial"}), 2)]
        lines = list(csv.reader(listing.csv({**params, "columns": ",".join(shown)}, actor=viewer)))
        assert lines[0] == [brute_force.COLUMNS[name].label for name in shown], said
        assert [line[0] for line in lines[1:]] == [escaped(unit.number) for unit in expected], said


def test_the_search_box_finds_numbers_and_what_units_belong_to(units: list[Serial], viewer: User) -> None:
    for text in ("wd-0", "HDD-10", "l00010", "po00", "acme", "ärger", "Wide_W", "nothing like it", "a10", "wd-001"):
        for cap in (10_000, 10):
            listing = replace(SERIALS, cap=cap, budget=100)
            exact = [unit for unit in units if unit.key == fold(text)]
            wanted = {*exact, *(unit for unit in units if not unit.withdrawn and brute_force.found_by_search(unit, text))}
            page = listing.read({"q": text}, actor=viewer)
            assert (page.count, page.capped) == (min(len(wanted), cap), len(wanted) > cap), text
            found, _ = _paged(listing, {"q": text, "size": "20"}, viewer)
            assert sorted(found) == sorted(str(unit.pk) for unit in wanted), text
            assert {int(unit) for unit in found[: len(exact)]} == {unit.pk for unit in exact}, text


def test_who_bears_a_number_now_comes_before_who_bore_it(operator: User) -> None:
    item = world.item()
    first = world.receipt(numbers=["R1", "A1"], of=item)
    undo_entry(actor=operator, entry_id=first.pk)
    second = world.receipt(numbers=["R1", "A2"], of=item)
    unit = {serial.number: serial.pk for serial in Serial.objects.filter(movements__entry=second)}
    gone = Serial.objects.get(number="R1", withdrawn=True).pk
    correct_numbers(actor=operator, numbers={unit["A2"]: "R2"}, reason="misread")
    correct_numbers(actor=operator, numbers={unit["A2"]: "A2"}, reason="not misread")
    again = world.receipt(numbers=["R2"], of=item)
    holder = Serial.objects.get(movements__entry=again).pk

    def found(**params: str) -> list[int]:
        return [int(row["id"]) for row in SERIALS.read(params, actor=operator).rows]

    assert gone < unit["R1"]
    assert found(q="r1") == found(serial="=R1") == [unit["R1"], gone]
    assert found(q="r2") == [holder, unit["A2"]]
    pages = SERIALS.read({"serial": "=R1", "size": "1"}, actor=operator)
    assert pages.next is not None
    behind = SERIALS.read({"serial": "=R1", "size": "1", "after": pages.next}, actor=operator)
    assert [row["id"] for row in behind.rows] == [str(gone)]
    assert behind.previous is not None
    back = SERIALS.read({"serial": "=R1", "size": "1", "before": behind.previous}, actor=operator)
    assert [row["id"] for row in back.rows] == [str(unit["R1"])]
    assert len(list(SERIALS.csv({"serial": "=R1"}, actor=operator))) == 3
