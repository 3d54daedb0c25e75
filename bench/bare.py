"""The bare table: the units' rows in a table with a primary key and a UNIQUE and nothing else."""

from __future__ import annotations

from bench.floor import Receipt
from bench.store import Load, Sqlite, Store

NAME = "bench_unit"


def make(store: Store) -> None:
    """Make it afresh, with the columns of the units' table, keyed and UNIQUE as that is."""
    store.execute(f"DROP TABLE IF EXISTS {NAME}")
    if isinstance(store, Sqlite):
        columns = ", ".join(
            f'"{name}" {kind}{" PRIMARY KEY" if name == "id" else ""}'
            for _, name, kind, *_ in store.query("PRAGMA table_info(nameplate_serial)")
        )
        store.execute(f"CREATE TABLE {NAME} ({columns}, UNIQUE (item_id, key))")
    else:
        store.execute(f"CREATE TABLE {NAME} (LIKE nameplate_serial)")
        store.execute(f"ALTER TABLE {NAME} ADD PRIMARY KEY (id), ADD UNIQUE (item_id, key)")


def insertion(store: Store, receipt: Receipt) -> Load:
    """Writing the units' rows of this receipt into it, in one transaction."""
    load = store.loading(NAME, receipt.serials.columns, receipt.serials.rows)

    def insert() -> None:
        with store.transaction():
            load()

    return insert
