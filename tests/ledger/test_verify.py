"""Each projected column, corrupted by SQL in turn, is named with what was expected and what was found."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core import checks
from django.db import connection, transaction
from pytest_django import DjangoDbBlocker

from nameplate.ledger import Goods, Group, Kind, LotChange, Step, post, undo, verify
from nameplate.ledger.state import STATE
from nameplate.models import Component, Document, LotMovement, LotStatus, Name, Serial, Stock, StockMovement
from nameplate.models.guards import APPEND_ONLY, KEPT
from tests.ledger.ground import C, Ground, P, R, S, W, taken_back


class Scene(Ground):
    """A little of everything that has a projection."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.lot_in_stock = self.lot(LotStatus.PLANNED)
        to = {"location_id": self.shelf.pk, "lot_id": self.lot_in_stock.pk}
        self.receipt = post(
            actor=self.actor,
            act="received",
            groups=[Group([Step(Kind.RECEIVED, to)], new=self.newcomers(3, "STOCK-"))],
            lot_changes=[LotChange(self.lot_in_stock.pk, LotStatus.RECEIVED)],
        )
        first, second, third = self.ids(self.receipt)
        self.do(Kind.HELD, [second], to={"hold": "scratched"})
        self.do(Kind.RESERVED, [third], to={"reserved_line_id": self.line.pk})
        self.do(Kind.CORRECTED, [first], edits=[{"number": "STOCK-9", "notes": "was misread", "custom.colour": "red"}], reason="misread")
        products = self.brought(R, 2)
        component = self.unit(C, parent_id=products[0], place="bay 1", customer_id=self.customer.pk)
        used = self.unit(C)
        planned = self.unit(P)
        withdrawn = self.newcomers(1, "AGAIN-")
        gone = self.do(Kind.RECEIVED, new=withdrawn, to=to)
        undo(actor=self.actor, entry=gone)
        self.receive(1, "AGAIN-")
        self.units = {
            "stock": first,
            "planned": planned,
            "component": component,
            "used": used,
            "shipped": self.unit(S),
            "gone": self.unit(W, at_vendor_id=self.vendor.pk),
            "again": self.named(withdrawn.keys)[0],
            "product": products[1],
        }
        screws = self.lot(item=self.screws)
        post(actor=self.actor, act="received", goods=[Goods(screws.pk, self.shelf.pk, 5_000_000)])
        post(actor=self.actor, act="used", goods=[Goods(screws.pk, self.shelf.pk, -2_000_000, parent_id=products[0])])
        self.screw_stock = Stock.objects.get(lot=screws)


ELSEWHERE: dict[str, tuple[str, str]] = {
    "status": ("stock", "6"),
    "withdrawn": ("planned", "TRUE"),
    "availability": ("stock", "availability + 2"),
    "lot_id": ("stock", "(SELECT max(id) FROM nameplate_lot WHERE status = 'received')"),
    "location_id": ("stock", "(SELECT max(id) FROM nameplate_location)"),
    "transfer_id": ("stock", "(SELECT max(id) FROM nameplate_document)"),
    "customer_id": ("shipped", "(SELECT max(id) FROM nameplate_party)"),
    "at_vendor_id": ("gone", "(SELECT max(id) FROM nameplate_party)"),
    "parent_id": ("component", "(SELECT max(id) FROM nameplate_serial)"),
    "outermost_id": ("component", "(SELECT max(id) FROM nameplate_serial)"),
    "place": ("component", "'bay 2'"),
    "made_by_id": ("stock", "(SELECT max(id) FROM nameplate_document)"),
    "used_by_id": ("used", "(SELECT max(id) FROM nameplate_document)"),
    "source_id": ("stock", "(SELECT max(id) FROM nameplate_document)"),
    "customer_order_id": ("stock", "(SELECT max(id) FROM nameplate_document)"),
    "shipment_id": ("stock", "(SELECT max(id) FROM nameplate_document)"),
    "return_doc_id": ("stock", "(SELECT max(id) FROM nameplate_document)"),
    "reserved_line_id": ("stock", "(SELECT max(id) FROM nameplate_line)"),
    "work_id": ("stock", "(SELECT max(id) FROM nameplate_document)"),
    "hold": ("stock", "'somebody says so'"),
    "received_on": ("stock", "'2001-02-03'"),
    "shipped_on": ("stock", "'2001-02-03'"),
    "returned_on": ("stock", "'2001-02-03'"),
    "warranty_until": ("stock", "'2001-02-03'"),
    "version": ("stock", "version + 1"),
    "last_entry_id": ("stock", "last_entry_id + 1"),
    "earlier_id": ("again", "NULL"),
    "key": ("stock", "'another'"),
    "sort_key": ("stock", "'another'"),
    "number": ("stock", "'another'"),
    "notes": ("stock", "'another'"),
    "custom": ("stock", """'{"colour": "blue"}'"""),
    "item_id": ("stock", "(SELECT min(id) FROM nameplate_item WHERE tracking <> 'serial')"),
}
OF_COMPONENTS = {
    "location_id": "(SELECT max(id) FROM nameplate_location)",
    "customer_id": "NULL",
}


