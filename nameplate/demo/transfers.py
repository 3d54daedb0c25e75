"""What the demo company sends between its sites: a lorry that arrived short, one on its way, one that waits, one new, one called off."""

from __future__ import annotations

from collections.abc import Sequence

from nameplate.demo.desk import Desk
from nameplate.models import Availability, Document, Lot, ReasonKind, Serial, Status, Stock
from nameplate.operations import reasons, transferring
from nameplate.operations.transferring import GoodsArrived, GoodsToSend, Noted


def send(desk: Desk) -> None:
    """Spare drives go from the main plant to the service site."""
    _arrive_short(desk)
    on_its_way = _order(desk, "HDD-3T-H", 8)
    transferring.ship(actor=desk.operator, order=on_its_way, note="With our own van.")
    transferring.make_ready(actor=desk.operator, order=_order(desk, "HDD-3T-W", 6))
    _order(desk, "HDD-4T-H", 4)
    transferring.cancel(actor=desk.manager, order=_order(desk, "HDD-3T-S", 2), reason="Service has enough of them.")


def _arrive_short(desk: Desk) -> None:
    """Twelve drives and fans left; one drive stayed behind, one got lost, one is still missing, and one on the lorry nobody knows."""
    order = _order(desk, "HDD-4T-H", 12, [GoodsToSend(_fans(desk), 10)])
    transferring.ship(actor=desk.operator, order=order)
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
    settle = transferring.settle_missing
    settle(actor=desk.manager, order=order, outcome="at_origin", unit_ids=units[9:10], location_id=desk.places["Drives A-01"].pk)
    lost = next(one for one in reasons.reasons(ReasonKind.WRITE_OFF) if one.name == "Lost")
    settle(actor=desk.manager, order=order, outcome="written_off", unit_ids=units[10:11], write_off_reason=lost, note="Not on the lorry.")


def _order(desk: Desk, item: str, count: int, goods: Sequence[GoodsToSend] = ()) -> Document:
    """An order for so many free units of an item, those that lie at the main plant longest."""
    origin, destination = desk.places["Drives A-01"].site, desk.places["Inbound"]
    free = Serial.objects.filter(
        item=desk.items[item], status=Status.RECEIVED, availability=Availability.AVAILABLE, location__site=origin, withdrawn=False
    )
    return transferring.create_transfer_order(
        actor=desk.manager,
        origin=origin,
        destination=destination.site,
        location=destination,
        unit_ids=list(free.order_by("received_on", "pk").values_list("pk", flat=True)[:count]),
        goods=goods,
    )


def _fans(desk: Desk) -> Lot:
    return Stock.objects.filter(lot__item=desk.items["FAN-120"], quantity__gte=10_000_000, reserved=0, held=0).order_by("-pk")[0].lot
