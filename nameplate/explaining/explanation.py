"""A refusal, completed: each unit in the way with the entry since which it stands so and what leads out of that, and the ways for all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nameplate import access, functions
from nameplate.explaining import ways
from nameplate.explaining.standing import Because, Stands, entries_of, since, standings
from nameplate.explaining.table import ANSWERS, IN_WAYS, NOWHERE, TO_PROGRAMS
from nameplate.explaining.ways import NOUNS, Asker, Way
from nameplate.operations.undoing import NOT_UNDONE
from nameplate.refusals import Cause, Offender, Refused

MOST = 10_000
"""How many units are looked at; an act takes no more."""
MOST_CAUSES = 5
AGAIN = Way("again", "Look again", "", icon="refresh")


@dataclass(frozen=True, slots=True)
class Concerned:
    """One unit, line or number in the way."""

    offender: Offender
    because: Because | None = None
    ways: Sequence[Way] = ()


@dataclass(frozen=True, slots=True)
class Explained:
    """All that is known of a refusal, for the one who was refused."""

    refused: Refused
    named: Sequence[Concerned]
    """The first ones in the way, looked up."""
    others: Sequence[Offender]
    """The rest, as the refusal names them."""
    ways: Sequence[Way]
    entry: Because | None
    """The entry that the refusal as a whole comes from, where it names one."""
    nowhere: str
    """Why there is no button, where there is none."""


def explain(refused: Refused, actor: access.Actor | None, *, path: str, named: int) -> Explained:
    """Look up what a refusal is about. `path` is where it was asked, without the API's root; the first `named` are looked up.

    Four statements at most, however many units; one for a refusal that names neither units nor entries, none for nobody.
    """
    words = ANSWERS.get(refused.rule, ("form",))
    if actor is None or not access.may(actor, "stock", "view"):
        shown = [Concerned(one) for one in refused.offenders[:named]]
        return Explained(refused, shown, refused.offenders[named:], _for_anybody(words), None, _nowhere(words, _for_anybody(words)))
    asker = Asker(actor, functions.off())
    units = list(dict.fromkeys(one.unit_id for one in refused.offenders[:MOST] if one.unit_id is not None))
    first = list(dict.fromkeys(one.unit_id for one in refused.offenders[:named] if one.unit_id is not None))
    stands = standings(units) if "unit" in words else {}
    begun = since(stands[unit] for unit in first if unit in stands)
    asked = {one.entry_id for one in refused.offenders[:named]} | {cause.id for cause in refused.causes if cause.noun == "entries"}
    entries = entries_of({*begun.values(), *(one for one in asked if one is not None)})
    shown = [_concerned(one, stands, begun, entries, asker) for one in refused.offenders[:named]]
    found = _without_twins(_ways(words, refused, units, stands, asker, path))
    if not found and NOWHERE.keys().isdisjoint(words):
        found = [_of_path(path, asker) or AGAIN]
    whole = next((entries[cause.id] for cause in refused.causes if cause.noun == "entries" and cause.id in entries), None)
    return Explained(
        refused, shown, refused.offenders[named:], found, whole, _nowhere(words, [*found, *(w for c in shown for w in c.ways)])
    )


def said_to_programs(told: Explained) -> str:
    """The way out in a sentence: a program sees neither form nor buttons, and is never left without a word."""
    words = ANSWERS.get(told.refused.rule, ("form",))
    return told.refused.way_out or next((TO_PROGRAMS[word] for word in words if word in TO_PROGRAMS), IN_WAYS)


def _for_anybody(words: Sequence[str]) -> list[Way]:
    """What leads whoever is not signed in, or may see nothing, out of it."""
    return [Way("open", ways.PAGES[word][0], word) for word in words if word in ways.PAGES and ways.PAGES[word][2] is None]


def _nowhere(words: Sequence[str], found: Sequence[Way]) -> str:
    return "" if found else next((NOWHERE[word] for word in words if word in NOWHERE), "")


def _concerned(one: Offender, stands: dict[int, Stands], begun: dict[int, int], entries: dict[int, Because], asker: Asker) -> Concerned:
    unit = stands.get(one.unit_id or 0)
    because = entries.get(one.entry_id or begun.get(one.unit_id or 0, 0))
    found = ways.unit_ways(unit, asker)[:2] if unit is not None else []
    if because is not None and not because.reversal and because.act not in NOT_UNDONE:
        undo = ways.undo_way(because.entry, asker, one.unit_id)
        found += [undo] if undo is not None and (unit is None or unit.facts) else []
    return Concerned(one, because, found)


def _ways(
    words: Sequence[str],
    refused: Refused,
    units: Sequence[int],
    stands: dict[int, Stands],
    asker: Asker,
    path: str,
) -> Iterator[Way]:
    for word in words:
        found: Sequence[Way | None] = ()
        match word:
            case "unit" if len(units) == 1:
                found = _of_unit(refused, units[0], stands, asker)
            case "unit":
                found = list(ways.ways_of_many(list(stands.values()), asker))
            case "list":
                found = [ways.list_way(units, asker)]
            case "transfer":
                found = [ways.transfer_way(units, asker)]
            case "cause":
                found = _of_causes(refused, asker) or [_of_path(path, asker)]
            case "undo":
                found = [_undone(cause, asker) for cause in refused.causes[:MOST_CAUSES]]
            case "again":
                found = [AGAIN]
            case page if page in ways.PAGES:
                found = [ways.page_way(page, asker)]
        yield from (way for way in found if way is not None)
    if "cause" not in words and "undo" not in words:
        yield from (way for way in _of_causes(refused, asker) if way is not None)


def _of_unit(refused: Refused, unit: int, stands: dict[int, Stands], asker: Asker) -> Sequence[Way | None]:
    """What the only unit in the way needs; its page, where nothing of how it stands is in the way."""
    number = next(one.text for one in refused.offenders if one.unit_id == unit)
    found = ways.unit_ways(stands[unit], asker) if unit in stands else []
    return found or [ways.thing_way("serials", unit, number, asker)]


def _undone(cause: Cause, asker: Asker) -> Way | None:
    """An entry is undone; what else is in the way has a page of its own."""
    return ways.undo_way(cause.id, asker) if cause.noun == "entries" else ways.thing_way(cause.noun, cause.id, cause.label, asker)


def _of_causes(refused: Refused, asker: Asker) -> list[Way | None]:
    return [ways.thing_way(one.noun, one.id, one.label, asker) for one in refused.causes[:MOST_CAUSES]]


def _of_path(path: str, asker: Asker) -> Way | None:
    """The thing under whose address the refused act was asked."""
    noun, _, rest = path.strip("/").removeprefix("settings/").partition("/")
    number = rest.partition("/")[0]
    known = noun in NOUNS and number.isascii() and number.isdigit() and len(number) < 19
    return ways.thing_way(noun, int(number), "", asker) if known else None


def _without_twins(found: Iterator[Way]) -> list[Way]:
    """Each button once; one that would lead to where an earlier one leads is left out."""
    seen: dict[tuple[str, str], Way] = {}
    for way in found:
        key = (way.page, way.operation if not way.page else "")
        seen.setdefault(key, way)
    return list(seen.values())
