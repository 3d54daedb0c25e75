"""What people do to a unit under papers: counts posted, shipments picked and departed, returns settled, transfers and what they miss."""

from __future__ import annotations

from itertools import count

from nameplate.ledger import Kind
from nameplate.models import Document, Entry, Movement, Pick, Serial, TransferOrder
from nameplate.models.serials import IN_STOCK
from nameplate.operations import counting, returning, sales, shipping, transferring
from nameplate.operations.counting import Posted, Scan
from nameplate.operations.inspecting.judging import Said as Judged
from nameplate.operations.inspecting.judging import judge
from nameplate.operations.inspecting.opening import open_inspection
from nameplate.operations.sales import OrderLine, reserving
from nameplate.operations.transferring import Outcome
from tests.ledger import table
from tests.ledger.ground import R
from tests.operations import acts
from tests.operations.acts import STOCK_ALONE, Act, Do, Workshop

_keys = count(1)


def _post(shop: Workshop, place: int, numbers: list[str], *, write_off_missing: bool) -> Posted:
    """A count of the item at this place, at which these numbers were scanned."""
    paper = counting.create_count(actor=shop.manager, location_ids=[place], item=shop.item)
    counting.start(actor=shop.manager, count=paper)
    counting.record_scans(actor=shop.manager, count=paper, scans=[Scan(f"act {next(_keys)}", number, place) for number in numbers])
    return counting.post_count(actor=shop.manager, count=paper, reason=shop.broken, write_off_missing=write_off_missing)


def _missing(shop: Workshop, unit: int) -> Entry | None:
    """Everything but the unit is scanned where it lies. None: the count leaves it out."""
    place = Serial.objects.get(pk=unit).location_id or shop.shelf.pk
    there = Serial.objects.filter(item=shop.item, location=place, status__in=IN_STOCK, withdrawn=False).exclude(pk=unit)
    done = _post(shop, place, list(there.values_list("number", flat=True)), write_off_missing=True)
    return done.write_off if unit in {one.id for one in done.differences.gone} else None


def _stray(shop: Workshop, unit: int) -> Entry | None:
    """The unit is scanned where the books do not have it. None: the count leaves it out."""
    done = _post(shop, shop.bin.pk, [shop.number(unit)], write_off_missing=False)
    return done.entry if unit in {one.id for one in done.differences.moved} else None


def _pick(shop: Workshop, unit: int) -> Entry:
    order = sales.create_customer_order(actor=shop.manager, customer=shop.customer, lines=[OrderLine(shop.item, 1)])
    paper = shipping.create_shipment(actor=shop.manager, orders=[order])
    shipping.pick(actor=shop.manager, shipment=paper, unit_ids=[unit])
    return Movement.objects.select_related("entry").filter(serial=unit).latest("seq").entry


def _depart(shop: Workshop, unit: int) -> Entry:
    """The shipment in which it lies leaves; it is picked first where it lies in none."""
    packed = Pick.objects.filter(serial=unit)
    if not packed.exists():
        _pick(shop, unit)
    return shipping.ship(actor=shop.manager, shipment=packed.values_list("shipment", flat=True).first() or 0)


def _swap(shop: Workshop, unit: int) -> Entry:
    """It and another go each to the wrong customer."""
    other = shop.unit(R)
    shipping.ship_directly(actor=shop.manager, customer=shop.customer, unit_ids=[unit])
    shipping.ship_directly(actor=shop.manager, customer=shop.other_customer, unit_ids=[other])
    return returning.swap_shipments(actor=shop.manager, unit_id=unit, other_id=other, reason=shop.reason)


def _reject(shop: Workshop, unit: int) -> Entry:
    paper = acts.take_back(shop, unit).document_id or 0
    return returning.reject(actor=shop.manager, paper=paper, unit_ids=[unit], reason=shop.reason)


