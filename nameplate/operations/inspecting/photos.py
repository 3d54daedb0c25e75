"""Photos and other files of units that are inspected: kept with the unit; one that a check of its plan asks for is its result."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from nameplate.models import User
from nameplate.operations import filing
from nameplate.refusals import Invalid
from nameplate.serial_text import canonical

MOST_OF_A_UNIT = 20
"""Files of one unit in one act."""


class Photo(NamedTuple):
    """A file of a unit; `check` is the check of its plan that it answers, `field` what its sender calls it."""

    unit_id: int
    name: str
    data: bytes
    check: str = ""
    field: str = "photo"


class File(NamedTuple):
    """A file on a unit, as the result of a check."""

    id: int


def attach_photos(*, actor: User, photos: Sequence[Photo]) -> dict[int, dict[str, File]]:
    """Put the files on their units; by unit, which check each answers. Call it in the transaction of the act that they are sent with.

    Refused: two files for one check of a unit; a file that cannot be kept.
    """
    answered: set[tuple[int, str]] = set()
    for one in photos:
        answer = (one.unit_id, canonical(one.check))
        if one.check and answer in answered:
            raise Invalid("twice", f"“{one.check[:60]}” has two files.", fields={f"{one.field}.check": "One file for each check, please."})
        answered.add(answer)
    sent = [filing.Sent(one.unit_id, one.name, one.data, one.field) for one in photos]
    found: dict[int, dict[str, File]] = {one.unit_id: {} for one in photos}
    for one, file in zip(photos, filing.attach_all(actor=actor, noun="serials", files=sent) if sent else (), strict=True):
        if one.check:
            found[one.unit_id][one.check] = File(file.pk)
    return found
