"""What became of the demo company's pods after they were built: repaired, mended at the customer, traded in, taken apart, sold again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nameplate.demo.building import FINISHED
from nameplate.demo.days import Story
from nameplate.demo.desk import HOME, Desk
from nameplate.demo.inspections import burn_in
from nameplate.demo.pictures import bay_of
from nameplate.demo.returns import BENCH, REJECTS, SPARES, TEST, away, came
from nameplate.demo.sales import order_of, packed
from nameplate.demo.transfers import carry
from nameplate.models import Serial
from nameplate.operations import returning, sales, shipping
from nameplate.operations.assembling import (
    Fate,
    Fitting,
    Outcome,
    Swap,
    begin_rework,
    end_rework,
    install_components,
    replace_components,
    take_apart,
)
from nameplate.operations.editing import edit_units
from nameplate.operations.re_entering import Occasion, re_enter

POD, LARGE = "POD-45", "POD-45X"
CLICKS = "Clicks since Monday."


def fleet(desk: Desk) -> Iterator[Story]:
    """Each a pod with a story of its own."""
    yield _repaired(desk)
    yield _came_and_went(desk)
    yield _mended_by_post(desk)
    yield _traded_in(desk)
    yield _changed_on_the_shelf(desk)


def _repaired(desk: Desk) -> Story:
    """Two drives of the first pod clicked: it came back, got others, and went back to its customer."""
    yield 482
    [pod] = away(desk, "Kestrel Archive", POD, 1)
    paper = came(desk, "Kestrel Archive", [pod], "Defective", "Bays 17 and 23 are red; one of them clicks.")
    desk.show("returns", paper.pk, "as it came.png", bay_of(17, 23))
    yield 481
    desk.move([pod], BENCH)
    returning.begin_repair(actor=desk.operator, paper=paper, unit_ids=[pod], fault="Bays 17 and 23 are red.")
    yield 479
    spares = desk.free("HDD-3T-W", 2, SPARES)
    swaps = [Swap(_inside(pod, place), spare) for place, spare in zip(("bay 17", "bay 23"), spares, strict=True)]
    replace_components(
        actor=desk.operator, swaps=swaps, outcome=Outcome(Fate.REJECTED, desk.places[REJECTS].pk), reason="Reallocated sectors."
    )
    yield 476
    returning.ship_back(
        actor=desk.operator, paper=paper, unit_ids=[pod], work="Drives in bays 17 and 23 replaced.", test=TEST, carrier="Baltic Parcel"
    )


def _came_and_went(desk: Desk) -> Story:
    """The pod that has seen most: repaired once, mended at the customer, given back, sold to somebody else."""
    yield 284
    [pod, *_] = away(desk, "Saltmarsh University Library", POD, 2)
    paper = came(desk, "Saltmarsh University Library", [pod], "Defective", "The power module hums.")
    yield 283
    desk.move([pod], BENCH)
    returning.begin_repair(actor=desk.operator, paper=paper, unit_ids=[pod], fault="The power module hums under load.")
    yield 281
    _swap(desk, pod, _module(pod), desk.free("PM-2", 1, SPARES)[0], "Hums under load.")
    yield 279
    returning.ship_back(actor=desk.operator, paper=paper, unit_ids=[pod], work="Power module replaced.", test=TEST, carrier="Baltic Parcel")
    yield 201
    _swap(desk, pod, _inside(pod, "bay 9"), desk.free("HDD-3T-W", 1, SPARES)[0], "Bay 9 is red; our own technician was there.")
    yield 68
    paper = came(desk, "Saltmarsh University Library", [pod], "No longer needed", "The archive moves to tape.")
    yield 67
    desk.move([pod], BENCH)
    yield 63
    edit_units(actor=desk.operator, unit_ids=[pod], custom={"burn_in": "repeated", "tested_on": desk.ahead(0).isoformat()})
    returning.restock(actor=desk.operator, paper=paper, unit_ids=[pod], finding="Cleaned; no errors in three days.")
    yield 60
    yield from carry(desk, [pod], "Service", FINISHED, 60)
    yield 52
    order = order_of(desk, "Lakeside Genomics", ((POD, 1),), "4500018702")
    sales.reserve_units(actor=desk.operator, order=order, unit_ids=[pod])
    yield 50
    desk.move([pod], "Packing")
    paper = packed(desk, order, [pod])
    yield 49
    shipping.ship(actor=desk.operator, shipment=paper, note="Second-hand; they know.")


def _mended_by_post(desk: Desk) -> Story:
    """One drive of a pod came back by itself; another was sent, and the customer put it in."""
    yield 332
    [pod, *_] = away(desk, "Lakeside Genomics", LARGE, 2)
    broken = _inside(pod, "bay 31")
    paper = came(desk, "Lakeside Genomics", [broken], "Defective", "Bay 31 is red.")
    desk.show("returns", paper.pk, "photo of the customer.png", bay_of(31))
    yield 330
    desk.move([broken], BENCH)
    spare = desk.free("HDD-4T-H", 1, SPARES)[0]
    returning.ship_back(actor=desk.operator, paper=paper, replacements={broken: spare}, carrier="Baltic Parcel")
    returning.reject(actor=desk.operator, paper=paper, unit_ids=[broken], reason="Media damage")
    desk.move([broken], REJECTS)
    yield 326
    fitting = Fitting(spare, pod, "bay 31")
    install_components(actor=desk.manager, fittings=[fitting], reason="Put in by the customer, told by telephone.")


def _traded_in(desk: Desk) -> Story:
    """An old pod was taken in payment and taken apart; its drives ran a burn-in and lie on the shelf again."""
    yield 112
    [pod] = _of(desk, "Ostrava Film Institute")[:1]
    re_enter(
        actor=desk.manager,
        unit_ids=[pod],
        location_id=desk.places["Receiving"].pk,
        occasion=Occasion.TRADED_IN,
        reason="Taken in payment for their new pod.",
    )
    yield 108
    drives = list(Serial.objects.filter(parent=pod, item=desk.items["HDD-3T-W"]).order_by("pk").values_list("pk", flat=True))
    take_apart(
        actor=desk.manager,
        product_ids=[pod],
        outcome=Outcome(Fate.RECEIVED, desk.places["Burn-in"].pk),
        outcomes={_module(pod): Outcome(Fate.RECEIVED, desk.places["Power B-01"].pk)},
        goods_outcome=Outcome(Fate.RECEIVED, desk.places["Boards B-02"].pk),
        reason="Its drives are good, its frame is not.",
    )
    yield 104
    burn_in(desk, drives)
    desk.move(desk.lying("HDD-3T-W", "Burn-in", pk__in=drives), HOME["HDD-3T-W"])


def _changed_on_the_shelf(desk: Desk) -> Story:
    """One got another drive on the shelf, one went through production again for a module that hummed, one is in rework."""
    yield 27
    first, second = _on_the_shelf(desk)[:2]
    _swap(desk, first, _inside(first, "bay 17"), desk.free(_drive_of(first), 1, HOME[_drive_of(first)])[0], CLICKS, "Quarantine")
    yield 22
    order = begin_rework(actor=desk.operator, unit_ids=[second], reason="The power module hums.").document
    assert order is not None
    yield 21
    _swap(desk, second, _module(second), desk.free("PM-2", 1, "Power B-01")[0], "Hums under load.", "Quarantine")
    yield 20
    end_rework(actor=desk.operator, order=order, note="Burnt in for a night.")
    yield 2
    begin_rework(actor=desk.operator, unit_ids=[first], reason="Two fans to be turned around.")


def _swap(desk: Desk, pod: int, old: int, new: int, reason: str, place: str = REJECTS) -> None:
    """One component for another; the old one is rejected."""
    outcome = Outcome(Fate.REJECTED, desk.places[place].pk)
    replace_components(actor=desk.operator, swaps=[Swap(old, new)], outcome=outcome, reason=reason)


def _inside(pod: int, place: str) -> int:
    return int(Serial.objects.values_list("pk", flat=True).get(parent=pod, place=place))


def _module(pod: int) -> int:
    return int(Serial.objects.values_list("pk", flat=True).get(parent=pod, item__number="PM-2"))


def _drive_of(pod: int) -> str:
    return str(Serial.objects.values_list("item__number", flat=True).get(parent=pod, place="bay 17"))


def _on_the_shelf(desk: Desk) -> Sequence[int]:
    return desk.lying(LARGE, FINISHED)


def _of(desk: Desk, customer: str) -> list[int]:
    """The pods that a customer has, those that went first."""
    there = Serial.objects.filter(customer=desk.customers[customer], item=desk.items[POD], parent=None).order_by("shipped_on", "pk")
    return list(there.values_list("pk", flat=True))
