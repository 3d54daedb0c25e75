"""What the ledger leaves alone while a function is off, whichever operation asks: so quantities never drift from serial numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from nameplate import functions
from nameplate.functions import EXPIRY_DATES, LOTS, SERIAL_NUMBERS
from nameplate.ledger.kinds import RULE, SWITCHES_INTO, Kind
from nameplate.ledger.moves import Goods, LotChange, Step
from nameplate.models import Status, Tracking


def refuse_steps(steps: Sequence[Step]) -> None:
    """Refuse anything done to units while Serial numbers is off, and a kind or fate of which every function is off."""
    if not steps:
        return
    refuse_units()
    off = functions.off()
    for rule in {RULE[step.kind] for step in steps if RULE[step.kind].switches}:
        if off.issuperset(rule.switches):
            raise functions.switched_off(rule.switches, f"“{rule.label}”")
    for status in {step.to["status"] for step in steps if step.kind is Kind.REMOVED and "status" in step.to} & SWITCHES_INTO.keys():
        if off.issuperset(SWITCHES_INTO[status]):
            raise functions.switched_off(SWITCHES_INTO[status], f"Taking out as {Status(status).label}", field="fate")


def refuse_units() -> None:
    """Refuse whatever is done to units while Serial numbers is off, undoing too."""
    functions.require_on(SERIAL_NUMBERS, "A change to units", field="serials")


def refuse_goods(goods: Iterable[Goods], tracking: dict[int, str]) -> None:
    """Refuse a change of the stock of lot-tracked items while Lots is off. `tracking` says of each lot how its item is followed."""
    if any(tracking[change.lot_id] == Tracking.LOT for change in goods):
        functions.require_on(LOTS, "A change to stock that is followed by lot", field="quantity")


def refuse_expiry(changes: Iterable[LotChange]) -> None:
    """Refuse to give a lot an expiry date while Expiry dates is off. Undoing may give one back."""
    if any(change.edits.get("expires_on") for change in changes):
        functions.require_on(EXPIRY_DATES, "An expiry date", field="expires_on")
