"""What the demo company sends between its sites: spares out, what came back home; a lorry that arrived short, and orders at every step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nameplate.demo.days import Story
from nameplate.demo.desk import HOME, Desk
from nameplate.models import Document, Lot, ReasonKind, Status, Stock
from nameplate.operations import transferring
from nameplate.operations.transferring import GoodsArrived, GoodsToSend, Noted

OUT = (
    (532, "HDD-3T-S", 8),
    (518, "HDD-3T-W", 8),
    (448, "PM-2", 2),
    (418, "HDD-3T-H", 6),
    (358, "HDD-4T-H", 8),
    (246, "HDD-3T-S", 6),
    (220, "HDD-3T-W", 4),
)
"""Spares that go to the service site: working days ago, item, how many."""
BACK = (434, 328, 238, 158, 92, 38)
"""Working days ago, when a van brings home what was rejected, and the spares that nobody needs there."""
KEPT = 4
"""Spares of an item that stay at the service site."""


def transfers(desk: Desk) -> Iterator[Story]:
    """Vans back and forth over the years, and what is on its way these days."""
    yield from (_spares(desk, *out) for out in OUT)
    yield from (_home(desk, days) for days in BACK)
    yield _arrived_short(desk)
    yield _these_days(desk)


def carry(desk: Desk, units: Sequence[int], origin: str, place: str, days: int, note: str = "") -> Story:
    """Units leave with the van so many days ago and are put on that shelf of the other site the day after."""
    destination = desk.places[place]
    first = next(one for one in desk.places.values() if one.site.name == origin)
    order = transferring.create_transfer_order(
        actor=desk.manager, origin=first.site, destination=destination.site, location=destination, unit_ids=units
    )
    transferring.ship(actor=desk.operator, order=order, note=note)
    yield days - 1
    transferring.receive_transfer(actor=desk.operator, order=order, unit_ids=units, finished=True)


def _spares(desk: Desk, days: int, item: str, count: int) -> Story:
    yield days
    units = desk.free(item, count, HOME.get(item, "Power B-01"))
    yield from carry(desk, units, "Main plant", "Spares S-01", days, "With our own van.")


def _home(desk: Desk, days: int) -> Story:
    """What was rejected goes to quarantine, spares go back to their shelves."""
    yield days
    rejected = [unit for item in desk.items for unit in desk.lying(item, "Rejects S-09", status=Status.REJECTED)]
    surplus = {item: desk.lying(item, "Spares S-01", hold="", reserved_line=None)[:-KEPT] for item in HOME}
    units = rejected + [unit for some in surplus.values() for unit in some]
    if units:
        yield from carry(desk, units, "Service", "Receiving", days, "With our own van.")
        desk.move(rejected, "Quarantine")
        for item, some in surplus.items():
            desk.move(some, HOME[item])


def _arrived_short(desk: Desk) -> Story:
    """Twelve drives and fans left; one drive stayed behind, one got lost, one is still missing, and one on the lorry nobody knows."""
    yield 31
    fans = Stock.objects.filter(lot__item=desk.items["FAN-120"], quantity__gte=10_000_000, reserved=0, held=0).order_by("-pk")[0].lot
    order = _order(desk, "HDD-4T-H", 12, fans)
    transferring.ship(actor=desk.operator, order=order)
    yield 30
    units = [unit.id for unit in transferring.standing(order).units]
    [line] = transferring.standing(order).goods
    transferring.receive_transfer(
        actor=desk.operator,
        order=order,
        unit_ids=units[:9],
        goods=[GoodsArrived(line.line.pk, 10)],
        noted=[Noted("WX-TORN-11", "no unit bears this number")],
        finished=True,
        note="Nine drives of twelve on the pallet.",
    )
    yield 28
    place = desk.places["Drives A-03"].pk
    transferring.settle_missing(actor=desk.manager, order=order, outcome="at_origin", unit_ids=units[9:10], location_id=place)
    yield 20
    lost = desk.reason(ReasonKind.WRITE_OFF, "Lost")
    transferring.settle_missing(
        actor=desk.manager, order=order, outcome="written_off", unit_ids=units[10:11], write_off_reason=lost, note="Not on the lorry."
    )


def _these_days(desk: Desk) -> Story:
    """One is called off, one on its way, one waits for the van, one is being drawn up."""
    yield 13
    unwanted = _order(desk, "HDD-3T-S", 2)
    yield 12
    transferring.cancel(actor=desk.manager, order=unwanted, reason="Service has enough of them.")
    yield 1
    on_its_way = _order(desk, "HDD-3T-H", 8)
    transferring.ship(actor=desk.operator, order=on_its_way, note="With our own van.")
    transferring.make_ready(actor=desk.operator, order=_order(desk, "HDD-3T-W", 6))
    _order(desk, "HDD-4T-H", 4)


def _order(desk: Desk, item: str, count: int, fans: Lot | None = None) -> Document:
    """An order for so many drives that lie free on their shelf, and ten fans."""
    destination = desk.places["Spares S-01"]
    return transferring.create_transfer_order(
        actor=desk.manager,
        origin=desk.places[HOME[item]].site,
        destination=destination.site,
        location=destination,
        unit_ids=desk.free(item, count, HOME[item]),
        goods=[] if fans is None else [GoodsToSend(fans, 10)],
    )
