"""What went wrong in the demo company, and how it was put right: everything here can be seen in the journal and undone."""

from __future__ import annotations

from collections.abc import Iterator

from nameplate.demo.days import Story
from nameplate.demo.desk import HOME, Desk, only_line, units_of
from nameplate.demo.inspections import inspect, take_in
from nameplate.demo.pictures import label_of
from nameplate.models import Document, DocumentKind, Entry, Lot, ReasonKind, Serial, Status, Stock
from nameplate.models.serials import NUMBER_MISSING
from nameplate.operations import correcting, holding, lots, purchasing
from nameplate.operations.editing import edit_units
from nameplate.operations.lots import Contents
from nameplate.operations.re_entering import re_enter
from nameplate.operations.receiving import LineReceipt
from nameplate.operations.undoing import undo_entry
from nameplate.operations.writing_off import GoodsGone, write_off


def mishaps(desk: Desk) -> Iterator[Story]:
    """A pallet on the wrong order, a mistyped number, unreadable labels, a bad batch, drives nobody had written down, losses."""
    yield _wrong_order(desk)
    yield _mistyped(desk)
    yield _lost_labels(desk)
    yield _bad_firmware(desk)
    yield _bad_batch(desk)
    yield _painted(desk)
    yield _found_drives(desk)
    yield from _written_off(desk)


def _wrong_order(desk: Desk) -> Story:
    """The receipt is undone, and the same units come in where they belong."""
    yield 25
    wrong = desk.order("Harbour Drives", (("HDD-3T-S", 30),))
    yield 22
    right = desk.order("Harbour Drives", (("HDD-3T-S", 30),))
    numbers = desk.numbers.take("HDD-3T-S", 30)
    yield 13
    entry = desk.receive(wrong, [LineReceipt(only_line(wrong), numbers, vendor_batch="KD-152")], "Receiving")
    undo_entry(actor=desk.manager, entry_id=entry.pk, reason=f"The pallet belongs to {right}, not to {wrong}.")
    entry = desk.receive(right, [LineReceipt(only_line(right), numbers, vendor_batch="KD-152")], "Receiving")
    purchasing.cancel(actor=desk.manager, order=wrong, reason="Ordered twice.")
    yield from take_in(desk, right, units_of(entry), 13)


def _mistyped(desk: Desk) -> Story:
    """One number typed by hand where the scanner failed, with a letter too many; and two labels put on each other's drives."""
    yield 62
    order = desk.order("Tolomei Distribution", (("HDD-3T-W", 30),))
    yield 47
    numbers = desk.numbers.take("HDD-3T-W", 30)
    receipt = LineReceipt(only_line(order), [numbers[0] + "0", *numbers[1:]], vendor_batch="WD-2533")
    entry = desk.receive(order, [receipt], "Receiving")
    first, second, third = _units(entry)[:3]
    desk.show("serials", first.pk, "label.png", label_of(numbers[0]))
    correcting.correct_numbers(actor=desk.manager, numbers={first.pk: numbers[0]}, reason="A nought too many, typed by hand.")
    correcting.swap_numbers(actor=desk.manager, first=second.pk, second=third.pk, reason="Their labels were on each other.")
    yield from take_in(desk, order, units_of(entry), 47)


def _lost_labels(desk: Desk) -> Story:
    """Two power supplies came with torn labels; the maker told the number of one of them since."""
    yield 55
    order = desk.order("Pinewood Electronics", (("PSU-760", 20),))
    yield 40
    numbers = desk.numbers.take("PSU-760", 19)
    desk.receive(order, [LineReceipt(only_line(order), numbers[:18], vendor_batch="R10", unreadable=2)], "Power B-01")
    lot = Lot.objects.get(source=order)
    yield 34
    correcting.give_numbers(actor=desk.manager, lot=lot, numbers=[numbers[18]], reason="Told by the maker.")
    torn = Serial.objects.get(lot=lot, hold=NUMBER_MISSING)
    desk.show("serials", torn.pk, "torn label.png", label_of(desk.numbers.take("PSU-760", 1)[0], torn=True))


