"""The one judge of a file's lines, for the dry run and for the real one: what each line means, what is wrong with it, what would be made.

It only reads. The real run asks it again within its transaction, so that what was found is still so when it is written.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils import timezone

from nameplate import access, functions
from nameplate.models import Document, DocumentStatus, Status, User
from nameplate.operations.importing.judging_facts import judge_fields, judge_lots
from nameplate.operations.importing.known import Bearer, Known, bearers_of, items_named, locations_named, vendors_named
from nameplate.operations.importing.mapping import ANNOUNCEMENT, FileMapping
from nameplate.operations.importing.orders import Room, room_of
from nameplate.operations.importing.reading import Lines, Wrong
from nameplate.operations.importing.targets import EXPIRES_ON, ITEM, LOCATION, RECEIVED_ON, SERIAL, VENDOR
from nameplate.operations.receiving.lookalikes import lookalikes_of
from nameplate.operations.receiving.receipts import moment_of
from nameplate.serial_text import lookalike_key

EARLIEST = dt.date(1970, 1, 1)


@dataclass
class Judged:
    """What the lines mean. The lists run in step with the lines."""

    lines: Lines
    mapping: FileMapping
    known: Known
    order: Document | None = None
    room: Room | None = None
    items: list[str] = field(default_factory=list)
    """The key of each line's item (`Named.key`): the same for texts that mean the same."""
    vendors: list[str] = field(default_factory=list)
    begins: dict[str, Any] = field(default_factory=dict)
    """Custom values that every new unit begins with, where no column says otherwise: the fields' defaults."""
    taken_over: dict[int, int] = field(default_factory=dict)
    """Line → the unit that was announced by its number, and comes now."""
    notes: list[str] = field(default_factory=list)
    """What is worth knowing, and in nobody's way."""

    @property
    def wrong(self) -> list[Wrong]:
        """Everything that is wrong, of the file, then by line and column."""
        return self.lines.wrong

    @property
    def bad_lines(self) -> set[int]:
        """Where the lines stand that have something wrong."""
        return {one.line for one in self.wrong if one.line}

    def day(self, index: int) -> dt.date | None:
        """When the unit of this line was received; None: today."""
        return self.lines.days.get(RECEIVED_ON, {}).get(self.lines.text(RECEIVED_ON, index))

    @cached_property
    def happened(self) -> dt.datetime | None:
        """The moment that the entry will have: noon of the file's latest day; None: now."""
        latest = max(self.lines.days.get(RECEIVED_ON, {}).values(), default=None)
        return moment_of(latest) if latest is None or EARLIEST <= latest <= timezone.localdate() else None

    def expires(self, index: int) -> dt.date | None:
        """When its lot expires."""
        return self.lines.days.get(EXPIRES_ON, {}).get(self.lines.text(EXPIRES_ON, index))

    def location(self, index: int) -> int | None:
        """Where it goes, if the file says so."""
        found = self.known.locations.get(self.lines.text(LOCATION, index))
        return found.id if found else None


def judge(*, actor: User, lines: Lines, mapping: FileMapping) -> Judged:
    """Judge every line that `read_lines` read. The number of statements does not grow with the lines, items or vendors."""
    judged = Judged(lines, mapping, Known())
    if not functions.is_on(functions.SERIAL_NUMBERS):
        of_file(judged, "switched-off", "Serial numbers are switched off.", "Switch them on in the settings.")
    if mapping.order:
        judged.order, judged.room = room_of(mapping.order)
        _judge_order(judged)
    _resolve(judged)
    _judge_days(judged, actor)
    judge_lots(judged)
    _judge_places(judged)
    _judge_repeats(judged)
    _judge_bearers(judged)
    if judged.room is not None:
        _judge_room(judged, judged.room)
    judge_fields(judged)
    _judge_rights(judged, actor)
    lines.wrong.sort(key=lambda one: (one.line, one.column))
    return judged


def of_file(judged: Judged, rule: str, message: str, way_out: str = "") -> None:
    """Note what is wrong with the file as a whole."""
    judged.wrong.append(Wrong(0, 0, "", rule, message, way_out))


def _judge_order(judged: Judged) -> None:
    order = judged.order
    if order is None:
        of_file(
            judged,
            "no-such-order",
            f"There is no purchase order “{judged.mapping.order[:60]}”.",
            "Choose another, or let new ones be made.",
        )
    elif order.status not in {DocumentStatus.ORDERED, DocumentStatus.SHIPPED}:
        label = DocumentStatus(order.status).label
        of_file(judged, "not-under-way", f"{order} is {label}, so nothing is expected on it.", "Order it first, or choose another.")


