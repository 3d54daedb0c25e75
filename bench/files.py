"""A vendor's file brought in, and a whole list taken out, over HTTP; beside each the same rows written or read bare, turn by turn."""

from __future__ import annotations

import csv
import io
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bench.databases import Kind, nameplate
from bench.floor import ReceiptFloor, another, read_receipt
from bench.measuring import Series
from bench.product import Client, served
from bench.questions import LINKED, LIVE, NATURAL
from bench.seeding import account, template
from bench.store import Store
from bench.writing import Grown

UNITS = 100_000
"""How many units the database holds before, and how many are exported."""
MODELS = 31
LOOK = 0.05
"""Seconds between two looks at a job that runs."""
HEADS = ("date", "serial_number", "model", "capacity_bytes", "failure")
TARGETS = ("received_on", "serial", "item", "custom.items.capacity", "custom.serials.failure")


@dataclass
class Filed:
    """What was measured of one file."""

    act: str
    size: int
    product: Series = field(default_factory=Series)
    floor: Series = field(default_factory=Series)


def bring_in(kind: Kind, repeats: dict[int, int]) -> list[Filed]:
    """For each size so many files, each of other units of the same models, into a fresh copy of a company with some history."""
    found = []
    for size, times in repeats.items():
        database, key = _company(kind, "files")
        store = kind.open(database)
        with served(kind.url(database)) as product:
            program = product.program(key)
            _, entry = bring(program, _file("IP0000", size))
            theirs = read_receipt(store, entry)
            program.post(f"/api/v1/entries/{entry}/reversal", {}).json()
            store.settle()
            filed = Filed("bring in", size)
            for turn in range(times):
                _turn(filed, turn, program, lambda prefix: ReceiptFloor(store, another(store, theirs, prefix, {})))  # noqa: B023 (called at once)
            found.append(filed)
        store.close()
        kind.drop(database)
    return found


def _turn(filed: Filed, turn: int, program: Client, floor: Callable[[str], ReceiptFloor]) -> None:
    def ours() -> None:
        seconds, entry = bring(program, _file(f"IR{turn:04d}", filed.size))
        filed.product.seconds.append(seconds)
        program.post(f"/api/v1/entries/{entry}/reversal", {}).json()

    acts: list[Callable[[], None]] = [ours, lambda: filed.floor.add(floor(f"IF{turn:04d}"))]
    for act in acts if turn % 2 == 0 else reversed(acts):
        act()


def memory(kind: Kind, size: int) -> Grown:
    """Resident memory of web and worker together while a file of so many units is sent and brought in; a small one has gone before."""
    database, key = _company(kind, "memory")
    with served(kind.url(database), NAMEPLATE_WORKERS="1") as product:
        program = product.program(key)
        bring(program, _file("IW0000", 100))
        idle = product.resident()
        product.forget_peak()
        bring(program, _file("IM0000", size))
        found = Grown(size, idle, product.peak())
    kind.drop(database)
    return found


def take_out(kind: Kind, times: int) -> list[Filed]:
    """All units with all columns as CSV, so often: as one answer that flows, and as a job whose file is then fetched."""
    database = template(kind, UNITS)
    # Jobs are written down, and the company of so many units stays as it is.
    kind.copy(database, "files")
    store = kind.open("files")
    units = int(store.query(f"SELECT count(*) FROM nameplate_serial s WHERE {LIVE}")[0][0])
    flowing, job = Filed("export, flowing", units), Filed("export, as a job", units)
    with served(kind.url("files")) as product:
        program = product.program(account(kind, database).key)
        acts: list[tuple[Filed, Callable[[], float]]] = [(flowing, lambda: _flow(program)), (job, lambda: _export(program))]
        for turn in range(times):
            for filed, act in acts if turn % 2 == 0 else reversed(acts):
                filed.product.seconds.append(act())
                filed.floor.add(lambda: written_bare(store))
    store.close()
    kind.drop("files")
    return [flowing, job]


def written_bare(store: Store) -> None:
    """The floor: a loop over a cursor that reads every column of the list, and `csv.writer`."""
    picks = ", ".join(f"{table.split()[1]}.{column}" for table, _, columns in LINKED for column in columns)
    joins = " ".join(f"LEFT JOIN {table} ON {condition}" for table, condition, _ in LINKED)
    statement = f"SELECT s.*, {picks} FROM nameplate_serial s {joins} WHERE {LIVE} ORDER BY {NATURAL}"
    with tempfile.TemporaryFile("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(store.rows(statement))


def bring(program: Client, text: str) -> tuple[float, int]:
    """Send the file, have it brought in, wait for the job; the seconds all of it took, and the entry."""
    began = time.perf_counter()
    sent = program.post("/api/v1/imports", {"name": "drives.csv", "text": text}).json()
    columns = [{"column": place, "target": target} for place, target in enumerate(TARGETS, 1)]
    mapping = {"columns": columns, "constants": {"vendor": "Vendor 001 Ltd", "location": "Site 1 · Shelf 01"}}
    job = _ended(program, program.post(f"/api/v1/imports/{sent['id']}/runs", {"mapping": mapping}).json())
    return time.perf_counter() - began, int(job["entry_id"])


def _flow(program: Client) -> float:
    answer = program.get("/api/v1/serials.csv")
    if answer.status != 200:
        raise RuntimeError(f"The export was answered {answer.status}: {answer.body[:1000].decode(errors='replace')}")
    return answer.seconds


def _export(program: Client) -> float:
    began = time.perf_counter()
    job = _ended(program, program.post("/api/v1/exports", {"list": "serials", "format": "csv"}).json())
    program.get(job["result"])
    return time.perf_counter() - began


def _ended(program: Client, job: Any) -> Any:
    while job["status"] in {"queued", "running"}:
        time.sleep(LOOK)
        # Each look on a connection of its own, as somebody looks who comes back to the page.
        job = Client(program.port, program.headers).get(job["href"]).json()
    if job["status"] != "done":
        raise RuntimeError(f"The job ended as {job['status']}: {job['outcome']}")
    return job


def _company(kind: Kind, database: str) -> tuple[str, str]:
    """A copy of the company that keeps the two fields of such files, and a key to it."""
    kind.copy(template(kind, UNITS), database)
    url = kind.url(database)
    nameplate(url, "create-user", "filing", "--role", "administrator", "--generate-password")
    key = nameplate(url, "create-key", "filing", "--name", "benchmark").split()[-1]
    with served(url) as product:
        for noun, name in (("items", "Capacity"), ("serials", "Failure")):
            product.program(key).post("/api/v1/custom-fields", {"noun": noun, "name": name, "kind": "whole"}).json()
    return database, key


def _file(prefix: str, size: int) -> str:
    """So many units of 31 models that came on one day, in no order of models, as drive makers' customers list them."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(HEADS)
    for index in range(size):
        model = index * 7 % MODELS
        writer.writerow(("2026-04-10", f"{prefix}{index:07d}", f"DRIVE {model:02d}", (model + 1) * 250_059_350_016, 0))
    return out.getvalue()
