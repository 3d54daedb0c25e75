"""What the receipt form of a delivery sends."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client

from nameplate.models import Document, Line


def lines(order: Document) -> tuple[Line, Line]:
    first, second = order.lines.order_by("position")
    return first, second


def address(order: Document) -> str:
    return f"/purchase-orders/{order.pk}/receipts"


def sent(order: Document, action: str, numbers: Any = "", quantity: Any = "", key: Any = "k1", **more: Any) -> dict[str, Any]:
    drive, screw = lines(order)
    return {
        "action": action,
        f"text-{drive.pk}": numbers,
        f"quantity-{screw.pk}": quantity,
        "place": "Main plant · A-03-2",
        "idempotency_key": key,
        "version": order.version,
        **more,
    }


def button(text: str) -> str:
    """What the receive button on the page sends."""
    return str(re.findall(r'name="action" value="(receive:[^"]+)"', text)[0])


def pressed(screen: Client, order: Document, numbers: Any = "", quantity: Any = "", **more: Any) -> dict[str, Any]:
    """What the form sends when its numbers were checked and the button is pressed that the page then shows."""
    text = screen.post(address(order), sent(order, "preview", numbers, quantity, **more)).content.decode()
    return sent(order, button(text), numbers, quantity, **more)