def _resolve(judged: Judged) -> None:
    """Find what the file's texts name; note every line whose text names nothing."""
    lines, mapping, known = judged.lines, judged.mapping, judged.known
    create = mapping.create_missing and not mapping.order
    items_named(known, lines.distinct(ITEM), create=create)
    vendors_named(known, list(lines.distinct(VENDOR)), create=mapping.create_missing)
    locations_named(known, list(lines.distinct(LOCATION)))
    keys = {text: named.key for text, named in (*known.items.items(), *known.vendors.items())}
    whole = {ITEM: "the item", VENDOR: "the vendor", LOCATION: "the location"}
    for target, found in ((ITEM, known.items), (VENDOR, known.vendors), (LOCATION, known.locations)):
        if not lines.has(target):
            continue
        if target in lines.every:
            text = lines.text(target, 0)
            if found[text].problem:
                of_file(judged, f"no-such-{target}", f"For {whole[target]} of the whole file: {found[text].problem}")
            continue
        for index, text in enumerate(lines.texts[target]):
            if not text and target != LOCATION:
                lines.note(index, target, f"{target}-empty", f"There is nothing here, and {whole[target]} is needed.")
            elif text and found[text].problem:
                lines.note(index, target, f"no-such-{target}", found[text].problem)
    count = len(lines)
    judged.items = _spread(lines, ITEM, keys, count)
    judged.vendors = _spread(lines, VENDOR, keys, count)


def _spread(lines: Lines, target: str, keys: dict[str, str], count: int) -> list[str]:
    if not lines.has(target):
        return [""] * count
    if target in lines.every:
        return [keys[lines.text(target, 0)]] * count
    return [keys.get(text, "") for text in lines.texts[target]]


def _judge_days(judged: Judged, actor: User) -> None:
    lines = judged.lines
    for target, choices in lines.asked.items():
        of_file(
            judged,
            "dates-ambiguous",
            f"The dates of “{lines.heads[lines.columns[target]]}” can be read in {len(choices)} ways.",
            "Say which.",
        )
    today = timezone.localdate()
    days = lines.days.get(RECEIVED_ON, {})
    for target in (RECEIVED_ON, EXPIRES_ON):
        odd = {text for text, day in lines.days.get(target, {}).items() if day < EARLIEST or (target == RECEIVED_ON and day > today)}
        for index in range(len(lines)) if odd else ():
            if (text := lines.text(target, index)) in odd:
                why = "in-the-future" if days.get(text, today) > today and target == RECEIVED_ON else "too-early"
                lines.note(index, target, why, "This day is still to come." if why == "in-the-future" else "This day is too long ago.")
    if any(day < today for day in days.values()) and not access.may(actor, "stock", "backdate"):
        of_file(judged, "not-allowed", "Your role does not include recording what was received before today.", "Ask a manager to run it.")


def _judge_places(judged: Judged) -> None:
    """For a receipt every unit needs a place: its line's, the file's, or where its item is kept."""
    lines = judged.lines
    if judged.mapping.mode == ANNOUNCEMENT:
        return
    kept = {f"#{pk}" for pk, row in judged.known.rows.items() if row.default_location_id is not None}
    homeless = [index for index in range(len(lines)) if judged.items[index] not in kept and not lines.text(LOCATION, index)]
    if not homeless:
        return
    if LOCATION in lines.columns:
        for index in homeless:
            lines.note(index, LOCATION, "no-location", "Say where it goes; its item has no place of its own.")
    else:
        of_file(judged, "no-location", f"It is not said where {len(homeless):,} units go.", "Choose a location for the file.")


def _judge_repeats(judged: Judged) -> None:
    """A number twice in the file: of one item it cannot be, of two items a person decides."""
    lines, keys = judged.lines, judged.lines.prepared.keys
    first: dict[str, dict[str, int]] = {}
    for index, (item, key) in enumerate(zip(judged.items, keys, strict=True)):
        if not key or index in lines.prepared.problems:
            continue
        holders = first.setdefault(key, {})
        if item in holders:
            lines.note(index, SERIAL, "twice", f"It stands twice in this file, first on line {lines.at[holders[item]]}.")
            continue
        if holders:
            other = min(holders.values())
            _decide(judged, index, f"Line {lines.at[other]} has the same number on another item, {lines.text(ITEM, other)}.")
        holders[item] = index


def _decide(judged: Judged, index: int, message: str, unit_id: int | None = None) -> None:
    judged.lines.kept["other-item"] += 1
    if "other-item" not in judged.mapping.keep:
        judged.lines.note(index, SERIAL, "other-item", message, "Keep it if this is another unit.", unit_id)


