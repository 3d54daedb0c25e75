"""A shelf compared with the books: each scan answered, differences posted as one act, taken back, posted again."""

from __future__ import annotations

import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from nameplate.ledger import Group, Kind, Step, post, transacting
from nameplate.models import CountScan, Document, Entry, Lot, Role, Status, User
from nameplate.operations import counting
from nameplate.operations.counting import Scan
from nameplate.operations.holding import hold_goods
from nameplate.operations.lots import Contents, add_to_lot, create_lot
from nameplate.operations.moving import move_goods, move_units
from nameplate.operations.re_entering import re_enter
from nameplate.operations.undoing import undo_entry
from nameplate.operations.writing_off import write_off
from nameplate.refusals import Forbidden, NotFound, TooLarge
from tests import world
from tests.counting import CountShop, count_shop, lying, unit
from tests.operations.orders import refused
from tests.operations.test_pictures import picture


@pytest.fixture
def shop(manager: User, administrator: User) -> CountShop:
    return count_shop(manager, administrator)


def ids(*numbers: str) -> list[int]:
    return [unit(number).pk for number in numbers]


def shipped(actor: User, number: str) -> None:
    paper = Document.objects.create(kind="S", number="S1", number_key="s1", sort_key="s1", created_by=actor)
    with transacting():
        step = Step(Kind.SHIPPED, {"customer_id": world.customer().pk, "shipment_id": paper.pk})
        post(actor=actor, act="shipped", document=paper, groups=[Group([step], units=ids(number))])


def verdicts(scans: list[CountScan]) -> list[str]:
    return [str(scan.verdict) for scan in scans]


def test_each_scan_is_answered(shop: CountShop, operator: User) -> None:
    count = shop.count()
    move_units(actor=shop.actor, unit_ids=ids("D02"), location_id=shop.beside.pk)
    shipped(shop.actor, "D03")
    write_off(actor=shop.actor, reason=shop.lost, unit_ids=ids("D04"))
    other = world.item(number="BOARD")
    create_lot(actor=shop.actor, item=other, contents=Contents(["B1"]), location_id=shop.shelf.pk, reason="Found")
    scans = shop.scan(count, "d01", "D02", "D03", "D04", "XYZ", "B1")
    assert verdicts(scans) == ["ok", "elsewhere", "gone", "gone", "unknown", "ok"]
    again = shop.scan(count, "D01", by=operator)[0]
    assert again.verdict == "seen"
    assert shop.actor.username in again.said
    assert "A-02" in scans[1].said
    assert "Kestrel Archive" in scans[2].said
    assert (scans[4].text, scans[4].serial) == ("XYZ", None)
    assert verdicts(shop.scan(shop.count(item=shop.drive), "D05", "B1")) == ["ok", "other"]


def test_a_scan_that_is_too_long_is_answered_by_itself(shop: CountShop) -> None:
    scans = shop.scan(shop.count(), "D01", "D02" * 200, "D03")
    assert (verdicts(scans), len(scans[1].text)) == (["ok", "unknown", "ok"], 200)
    assert "At most 200 characters; this is 600" in scans[1].said


def test_a_unit_is_found_by_a_number_that_it_bore(shop: CountShop) -> None:
    from nameplate.operations import correcting

    correcting.correct_numbers(actor=shop.actor, numbers={unit("D01").pk: "NEW-1"}, reason="Read wrongly.")
    scan = shop.scan(shop.count(), "D01")[0]
    assert (scan.verdict, scan.serial_id) == ("ok", unit("NEW-1").pk)


def test_the_same_scan_sent_again_is_one_scan(shop: CountShop, operator: User) -> None:
    count = shop.count()
    first = counting.record_scans(actor=operator, count=count, scans=[Scan("a", "D01"), Scan("b", "D02"), Scan("a", "D01")])
    again = counting.record_scans(actor=operator, count=count, scans=[Scan("b", "D02"), Scan("a", "D01"), Scan("c", "D02")])
    assert [one.pk for one in again[:2]] == [first[1].pk, first[0].pk]
    assert verdicts([*first, *again]) == ["ok", "ok", "ok", "ok", "ok", "seen"]
    assert CountScan.objects.filter(count=count.pk).count() == 3
    counting.post_count(actor=shop.actor, count=count, reason=shop.lost)
    assert counting.record_scans(actor=operator, count=count, scans=[Scan("a", "D01")])[0].pk == first[0].pk
    late = refused(lambda: counting.record_scans(actor=operator, count=count, scans=[Scan("d", "D05")]))
    assert (late.rule, CountScan.objects.filter(count=count.pk).count()) == ("wrong-status", 3)


