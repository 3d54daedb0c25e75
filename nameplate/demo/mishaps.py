"""What went wrong in the demo company, and how it was put right: everything here can be seen in the journal and undone."""

from __future__ import annotations

from nameplate.demo.desk import Desk, day, only_line
from nameplate.models import Entry, Lot, ReasonKind, Serial, Status, Stock
from nameplate.operations import correcting, holding, lots, moving, purchasing, reasons
from nameplate.operations.editing import edit_units
from nameplate.operations.lots import Contents
from nameplate.operations.re_entering import re_enter
from nameplate.operations.receiving import LineReceipt, receive
from nameplate.operations.undoing import undo_entry
from nameplate.operations.writing_off import GoodsGone, write_off


def go_wrong(desk: Desk) -> None:
    """A pallet on the wrong order, a mistyped number, swapped labels, unreadable ones, a lot on hold, drives nobody had written down."""
    _receive_on_the_wrong_order(desk)
    _mistype(desk)
    _lose_labels(desk)
    _hold(desk)
    _find_drives(desk)
    _test_drives(desk)
    _write_off(desk)


def _receive_on_the_wrong_order(desk: Desk) -> None:
    """The receipt is undone, and the same units come in where they belong."""
    wrong, right = (desk.order("Harbour Drives", (("HDD-3T-S", 45),), days) for days in (34, 30))
    numbers = desk.numbers.take("HDD-3T-S", 45)
    entry = desk.receive(wrong, [LineReceipt(only_line(wrong), numbers)], "Drives A-02", 12)
    undo_entry(actor=desk.manager, entry_id=entry.pk, reason=f"The pallet belongs to {right}, not to {wrong}.")
    receive(actor=desk.operator, order=right, lines=[LineReceipt(only_line(right), numbers)], location_id=desk.places["Drives A-02"].pk)
    purchasing.cancel(actor=desk.manager, order=wrong, reason="Ordered twice.")


def _mistype(desk: Desk) -> None:
    """One number typed by hand where the scanner failed, with a letter too many; and two labels put on each other's drives."""
    order = desk.order("Tolomei Distribution", (("HDD-3T-W", 60),), 70)
    numbers = desk.numbers.take("HDD-3T-W", 60)
    entry = desk.receive(
        order, [LineReceipt(only_line(order), [numbers[0] + "0", *numbers[1:]], vendor_batch="WD-2519")], "Drives A-01", 49
    )
    first, second, third = _units(entry)[:3]
    correcting.correct_numbers(actor=desk.manager, numbers={first.pk: numbers[0]}, reason="A nought too many, typed by hand.")
    correcting.swap_numbers(actor=desk.manager, first=second.pk, second=third.pk, reason="Their labels were on each other.")


def _lose_labels(desk: Desk) -> None:
    """Two power supplies came with torn labels; the maker told the number of one of them since."""
    order = desk.order("Pinewood Electronics", (("PSU-760", 50),), 63)
    numbers = desk.numbers.take("PSU-760", 49)
    desk.receive(order, [LineReceipt(only_line(order), numbers[:48], vendor_batch="R10", unreadable=2)], "Power B-01", 41)
    lot = Lot.objects.get(source=order)
    correcting.give_numbers(actor=desk.manager, lot=lot, numbers=[numbers[48]], reason="Told by the maker.")


def _hold(desk: Desk) -> None:
    """A delivery of which too many failed on the bench waits for the vendor's word; a handful went to quarantine."""
    lot = Lot.objects.filter(vendor_batch="KD-140", item=desk.items["HDD-3T-S"]).order_by("pk")[0]
    chosen = list(Serial.objects.filter(lot=lot, status=Status.RECEIVED).order_by("sort_key").values_list("pk", flat=True)[:6])
    moving.move_units(actor=desk.operator, unit_ids=chosen, location_id=desk.places["Quarantine"].pk, reason="Failed in burn-in.")
    holding.hold_lot(actor=desk.manager, lot=lot, reason="Six of this delivery failed in burn-in; waiting for Harbour Drives.")


def _find_drives(desk: Desk) -> None:
    """Drives that the count found in the service cage, which nobody had ever written down."""
    lots.create_lot(
        actor=desk.manager,
        item=desk.items["HDD-3T-H"],
        contents=Contents(numbers=desk.numbers.take("HDD-3T-H", 12)),
        reason="Found in the service cage.",
        location_id=desk.places["Bench 1"].pk,
        cost="121.00",
    )


def _test_drives(desk: Desk) -> None:
    """The bench wrote down what it found of one delivery."""
    tested = list(
        Serial.objects.filter(item=desk.items["HDD-4T-H"], status=Status.RECEIVED).order_by("sort_key").values_list("pk", flat=True)
    )
    passed, repeated = tested[:220], tested[220:240]
    for units, result in ((passed, "passed"), (repeated, "repeated")):
        custom = {"firmware": "A580", "burn_in": result, "tested_on": day(20).isoformat()}
        edit_units(actor=desk.operator, unit_ids=units, custom=custom)


def _write_off(desk: Desk) -> None:
    """Drives that the bench gave up, one that was lost, and screws that got wet; the lost one turned up behind a rack."""
    reason = {one.name: one for one in reasons.reasons(ReasonKind.WRITE_OFF)}
    repeated = list(
        Serial.objects.filter(item=desk.items["HDD-4T-H"], status=Status.RECEIVED, custom__burn_in="repeated").order_by("sort_key")
    )
    failed, lost = [unit.pk for unit in repeated[:7]], repeated[7].pk
    write_off(actor=desk.operator, reason=reason["Failed on the bench"], unit_ids=failed, note="Reallocated sectors after two runs.")
    write_off(actor=desk.operator, reason=reason["Lost"], unit_ids=[lost], note="Not in the service cage.")
    re_enter(actor=desk.operator, unit_ids=[lost], location_id=desk.places["Bench 2"].pk, reason="Behind the rack of bench 2.")
    screws = Stock.objects.filter(lot__item=desk.items["SCR-632"], quantity__gt=500_000_000).order_by("pk")[0]
    wet = [GoodsGone(screws.lot_id, 480, screws.location_id)]
    write_off(actor=desk.operator, reason=reason["Damaged in handling"], goods=wet, note="A box got wet.")


def _units(entry: Entry) -> list[Serial]:
    """The units of a receipt, in the order of their numbers."""
    return list(Serial.objects.filter(movements__entry=entry).order_by("sort_key"))
