"""Reasons over the API."""

from __future__ import annotations

from nameplate.models import User
from tests.api.asking import program_of


def test_reasons_are_made_by_an_administrator_and_read_by_whoever_sees_stock(administrator: User, operator: User) -> None:
    program = program_of(administrator)
    first = program.made("/reasons", {"kind": "write-off", "name": "Damaged"})
    second = program.made("/reasons", {"kind": "write-off", "name": "Lost"})
    assert (first["position"], second["position"]) == (1, 2)
    assert program.patch(f"/reasons/{second['id']}", {"position": 1, "version": 1}).json["position"] == 1
    program.made(f"/reasons/{first['id']}/archival", {"version": 1})
    assert [row["name"] for row in program_of(operator).get("/reasons?kind=write-off").json["items"]] == ["Lost"]
    assert program_of(operator).post("/reasons", {"kind": "return", "name": "x"}).status == 403
