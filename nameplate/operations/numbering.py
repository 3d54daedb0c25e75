"""Settings → Numbering: the patterns of documents, lots and parties; and the numbers that an item's own pattern proposes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from nameplate import access, functions
from nameplate.ledger import bulk
from nameplate.ledger.numbering import LONGEST, NAME, SERIES, Keys, Series, free_of, passing_over, patterns, upcoming
from nameplate.ledger.transacting import transacting
from nameplate.models import Item, SerialCounter, Setting, User
from nameplate.number_patterns import Pattern, read_pattern
from nameplate.operations.cataloguing.changes import log_changes
from nameplate.operations.cataloguing.texts import refuse_wrong
from nameplate.operations.cataloguing.things import id_of
from nameplate.refusals import Conflict, Invalid, NotFound, Refused, Stale, TooLarge
from nameplate.serial_text import LONGEST as LONGEST_SERIAL

NOUN = "settings"
MOST_PROPOSED = 50_000
EXAMPLES = 3
_KNOWN = (
    "SELECT key FROM nameplate_serial WHERE NOT withdrawn AND item_id = %s AND key IN {keys} UNION "
    "SELECT key FROM nameplate_serial WHERE withdrawn AND item_id = %s AND key IN {keys} UNION "
    "SELECT key FROM nameplate_name WHERE item_id = %s AND key IN {keys}"
)


@dataclass(frozen=True, slots=True)
class Numbering:
    """One series with its pattern and the next numbers that it makes, or what is wrong with it."""

    series: Series
    pattern: str
    upcoming: tuple[str, ...] = ()
    problem: str = ""


def numberings(*, actor: User) -> tuple[list[Numbering], int]:
    """Every series as it is set now, and the version of the whole, 0 before the first edit."""
    access.require(actor, "settings", "view")
    version = Setting.objects.filter(name=NAME).values_list("version", flat=True).first() or 0
    return [tried(name, pattern) for name, pattern in patterns().items()], version


def tried(name: str, text: str) -> Numbering:
    """What a pattern would make of a series' next numbers. Nothing is taken."""
    try:
        pattern = read_pattern(text, longest=LONGEST)
    except Refused as refusal:
        return Numbering(SERIES[name], text, problem=refusal.message)
    return Numbering(SERIES[name], pattern.text, tuple(upcoming(name, pattern, EXAMPLES)))


@transacting()
def edit_numbering(*, actor: User, version: int, given: Mapping[str, str]) -> int:
    """Set the patterns of these series; the counters go on from where they are. Answers the new version.

    Refused: a series that does not exist, a pattern that cannot be read (each named), a stale edit.
    """
    access.require(actor, "settings", "edit")
    Setting.objects.get_or_create(name=NAME, defaults={"values": {}, "version": 0})
    found = Setting.objects.select_for_update(no_key=True).get(name=NAME)
    standing = patterns()
    if found.version != version:
        raise _stale(found.version, version, standing, given)
    wrong: dict[str, str] = {}
    changed: dict[str, str] = {}
    for name, text in given.items():
        if name not in SERIES:
            wrong[name] = "There is no such series; there are " + ", ".join(SERIES) + "."
            continue
        try:
            pattern = read_pattern(text, longest=LONGEST)
        except Refused as refusal:
            wrong[name] = refusal.message
            continue
        if pattern.text != standing[name]:
            changed[name] = pattern.text
    refuse_wrong(wrong)
    if changed:
        found.values, found.version = {**found.values, **changed}, found.version + 1
        found.save()
        changes = [(SERIES[name].label, standing[name], text) for name, text in changed.items()]
        log_changes(actor=actor, noun=NOUN, subject=found.pk, changes=changes)
    return found.version


def _stale(now: int, seen: int, standing: Mapping[str, str], given: Mapping[str, str]) -> Stale:
    other = {name: f"It is “{standing[name]}” now." for name, text in given.items() if standing.get(name, text) != text}
    return Stale(
        "stale",
        "Somebody changed the numbering since you opened it. Nothing was saved.",
        fields=other,
        way_out="Compare with what it is now, and save again if yours is right.",
        extra={"yours": {"version": seen, **given}, "theirs": {"version": now, **standing}},
    )


@transacting()
def propose_serial_numbers(*, actor: User, item: Item | int, count: int) -> list[str]:
    """Take the next `count` numbers of the item's pattern. Nobody else is proposed them, used or not; gaps are allowed.

    Numbers that the item has, had, or that a unit of it bore before a correction, are passed over. Call it before the act that uses the
    numbers, in a transaction of its own: the counter stays locked until that ends.
    """
    access.require(actor, "stock", "create")
    functions.require_on(functions.SERIAL_NUMBERS, "Proposing serial numbers", field="item")
    if count < 1:
        raise Invalid("no-quantity", "Say how many numbers are needed.", fields={"count": "At least 1."})
    if count > MOST_PROPOSED:
        raise TooLarge("too-many", f"At most {MOST_PROPOSED:,} numbers at once.", fields={"count": f"At most {MOST_PROPOSED:,}."})
    found = Item.objects.filter(pk=id_of(item)).first()
    if found is None:
        raise NotFound("not-found", "There is no such item.")
    if not found.serial_pattern:
        raise Conflict(
            "no-pattern", f"{found} has no numbering pattern.", way_out="Give it one on its form.", fields={"item": "It has none."}
        )
    pattern = read_pattern(found.serial_pattern, longest=LONGEST_SERIAL)
    pk = found.pk

    def take(wanted: int) -> Iterable[int]:
        return bulk.next_of_counter("nameplate_serialcounter", "item_id", pk, wanted)

    return passing_over(lambda keys: _known(pk, keys), pattern, count, take)


def upcoming_serials(item_id: int | None, text: str) -> list[str]:
    """What the next numbers of an item would be by this pattern, without taking them. Refused: a pattern that cannot be read."""
    pattern: Pattern = read_pattern(text, longest=LONGEST_SERIAL, field="serial_pattern")
    last = SerialCounter.objects.filter(pk=item_id or 0).values_list("last", flat=True).first() or 0
    return free_of(lambda keys: _known(item_id or 0, keys), pattern, range(last + 1, last + 101))[:EXAMPLES]


def _known(item_id: int, keys: Keys) -> list[str]:
    """Those of these keys that the item's units bear, or bore."""
    sql = _KNOWN.format(keys=bulk.text_set())
    return [row[0] for row in bulk.query(sql, [item_id, bulk.texts(keys)] * 3)]
