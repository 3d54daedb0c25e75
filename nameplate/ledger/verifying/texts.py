"""Numbers, keys, notes and custom values: against the number as it stands and the edits of the movements."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

from nameplate.ledger.verifying.findings import Finding, shown, unwanted
from nameplate.models import Movement, Name, Serial
from nameplate.serial_text import canonical, sort_key

CHUNK = 5_000


def keys() -> Iterator[Finding]:
    """Key and sort key of every unit, made anew from its number."""
    rows = Serial.objects.order_by().values_list("id", "number", "key", "sort_key")
    for unit, number, key, order in rows.iterator(chunk_size=CHUNK):
        expected = canonical(number)
        if key != expected:
            yield Finding("nameplate_serial", str(unit), "key", shown(expected), shown(key))
        if order != sort_key(expected):
            yield Finding("nameplate_serial", str(unit), "sort_key", shown(sort_key(expected)), shown(order))


def edits() -> Iterator[Finding]:
    """What each unit's edits lead to, and that each edit begins where the one before ended."""
    rows = (
        Movement.objects.filter(edits__isnull=False)
        .order_by("serial_id", "seq")
        .values_list("serial_id", "seq", "edits", "warranty_until", "serial__number", "serial__notes", "serial__custom")
    )
    for unit, movements in groupby(rows.iterator(chunk_size=CHUNK), key=itemgetter(0)):
        yield from _edits_of(unit, list(movements))
    yield from unwanted(
        "nameplate_serial",
        "notes",
        "nothing, since no entry wrote any",
        "SELECT s.id, s.notes FROM nameplate_serial s WHERE s.notes <> '' AND NOT EXISTS "
        "(SELECT 1 FROM nameplate_movement m WHERE m.serial_id = s.id AND m.edits IS NOT NULL) ORDER BY s.id",
    )
    yield from unwanted(
        "nameplate_serial",
        "custom",
        "nothing, since no entry wrote any",
        "SELECT s.id, s.custom FROM nameplate_serial s WHERE s.custom IS NOT NULL AND NOT EXISTS "
        "(SELECT 1 FROM nameplate_movement m WHERE m.serial_id = s.id AND m.edits IS NOT NULL) ORDER BY s.id",
    )


def _edits_of(unit: int, movements: list[tuple[Any, ...]]) -> Iterator[Finding]:
    stands: dict[str, Any] = {}
    for _, seq, changed, warranty, *_ in movements:
        for name, (old, new) in changed.items():
            if name in stands and stands[name] != old:
                yield Finding("nameplate_movement", f"{unit}/{seq}", f"edits.{name}", shown(stands[name]), shown(old))
            stands[name] = new
        if "warranty_until" in changed and stands["warranty_until"] != (warranty.isoformat() if warranty else None):
            yield Finding("nameplate_movement", f"{unit}/{seq}", "warranty_until", shown(stands["warranty_until"]), shown(str(warranty)))
    *_, number, notes, custom = movements[-1]
    found = {"number": number, "notes": notes} | {f"custom.{name}": value for name, value in (custom or {}).items()}
    for name, value in ({"notes": ""} | stands).items():
        if name != "warranty_until" and found.get(name) != value:
            yield Finding("nameplate_serial", str(unit), name.partition(".")[0], shown(value), shown(found.get(name)))


def names() -> Iterator[Finding]:
    """A name for each number that an entry took from a unit, and none besides: two streams in the same order, side by side."""
    expected, found = _taken(), _kept()
    one, other = next(expected, None), next(found, None)
    while one is not None or other is not None:
        if one is not None and (other is None or one[:2] < other[:2]):
            yield Finding("nameplate_name", f"{one[0]}/{one[1]}", "number", shown(one[2]), "nothing")
            one = next(expected, None)
        elif other is not None and (one is None or other[:2] < one[:2]):
            yield Finding("nameplate_name", f"{other[0]}/{other[1]}", "until_id", "no such name", shown(other[2]))
            other = next(found, None)
        elif one is not None and other is not None:
            for name, wanted, has in zip(("number", "key", "item_id"), one[2:], other[2:], strict=True):
                if wanted != has:
                    yield Finding("nameplate_name", f"{other[0]}/{other[1]}", name, shown(wanted), shown(has))
            one, other = next(expected, None), next(found, None)


def _taken() -> Iterator[tuple[Any, ...]]:
    """(unit, entry, number, key, item) of the number that each entry took away, by unit and entry."""
    rows = (
        Movement.objects.filter(edits__has_key="number")
        .order_by("serial_id", "entry_id", "seq")
        .values_list("serial_id", "entry_id", "edits", "serial__item_id")
    )
    for (unit, entry), movements in groupby(rows.iterator(chunk_size=CHUNK), key=itemgetter(0, 1)):
        _, _, changed, item = next(movements)
        number = (changed or {})["number"][0]
        yield unit, entry, number, canonical(number), item


def _kept() -> Iterator[tuple[Any, ...]]:
    rows = Name.objects.order_by("serial_id", "until_id", "id").values_list("serial_id", "until_id", "number", "key", "item_id")
    return iter(rows.iterator(chunk_size=CHUNK))
