"""Why something is on hold, and what that means."""

from __future__ import annotations

from nameplate.models.serials import NUMBER_MISSING
from nameplate.refusals import Invalid
from nameplate.serial_text import fold

LONGEST_REASON = 200
WHAT_IT_BLOCKS = (
    "What is on hold can be moved, rejected, written off and corrected. It cannot be built in, used, shipped or reserved, "
    "and a product with it inside cannot be shipped."
)
"""What the forms say. The rule itself stands in `ledger.kinds.GUARDS`."""
HELD, FREED = "put on hold", "freed from hold"


def hold_reason(reason: str) -> str:
    """The reason as it is kept. Refused: none, one too long, or the one that units without a readable number have."""
    why = " ".join(reason.split())
    if not why:
        raise Invalid("reason-needed", "A hold needs a reason.", fields={"reason": "Say why it is on hold."})
    if len(why) > LONGEST_REASON:
        raise Invalid("too-long", "The reason is too long.", fields={"reason": f"At most {LONGEST_REASON} characters."})
    if fold(why) == NUMBER_MISSING:
        sentence = "This reason is kept for units received without a readable number; say it in other words."
        raise Invalid("reserved-reason", sentence, fields={"reason": sentence})
    return why
