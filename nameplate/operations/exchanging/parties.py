"""Vendors and customers as a file: recognised by their number, with numbered columns for contacts and further addresses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, cast

from nameplate.ledger import bulk
from nameplate.ledger.numbering import next_numbers
from nameplate.models import Address, Contact, Document, Party, PartyRole, User
from nameplate.operations.cataloguing.open_papers import WAY_OUT, are_open
from nameplate.operations.cataloguing.parties import NOUNS, TEXTS, PartyFields, part_changes, read_party
from nameplate.operations.cataloguing.party_parts import ADDRESS, CONTACT, MOST_PARTS, Words, read_addresses, read_contacts
from nameplate.operations.cataloguing.texts import Text, read_texts
from nameplate.operations.cataloguing.things import current_words
from nameplate.operations.exchanging.judging import (
    Judged,
    Kind,
    first_lines,
    insert_things,
    set_values,
    update_things,
    yes_or_no,
)
from nameplate.operations.exchanging.reading import FileColumn, GivenLine, GivenSheet
from nameplate.serial_text import canonical

OWN = (
    FileColumn("number", "Number", exact=True),
    FileColumn("name", "Name"),
    FileColumn("email", "E-mail"),
    FileColumn("phone", "Phone", exact=True),
    FileColumn("address", "Address"),
    FileColumn("notes", "Notes"),
    FileColumn("archived", "Archived"),
)
LISTS: Mapping[str, tuple[str, Mapping[str, Text]]] = {"contacts": ("Contact", CONTACT), "addresses": ("Address", ADDRESS)}
"""The lists of a party: what one of it is called, and its fields."""
Parts = dict[str, list[Words]]


def _of_lists(most: Mapping[str, int]) -> Iterator[FileColumn]:
    """The columns of so many contacts and addresses: “Contact 1 name”, “Contact 1 role” and so on."""
    for part, (one, rules) in LISTS.items():
        for index in range(most[part]):
            for name, rule in rules.items():
                label = "text" if name == "lines" else rule.label.lower()
                yield FileColumn(f"{part}.{index}.{name}", f"{one} {index + 1} {label}", exact=name == "phone")


def _columns() -> Sequence[FileColumn]:
    return (*OWN, *_of_lists(dict.fromkeys(LISTS, MOST_PARTS)))


def _rows(role: PartyRole) -> tuple[Sequence[FileColumn], Iterator[Mapping[str, str]]]:
    parties = list(Party.objects.filter(role=role).order_by("number_key", "id"))
    parts = _parts_of([party.pk for party in parties])
    most = {part: max([1, *(len(found[part]) for found in parts.values())]) for part in LISTS}
    return (*OWN, *_of_lists(most)), (_row(party, parts[party.pk]) for party in parties)


def _row(party: Party, parts: Parts) -> dict[str, str]:
    texts = {column.name: current_words(party, column.name) for column in OWN}
    for part, listed in parts.items():
        for index, one in enumerate(listed):
            texts |= {f"{part}.{index}.{name}": text for name, text in one.items()}
    return texts


def _parts_of(ids: Sequence[int]) -> dict[int, Parts]:
    """The contacts and addresses of these parties, in two statements."""
    found: dict[int, Parts] = {pk: {part: [] for part in LISTS} for pk in ids}
    for part, (_, rules) in LISTS.items():
        columns = ", ".join(rules)
        table = _table(part)
        sql = f"SELECT party_id, {columns} FROM {table} WHERE party_id IN {bulk.id_set()} ORDER BY party_id, position"
        for party_id, *texts in bulk.query(sql, [bulk.ids(ids)]):
            found[party_id][part].append(dict(zip(rules, texts, strict=True)))
    return found


def _table(part: str) -> str:
    model = Contact if part == "contacts" else Address
    return str(model._meta.db_table)  # noqa: SLF001 (public by Django’s documentation)


def judge(role: PartyRole, sheet: GivenSheet) -> list[Judged]:
    """What the lines would do. A line without a number is a new party, which gets the next one."""
    keyed = list(_keyed(sheet))
    first = first_lines(sheet, ((line, key) for line, key in keyed if key), "number")
    within = f"nameplate_party.number_key IN {bulk.text_set()}"
    found = Party.objects.filter(role=role).extra(where=[within], params=[bulk.texts(first)])  # noqa: S610  # the SQL is ours
    known = {party.number_key: party for party in found.select_for_update(of=("self",), no_key=True).order_by("pk")}
    parts = _parts_of([party.pk for party in known.values()])
    judged = [_judge_one(role, sheet, line, known.get(key), parts) for line, key in keyed if not key or first[key] is line]
    _refuse_archiving(role, sheet, judged)
    return judged


def _keyed(sheet: GivenSheet) -> Iterator[tuple[GivenLine, str]]:
    for line in sheet.lines:
        wrong: dict[str, str] = {}
        texts = read_texts({"number": TEXTS["number"]}, line.texts, wrong)
        sheet.take(line, wrong)
        if not wrong:
            yield line, canonical(texts.get("number", ""))


def _judge_one(role: PartyRole, sheet: GivenSheet, line: GivenLine, party: Party | None, parts: Mapping[int, Parts]) -> Judged:
    new = party is None
    thing = party or Party(role=role)
    judged = Judged(line.line, NOUNS[role], line.texts.get("name") or line.texts.get("number", ""), thing, new)
    wrong: dict[str, str] = {}
    given: dict[str, Any] = {name: text for name, text in line.texts.items() if name in TEXTS}
    if new and "name" not in given:
        wrong["name"] = "Name is needed."
    values: dict[str, object] = {**read_party(cast(PartyFields, given), wrong)}
    archived = yes_or_no(sheet, line, "archived")
    values["archived"] = thing.archived if archived is None else archived
    before = parts.get(thing.pk) or {part: [] for part in LISTS}
    after = {part: _given_parts(line, part, wrong) if _has(sheet, part) else before[part] for part in LISTS}
    sheet.take(line, wrong)
    set_values(judged, values, current_words, [*given, "archived"])
    judged.more = {part: after[part] for part in LISTS if after[part] != before[part]}
    judged.words += part_changes(before, after)
    if new:
        judged.words = [("created", "", thing.name)]
    return judged


def _has(sheet: GivenSheet, part: str) -> bool:
    """Whether the file says anything about this list; one that it does not mention stays."""
    return any(name.startswith(f"{part}.") for name in sheet.columns)


def _given_parts(line: GivenLine, part: str, wrong: dict[str, str]) -> list[Words]:
    """The list as the line has it; what is wrong is told under the column in which it stands."""
    rules = LISTS[part][1]
    places = [index for index in range(MOST_PARTS) if any(line.texts.get(f"{part}.{index}.{name}", "").strip() for name in rules)]
    given = [{name: line.texts.get(f"{part}.{index}.{name}", "") for name in rules} for index in places]
    mistakes: dict[str, str] = {}
    found = (read_contacts if part == "contacts" else read_addresses)(given, mistakes)
    for field, sentence in mistakes.items():
        _, index, name = field.split(".")
        wrong[f"{part}.{places[int(index)]}.{name}"] = sentence
    return found


def _refuse_archiving(role: PartyRole, sheet: GivenSheet, judged: Sequence[Judged]) -> None:
    """Nobody is archived who has an open order."""
    going = {one.thing.pk: one for one in judged if "archived" in one.changed and one.thing.archived}
    if not going:
        return
    lines = {line.line: line for line in sheet.lines}
    orders = Document.objects.filter(are_open(), party__role=role, party__archived=False)
    for pk, number in orders.order_by("pk").values_list("party_id", "number"):
        if pk in going:
            one = going.pop(pk)
            sheet.fault(lines[one.line], "archived", f"{number} is still open. {WAY_OUT}")


def write(role: PartyRole, actor: User, judged: Sequence[Judged]) -> None:
    """Insert the new ones under their numbers, update those that differ, and put lists in place of those that were."""
    nameless = [one.thing for one in judged if one.new and not one.thing.number]
    for party, number in zip(nameless, next_numbers(role.value, len(nameless)) if nameless else (), strict=True):
        party.number, party.number_key = number, canonical(number)
    made = [one for one in judged if one.new]
    insert_things([one.thing for one in made])
    for one in made:
        one.words = [("created", "", f"{one.thing.number} {one.thing.name}")]
    edited = [one for one in judged if not one.new and one.words]
    update_things([one.thing for one in edited], (name for one in edited for name in one.changed))
    for part, (_, rules) in LISTS.items():
        _put_parts(part, list(rules), [(one.thing.pk, one.more[part]) for one in judged if part in one.more])


def _put_parts(part: str, names: Sequence[str], lists: Iterable[tuple[int, Sequence[Words]]]) -> None:
    """These lists in place of those that the parties had."""
    given = list(lists)
    table = _table(part)
    bulk.execute(f"DELETE FROM {table} WHERE party_id IN {bulk.id_set()}", [bulk.ids(pk for pk, _ in given)])
    rows = [(pk, position, *(one[name] for name in names)) for pk, listed in given for position, one in enumerate(listed, 1)]
    bulk.insert(table, ["party_id", "position", *names], rows)


VENDORS, CUSTOMERS = (
    Kind(
        noun=NOUNS[role],
        one=role.value,
        many=NOUNS[role],
        needed=("number", "name"),
        columns=_columns,
        rows=partial(_rows, role),
        judge=partial(judge, role),
        write=partial(write, role),
    )
    for role in (PartyRole.VENDOR, PartyRole.CUSTOMER)
)