@pytest.fixture(scope="module")
def _set_up(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Scene]:
    with django_db_blocker.unblock(), taken_back():
        made = Scene()
        assert verify() == []
        yield made


@pytest.fixture
def scene(_set_up: Scene, any_database: None) -> Scene:
    """One for all tests of this file: what they do is rolled back."""
    return _set_up


def run(sql: str, *parameters: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)


def unguarded(table: str) -> None:
    """Take the triggers off a ledger table, until the test is rolled back."""
    if connection.vendor == "postgresql":
        run("SET CONSTRAINTS ALL IMMEDIATE")
        run(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    else:
        for verb in ("update", "delete"):
            run(f"DROP TRIGGER {table}_no_{verb}")


def named() -> set[tuple[str, str, str]]:
    return {(finding.table, finding.id, finding.column) for finding in verify()}


def test_each_corrupted_column_of_a_unit_is_named(scene: Scene) -> None:
    missed = []
    for column, (which, value) in ELSEWHERE.items():
        with taken_back():
            run(f"UPDATE nameplate_serial SET {column} = {value} WHERE id = %s", scene.units[which])
            if ("nameplate_serial", str(scene.units[which]), column) not in named():
                missed.append(column)
    assert missed == []
    assert verify() == []


@pytest.mark.parametrize("column", OF_COMPONENTS)
def test_what_a_component_repeats_of_its_product_is_named(scene: Scene, column: str) -> None:
    component = scene.units["component"]
    run(f"UPDATE nameplate_serial SET {column} = {OF_COMPONENTS[column]} WHERE id = %s", component)
    assert named() >= {("nameplate_serial", str(component), column)}


def test_every_column_of_a_unit_is_in_the_list_above() -> None:
    columns = {field.column for field in Serial._meta.concrete_fields}
    assert columns - {"id"} == set(ELSEWHERE)
    assert set(STATE) < set(ELSEWHERE)


def test_a_finding_says_what_was_expected_and_what_was_found(scene: Scene) -> None:
    unit = scene.units["stock"]
    run("UPDATE nameplate_serial SET status = 6 WHERE id = %s", unit)
    [finding] = [finding for finding in verify() if finding.column == "status"]
    assert (finding.table, finding.id, finding.expected, finding.found) == ("nameplate_serial", str(unit), "2", "6")
    assert str(finding) == f"nameplate_serial {unit}: status is 6, the ledger says 2"


@pytest.mark.parametrize("column", ["quantity", "reserved", "held", "version"])
def test_a_corrupted_stock_row_of_units_is_named(scene: Scene, column: str) -> None:
    row = Stock.objects.get(lot=scene.lot_in_stock, location=scene.shelf)
    change = "+ 1" if column in {"quantity", "version"} else "- 1"
    run(f"UPDATE nameplate_stock SET {column} = {column} {change} WHERE id = %s", row.pk)
    assert ("nameplate_stock", str(row.pk), column) in named()


@pytest.mark.parametrize("column", ["quantity", "version", "held", "reserved"])
def test_a_corrupted_stock_row_of_goods_is_named(scene: Scene, column: str) -> None:
    run(f"UPDATE nameplate_stock SET {column} = {column} + 1 WHERE id = %s", scene.screw_stock.pk)
    assert ("nameplate_stock", str(scene.screw_stock.pk), column) in named()


def test_a_missing_stock_row_is_named(scene: Scene) -> None:
    run("DELETE FROM nameplate_stock WHERE id = %s", scene.screw_stock.pk)
    assert ("nameplate_stock", f"{scene.screw_stock.lot_id}/{scene.screw_stock.location_id}", "quantity") in named()


@pytest.mark.parametrize(("column", "value"), [("status", "'canceled'"), ("version", "version + 1"), ("hold", "'somebody says so'")])
def test_a_corrupted_lot_is_named(scene: Scene, column: str, value: str) -> None:
    run(f"UPDATE nameplate_lot SET {column} = {value} WHERE id = %s", scene.lot_in_stock.pk)
    assert ("nameplate_lot", str(scene.lot_in_stock.pk), column) in named()


@pytest.mark.parametrize("column", ["seq", "balance"])
def test_a_corrupted_running_balance_is_named(scene: Scene, column: str) -> None:
    row = StockMovement.objects.filter(lot=scene.screw_stock.lot).latest("seq")
    unguarded("nameplate_stockmovement")
    run(f"UPDATE nameplate_stockmovement SET {column} = {column} + 7 WHERE id = %s", row.pk)
    assert ("nameplate_stockmovement", str(row.pk), column) in named()


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("parent_id", "(SELECT max(id) FROM nameplate_serial)"),
        ("place", "'bay 9'"),
        ("order_id", "(SELECT max(id) FROM nameplate_document)"),
        ("quantity", "7"),
        ("since_id", "(SELECT min(id) FROM nameplate_entry)"),
        ("until_id", "(SELECT max(id) FROM nameplate_entry)"),
    ],
)
def test_a_corrupted_component_is_named(scene: Scene, column: str, value: str) -> None:
    row = Component.objects.get(child_id=scene.units["component"])
    run(f"UPDATE nameplate_component SET {column} = {value} WHERE id = %s", row.pk)
    assert ("nameplate_component", str(row.pk), column) in named()


