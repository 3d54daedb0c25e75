"""When a lot expires: what the item's shelf life proposes, and what is said of lots that have expired."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from nameplate import functions
from nameplate.listings.lot_ends import expired_lots
from nameplate.models import Item, Tracking
from nameplate.operations.manufacturing.booking import First


def may_expire(item: Item) -> bool:
    """Whether it is asked when what came of the item expires."""
    return item.tracking != Tracking.NONE and functions.is_on(functions.EXPIRY_DATES)


def usual_order(items: Iterable[Item]) -> First:
    """By what a proposal of these goes unless somebody says: by expiry where one of them has a shelf life, else by receipt."""
    return "expiry" if any(item.shelf_life_days and may_expire(item) for item in items) else "received"


def proposed_expiry(item: Item, day: str) -> str:
    """When what came or was made on this day expires by the item's shelf life; empty where it has none, or the day is none."""
    if not item.shelf_life_days:
        return ""
    try:
        return (date.fromisoformat(day.strip()) + timedelta(days=item.shelf_life_days)).isoformat()
    except (ValueError, OverflowError):
        return ""


def following(item: Item, typed: str, *, proposed_for: str, day: str) -> str:
    """The day of expiry as typed. A proposal that was left as it came up follows the day that it was made for."""
    return (proposed_expiry(item, day) or typed) if typed and typed == proposed_expiry(item, proposed_for) else typed


def expired_note(units: Sequence[int], lots: Sequence[int] = ()) -> str:
    """What is added to the word that these were taken, where lots of theirs have expired: a warning, not a refusal."""
    found = expired_lots(units, lots)
    told = ", ".join(f"lot {number} on {day}" for _, number, day, _ in found[:5])
    return f" Mind that some of it has expired: {told}{f' and {len(found) - 5:,} more' if len(found) > 5 else ''}." if found else ""
