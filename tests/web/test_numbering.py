"""Settings → Numbering as a page, and numbers proposed where they are entered."""

from __future__ import annotations

import re

from django.test import Client

from nameplate.models import User
from nameplate.operations import cataloguing
from tests import world

PATTERNS = {
    "po": "PO{00000}",
    "co": "CO{00000}",
    "s": "S{00000}",
    "mo": "MO{00000}",
    "to": "TO{00000}",
    "wo": "WO{00000}",
    "qc": "QC{00000}",
    "ro": "RO{00000}",
    "da": "DA{00000}",
    "sc": "SC{00000}",
    "rtv": "RTV{00000}",
    "rma": "RMA{00000}",
    "lot": "L{00000}",
    "vendor": "V{00000}",
    "customer": "C{00000}",
}


def test_patterns_are_tried_and_saved_and_a_wrong_one_stays_as_typed(client: Client, administrator: User) -> None:
    client.force_login(administrator)
    assert re.search(r"PO\d{5}", client.get("/settings/numbering").content.decode())
    tried = client.post("/settings/numbering?try=1", {**PATTERNS, "po": "P-{0}", "lot": "{{", "version": "0"}).content.decode()
    assert re.search(r"P-\d", tried)
    assert "A brace stands around" in tried
    assert 'value="P-{0}"' in tried
    refused = client.post("/settings/numbering", {**PATTERNS, "lot": "L", "version": "0"})
    assert refused.status_code == 422
    assert re.search(r'id="id_lot_error">.*?There is no counter', refused.content.decode(), re.DOTALL)
    assert client.post("/settings/numbering", {**PATTERNS, "po": "P-{0}", "version": "0"}).status_code == 303
    page = client.get("/settings/numbering").content.decode()
    assert "The numbering was saved." in page
    assert re.search(r"P-\d", page)


def test_the_next_numbers_are_proposed_where_numbers_are_entered(client: Client, manager: User) -> None:
    client.force_login(manager)
    item = cataloguing.create_item(actor=manager, number="POD", serial_pattern="SP-{000}")
    order = world.purchase_order(lines=[(item, 3)])
    line = order.lines.get().pk
    at = f"/purchase-orders/{order.pk}"
    assert "Propose 3 numbers" in client.get(f"{at}/receipts").content.decode()
    page = client.post(f"{at}/receipts", {f"text-{line}": "X1", "action": f"offer:{line}:next:2"}).content.decode()
    assert "X1\nSP-001\nSP-002</textarea>" in page
    live = client.post(f"{at}/receipts/preview", {"action": f"offer:{line}:next:1"}).json()
    assert live["texts"] == {str(line): "SP-003"}
    assert "Propose 3 numbers" in client.get(f"{at}/lines/{line}/serials").content.decode()
    page = client.post(f"{at}/lines/{line}/serials?propose=3", {"numbers": "", "note": "kept"}).content.decode()
    assert "SP-004\nSP-005\nSP-006</textarea>" in page
    assert 'value="kept"' in page
    assert "Numbering pattern" in client.get(f"/items/{item.pk}").content.decode()
    assert "SP-007" in client.get(f"/items/{item.pk}/edit").content.decode()
