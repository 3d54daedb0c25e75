"""Pages of the list and of single units, as JSON and as HTML, and the same columns read bare, turn by turn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode

from bench import custom_fields
from bench.company import HISTORIES
from bench.custom_fields import with_fields
from bench.databases import Kind
from bench.measuring import Series
from bench.product import Client, Product, served
from bench.questions import Question, columns_of, questions
from bench.seeding import account, template
from bench.store import Store

WARM = 3
"""Turns that are not counted."""
STEP = 500
"""Rows a page, on the way to a deep one."""


@dataclass
class Read:
    """What was measured of one page."""

    name: str
    kind: str
    units: int
    json: Series = field(default_factory=Series)
    html: Series = field(default_factory=Series)
    floor: Series = field(default_factory=Series)


def measure(kind: Kind, units: int, turns: int) -> list[Read]:
    """Every page so often, from a company of so many units."""
    database = template(kind, units)
    owner = account(kind, database)
    store = kind.open(database)
    found = []
    with served(kind.url(database)) as product:
        program, browser = product.program(owner.key), product.browser(owner.username, owner.password)
        for question in questions(store, min(units * 9 // 10, 100_000)):
            place = _place(program, question)
            found.append(_page(program, browser, store, question, place, turns, units))
        found += [_unit(product, program, browser, store, index, turns, units) for index in range(len(HISTORIES))]
    store.close()
    return found


def measure_fields(kind: Kind, units: int, turns: int) -> list[Read]:
    """Pages filtered by custom fields, from a company of so many units that each have a value of five."""
    database = with_fields(kind, units)
    owner = account(kind, database)
    store = kind.open(database)
    with served(kind.url(database)) as product:
        program, browser = product.program(owner.key), product.browser(owner.username, owner.password)
        found = [_page(program, browser, store, question, {}, turns, units) for question in custom_fields.questions(store)]
    store.close()
    return found


def _page(program: Client, browser: Client, store: Store, question: Question, place: dict[str, str], turns: int, units: int) -> Read:
    """A page of the list."""
    read = Read(question.name, question.kind, units)
    asked = {**question.params, **place}
    shown = {**asked, **({"columns": question.columns} if question.columns else {})}
    _turns(read, program, browser, store, f"serials?{urlencode(asked)}", f"serials?{urlencode(shown)}", question.floor, turns)
    return read


def _place(client: Client, question: Question) -> dict[str, str]:
    """The cursor behind the rows before the page, found by walking there."""
    cursor = ""
    for _ in range(question.after // STEP):
        cursor = client.get(f"/api/v1/serials?{urlencode({'size': STEP, **({'after': cursor} if cursor else {})})}").json()["next"]
    return {"after": cursor} if cursor else {}


def _unit(product: Product, program: Client, browser: Client, store: Store, index: int, turns: int, units: int) -> Read:
    """A unit's page with its history."""
    unit, entries = index + 1, HISTORIES[index]
    read = Read(f"a unit with {entries:,} entries", "unit", units)
    own = columns_of(f"SELECT {unit} AS id, 1 AS n")
    newest = (
        "SELECT m.*, e.*, d.number, u.username FROM nameplate_movement m JOIN nameplate_entry e ON e.id = m.entry_id "
        "LEFT JOIN nameplate_document d ON d.id = e.document_id JOIN nameplate_user u ON u.id = e.actor_id "
        f"WHERE m.serial_id = {unit} ORDER BY m.seq DESC LIMIT 50"
    )
    _turns(read, program, browser, store, f"serials/{unit}/history", f"serials/{unit}", [own, newest], turns)
    return read


def _turns(read: Read, program: Client, browser: Client, store: Store, api: str, page: str, floor: str | list[str], turns: int) -> None:
    statements = [floor] if isinstance(floor, str) else floor

    def bare() -> None:
        for statement in statements:
            store.query(statement)

    for turn in range(turns + WARM):
        acts: list[Callable[[], None]] = [
            lambda: _ask(program, f"/api/v1/{api}", read.json),
            lambda: _ask(browser, f"/{page}", read.html),
            lambda: read.floor.add(bare),
        ]
        for act in acts if turn % 2 else reversed(acts):
            act()
    for series in (read.json, read.html, read.floor):
        del series.seconds[:WARM]


def _ask(client: Client, path: str, series: Series) -> None:
    answer = client.get(path)
    if answer.status != 200:
        raise RuntimeError(f"{path} was answered {answer.status}: {answer.body[:1000].decode(errors='replace')}")
    series.seconds.append(answer.seconds)