def test_what_nobody_knows_is_described_in_words_and_by_a_photo(shop: CountShop, operator: User) -> None:
    count = shop.count()
    first = [Scan("a", "stranger", note="Torn label"), Scan("b", "D01", note="fine")]
    unknown, known = counting.record_scans(actor=operator, count=count, scans=first)
    assert (unknown.note, known.note) == ("Torn label", "")
    counting.record_scans(actor=operator, count=count, scans=[Scan("a", "stranger", note="Blue casing")])
    described = counting.describe_scan(actor=operator, count=count, scan=unknown.pk, photo=picture(2400, 1200, "JPEG"))
    assert (CountScan.objects.count(), described.note) == (2, "Blue casing")
    with Image.open(io.BytesIO(counting.scan_photo(actor=operator, count=count.pk, scan=unknown.pk))) as kept:
        assert (kept.format, kept.size) == ("PNG", (1200, 600))
    assert refused(lambda: counting.describe_scan(actor=operator, count=count, scan=known.pk, note="Mine")).rule == "scan-known"
    assert refused(lambda: counting.describe_scan(actor=operator, count=count, scan=unknown.pk, photo=b"<svg/>")).rule == "not-a-picture"
    with pytest.raises(Forbidden):
        counting.describe_scan(actor=world.user(role=Role.OPERATOR), count=count, scan=unknown.pk, note="Mine")
    with pytest.raises(NotFound):
        counting.scan_photo(actor=operator, count=count.pk, scan=known.pk)
    assert counting.describe_scan(actor=shop.actor, count=count, scan=unknown.pk, note="").photo == described.photo


def test_a_mistake_is_taken_back(shop: CountShop, operator: User) -> None:
    count = shop.count()
    scan = shop.scan(count, "D01")[0]
    with pytest.raises(Forbidden):
        counting.take_back(actor=operator, count=count, scan=scan.pk)
    counting.take_back(actor=shop.actor, count=count, scan=scan.pk)
    assert verdicts(shop.scan(count, "D01", by=operator)) == ["ok"]
    with pytest.raises(NotFound):
        counting.take_back(actor=shop.actor, count=count, scan=0)


def test_differences_are_one_act_and_come_back_by_its_undo(shop: CountShop) -> None:
    extra = create_lot(actor=shop.actor, item=shop.drive, contents=Contents(["E1"]), location_id=shop.beside.pk, reason="Stock")[0]
    count = shop.count()
    shop.scan(count, *(f"D{number:02d}" for number in range(1, 9)), "E1")
    found = counting.differences(actor=shop.actor, count=count)
    assert [one.number for one in found.missing] == ["D09", "D10"]
    assert ([one.number for one in found.moved], found.value) == (["E1"], 200_000_000)
    assert (found.missing[0].act, found.missing[0].who) == ("received by hand", shop.actor.username)

    posted = counting.post_count(actor=shop.actor, count=count, reason=shop.lost, seal=found.seal)
    assert (unit("E1").location, unit("D09").status, unit("D08").status) == (shop.shelf, Status.WRITTEN_OFF, Status.RECEIVED)
    count.refresh_from_db()
    assert posted.write_off is not None
    paper = posted.write_off.document
    assert paper is not None
    assert (count.status, posted.entry.document, paper.kind, posted.write_off.note) == ("done", count, "WO", f"Missing in {count}.")

    undo_entry(actor=shop.actor, entry_id=posted.entry.pk)
    count.refresh_from_db()
    paper.refresh_from_db()
    assert (unit("E1").location, unit("D09").status, count.status, paper.status) == (
        shop.beside,
        Status.RECEIVED,
        "in_progress",
        "canceled",
    )
    assert unit("E1").lot == extra
    assert verdicts(shop.scan(count, "D09")) == ["ok"]
    again = counting.post_count(actor=shop.actor, count=count, reason=shop.lost)
    assert again.write_off is not None
    assert (again.entry.units, again.write_off.units, unit("D10").status) == (1, 1, Status.WRITTEN_OFF)


