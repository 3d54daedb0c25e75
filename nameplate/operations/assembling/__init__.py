"""After the build: components replaced, taken out, built in later, and said to be where they are; products taken apart and reworked."""

from nameplate.operations.assembling.fates import Fate, Outcome
from nameplate.operations.assembling.fitting import Fitting, install_components, place_components
from nameplate.operations.assembling.goods import GoodsOut
from nameplate.operations.assembling.goods_in import GoodsIn, goods_named
from nameplate.operations.assembling.goods_swaps import GoodsSwap
from nameplate.operations.assembling.removing import remove_components, take_apart
from nameplate.operations.assembling.replacing import Replacing, Swap, replace_components
from nameplate.operations.assembling.reworking import begin_rework, end_rework

__all__ = [
    "Fate",
    "Fitting",
    "GoodsIn",
    "GoodsOut",
    "GoodsSwap",
    "Outcome",
    "Replacing",
    "Swap",
    "begin_rework",
    "end_rework",
    "goods_named",
    "install_components",
    "place_components",
    "remove_components",
    "replace_components",
    "take_apart",
]
