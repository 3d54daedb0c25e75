"""Who may what on the pages: every route and method against `rights.csv`; and what is hidden while a function is off."""

from __future__ import annotations

from pathlib import Path

from django.http import HttpResponseBase
from django.test import Client

from nameplate.jobs.exporting import start_export
from nameplate.models import Role, User
from nameplate.operations import counting
from nameplate.operations.assembling import Fate, Outcome, begin_rework, take_apart
from nameplate.operations.inspecting.opening import open_inspection
from nameplate.operations.reasons import create_reason
from nameplate.operations.shipping import create_shipment
from nameplate.operations.writing_off import write_off
from tests import switched, world
from tests.operations import selling
from tests.rights import NOBODY, ROLES, Matrix, address, routes_of


def test_every_page_lets_in_whom_its_row_says_and_hides_what_is_off(db: None) -> None:
    entry = world.receipt(numbers=["A1", "A2"])
    order = entry.document
    assert order is not None
    unit = order.entries.get(pk=entry.pk).movements.first()
    assert unit is not None
    ids = {
        **dict.fromkeys(("vendors", "customers", "sites", "locations", "manufacturing-orders", "files", "imports", "reasons"), "1"),
        "lots": str(unit.lot_id),
        **dict.fromkeys(("options", "lists"), "items"),
        "items": str(order.lines.get().item_id),
        "functions": "expiry-dates",
        "custom-fields": str(world.custom_field().pk),
        **dict.fromkeys(("logo", "pictures", "saved-searches"), "0"),
        "purchase-orders": str(order.pk),
        "lines": str(order.lines.get().pk),
        "entries": str(entry.pk),
        "serials": str(unit.serial_id),
        "jobs": str(start_export(actor=world.user(role=Role.MANAGER), name="items", query="", form="csv").pk),
        "documents": str(order.pk),
        **dict.fromkeys(("transfer-orders", "vendor-returns", "returns"), "1"),
        "inspections": str(_inspected()),
        **_papers(),
        **_sold(),
    }
    people = {role: world.user(role=Role(role), password="correct horse battery") for role in ROLES if role != NOBODY}

    sessions = {role: _session(person) for role, person in people.items()}

    def ask(role: str, method: str, route: str) -> HttpResponseBase:
        client = Client(raise_request_exception=False)
        if role != NOBODY:
            # Signing out ends a session for good, so those routes get one of their own.
            client.cookies["sessionid"] = _session(people[role]) if route.startswith("account/") else sessions[role]
        return client.generic(method, address(route, ids), b"", "application/x-www-form-urlencoded")

    routes = [route for route in routes_of() if not route.lstrip("^").startswith("api/")]
    rights = Matrix.read(Path(__file__).with_name("rights.csv"))
    assert "\n".join(rights.differences(routes, ask)) == ""
    assert "\n".join(switched.differences(Path(__file__).with_name("switched_off.csv"), rights, ask)) == ""


def _papers() -> dict[str, str]:
    """Documents of units of their own: a write-off, a rework, a disassembly; and a count."""
    manager = world.user(role=Role.MANAGER)
    reason = create_reason(actor=world.user(role=Role.ADMINISTRATOR), kind="write-off", name="Lost")
    gone, reworked, apart = (list(world.receipt(numbers=[number]).movements.values_list("serial_id", flat=True)) for number in "WRT")
    entries = {
        "write-offs": write_off(actor=manager, reason=reason, unit_ids=gone),
        "rework": begin_rework(actor=manager, unit_ids=reworked, reason="Noisy"),
        "disassemblies": take_apart(actor=manager, product_ids=apart, outcome=Outcome(Fate.RECEIVED)),
    }
    count = counting.create_count(actor=manager, location_ids=[world.location().pk])
    found = {noun: str(entry.document.pk) for noun, entry in entries.items() if entry.document is not None}
    return {**found, "stock-counts": str(count.pk), "scans": "1"}


def _sold() -> dict[str, str]:
    """A customer order, and a shipment of it."""
    sale = selling.shop().order()
    paper = create_shipment(actor=world.user(role=Role.MANAGER), orders=[sale])
    return {"customer-orders": str(sale.pk), "shipments": str(paper.pk)}


def _inspected() -> int:
    """An inspection of a unit of its own."""
    waiting = world.receipt(numbers=["Q1"]).movements.values_list("serial_id", flat=True)
    return open_inspection(actor=world.user(role=Role.MANAGER), unit_ids=list(waiting))[0].pk


def _session(person: User) -> str:
    client = Client()
    client.force_login(person)
    return client.cookies["sessionid"].value
