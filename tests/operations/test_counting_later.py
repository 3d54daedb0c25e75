"""What comes late: scans judged after their units went their way, and a count that is open again after it was undone piece by piece."""

from __future__ import annotations

from datetime import UTC, datetime

from django.utils import timezone

from nameplate.ledger import verify
from nameplate.models import Entry, Status, User
from nameplate.operations import counting
from nameplate.operations.counting import Scan
from nameplate.operations.lots import Contents, add_to_lot
from nameplate.operations.moving import move_units
from nameplate.operations.undoing import undo_entry
from nameplate.operations.writing_off import write_off
from tests.counting import count_shop, unit


def test_a_scan_is_judged_by_how_its_unit_stood_when_it_was_made(manager: User, administrator: User, operator: User) -> None:
    shop = count_shop(manager, administrator)

    def move(*numbers: str, back: bool = False) -> None:
        place = shop.shelf if back else shop.beside
        move_units(actor=manager, unit_ids=[unit(number).pk for number in numbers], location_id=place.pk)

    add_to_lot(actor=manager, lot=shop.drives, contents=Contents(["E1"]), location_id=shop.beside.pk, reason="Found")
    count = shop.count()
    move("E1", back=True)
    mistake, second = shop.scan(count, "D01")[0], shop.scan(count, "D01", by=operator)[0]
    scanned, long_ago = timezone.now(), datetime(2000, 1, 1, tzinfo=UTC)
    write_off(actor=manager, reason=shop.lost, unit_ids=[unit("D01").pk, unit("D02").pk])
    move("D03", "D04", "E1")
    counting.take_back(actor=manager, count=count, scan=mistake.pk)
    second.refresh_from_db()
    assert (second.verdict, "where it should be when it was scanned. Since then it was written off" in second.said) == ("ok", True)
    late = [Scan("a", "D02", None, None, scanned), Scan("b", "D03", None, None, scanned), Scan("c", "E1", None, None, scanned)]
    clocks = [Scan("d", "D04", None, None, long_ago), Scan("e", "D04", None, None, timezone.now())]
    told = counting.record_scans(actor=operator, count=count, scans=[*late, *clocks])
    assert [one.verdict for one in told] == ["ok", "ok", "ok", "ok", "seen"]
    assert ("it was written off" in told[0].said, "it came to" in told[1].said, "A-02" in told[1].said) == (True, True, True)
    now = shop.scan(count, "D05")[0]
    assert now.verdict == "ok"
    found = counting.differences(actor=manager, count=count)
    assert (found.contradictions, found.moved, found.two_places) == ([], [], [])
    assert [one.number for one in found.elsewhere] == ["D03", "D04", "E1"]
    assert counting.record_scans(actor=operator, count=count, scans=[Scan("f", "D06", None, None, scanned)])[0].verdict == "ok"
    counting.post_count(actor=manager, count=count, reason=shop.lost)
    assert [unit(number).location for number in ("D03", "E1")] == [shop.beside, shop.beside]


def test_what_the_books_have_put_right_since_is_not_held_against_it(manager: User, administrator: User) -> None:
    shop = count_shop(manager, administrator)
    count = shop.count(shop.beside)
    scanned = timezone.now()
    move_units(actor=manager, unit_ids=[unit("D01").pk], location_id=shop.beside.pk)
    write_off(actor=manager, reason=shop.lost, unit_ids=[unit("D02").pk])
    right, gone = counting.record_scans(
        actor=manager, count=count, scans=[Scan("a", "D01", None, None, scanned), Scan("b", "D02", None, None, scanned)]
    )
    assert (right.verdict, gone.verdict) == ("ok", "elsewhere")
    assert ("should be at" in gone.said, "Since then it was written off." in gone.said) == (True, True)


def test_what_was_undone_piece_by_piece_is_posted_again(manager: User, administrator: User) -> None:
    shop = count_shop(manager, administrator)
    add_to_lot(actor=manager, lot=shop.drives, contents=Contents(["E1", "E2"]), location_id=shop.beside.pk, reason="Found")
    count = shop.count()
    shop.scan(count, *(f"D{number:02d}" for number in range(1, 8)), "E1", "E2")
    shop.quantity(count, shop.fans.number, "80")

    def posted() -> tuple[Entry, Entry]:
        found = counting.post_count(actor=manager, count=count, reason=shop.lost)
        assert found.write_off is not None
        return found.entry, found.write_off

    def undo(entry: Entry, *numbers: str) -> None:
        undo_entry(actor=manager, entry_id=entry.pk, unit_ids=[unit(number).pk for number in numbers] or None)

    def to_post() -> tuple[list[str], list[str], list[int]]:
        found = counting.differences(actor=manager, count=count)
        goods = [one.change // 1_000_000 for one in found.goods if one.change and not one.left_out]
        return [one.number for one in found.gone], [one.number for one in found.moved], goods

    for whole in (True, False):
        entry, written = posted()
        undo(entry, "E1")
        undo(written, *(() if whole else ("D08",)))
        undo(entry)
        count.refresh_from_db()
        assert (count.status, to_post()) == ("in_progress", (["D08", "D09", "D10"], ["E1", "E2"], [-20]))
    entry, written = posted()
    undo(written, "D08")
    move_units(actor=manager, unit_ids=[unit("D08").pk], location_id=shop.beside.pk)
    undo(entry)
    assert to_post() == (["D09", "D10"], ["E1", "E2"], [-20])
    posted()
    assert (unit("D08").location, unit("D09").status, verify()) == (shop.beside, Status.WRITTEN_OFF, [])
