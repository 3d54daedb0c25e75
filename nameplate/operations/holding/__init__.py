"""On hold, and free again: units, whole lots, and quantities of goods without serial numbers. A hold always says why.

What is on hold can be moved, rejected, written off, corrected and edited; it cannot be built in, used, shipped or reserved.
"""

from nameplate.operations.holding.goods import hold_goods, release_goods
from nameplate.operations.holding.lots import hold_lot, hold_lots, release_lot, release_lots
from nameplate.operations.holding.reasons import WHAT_IT_BLOCKS
from nameplate.operations.holding.units import hold_units, release_units

__all__ = [
    "WHAT_IT_BLOCKS",
    "hold_goods",
    "hold_lot",
    "hold_lots",
    "hold_units",
    "release_goods",
    "release_lot",
    "release_lots",
    "release_units",
]
