"""What a broken constraint means, asked after the rollback: which units it was, and who has them now."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.db import IntegrityError

from nameplate.ledger import bulk, units
from nameplate.ledger.moves import Goods
from nameplate.ledger.state import WITHDRAWN
from nameplate.ledger.stepping import Act
from nameplate.ledger.transacting import constraint_of
from nameplate.models import Status
from nameplate.refusals import Conflict, Offender, Refused


def explain(error: IntegrityError, work: Act, goods: Sequence[Goods]) -> Callable[[], Refused]:
    """A question to ask once the transaction is rolled back."""
    name = constraint_of(error)
    if "serial_once_per_item" in name or "nameplate_serial.item_id" in name:
        wanted = [(batch.new.item_id, list(batch.new.keys)) for batch in work.newcomers]
        renamed = [edits["number"][1] for *_, rest in work.movements if (edits := rest[3]) and "number" in edits]
        renamed += [unit.number for unit in work.known.values() if unit.before[WITHDRAWN] and not unit.state[WITHDRAWN]]
        return lambda: numbers_taken(wanted, renamed)
    if "not_negative" in name or "overpromised" in name:
        return lambda: Conflict(
            "not-enough",
            "There is not enough of it at that place any more.",
            way_out="Look at the stock and take what is there.",
        )
    return lambda: Conflict(
        "unit-changed",
        "Somebody else changed the same units at the same time; nothing was changed by you.",
        way_out="Load the page again and look before you repeat it.",
        extra={"constraint": name},
    )


def numbers_taken(wanted: Sequence[tuple[int, list[str]]], renamed: Sequence[str]) -> Refused:
    """Which of these numbers the item has already, and where each of those units is."""
    offenders = []
    for item_id, keys in wanted:
        rows = bulk.query(
            f"SELECT id FROM nameplate_serial WHERE NOT withdrawn AND item_id = %s AND key IN {bulk.text_set()} ORDER BY id",
            [item_id, bulk.texts(keys)],
        )
        holders = units.rows_of(row[0] for row in rows).select_related("source").order_by("pk")
        offenders += [
            Offender(
                unit.number,
                f"it is known already ({Status(unit.status).label})",
                unit.pk,
                document=unit.source.number if unit.source else "",
            )
            for unit in holders
        ]
    offenders += [Offender(number, "another unit of the item bears this number") for number in renamed]
    count = len(offenders)
    if not offenders:
        return Conflict("changed-meanwhile", "Somebody else entered the same numbers and took them back meanwhile.", way_out="Try again.")
    return Conflict(
        "number-taken",
        f"{offenders[0].text} is known already." if count == 1 else f"{count:,} of these numbers are known already.",
        offenders=offenders,
        way_out="Take them out and receive the others.",
    )
