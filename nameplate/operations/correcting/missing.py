"""The real numbers of units that were received without one: given one by one or many in order, which frees the units."""

from __future__ import annotations

from collections.abc import Sequence

from nameplate import access, ledger
from nameplate.models import Entry, Item, Lot, Request, Serial, User
from nameplate.models.serials import NUMBER_MISSING
from nameplate.operations.cataloguing import accepted_of
from nameplate.operations.correcting.numbers import correct_numbers
from nameplate.operations.lots.making import lock_lot
from nameplate.refusals import Conflict, Invalid, Offender
from nameplate.serial_text import trim

REASON = "The label was read."


def units_waiting(lot: Lot, *, unit_ids: Sequence[int] = ()) -> list[Serial]:
    """The lot's units whose numbers are missing, in the order of their provisional ones; only those of `unit_ids`, when it names any."""
    waiting = Serial.objects.filter(lot=lot, withdrawn=False, hold=NUMBER_MISSING).order_by("sort_key", "id")
    return list(waiting.filter(pk__in=unit_ids) if unit_ids else waiting)


def give_numbers(
    *,
    actor: User,
    lot: Lot | int,
    numbers: Sequence[str],
    unit_ids: Sequence[int] = (),
    keep_format: bool = False,
    reason: str = "",
    request: Request | None = None,
) -> Entry:
    """Give the lot's units without numbers these real ones, in order: the first number to the first provisional one, or of `unit_ids`.

    Fewer numbers than units leave the others waiting. Each unit is free by it and stays findable by its provisional number. Refused, each
    number named: more numbers than units wait; not in the item's format (unless `keep_format`); known already; given twice.
    """
    access.require(actor, "stock", "edit")
    with ledger.transacting():
        found = lock_lot(lot)
        waiting = units_waiting(found, unit_ids=unit_ids)
        if not waiting or len(waiting) < len(set(unit_ids)):
            message = f"No unit of lot {found} waits for its number." if not waiting else "Some of these units do not wait for a number."
            raise Conflict("nothing-missing", message, way_out="Correct the unit’s number instead.")
        given = [trim(number) for number in numbers]
        if not given:
            raise Invalid("no-numbers", "There are no numbers here.", fields={"numbers": "Scan or type the real numbers."})
        if len(given) > len(waiting):
            message = f"{len(given):,} numbers are more than the {len(waiting):,} units that wait for one."
            raise Conflict("more-than-missing", message, fields={"numbers": f"At most {len(waiting):,}."})
        if not keep_format:
            _refuse_misfits(found.item, given)
        pairs = {unit.pk: number for unit, number in zip(waiting, given, strict=False)}
        try:
            return correct_numbers(actor=actor, numbers=pairs, reason=reason.strip() or REASON, request=request)
        except (Conflict, Invalid) as refusal:
            if sentence := refusal.fields.get("number"):
                refusal.fields = {"numbers": sentence}
            raise


def _refuse_misfits(item: Item, numbers: Sequence[str]) -> None:
    accepted = accepted_of(item)
    if accepted is None:
        return
    offenders = [
        Offender(number, problem.message.rstrip("."), line=index)
        for index, number in enumerate(numbers, 1)
        if (problem := accepted.problem_of(number)) is not None
    ]
    if offenders:
        sentence = (
            f"{offenders[0].text}: {offenders[0].why}." if len(offenders) == 1 else f"{len(offenders):,} numbers are not in its format."
        )
        raise Invalid("wrong-format", sentence, fields={"numbers": sentence}, offenders=offenders, way_out="Check them on the units.")