def _bad_firmware(desk: Desk) -> Story:
    """The vendor warned of a batch: all of it that was in the house was on hold until it had the new firmware."""
    yield 212
    batch = Lot.objects.filter(vendor_batch="HT-6101", item=desk.items["HDD-4T-H"])
    inside = Serial.objects.filter(lot__in=batch, withdrawn=False, outermost__status=Status.RECEIVED, hold="")
    units = list(inside.order_by("pk").values_list("pk", flat=True))
    holding.hold_units(actor=desk.manager, unit_ids=units, reason="Firmware loses its cache; warning by Tolomei Distribution.")
    yield 207
    edit_units(actor=desk.operator, unit_ids=units, custom={"firmware": "MFAOA5D0"}, reason="New firmware.")
    holding.release_units(actor=desk.manager, unit_ids=units, reason="All of them have firmware MFAOA5D0.")


def _bad_batch(desk: Desk) -> Story:
    """A delivery of which too many failed waits for the vendor's word; a handful lies in quarantine."""
    yield 60
    lot = Lot.objects.filter(vendor_batch="KD-140", item=desk.items["HDD-3T-S"], status="received").order_by("pk")[0]
    chosen = desk.lying("HDD-3T-S", HOME["HDD-3T-S"], lot=lot)[:6]
    desk.move(chosen, "Quarantine", "Failed when they were read again.")
    holding.hold_lot(actor=desk.manager, lot=lot, reason="Six of this delivery failed; waiting for Harbour Drives.")


def _painted(desk: Desk) -> Story:
    """For three days everything of a row lay elsewhere."""
    yield 298
    moved = {item: desk.lying(item, home) for item, home in HOME.items() if home == "Drives A-03"}
    for units in moved.values():
        desk.move(units, "Assembly", "The floor of row A-03 is painted.")
    yield 295
    for units in moved.values():
        desk.move(units, "Drives A-03", "The paint is dry.")


def _found_drives(desk: Desk) -> Story:
    """Drives that somebody found in the service cage, which nobody had ever written down."""
    yield 36
    lots.create_lot(
        actor=desk.manager,
        item=desk.items["HDD-3T-H"],
        contents=Contents(numbers=desk.numbers.take("HDD-3T-H", 12)),
        reason="Found in the service cage.",
        location_id=desk.places["Bench 2"].pk,
        cost="121.00",
    )
    yield 35
    inspect(desk, Document.objects.filter(kind=DocumentKind.INSPECTION).latest("pk"))
    desk.move(desk.lying("HDD-3T-H", "Bench 2"), "Spares S-01")


def _written_off(desk: Desk) -> Iterator[Story]:
    """Drives that the bench gave up, one that was lost and turned up, some used up in tests, and screws that got wet."""
    yield _gone(desk, 402, "HDD-3T-W", 3, "Used up in tests", "Vibration test of the new frame.")
    yield _gone(desk, 256, "HDD-4T-H", 2, "Failed on the bench", "Reallocated sectors after two runs.")
    yield _gone(desk, 134, "HDD-3T-W", 2, "Damaged in handling", "Fell from the trolley.")
    yield _gone(desk, 26, "HDD-4T-H", 7, "Failed on the bench", "Reallocated sectors after two runs.")
    yield _lost_and_found(desk)
    yield _wet(desk)


def _gone(desk: Desk, days: int, item: str, count: int, reason: str, note: str) -> Story:
    yield days
    units = desk.free(item, count, HOME[item])
    write_off(actor=desk.operator, reason=desk.reason(ReasonKind.WRITE_OFF, reason), unit_ids=units, note=note)


def _lost_and_found(desk: Desk) -> Story:
    yield 88
    [lost] = desk.free("HDD-3T-H", 1, "Spares S-01")
    write_off(actor=desk.operator, reason=desk.reason(ReasonKind.WRITE_OFF, "Lost"), unit_ids=[lost], note="Not in the service cage.")
    yield 61
    re_enter(actor=desk.operator, unit_ids=[lost], location_id=desk.places["Bench 2"].pk, reason="Behind the rack of bench 2.")


def _wet(desk: Desk) -> Story:
    yield 149
    screws = Stock.objects.filter(lot__item=desk.items["SCR-632"], quantity__gt=500_000_000).order_by("pk")[0]
    gone = [GoodsGone(screws.lot_id, 480, screws.location_id)]
    write_off(actor=desk.operator, reason=desk.reason(ReasonKind.WRITE_OFF, "Damaged in handling"), goods=gone, note="A box got wet.")


def _units(entry: Entry) -> list[Serial]:
    """The units of a receipt, in the order of their numbers."""
    return list(Serial.objects.filter(movements__entry=entry).distinct().order_by("sort_key"))