@pytest.mark.parametrize(
    "change",
    [
        "quantity = quantity + 7",
        "lot_id = (SELECT min(id) FROM nameplate_lot)",
        "parent_id = (SELECT max(id) FROM nameplate_serial)",
        "since_id = (SELECT min(id) FROM nameplate_entry)",
        "until_id = (SELECT max(id) FROM nameplate_entry)",
    ],
)
def test_corrupted_goods_inside_a_product_are_named(scene: Scene, change: str) -> None:
    row = Component.objects.get(child=None)
    run(f"UPDATE nameplate_component SET {change} WHERE id = %s", row.pk)
    assert named() & {("nameplate_component", f"{row.parent_id}/{row.lot_id}", column) for column in ("quantity", "since_id")}


def test_a_missing_component_is_named(scene: Scene) -> None:
    unit = scene.units["component"]
    run("DELETE FROM nameplate_component WHERE child_id = %s", unit)
    assert ("nameplate_serial", str(unit), "parent_id") in named()


def test_each_copied_id_that_points_at_nothing_is_named(scene: Scene) -> None:
    unit = scene.units["stock"]
    unguarded("nameplate_movement")
    missed = []
    for column in [name for name in STATE if name.endswith("_id")] + ["line_id"]:
        with taken_back():
            run(f"UPDATE nameplate_movement SET {column} = 987654321 WHERE serial_id = %s AND seq = 1", unit)
            if ("nameplate_movement", f"{unit}/1", column) not in named():
                missed.append(column)
    assert missed == []


def test_a_gap_in_the_sequence_of_a_unit_is_named(scene: Scene) -> None:
    unit = scene.units["stock"]
    unguarded("nameplate_movement")
    run("UPDATE nameplate_movement SET seq = 7 WHERE serial_id = %s AND seq = 2", unit)
    run("UPDATE nameplate_serial SET version = 7 WHERE id = %s", unit)
    assert ("nameplate_movement", str(unit), "seq") in named()


def test_a_gap_in_the_sequence_of_a_lot_is_named(scene: Scene) -> None:
    row = LotMovement.objects.get(lot=scene.lot_in_stock)
    unguarded("nameplate_lotmovement")
    run("UPDATE nameplate_lotmovement SET seq = 7 WHERE id = %s", row.pk)
    assert ("nameplate_lotmovement", str(row.pk), "seq") in named()


def test_a_wrong_count_of_units_in_an_entry_is_named(scene: Scene) -> None:
    unguarded("nameplate_entry")
    run("UPDATE nameplate_entry SET units = units + 1 WHERE id = %s", scene.receipt.pk)
    assert ("nameplate_entry", str(scene.receipt.pk), "units") in named()


