"""Shipments: picked by scanning, shipped, taken back."""

from nameplate.operations.shipping.departing import ship, warranty_until
from nameplate.operations.shipping.direct import GoodsShipped, ship_directly
from nameplate.operations.shipping.judging import PickAnswer
from nameplate.operations.shipping.picking import Picked, lines_of, pick, pick_box, pick_goods, preview, take_out
from nameplate.operations.shipping.shipments import (
    ShipmentFields,
    cancel_shipment,
    create_shipment,
    declare_ready,
    edit_shipment,
    open_again,
)

__all__ = [
    "GoodsShipped",
    "PickAnswer",
    "Picked",
    "ShipmentFields",
    "cancel_shipment",
    "create_shipment",
    "declare_ready",
    "edit_shipment",
    "lines_of",
    "open_again",
    "pick",
    "pick_box",
    "pick_goods",
    "preview",
    "ship",
    "ship_directly",
    "take_out",
    "warranty_until",
]
