"""What a unit's page says of its returns, and whether it can be taken back."""

from __future__ import annotations

from typing import Any

from nameplate import access, functions
from nameplate.models import ReturnUnit, Serial, Shipment, Status, User

SHOWN = 20
"""Returns of a unit, newest first."""


def returns_shown(unit: Serial) -> dict[str, Any]:
    """The returns of the unit, what it was replaced by and replaces; nothing while they are off."""
    if not functions.is_on(functions.RMA):
        return {}
    related = ("paper", "reason", "shipment", "customer_order", "replacement")
    return {
        "returns": list(ReturnUnit.objects.filter(serial=unit).select_related(*related).order_by("-pk")[:SHOWN]),
        "replaces": list(ReturnUnit.objects.filter(replacement=unit).select_related("serial", "paper").order_by("-pk")[:SHOWN]),
        "as_shipped": Shipment.objects.filter(document=unit.shipment_id or 0).values_list("address", flat=True).first(),
    }


def may_be_taken_back(actor: User, unit: Serial) -> bool:
    """Whether it is at a customer, itself or inside a product, and this actor takes returns."""
    away = unit.status == Status.SHIPPED or (unit.status == Status.CONSUMED and unit.outermost.status == Status.SHIPPED)
    return away and functions.is_on(functions.RMA) and access.may(actor, "stock", "create")
