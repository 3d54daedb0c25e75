"""What is built in, and what comes out, stays at its product's site: between sites things go by a transfer order."""

from __future__ import annotations

from collections.abc import Iterable

from nameplate.models import Location
from nameplate.operations.assembling.standing import Standing
from nameplate.refusals import Conflict, Offender

_WAY_OUT = "Send it there by a transfer order first."


def parts_elsewhere(pairs: Iterable[tuple[Standing, Standing]]) -> list[Offender]:
    """Parts that lie at another site than the product (or the part beside it) that they go to: (what goes in, what is there), by line."""
    return [
        Offender(part.number, f"it is at {part.site}, and {there.root} at {there.site}", part.id, line)
        for line, (part, there) in enumerate(pairs, 1)
        if part.site_id is not None and there.site_id is not None and part.site_id != there.site_id
    ]


def refuse_parts_elsewhere(pairs: Iterable[tuple[Standing, Standing]], *, field: str) -> None:
    """Refuse such parts."""
    if offenders := parts_elsewhere(pairs):
        sentence = f"{offenders[0].text}: {offenders[0].why}." if len(offenders) == 1 else f"{len(offenders):,} parts are at another site."
        raise Conflict("other-site", sentence, fields={field: sentence}, offenders=offenders, way_out=_WAY_OUT)


def refuse_place_elsewhere(units: Iterable[Standing], place: Location) -> None:
    """Refuse to put down at `place` what comes out of a product that lies at another site."""
    away = [unit for unit in units if unit.site_id is not None and unit.site_id != place.site_id]
    if away:
        offenders = [Offender(unit.number, f"it is at {unit.site}", unit.id) for unit in away]
        sentence = f"{place} is at {place.site}, and what comes out is at {away[0].site}."
        way_out = f"Choose a location at {away[0].site}."
        raise Conflict("place-elsewhere", sentence, fields={"location": sentence}, offenders=offenders, way_out=way_out)
