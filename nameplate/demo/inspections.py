"""How the demo company looks at drives that come in: a sample is inspected, all run a burn-in, and then they lie on their shelf."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nameplate.demo.days import Story
from nameplate.demo.desk import DRIVES, HOME, Desk, only_line, units_of
from nameplate.models import Availability, Document, DocumentKind, ReasonKind, Serial, Status
from nameplate.operations.editing import edit_units
from nameplate.operations.inspecting.judging import Said, judge
from nameplate.operations.inspecting.plans import Check, set_plan
from nameplate.operations.inspecting.results import Found
from nameplate.operations.receiving import LineReceipt
from nameplate.operations.rejecting import reject_units

CHECKS = (
    Check("Read speed", "number", "MB/s", lowest="140"),
    Check("Temperature under load", "number", "°C", lowest="10", highest="45"),
    Check("Label readable", "yes-no"),
)
SAMPLE = 6
"""Units of an item in a delivery that are measured; the rest passes by them."""
FAILURES = (
    ({"Read speed": "96.7"}, "Too slow", "Read twice, the same both times."),
    ({"Temperature under load": "52"}, "Out of limits", "Hot after ten minutes."),
    ({"Read speed": "0"}, "Dead on arrival", "Does not spin up."),
)
FIRMWARE = {"HDD-3T-W": "80.00A80", "HDD-3T-S": "CC43", "HDD-3T-H": "MKAOA580", "HDD-4T-H": "MFAOA580"}


def inspections(desk: Desk) -> Iterator[Story]:
    """From the first day on drives are inspected; what lies for long is read again; a delivery of this week is half done."""
    yield _planned(desk)
    yield from (_read_again(desk, days) for days in (352, 96))
    yield _half_done(desk)


def _planned(desk: Desk) -> Story:
    yield 638
    for number in DRIVES:
        set_plan(actor=desk.manager, item=desk.items[number], version=0, checks=CHECKS)


def take_in(desk: Desk, source: Document, units: Sequence[int], days: int) -> Story:
    """Drives that came so many days ago: inspected the day after, then for three days in the burn-in, then on their shelf."""
    yield days - 1
    inspect(desk, Document.objects.filter(kind=DocumentKind.INSPECTION, inspection__source=source).latest("pk"))
    yield days - 2
    passed = _good(units)
    desk.move(passed, "Burn-in")
    yield days - 5
    burn_in(desk, passed)
    for item in DRIVES:
        desk.move(desk.lying(item, "Burn-in", pk__in=passed), HOME[item])


def inspect(desk: Desk, paper: Document) -> None:
    """Some of each item are measured, and now and then one of them fails; the rest passes by this sample."""
    found: list[Found] = []
    verdicts: list[Said] = []
    for units in _samples(paper):
        failing = set(desk.random.sample(units, k=desk.random.choice((0, 1, 1, 2)))) if len(units) == SAMPLE else set()
        for unit in units:
            values = _measured(desk)
            if unit in failing:
                wrong, reason, note = desk.random.choice(FAILURES)
                values |= wrong
                verdicts.append(Said(unit, False, desk.reason(ReasonKind.REJECTION, reason), note))
            else:
                verdicts.append(Said(unit, True))
            found.append(Found(unit, values))
    judge(
        actor=desk.manager,
        inspection=paper,
        verdicts=verdicts,
        results=found,
        rest_by_sample=True,
        location_id=desk.places["Quarantine"].pk,
        note="Measured on bench 1.",
    )


def burn_in(desk: Desk, units: Sequence[int]) -> None:
    """What three days of reading and writing showed: nearly all passed, a few at the second try, hardly one failed and is rejected."""
    by_item: dict[str, list[int]] = {}
    for unit, item in Serial.objects.filter(pk__in=units).order_by("pk").values_list("pk", "item__number"):
        by_item.setdefault(item, []).append(unit)
    failed: list[int] = []
    for item, own in by_item.items():
        results: dict[str, list[int]] = {"passed": [], "repeated": [], "failed": []}
        for unit in own:
            results[desk.random.choices(("passed", "repeated", "failed"), (96, 3, 1))[0]].append(unit)
        failed += results["failed"]
        for result, some in results.items():
            custom = {"firmware": FIRMWARE[item], "burn_in": result, "tested_on": desk.ahead(0).isoformat()}
            if some:
                edit_units(actor=desk.operator, unit_ids=some, custom=custom)
    if failed:
        place = desk.places["Quarantine"].pk
        reject_units(actor=desk.operator, unit_ids=failed, reason="Reallocated sectors in burn-in.", location_id=place)


def _read_again(desk: Desk, days: int) -> Story:
    """Everything free on the shelves runs another burn-in, shelf by shelf."""
    for after, shelf in enumerate(dict.fromkeys(HOME.values())):
        yield days - after
        units = [unit for item in DRIVES for unit in desk.lying(item, shelf, availability=Availability.AVAILABLE)]
        desk.move(units, "Burn-in", "Has lain for long; read again.")
        yield days - after - 1
        burn_in(desk, units)
        for item in DRIVES:
            desk.move(desk.lying(item, "Burn-in", pk__in=units), HOME[item])


def _half_done(desk: Desk) -> Story:
    """Measured and begun; whoever looks around may go on."""
    yield 14
    order = desk.order("Tolomei Distribution", (("HDD-3T-H", 24),))
    yield 2
    receipt = LineReceipt(only_line(order), desk.numbers.take("HDD-3T-H", 24), vendor_batch="HT-6251")
    units = units_of(desk.receive(order, [receipt], "Receiving"))
    yield 1
    paper = Document.objects.filter(kind=DocumentKind.INSPECTION, inspection__source=order).latest("pk")
    measured = [Found(unit, _measured(desk)) for unit in units[:5]]
    judge(actor=desk.manager, inspection=paper, results=measured, verdicts=[Said(unit, True) for unit in units[:2]])


def _samples(paper: Document) -> list[list[int]]:
    """The first units of each item in the inspection."""
    by_item: dict[int, list[int]] = {}
    for unit, item in paper.inspection.units.order_by("pk").values_list("serial_id", "serial__item_id"):
        by_item.setdefault(item, []).append(unit)
    return [units[:SAMPLE] for units in by_item.values()]


def _measured(desk: Desk) -> dict[str, str | bool]:
    speed, heat = desk.random.uniform(143, 158), desk.random.uniform(33, 43)
    return {"Read speed": f"{speed:.1f}", "Temperature under load": f"{heat:.1f}", "Label readable": True}


def _good(units: Sequence[int]) -> list[int]:
    """Those that were not rejected."""
    return list(Serial.objects.filter(pk__in=units, status=Status.RECEIVED).order_by("pk").values_list("pk", flat=True))