@pytest.mark.parametrize(("column", "value"), [("number", "'another'"), ("key", "'another'"), ("item_id", "item_id + 1")])
def test_a_corrupted_name_is_named(scene: Scene, column: str, value: str) -> None:
    row = Name.objects.get(serial_id=scene.units["stock"])
    unguarded("nameplate_name")
    run(f"UPDATE nameplate_name SET {column} = {value} WHERE id = %s", row.pk)
    assert ("nameplate_name", f"{row.serial_id}/{row.until_id}", column) in named()


def test_a_missing_name_and_one_too_many_are_named(scene: Scene) -> None:
    row = Name.objects.get(serial_id=scene.units["stock"])
    unguarded("nameplate_name")
    run("UPDATE nameplate_name SET until_id = %s WHERE id = %s", scene.receipt.pk, row.pk)
    assert {finding for finding in named() if finding[0] == "nameplate_name"} == {
        ("nameplate_name", f"{row.serial_id}/{row.until_id}", "number"),
        ("nameplate_name", f"{row.serial_id}/{scene.receipt.pk}", "until_id"),
    }


def test_the_substring_index_is_compared_with_the_keys(scene: Scene) -> None:
    unit = Serial.objects.get(pk=scene.units["stock"])
    if connection.vendor == "postgresql":
        # The database keeps it; what must be so is that it is there and valid.
        with connection.cursor() as cursor:
            cursor.execute("SELECT indisvalid FROM pg_index WHERE indexrelid = 'serial_trigram'::regclass")
            assert cursor.fetchone() == (True,)
        return
    remove = "INSERT INTO nameplate_serial_trigram (nameplate_serial_trigram, rowid, key) VALUES ('delete', %s, %s)"
    run(remove, unit.pk, unit.key)
    assert ("nameplate_serial_trigram", str(unit.pk), "rowid") in named()
    run("INSERT INTO nameplate_serial_trigram (rowid, key) VALUES (%s, 'another')", unit.pk)
    assert ("nameplate_serial_trigram", str(unit.pk), "key") in named()
    run(remove, unit.pk, "another")
    run("INSERT INTO nameplate_serial_trigram (rowid, key) VALUES (%s, %s)", unit.pk, unit.key)
    assert verify() == []
    run("INSERT INTO nameplate_serial_trigram (rowid, key) VALUES (987654, 'nobody')")
    assert ("nameplate_serial_trigram", "987654", "rowid") in named()


@pytest.mark.parametrize(("before", "after"), [("ordered", "received"), ("received", "ordered")])
def test_a_purchase_order_that_does_not_follow_its_receipts_is_named(scene: Scene, before: str, after: str) -> None:
    order = scene.papers["PO"]
    line = scene.order_line(order, quantity=2_000_000)
    lot = scene.lot(LotStatus.PLANNED)
    type(lot).objects.filter(pk=lot.pk).update(line=line)
    if before == "received":
        post(
            actor=scene.actor,
            act="received",
            document=order,
            groups=[
                Group([Step(Kind.RECEIVED, {"location_id": scene.shelf.pk, "lot_id": lot.pk}, line_id=line.pk)], new=scene.newcomers(2))
            ],
            lot_changes=[LotChange(lot.pk, LotStatus.RECEIVED)],
        )
    Document.objects.filter(pk=order.pk).update(status=before)
    assert verify() == []
    Document.objects.filter(pk=order.pk).update(status=after)
    assert named() == {("nameplate_document", str(order.pk), "status")}


def test_verify_takes_as_many_statements_for_many_units_as_for_few(scene: Scene) -> None:
    counts = []
    for _ in range(2):
        seen: list[str] = []

        def count(execute: Any, sql: str, params: Any, many: bool, context: Any, seen: list[str] = seen) -> Any:
            seen.append(sql)
            return execute(sql, params, many, context)

        with connection.execute_wrapper(count):
            assert verify() == []
        counts.append(len(seen))
        scene.receive(300)
    assert counts[0] == counts[1]


