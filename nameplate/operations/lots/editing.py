"""What is written about a lot: vendor batch, expiry, cost and notes. Each edit is an entry: history shows it, and it is undone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Unpack

from nameplate import access, ledger
from nameplate.ledger import LotChange
from nameplate.models import Entry, FieldNoun, Lot, LotMovement, LotStatus, Request, User
from nameplate.operations import customizing
from nameplate.operations.cataloguing.texts import refuse_wrong
from nameplate.operations.lots.fields import LotFields, read_fields
from nameplate.operations.lots.making import lock_lot
from nameplate.quantities import from_micro
from nameplate.refusals import Stale

ACT = "edited"
Value = str | dt.date | int | None


def edit_lot(*, actor: User, lot: Lot | int, version: int, request: Request | None = None, **given: Unpack[LotFields]) -> Entry | None:
    """The entry that writes what was given; None when all of it stands there already. `version` is the one that the editor saw.

    Refused: fields that cannot be kept; a lot that somebody else changed since, with what it says now beside what was typed.
    """
    access.require(actor, "stock", "edit")
    with ledger.transacting():
        found = lock_lot(lot)
        wrong: dict[str, str] = {}
        values: dict[str, Value] = {**read_fields(given, wrong)}
        custom = customizing.read_custom(noun=FieldNoun.LOTS, given=given.get("custom"), before=found.custom, wrong=wrong)
        values |= {f"custom.{slug}": custom.changed.get(slug, custom.before.get(slug)) for slug in given.get("custom") or {}}
        if found.version != version:
            raise _stale(found, version, values)
        refuse_wrong(wrong)
        different = {name: value for name, value in values.items() if stands(found, name) != value}
        if not different:
            return None
        change = LotChange(found.pk, LotStatus(found.status), different)
        return ledger.post(actor=actor, act=ACT, lot_changes=[change], request=request)


def stands(lot: Lot, name: str) -> Value:
    """The lot's value as it is, of its own or of a custom field."""
    found: Value = (lot.custom or {}).get(name.removeprefix("custom.")) if name.startswith("custom.") else getattr(lot, name)
    return found


def in_words(name: str, value: Value) -> str:
    """A lot's own value as people write it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(from_micro(value)) if name == "cost" and isinstance(value, int) else str(value)


def _stale(lot: Lot, version: int, values: Mapping[str, Value]) -> Stale:
    now = {name: in_words(name, stands(lot, name)) for name in values}
    typed = {name: in_words(name, value) for name, value in values.items()}
    other = {name: f"It is “{now[name]}” now." if now[name] else "It is empty now." for name in values if now[name] != typed[name]}
    last = LotMovement.objects.filter(lot=lot).select_related("entry__actor").order_by("-seq").first()
    who = last.entry.actor.get_username() if last else "Somebody"
    return Stale(
        "stale",
        f"{who} changed lot {lot} since you opened it. Nothing was saved.",
        fields=other,
        way_out="Compare with what it is now, and save again if yours is right.",
        extra={"yours": {"version": version, **typed}, "theirs": {"version": lot.version, **now}},
    )
