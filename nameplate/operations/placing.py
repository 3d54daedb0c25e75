"""Where goods can be put: a location in use, and not one that only stands for a journey."""

from __future__ import annotations

from nameplate.models import Location
from nameplate.refusals import Invalid


def place_of(location_id: int | None, *, field: str = "location") -> Location:
    """The location. Refused, naming `field`: none given, one that does not exist, is archived or stands for transit."""
    if location_id is None:
        raise Invalid("no-location", "Say where it goes.", fields={field: "Choose a location."})
    usable = Location.objects.filter(archived=False, site__archived=False).exclude(purpose=Location.Purpose.TRANSIT)
    found = usable.select_related("site").filter(pk=location_id).first()
    if found is None:
        raise Invalid("no-such-location", "Goods cannot be put there.", fields={field: "Choose a location that is in use."})
    return found
