"""The bare tables: the rows of units and of movements, in tables with a primary key and a UNIQUE and nothing else."""

from __future__ import annotations

from bench.floor import Receipt
from bench.store import Load, Sqlite, Store

KEYS = {"nameplate_serial": "PRIMARY KEY (id), UNIQUE (item_id, key)", "nameplate_movement": "PRIMARY KEY (serial_id, seq)"}
"""The product's own tables, and what of their keys is left."""


def _name(table: str) -> str:
    return table.replace("nameplate", "bench")


def make(store: Store) -> None:
    """Make them afresh, with the same columns and types."""
    for table, keys in KEYS.items():
        store.execute(f"DROP TABLE IF EXISTS {_name(table)}")
        if isinstance(store, Sqlite):
            columns = ", ".join(f'"{name}" {kind}' for _, name, kind, *_ in store.query(f"PRAGMA table_info({table})"))
            store.execute(f"CREATE TABLE {_name(table)} ({columns}, {keys})")
        else:
            store.execute(f"CREATE TABLE {_name(table)} (LIKE {table}, {keys})")


def insertion(store: Store, receipt: Receipt) -> Load:
    """Writing the rows of this receipt into them, in one transaction."""
    tables = [receipt.serials, *(table for table in receipt.around if table.name in KEYS)]
    loads = [store.loading(_name(table.name), table.columns, table.rows) for table in tables]

    def insert() -> None:
        with store.transaction():
            for load in loads:
                load()

    return insert
