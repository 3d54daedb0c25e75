"""Many numbers corrected from a list of old and new: each line read and judged, the good ones corrected as one act.

Within the list numbers may move along: A to B while B goes to A, or a whole row shifted by one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Literal

from nameplate import access, ledger
from nameplate.ledger import bulk
from nameplate.models import Entry, Item, Lot, Request, User
from nameplate.models.serials import NUMBER_MISSING
from nameplate.operations.cataloguing import accepted_of
from nameplate.operations.correcting.numbers import MOST_UNITS, correct_numbers
from nameplate.operations.drafting import NO_PAGE, OpenPage, discard_draft, save_draft
from nameplate.operations.entering.files import read_table, without_force
from nameplate.operations.entering.parsing import to_decide
from nameplate.operations.entering.pieces import LONGEST_TEXT, Piece, lines_of, literal, pieces_of
from nameplate.operations.entering.sheets import text_of
from nameplate.refusals import Invalid, TooLarge
from nameplate.serial_text import Problem, canonical, problem_of, trim

DRAFT = "serials/corrections"
HEADS = frozenset({"old", "old number", "old serial", "old serial number", "wrong", "before", "from"})
"""Words over the first column of a file; that line holds no numbers."""
_SEPARATORS = ',;\t"'

Standing = Literal["good", "bad"]
_BEARERS = (
    "SELECT s.key, s.id, s.number, s.item_id, i.number, i.number_key, s.lot_id FROM nameplate_serial s "
    "JOIN nameplate_item i ON i.id = s.item_id WHERE NOT s.withdrawn AND s.key IN {keys} ORDER BY s.id"
)
_FORMER = (
    "SELECT n.key, s.number, s.id FROM nameplate_name n JOIN nameplate_serial s ON s.id = n.serial_id "
    "WHERE NOT s.withdrawn AND n.key IN {keys} ORDER BY n.id"
)
_HOLDERS = "SELECT s.item_id, s.key, s.id, s.hold FROM nameplate_serial s WHERE NOT s.withdrawn AND s.key IN {keys}"


@dataclass(slots=True)
class Pair:
    """One line of the list, with what is said of it."""

    line: int
    raw: str
    old: str = ""
    new: str = ""
    item: str = ""
    """The number of the item, where a third column names it."""
    standing: Standing = "good"
    rule: str = ""
    message: str = ""
    unit_id: int | None = None
    item_id: int | None = None
    quoted: bool = False
    """The new number stood in quotation marks: it is meant as it is."""

    def refuse(self, rule: str, message: str, unit_id: int | None = None) -> None:
        """Say why it is not possible; the first word stands."""
        if self.standing == "good":
            self.standing, self.rule, self.message = "bad", rule, message
            self.unit_id = self.unit_id if unit_id is None else unit_id


@dataclass(frozen=True, slots=True)
class PairsAnswer:
    """The list as judged."""

    pairs: Sequence[Pair]
    items: Sequence[tuple[int, str]] = field(default_factory=tuple)
    """The items whose units bear the ambiguous old numbers, to choose one of."""

    @property
    def numbers(self) -> dict[int, str]:
        """The new number of each unit that can be corrected."""
        return {pair.unit_id: pair.new for pair in self.pairs if pair.standing == "good" and pair.unit_id is not None}

    @property
    def rest(self) -> list[str]:
        """The lines that stay."""
        return [pair.raw for pair in self.pairs if pair.standing != "good"]


def text_of_file(content: bytes) -> str:
    """The first two columns of a CSV or XLSX file (and a third that names the item) as lines for the box. Refused as any table is."""
    lines = []
    for row in read_table(content).rows:
        cells = [found for cell in row.cells[:3] for found in [text_of(cell)]]
        if any(isinstance(cell, Problem) for cell in cells):
            lines.append(literal("; ".join(cell if isinstance(cell, str) else cell.message for cell in cells)[:200]))
            continue
        texts = [trim(without_force(cell)) for cell in cells if isinstance(cell, str)]
        lines.append("\t".join(_cell(text) for text in texts).rstrip("\t"))
    return "\n".join(lines)


def _cell(text: str) -> str:
    one_line = " ".join(text.split("\n")).replace("\r", " ")
    return literal(one_line) if any(sign in one_line for sign in _SEPARATORS) else one_line


def judge_pairs(*, actor: User, text: str, item: Item | None = None, lot: Lot | None = None) -> PairsAnswer:
    """A verdict on every line, within the item or the lot where one is given. Writes nothing; as many statements for many as for few."""
    access.require(actor, "stock", "edit")
    return judged_pairs(_pairs(text), item=item, lot=lot)


def judged_pairs(pairs: list[Pair], *, item: Item | None = None, lot: Lot | None = None) -> PairsAnswer:
    """As `judge_pairs`, of lines that were read already."""
    if len(pairs) > MOST_UNITS:
        raise TooLarge("too-many", f"At most {MOST_UNITS:,} numbers at once.", way_out="Correct them in parts.")
    items = _find_units(pairs, item, lot)
    _judge_numbers(pairs)
    _refuse_taken(pairs)
    return PairsAnswer(pairs, items)


def _pairs(text: str) -> list[Pair]:
    if len(text) > LONGEST_TEXT:
        raise TooLarge("too-much-text", "This is more text than one list takes.", way_out="Enter it in parts.")
    raw = lines_of(text)
    pairs: list[Pair] = []
    for line, group in groupby(pieces_of(text), key=lambda piece: piece.line):
        pieces = list(group)
        pair = _pair(line, raw[line - 1], pieces)
        if not pairs and pair.old.casefold() in HEADS:
            continue
        pairs.append(pair)
    return pairs


def _pair(line: int, raw: str, pieces: Sequence[Piece]) -> Pair:
    pair = Pair(line, raw)
    if broken := next((piece for piece in pieces if piece.broken), None):
        pair.refuse("quote-open", broken.why_broken)
    elif not 2 <= len(pieces) <= 3:
        pair.refuse("not-a-pair", f"{len(pieces)} number{'' if len(pieces) == 1 else 's'} here; a line holds the old and the new one")
        pair.old = pieces[0].text
    else:
        pair.old, pair.new, pair.quoted = pieces[0].text, pieces[1].text, pieces[1].quoted
        pair.item = pieces[2].text if len(pieces) == 3 else ""
    return pair


def _find_units(pairs: Sequence[Pair], item: Item | None, lot: Lot | None) -> list[tuple[int, str]]:
    """Find the unit of each line by its old number; those that several items have are told apart by `item`, `lot` or the third column."""
    asked = [pair for pair in pairs if pair.standing == "good" and pair.unit_id is None]
    keys = sorted({canonical(pair.old) for pair in asked if "\x00" not in pair.old})
    bearers: dict[str, list[tuple[Any, ...]]] = {}
    for row in bulk.query(_BEARERS.format(keys=bulk.text_set()), [bulk.texts(keys)]) if keys else ():
        bearers.setdefault(row[0], []).append(row)
    former = (
        {key: (number, unit) for key, number, unit in bulk.query(_FORMER.format(keys=bulk.text_set()), [bulk.texts(keys)])} if keys else {}
    )
    choices: dict[int, str] = {}
    for pair in asked:
        found = bearers.get(canonical(pair.old), [])
        wanted = canonical(pair.item)
        fitting = [
            row
            for row in found
            if (not wanted or row[5] == wanted) and (item is None or row[3] == item.pk) and (lot is None or row[6] == lot.pk)
        ]
        if len(fitting) == 1:
            pair.unit_id, pair.item_id = fitting[0][1], fitting[0][3]
        elif len(fitting) > 1:
            choices |= {row[3]: row[4] for row in fitting}
            pair.refuse("ambiguous", f"units of {' and '.join(sorted(row[4] for row in fitting))} bear it: choose the item", fitting[0][1])
        elif found:
            pair.refuse("elsewhere", f"it is a unit of {found[0][4]}, not in what was chosen", found[0][1])
        elif canonical(pair.old) in former:
            number, unit = former[canonical(pair.old)]
            pair.refuse("former", f"no unit bears it now; {number} bore it before", unit)
        else:
            pair.refuse("unknown", "no unit bears it")
    return sorted(choices.items(), key=lambda choice: choice[1])


def _judge_numbers(pairs: Sequence[Pair]) -> None:
    """Whether each new number can be one, and is given once; whether each unit is corrected once."""
    good = [pair for pair in pairs if pair.standing == "good"]
    items = Item.objects.in_bulk({pair.item_id for pair in good if pair.item_id is not None})
    formats = {pk: accepted_of(item) for pk, item in items.items()}
    numbers = _numbers_of([pair.unit_id for pair in good if pair.unit_id is not None])
    units: dict[int | None, int] = {}
    given: dict[tuple[int | None, str], int] = {}
    for pair in good:
        problem = problem_of(pair.new) or (None if pair.quoted else to_decide(pair.new, formats.get(pair.item_id or 0)))
        if problem is not None:
            pair.refuse(problem.rule, f"{problem.message} {problem.way_out}".strip())
        elif numbers.get(pair.unit_id or 0) == trim(pair.new):
            pair.refuse("same", "it bears that number already")
        elif units.setdefault(pair.unit_id, pair.line) != pair.line:
            pair.refuse("twice", f"this unit is on line {units[pair.unit_id]} already")
        elif given.setdefault((pair.item_id, canonical(pair.new)), pair.line) != pair.line:
            pair.refuse("twice", f"{pair.new} is given on line {given[pair.item_id, canonical(pair.new)]} already")


def _numbers_of(unit_ids: Sequence[int]) -> Mapping[int, str]:
    return dict(bulk.query(f"SELECT id, number FROM nameplate_serial WHERE id IN {bulk.id_set()}", [bulk.ids(unit_ids)]))


def _refuse_taken(pairs: Sequence[Pair]) -> None:
    """Refuse new numbers that another unit of the item bears and keeps. Whoever is refused keeps theirs, which may refuse another."""
    good = [pair for pair in pairs if pair.standing == "good"]
    keys = sorted({canonical(pair.new) for pair in good})
    holders = {
        (item, key): (unit, hold)
        for item, key, unit, hold in (bulk.query(_HOLDERS.format(keys=bulk.text_set()), [bulk.texts(keys)]) if keys else ())
    }
    own = {id(pair): pair.unit_id for pair in good}
    moving = set(own.values())
    takers: dict[int, Pair] = {}
    """By unit, the line that takes its number: one at most, since each number is given once."""
    lost: list[Pair] = []
    for pair in good:
        unit, hold = holders.get((pair.item_id or 0, canonical(pair.new)), (pair.unit_id, ""))
        if unit is None or unit == pair.unit_id:
            continue
        takers[unit] = pair
        if hold == NUMBER_MISSING:
            pair.refuse("number-missing", f"{pair.new} only stands for a number that is missing", unit)
        elif unit not in moving:
            pair.refuse("taken", f"{pair.new} is borne by another unit of the item, which keeps it", unit)
        lost += [pair] if pair.standing != "good" else []
    # Whoever is refused keeps its number, so that the line that would take it is refused too, and so on along the row.
    while lost:
        holder = own.get(id(lost.pop()))
        taker = takers.get(holder) if holder is not None else None
        if taker is not None and taker.standing == "good":
            taker.refuse("taken", f"{taker.new} is borne by another unit of the item, whose own line cannot be corrected", holder)
            lost.append(taker)


def correct_from_list(
    *,
    actor: User,
    text: str,
    reason: str,
    item: Item | None = None,
    lot: Lot | None = None,
    page: OpenPage = NO_PAGE,
    request: Request | None = None,
) -> tuple[Entry, PairsAnswer]:
    """Correct the good lines in one act; the others are kept as the actor's draft, by this page. Refused: no reason, and no good line."""
    access.require(actor, "stock", "edit")
    with ledger.transacting():
        answer = judge_pairs(actor=actor, text=text, item=item, lot=lot)
        if not answer.numbers:
            raise Invalid("nothing-good", "None of these lines can be corrected as it is.", fields={"text": "Look at the verdicts."})
        entry = correct_numbers(actor=actor, numbers=answer.numbers, reason=reason, request=request)
        if answer.rest:
            save_draft(actor=actor, subject=DRAFT, body={"text": "\n".join(answer.rest)}, page=page)
        else:
            discard_draft(actor=actor, subject=DRAFT, page=page)
        return entry, answer
