"""Serial numbers as the makers of hard drives and power supplies give them; invented, and the same in every demo."""

from __future__ import annotations

from random import Random

PATTERNS = {
    "HDD-3T-W": ("WD-WCAWZ#######", "WD-WMC1T#######", "WD-WCC0#########"),
    "HDD-3T-S": ("W1F0??##", "W1F1??##", "Z1F0??##"),
    "HDD-3T-H": ("MJ0351YNG#???A", "MK0311YHG????A"),
    "HDD-4T-H": ("PL1311LAG#????", "PL2331LAG#????"),
    "PSU-760": ("Z76-####",),
}
"""`#` is a digit, `?` a letter or a digit; everything else stands for itself."""

_SIGNS = {"#": "0123456789", "?": "0123456789ABCDEFGHJKLMNPRSTUVWXYZ"}


class Numbers:
    """Gives out numbers of an item, none of them twice."""

    def __init__(self) -> None:
        self._random = Random(45)  # noqa: S311  # a demo shall look the same everywhere
        self._given: set[str] = set()

    def take(self, item: str, count: int) -> list[str]:
        """So many new numbers; a delivery has one maker's pattern."""
        pattern = self._random.choice(PATTERNS[item])
        taken: list[str] = []
        while len(taken) < count:
            number = "".join(self._random.choice(_SIGNS[sign]) if sign in _SIGNS else sign for sign in pattern)
            if number not in self._given:
                self._given.add(number)
                taken.append(number)
        return taken