def _judge_bearers(judged: Judged) -> None:
    """What the database knows of the numbers."""
    lines, prepared = judged.lines, judged.lines.prepared
    bearers = bearers_of([key for index, key in enumerate(prepared.keys) if index not in prepared.problems])
    ids = {f"#{pk}": pk for pk in judged.known.rows}
    for index, key in enumerate(prepared.keys) if bearers else ():
        for bearer in bearers.get(key, ()):
            if bearer.item_id != ids.get(judged.items[index]):
                state = Status(bearer.status).label.lower()
                _decide(judged, index, f"The same number is known on {bearer.item} ({state}).", bearer.unit_id)
            elif not _takes_over(judged, index, bearer):
                lines.note(index, SERIAL, "known", _known(bearer), unit_id=bearer.unit_id)
    _judge_formats(judged, ids)
    alike = lookalikes_of(prepared.keys)
    seen = [(ids.get(item, 0), lookalike_key(key)) for item, key in zip(judged.items, prepared.keys, strict=True)] if alike else []
    count = sum(one in alike for one in seen)
    if count:
        judged.notes.append(f"{count:,} numbers differ from known ones only in the kind of dash: look at them twice.")


def _takes_over(judged: Judged, index: int, bearer: Bearer) -> bool:
    """Whether the unit was announced on the order that the file is received on; it cannot have come before it was announced."""
    order = judged.order
    if judged.mapping.mode == ANNOUNCEMENT or order is None or bearer.status != Status.PLANNED or bearer.hold:
        return False
    if bearer.source_id != order.pk:
        return False
    judged.taken_over[index] = bearer.unit_id
    if judged.happened is not None and bearer.last > judged.happened:
        day = timezone.localdate(bearer.last).isoformat()
        message = f"It was announced on {day}; the file says that it came before."
        judged.lines.note(index, RECEIVED_ON, "before-last-entry", message, unit_id=bearer.unit_id)
    return True


def _known(bearer: Bearer) -> str:
    status = Status(bearer.status)
    on = f" with {bearer.source}" if bearer.source else ""
    if status == Status.PLANNED:
        return f"Announced already{on}" + (f", and on hold ({bearer.hold})." if bearer.hold else ". Receive it there.")
    now = "" if status == Status.RECEIVED else f"; it is {status.label} now" + (f" in {bearer.product}" if bearer.product else "")
    return f"Already received on {bearer.received_on}{on}{now}." if bearer.received_on else f"Known already: {status.label}{on}."


def _judge_formats(judged: Judged, ids: dict[str, int]) -> None:
    formats = {key: judged.known.formats[pk] for key, pk in ids.items() if pk in judged.known.formats}
    lines, prepared = judged.lines, judged.lines.prepared
    for index, item in enumerate(judged.items) if formats else ():
        accepted = formats.get(item)
        if accepted is None or index in prepared.problems or accepted.fits(prepared.numbers[index]):
            continue
        problem = accepted.problem_of(prepared.numbers[index])
        if problem is not None:
            lines.kept["wrong-format"] += 1
            if "wrong-format" not in judged.mapping.keep:
                lines.note(index, SERIAL, "wrong-format", problem.message, "Check it on the unit.")


def _judge_room(judged: Judged, room: Room) -> None:
    """No more of an item than is still to come on the order; the lines beyond it are named."""
    used: Counter[int] = Counter()
    ids = {f"#{pk}": pk for pk in judged.known.rows}
    bad = judged.bad_lines
    for index, key in enumerate(judged.items):
        item = ids.get(key)
        if item is None or judged.lines.at[index] in bad:
            continue
        used[item] += 1
        most = room.left(item, announced=judged.mapping.mode == ANNOUNCEMENT)
        if item not in room.lines:
            judged.lines.note(index, ITEM, "not-ordered", f"{judged.order} has no line of this item.")
        elif used[item] > most:
            judged.lines.note(index, SERIAL, "more-than-ordered", f"More than the {most:,} of this item still to come on {judged.order}.")


def _judge_rights(judged: Judged, actor: User) -> None:
    """What this file asks for must be within the role of whoever runs it."""
    needs: list[tuple[access.Section, str]] = [] if judged.mapping.order else [("purchasing", "make purchase orders")]
    if any(one.id is None and not one.problem for one in (*judged.known.items.values(), *judged.known.vendors.values())):
        needs.append(("catalogue", "make items and vendors"))
    for section, words in needs:
        if not access.may(actor, section, "create"):
            of_file(
                judged, "not-allowed", f"Your role may not {words}, which this file needs.", "Ask a manager to run it, or choose an order."
            )