def test_what_was_done_during_the_count_survives_it(shop: CountShop) -> None:
    count = shop.count()
    shop.scan(count, "D01", "D02")
    move_units(actor=shop.actor, unit_ids=ids("D02", "D03"), location_id=shop.beside.pk)
    shipped(shop.actor, "D04")
    posted = counting.post_count(actor=shop.actor, count=count, reason=shop.lost)
    assert posted.write_off is not None
    assert (posted.entry.units, posted.write_off.units) == (0, 6)
    assert (unit("D02").location, unit("D03").location, unit("D04").status) == (shop.beside, shop.beside, Status.SHIPPED)
    assert sorted(one.number for one in posted.differences.left_out) == ["D02", "D03", "D04"]


def test_a_note_on_a_unit_is_no_change_of_where_it_is(shop: CountShop) -> None:
    from nameplate.operations.editing import edit_units

    count = shop.count()
    edit_units(actor=shop.actor, unit_ids=ids("D01"), notes="Scratched")
    assert unit("D01").number in [one.number for one in counting.differences(actor=shop.actor, count=count).gone]


def test_goods_are_counted_by_quantity(shop: CountShop) -> None:
    count = shop.count(shop.shelf, shop.beside)
    shop.scan(count, *(f"D{number:02d}" for number in range(1, 11)), at=shop.shelf)
    for text, quantity, at in (
        (shop.fans.number, "50", shop.shelf),
        ("fan", "30", shop.shelf),
        ("FAN", "15", shop.beside),
        ("screw", "1,010", shop.shelf),
    ):
        scan = shop.quantity(count, text, quantity, at)
        if (text, at) == ("FAN", shop.beside):
            assert scan.verdict == "unknown"  # which lot is not plain where none is expected
            scan = shop.quantity(count, shop.fans.number, quantity, at)
        assert scan.verdict == "counted", scan.said
    found = counting.differences(actor=shop.actor, count=count)
    assert [(one.item, one.place.split(" · ")[1], one.change // 1_000_000) for one in found.goods] == [
        ("FAN", "A-01", -20), ("SCREW", "A-01", 10), ("FAN", "A-02", 15),
    ]  # fmt: skip
    posted = counting.post_count(actor=shop.actor, count=count, reason=shop.lost)
    screws = Lot.objects.get(item=shop.screw)
    assert (lying(shop.fans, shop.shelf), lying(shop.fans, shop.beside), lying(screws, shop.shelf)) == (80, 15, 1010)
    undo_entry(actor=shop.actor, entry_id=posted.entry.pk)
    assert (lying(shop.fans, shop.shelf), lying(shop.fans, shop.beside), lying(screws, shop.shelf)) == (100, 0, 1000)
    counting.post_count(actor=shop.actor, count=count, reason=shop.lost)
    assert (lying(shop.fans, shop.shelf), lying(shop.fans, shop.beside)) == (80, 15)


def test_goods_that_moved_meanwhile_or_that_nobody_counted_stay_as_they_are(shop: CountShop) -> None:
    count = shop.count()
    shop.scan(count, *(f"D{number:02d}" for number in range(1, 11)))
    move_goods(actor=shop.actor, lot=shop.fans, quantity=5, location_id=shop.beside.pk)
    shop.quantity(count, shop.fans.number, "90")
    found = counting.differences(actor=shop.actor, count=count)
    assert [(one.item, one.counted, bool(one.left_out)) for one in found.goods] == [("FAN", 90_000_000, True), ("SCREW", None, False)]
    counting.post_count(actor=shop.actor, count=count)
    assert (lying(shop.fans, shop.shelf), lying(shop.fans, shop.beside)) == (95, 5)


def test_what_is_held_is_written_off_last_and_zero_can_be_counted(shop: CountShop) -> None:
    hold_goods(actor=shop.actor, lot=shop.fans, quantity=40, reason="Bent")
    count = shop.count(shop.shelf, item=shop.fan)
    shop.quantity(count, shop.fans.number, "0")
    counting.post_count(actor=shop.actor, count=count, reason=shop.lost)
    assert lying(shop.fans, shop.shelf) == 0


def test_who_only_counts_posts_nothing(shop: CountShop, operator: User) -> None:
    count = shop.count()
    before = Entry.objects.count()
    with pytest.raises(Forbidden):
        counting.post_count(actor=operator, count=count, reason=shop.lost)
    with pytest.raises(Forbidden):
        counting.record_scans(actor=world.user(role=Role.VIEWER), count=count, scans=[Scan("a", "D01")])
    with pytest.raises(Forbidden):
        counting.cancel(actor=operator, count=count)
    assert Entry.objects.count() == before
    posted = counting.post_count(actor=shop.actor, count=count, reason=shop.lost)
    with pytest.raises(Forbidden):
        undo_entry(actor=operator, entry_id=posted.entry.pk)


def test_nothing_is_posted_without_a_reason_or_when_it_looks_different_now(shop: CountShop) -> None:
    count = shop.count()
    shop.scan(count, "D01")
    before, seal = Entry.objects.count(), counting.differences(actor=shop.actor, count=count).seal
    assert refused(lambda: counting.post_count(actor=shop.actor, count=count)).fields.keys() == {"reason"}
    shop.scan(count, "D02")
    assert refused(lambda: counting.post_count(actor=shop.actor, count=count, reason=shop.lost, seal=seal)).rule == "changed-meanwhile"
    count.refresh_from_db()
    assert (count.status, Entry.objects.count()) == ("in_progress", before)
    posted = counting.post_count(actor=shop.actor, count=count, write_off_missing=False)
    assert (posted.write_off, unit("D03").status) == (None, Status.RECEIVED)


def test_an_undo_is_refused_once_what_was_missing_has_turned_up(shop: CountShop) -> None:
    count = shop.count()
    shop.scan(count, "D01")
    posted = counting.post_count(actor=shop.actor, count=count, reason=shop.lost)
    re_enter(actor=shop.actor, unit_ids=ids("D05"), location_id=shop.shelf.pk, reason="Behind the rack")
    refusal = refused(lambda: undo_entry(actor=shop.actor, entry_id=posted.entry.pk))
    count.refresh_from_db()
    assert ([one.text for one in refusal.offenders], count.status) == (["D05"], "done")


def test_a_count_is_of_something_and_goes_one_way(shop: CountShop) -> None:
    assert refused(lambda: counting.create_count(actor=shop.actor)).fields.keys() == {"places", "item"}
    assert refused(lambda: counting.create_count(actor=shop.actor, location_ids=[0])).fields.keys() == {"places"}
    assert refused(lambda: counting.create_count(actor=shop.actor, item=0)).fields.keys() == {"item"}
    assert not Document.objects.filter(kind="SC").exists()
    count = shop.count(started=False)
    assert refused(lambda: shop.scan(count, "D01")).rule == "wrong-status"
    assert refused(lambda: counting.post_count(actor=shop.actor, count=count)).rule == "wrong-status"
    counting.start(actor=shop.actor, count=count)
    assert refused(lambda: counting.start(actor=shop.actor, count=count)).rule == "wrong-status"
    assert refused(lambda: shop.scan(count, "D01", at=shop.beside)).fields.keys() == {"location"}
    assert refused(lambda: shop.scan(count, " ")).fields.keys() == {"text"}
    assert refused(lambda: shop.scan(shop.count(shop.shelf, shop.beside), "D01")).fields.keys() == {"location"}
    with pytest.raises(TooLarge):
        counting.record_scans(actor=shop.actor, count=count, scans=[Scan("a", "D01")] * 5001)
    counting.cancel(actor=shop.actor, count=count)
    assert refused(lambda: shop.scan(count, "D01")).rule == "wrong-status"
    assert not CountScan.objects.exists()


def test_it_takes_as_many_statements_for_many_units_as_for_few(shop: CountShop) -> None:
    counts = []
    # The first round leaves units whose last entry is an undo, as both that are compared then find them.
    for name, more in (("A", 4), ("B", 4), ("C", 300)):
        numbers = [f"{name}{number}" for number in range(more)]
        add_to_lot(actor=shop.actor, lot=shop.drives, contents=Contents(numbers), location_id=shop.beside.pk, reason="Found")
        count = shop.count(shop.shelf, shop.beside)
        with CaptureQueriesContext(connection) as statements:
            shop.scan(count, *numbers[: more // 2], at=shop.shelf)
            counting.post_count(actor=shop.actor, count=count, reason=shop.lost)
        counts.append(len(statements))
        for written in Entry.objects.filter(act="counted", reversals=None):
            undo_entry(actor=shop.actor, entry_id=written.pk)
    assert counts[1] == counts[2]
