"""Number later: units whose labels cannot be read come in under provisional numbers, on hold until the real ones are given."""

from __future__ import annotations

from nameplate.ledger import Kind, Step, bulk
from nameplate.models import Item, Lot
from nameplate.models.serials import NUMBER_MISSING
from nameplate.refusals import Invalid, TooLarge
from nameplate.serial_text import Prepared, canonical, prepare, upper_bound

MOST_UNITS = 50_000

_BORNE = (
    "SELECT key FROM nameplate_serial WHERE NOT withdrawn AND item_id = %s AND key >= %s AND key < %s UNION ALL "
    "SELECT key FROM nameplate_serial WHERE withdrawn AND item_id = %s AND key >= %s AND key < %s UNION ALL "
    "SELECT key FROM nameplate_name WHERE item_id = %s AND key >= %s AND key < %s"
)


def provisional_numbers(lot: Lot, item: Item, count: int) -> Prepared:
    """The next `count` provisional numbers of the lot, L00311-001 and on. None is given twice, also not after an undo. One statement."""
    begin = canonical(f"{lot.number}-")
    asked = [item.pk, begin, upper_bound(begin)] * 3
    tails = [row[0][len(begin) :] for row in bulk.query(_BORNE, asked)]
    last = max((int(tail) for tail in tails if tail.isascii() and tail.isdigit() and len(tail) < 10), default=0)
    return prepare([f"{lot.number}-{number:03d}" for number in range(last + 1, last + count + 1)])


def missing_hold() -> Step:
    """The step that puts a unit on hold until its number is given."""
    return Step(Kind.HELD, {"hold": NUMBER_MISSING})


def read_unreadable(text: str) -> int:
    """How many units without readable numbers are meant; none by an empty field. Refused: what is no such count."""
    plain = text.strip().replace(",", "")
    if not plain:
        return 0
    if not plain.isascii() or not plain.isdigit() or len(plain) > 9:
        raise Invalid("not-a-number", f"“{text.strip()[:40]}” is not a count.", fields={"unreadable": "Type how many, like 2."})
    return int(plain)


def refuse_many(count: int) -> None:
    """Refuse more units than one act takes, or fewer than none."""
    if count < 0:
        raise Invalid("not-positive", "There cannot be fewer than none.", fields={"unreadable": "None or more, please."})
    if count > MOST_UNITS:
        raise TooLarge("too-many", f"At most {MOST_UNITS:,} units in one act.", way_out="Enter them in parts.")
