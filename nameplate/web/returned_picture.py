"""The picture over what came back: how much for which reason."""

from __future__ import annotations

from nameplate import access
from nameplate.listings import returned_by_reason
from nameplate.listings.engine import Page
from nameplate.listings.returned_by_reason import ReasonTotal
from nameplate.web.drawing import LETTER, MOST_DRAWN, MOST_TOLD, WIDE, Bar, Mark, Picture, amount_of, asked, own_rows, shortened
from nameplate.web.lookups import term_of

NO_REASON = "No reason given"


def by_reason(found: Page, actor: access.Actor) -> Picture:
    """A bar for each reason, the most frequent first, as long as the list that it leads to."""
    query = found.query
    totals = returned_by_reason.totals(actor=actor, params=asked(query))
    most = max((total.lines for total in totals), default=0) or 1
    longest = max((len(shortened(total.reason or NO_REASON)) for total in totals[:MOST_DRAWN]), default=0)
    left = 16 + round(longest * LETTER)
    room = WIDE - left - 120
    bars, names, rows = [], [], []
    for place, total in enumerate(totals[:MOST_TOLD]):
        name = total.reason or NO_REASON
        href = own_rows(query, reason=term_of(total.reason) if total.reason else "=")
        if place < MOST_DRAWN:
            y, wide = 34 * place + 6, total.lines / most * room
            bars.append(Bar(left, y, round(max(wide, 2), 2), 24, "np-returned", f"{name}: {_told(total)}", href))
            names += [Mark(left - 10, y + 16, shortened(name), end=True), Mark(round(left + wide + 8, 2), y + 16, f"{total.lines:,}")]
        rows.append([(name, ""), (f"{total.lines:,}", href), (amount_of(total.units), ""), (amount_of(total.goods), "")])
    return Picture(
        title="What came back, or is to, by reason",
        description="; ".join(bar.says for bar in bars) or "Nothing came back.",
        bars=bars,
        marks=names,
        lines=(),
        legend=(),
        heads=["Reason", "Lines", "Units", "Of goods"],
        rows=rows,
        tall=34 * max(len(bars), 1) + 6,
    )


def _told(total: ReasonTotal) -> str:
    units = f"{total.units:,} unit{'' if total.units == 1 else 's'}"
    return units if not total.goods else f"{units}, {total.goods:,} line{'' if total.goods == 1 else 's'} of goods"
