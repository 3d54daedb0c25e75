"""Traces of what manufacturing orders finished, through the operations."""

from __future__ import annotations

from nameplate.listings.trace import BACKWARD, FORWARD, Direction, Node, trace
from nameplate.models import Lot, User
from tests.pods import pod_shop, unit


def test_a_finished_pod_knows_its_parts_and_each_part_its_pod(manager: User) -> None:
    shop = pod_shop(manager)
    entry = shop.build(
        shop.order(2),
        shop.row("SP-001", ["D01", "D02", "D03"], ["P01", "P02"]),
        shop.row("SP-002", ["D04", "D05", "D06"], ["P03", "P04"]),
    )

    def told(node: Node, direction: Direction) -> list[tuple[int, str, bool]]:
        return [(row.level, row.facts.number, row.sure) for row in trace(actor=manager, node=node, direction=direction).rows]

    backplanes, screws = Lot.objects.get(item=shop.backplane), Lot.objects.get(item=shop.screw)
    order = str(entry.document)
    assert told(Node("serials", unit("SP-001").pk), BACKWARD) == [
        (1, backplanes.number, True),
        *((1, number, True) for number in ("D01", "D02", "D03", "P01", "P02")),
        (1, order, False),
        (2, screws.number, False),
    ]
    assert told(Node("serials", unit("D04").pk), FORWARD) == [(1, "SP-002", True)]
    assert told(Node("lots", backplanes.pk), FORWARD) == [(1, "SP-001", True), (1, "SP-002", True)]
    assert told(Node("lots", screws.pk), FORWARD) == [(1, order, True), (2, "SP-001", False), (2, "SP-002", False)]