# What the database itself refuses.


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_a_ledger_row_is_never_changed_or_removed(scene: Scene, table: str) -> None:
    key = "serial_id" if table == "nameplate_movement" else "id"
    statements = [f"UPDATE {table} SET {key} = {key}", f"DELETE FROM {table}"]
    if connection.vendor == "postgresql":
        run("SET CONSTRAINTS ALL IMMEDIATE")
        # Overwriting by insert is UPDATE there.
        overwrite = f"INSERT INTO {table} SELECT * FROM {table} ON CONFLICT ({PRIMARY[table]}) DO UPDATE SET {key} = {table}.{key}"
        statements += [f"TRUNCATE {table} CASCADE", overwrite]
    else:
        statements += [f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}", f"REPLACE INTO {table} SELECT * FROM {table}"]
    refuse_on_rows(scene, table)
    for statement in statements:
        with pytest.raises(Exception, match="append-only"), transaction.atomic():
            run(statement)


@pytest.mark.parametrize("table", KEPT)
def test_what_the_ledger_points_at_is_never_removed(scene: Scene, table: str) -> None:
    statements = [f"DELETE FROM {table}"]
    if connection.vendor == "postgresql":
        run("SET CONSTRAINTS ALL IMMEDIATE")
        statements += [f"TRUNCATE {table} CASCADE"]
    else:
        statements += [f"REPLACE INTO {table} SELECT * FROM {table}"]
    for statement in statements:
        with pytest.raises(Exception, match="never removed"), transaction.atomic():
            run(statement)


PRIMARY = dict.fromkeys(APPEND_ONLY, "id") | {"nameplate_movement": "serial_id, seq"}


def refuse_on_rows(scene: Scene, table: str) -> None:
    """SQLite's triggers are asked once a row: there must be one."""
    if table == "nameplate_change":
        run(
            "INSERT INTO nameplate_change (noun, subject, field, before, after, changed_at, actor_id) "
            "VALUES ('items', 1, 'number', '', '', '2026-01-01 00:00:00', %s)",
            scene.actor.pk,
        )


def test_a_missing_trigger_is_named_by_the_system_check(scene: Scene) -> None:
    assert checks.run_checks(tags=["database"], databases=["default"]) == []
    if connection.vendor == "postgresql":
        run("SET CONSTRAINTS ALL IMMEDIATE")
    run("DROP TRIGGER nameplate_movement_no_delete" + (" ON nameplate_movement" if connection.vendor == "postgresql" else ""))
    [error] = checks.run_checks(tags=["database"], databases=["default"])
    assert error.id == "nameplate.E001"
    assert "nameplate_movement_no_delete" in error.msg


NOWHERE = [
    ("stock", "location_id = NULL"),
    ("stock", "parent_id = {product}"),
    ("stock", "status = 4"),
    ("stock", "status = 5"),
    ("stock", "status = 3"),
    ("stock", "at_vendor_id = {vendor}"),
    ("stock", "withdrawn = TRUE"),
    ("stock", "outermost_id = {product}"),
    ("stock", "key = ''"),
    ("planned", "location_id = {shelf}"),
    ("planned", "reserved_line_id = {line}"),
    ("planned", "transfer_id = {transfer}"),
    ("shipped", "location_id = {shelf}"),
    ("shipped", "customer_id = NULL"),
    ("gone", "location_id = {shelf}"),
    ("gone", "parent_id = {product}"),
    ("component", "parent_id = NULL"),
    ("component", "at_vendor_id = {vendor}"),
    ("component", "outermost_id = id"),
    ("used", "location_id = {shelf}"),
    ("used", "used_by_id = NULL"),
]


def test_a_unit_is_in_exactly_one_place_whoever_writes(scene: Scene) -> None:
    values = {
        "product": scene.units["product"],
        "vendor": scene.vendor.pk,
        "shelf": scene.shelf.pk,
        "line": scene.line.pk,
        "transfer": scene.papers["TO"].pk,
    }
    for which, change in NOWHERE:
        with pytest.raises(Exception, match="serial_"), transaction.atomic():
            run(f"UPDATE nameplate_serial SET {change.format(**values)} WHERE id = %s", scene.units[which])


def test_stock_is_never_below_zero_nor_promised_twice_whoever_writes(scene: Scene) -> None:
    for change in ("quantity = -1", "reserved = -1", "held = -1", "reserved = quantity + 1"):
        with pytest.raises(Exception, match="stock_"), transaction.atomic():
            run(f"UPDATE nameplate_stock SET {change} WHERE id = %s", scene.screw_stock.pk)
