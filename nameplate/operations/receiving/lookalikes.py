"""Numbers that a reader takes for one of the item's other units: they differ only in the kind of dash."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from nameplate.ledger import bulk
from nameplate.serial_text import DASHES, fold, lookalike_key

MOST_COMPARED = 2_000
"""So many numbers are looked for with every kind of dash. Of more, only those with an odd dash are, as they would read with a plain one."""

_KINDS = sorted({"-", *(fold(dash) for dash in DASHES)})
_BEARERS = "SELECT s.item_id, s.key, s.number, s.id FROM nameplate_serial s WHERE NOT s.withdrawn AND s.key IN {keys} ORDER BY s.id"


@dataclass(frozen=True, slots=True)
class Lookalike:
    """The unit that another number is taken for."""

    number: str
    unit_id: int


def lookalikes_of(keys: Iterable[str]) -> Mapping[tuple[int, str], Lookalike]:
    """By item and `lookalike_key`, whoever bears a number that looks like one of `keys` and is not it. At most one statement.

    Found by the index of keys: texts with one kind of dash throughout. Which key bears a soft hyphen cannot be asked that way.
    """
    dashed = {key for key in keys if "-" in lookalike_key(key)}
    if not dashed:
        return {}
    if len(dashed) <= MOST_COMPARED:
        asked = {plain.replace("-", dash) for plain in map(lookalike_key, dashed) for dash in _KINDS}
    else:
        asked = {lookalike_key(key) for key in dashed if not key.isascii()}
    asked -= dashed
    rows = bulk.query(_BEARERS.format(keys=bulk.text_set()), [bulk.texts(asked)]) if asked else []
    found: dict[tuple[int, str], Lookalike] = {}
    for item_id, key, number, unit_id in rows:
        found.setdefault((item_id, lookalike_key(key)), Lookalike(number, unit_id))
    return found