def _replace(shop: Workshop, unit: int) -> Entry:
    paper = acts.take_back(shop, unit).document_id or 0
    return returning.ship_back(actor=shop.manager, paper=paper, replacements={unit: shop.spare})


def _send(shop: Workshop, unit: int) -> Entry:
    here, there = shop.shelf.site, shop.far.site
    paper = transferring.create_transfer_order(actor=shop.manager, unit_ids=[unit], origin=here, destination=there, location=shop.far)
    return transferring.ship(actor=shop.manager, order=paper)


def _under_way(shop: Workshop, unit: int) -> Document:
    """The order under which it is in transit; it is sent first where there is none."""
    orders = TransferOrder.objects.filter(pk=Serial.objects.get(pk=unit).transfer_id or 0)
    if not orders.exists():
        _send(shop, unit)
        orders = TransferOrder.objects.filter(pk=Serial.objects.get(pk=unit).transfer_id or 0)
    return Document.objects.get(pk=orders.values_list("pk", flat=True).first() or 0)


def _arrive(shop: Workshop, unit: int) -> Entry | None:
    return transferring.receive_transfer(actor=shop.manager, order=_under_way(shop, unit), unit_ids=[unit])


def _settled(outcome: Outcome) -> Do:
    """The lorry comes without it, and then it is known what became of it."""

    def do(shop: Workshop, unit: int) -> Entry:
        order = _under_way(shop, unit)
        transferring.receive_transfer(actor=shop.manager, order=order, finished=True)
        place = {"at_origin": shop.shelf.pk, "elsewhere": shop.third.pk}.get(outcome)
        return transferring.settle_missing(
            actor=shop.manager,
            order=order,
            outcome=outcome,
            unit_ids=[unit],
            location_id=place,
            reason=shop.reason,
            write_off_reason=shop.broken,
        )

    return do


def _sampled(shop: Workshop, unit: int) -> Entry:
    """Another one is looked at, and the rest of its inspection passes by that: not the unit, where it is rejected."""
    looked_at = shop.unit(R)
    paper, _ = open_inspection(actor=shop.manager, unit_ids=[looked_at, unit])
    entry = judge(actor=shop.manager, inspection=paper, verdicts=[Judged(looked_at, passed=True)], rest_by_sample=True)
    assert not Movement.objects.filter(entry=entry, kind=Kind.RELEASED).exists()
    return entry


UNDER_PAPERS: tuple[Act, ...] = (
    Act("pass by a sample", Kind.HELD, _sampled, only=acts.INSPECTED, facts_are_fine=True, in_grid=False),
    Act("count, and miss it", Kind.WRITTEN_OFF, _missing, only=table.STOCK, without=frozenset({"transit"})),
    Act("count, and find it elsewhere", Kind.MOVED, _stray),
    Act(
        "free from its order",
        Kind.UNRESERVED,
        lambda s, u: reserving.free_reserved(actor=s.manager, order=s.line.document_id, unit_ids=[u]),
    ),
    Act("pick", Kind.RESERVED, _pick),
    Act("pick and depart", Kind.RESERVED, _depart),
    Act("ship and swap with another's", Kind.SHIPPED, _swap, only=STOCK_ALONE, without=frozenset({"reserved"})),
    Act("take back and reject", Kind.RETURNED, _reject),
    Act("take back and replace", Kind.RETURNED, _replace),
    Act("send to another site", Kind.DISPATCHED, _send),
    Act("send to another site and receive there", Kind.DISPATCHED, _arrive),
    Act("miss in a transfer, and find", Kind.DISPATCHED, _settled("found")),
    Act("miss in a transfer, still at origin", Kind.DISPATCHED, _settled("at_origin")),
    Act("miss in a transfer, arrived elsewhere", Kind.DISPATCHED, _settled("elsewhere")),
    Act("miss in a transfer, and write off", Kind.DISPATCHED, _settled("written_off")),
)
ACTS: tuple[Act, ...] = (*acts.ACTS, *UNDER_PAPERS)
"""All that people do to one unit."""
