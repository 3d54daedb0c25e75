"""Fills a database with a company of so many units, quickly: without secondary indexes, which are built at the end. Kept between runs."""

from __future__ import annotations

import hashlib
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import orjson

from bench.company import Company
from bench.databases import DATA, ROOT, Kind, nameplate
from bench.orders import write_order
from bench.store import Postgresql, Store

USER = "bench"


def template(kind: Kind, units: int) -> str:
    """The name of a database with so many units, made when there is none for these migrations and this company yet."""
    name = f"units_{units}_{_fingerprint()}"
    names = kind.names()
    if name in names and _account_file(kind, name).exists():
        return name
    for old in names:
        if old.startswith(f"units_{units}_"):
            kind.drop(old)
    began = time.perf_counter()
    work = f"{name}_work"
    kind.create(work)
    kind.migrate(work)
    said = nameplate(kind.url(work), "create-user", USER, "--role", "manager", "--generate-password")
    key = nameplate(kind.url(work), "create-key", USER, "--name", "benchmark")
    _account_file(kind, name).write_bytes(orjson.dumps({"username": USER, "password": said.split()[-1], "key": key.split()[-1]}))
    store = kind.open(work)
    fill(store, units)
    store.close()
    kind.copy(work, name)
    kind.drop(work)
    print(f"{kind.name}: {units:,} units made in {time.perf_counter() - began:.0f} s", file=sys.stderr)
    return name


@dataclass(frozen=True, slots=True)
class Account:
    """Who the benchmark is to the product, in a database and its copies."""

    username: str
    password: str
    key: str


def account(kind: Kind, database: str) -> Account:
    """The account that was made with this database."""
    return Account(**orjson.loads(_account_file(kind, database).read_bytes()))


def moved_account(kind: Kind, database: str, copy: str) -> None:
    """Whoever is known in a database is known in its copy."""
    _account_file(kind, copy).write_bytes(_account_file(kind, database).read_bytes())


def _account_file(kind: Kind, database: str) -> Path:
    return DATA / f"{kind.name.lower()}-{database}.json"


def _fingerprint() -> str:
    files = [
        *sorted((ROOT / "nameplate" / "migrations").glob("*.py")),
        *(Path(__file__).parent / name for name in ("company.py", "orders.py")),
    ]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:8]


def fill(store: Store, units: int) -> None:
    """Write the company's rows."""
    indexes = _drop_indexes(store)
    actor = int(store.query("SELECT id FROM nameplate_user")[0][0])
    company = Company(store, units, actor)
    with store.transaction():
        company.write(write_order)
        for series, table in (("lot", "lot"), ("po", "document")):
            _advance(store, series, company.last[table])
        if isinstance(store, Postgresql):
            for table, last in company.last.items():
                store.query("SELECT setval(%s::regclass, %s)", [f"nameplate_{table}_id_seq", last])
        else:
            store.execute("INSERT INTO nameplate_serial_trigram (rowid, key) SELECT id, key FROM nameplate_serial")
    for statement in indexes:
        store.execute(statement)
    if isinstance(store, Postgresql):
        store.execute("SET session_replication_role = DEFAULT")
    store.settle()


def _advance(store: Store, series: str, last: int) -> None:
    if isinstance(store, Postgresql):
        store.query("SELECT setval(%s::regclass, %s)", [f"nameplate_number_{series}", last])
    else:
        store.execute("UPDATE nameplate_number SET last = ? WHERE series = ?", [last, series])


TABLES = ("nameplate_serial", "nameplate_movement")


def _drop_indexes(store: Store) -> list[str]:
    """Drop the big tables' secondary indexes and let foreign keys rest; the statements that make the indexes again."""
    if isinstance(store, Postgresql):
        store.execute("SET session_replication_role = replica")
        store.execute("SET maintenance_work_mem = '512MB'")
        found = store.query(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s) AND indexname NOT IN (SELECT conname FROM pg_constraint)",
            [list(TABLES)],
        )
    else:
        store.execute("PRAGMA foreign_keys = OFF")
        store.execute("PRAGMA synchronous = OFF")
        found = store.query("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN (?, ?)", TABLES)
    for name, _ in found:
        store.execute(f'DROP INDEX "{name}"')
    return [statement for _, statement in found]
