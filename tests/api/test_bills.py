"""Bills of materials over the API."""

from __future__ import annotations

from nameplate.models import User
from tests.api.asking import program_of


def test_a_bill_is_set_read_and_refused(manager: User) -> None:
    program = program_of(manager)
    pod = program.made("/items", {"number": "POD", "made": True})
    drive = program.made("/items", {"number": "DRIVE"})
    at = f"/items/{pod['id']}/bill"
    parts = [{"component": drive["id"], "quantity": "3", "places": "bay 1..bay 3"}]
    assert program.ask("PUT", at, {"parts": parts}).status == 428
    put = program.ask("PUT", at, {"parts": parts, "version": pod["version"]})
    assert put.status == 200, put.content
    assert put.json == program.get(at).json
    assert put.json["parts"] == [
        {"component_id": drive["id"], "component": "DRIVE", "quantity": "3", "places": ["bay 1", "bay 2", "bay 3"]}
    ]
    assert program.get(f"/items/{drive['id']}/bill").json["used_in"] == [{"product_id": pod["id"], "product": "POD", "quantity": "3"}]
    assert program.ask("PUT", at, {"parts": parts, "version": pod["version"]}).status == 409
    wrong = program.ask("PUT", at, {"parts": [{"component": pod["id"], "quantity": "0"}]}, If_Match=put.headers["ETag"])
    assert (wrong.status, set(wrong.json["fields"])) == (422, {"parts.0.component", "parts.0.quantity"})
    assert program.get("/items/999999/bill").status == 404
