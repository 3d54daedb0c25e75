"""Returns (RMA): announced or brought, received, inspected, restocked, rejected, repaired, sent back or replaced."""

from nameplate.operations.returning.candidates import Offered, offered
from nameplate.operations.returning.deciding import decide, reject, restock
from nameplate.operations.returning.goods import GoodsSaid, GoodsThere, goods_there
from nameplate.operations.returning.newcomers import Unknown
from nameplate.operations.returning.opening import add_to_return, create_return, take_off_return
from nameplate.operations.returning.papers import ReturnFields, cancel_return, edit_return
from nameplate.operations.returning.parts import GoodsPart
from nameplate.operations.returning.receiving import receive_return, take_back, take_in_unknown
from nameplate.operations.returning.repairing import begin_repair, end_repair
from nameplate.operations.returning.sending import ship_back
from nameplate.operations.returning.standing import ReturnStanding, ReturnState, UnitBack, standing
from nameplate.operations.returning.swapping import settle_contradiction, swap_shipments
from nameplate.operations.returning.units import Said

__all__ = [
    "GoodsPart",
    "GoodsSaid",
    "GoodsThere",
    "Offered",
    "ReturnFields",
    "ReturnStanding",
    "ReturnState",
    "Said",
    "UnitBack",
    "Unknown",
    "add_to_return",
    "begin_repair",
    "cancel_return",
    "create_return",
    "decide",
    "edit_return",
    "end_repair",
    "goods_there",
    "offered",
    "receive_return",
    "reject",
    "restock",
    "settle_contradiction",
    "ship_back",
    "standing",
    "swap_shipments",
    "take_back",
    "take_in_unknown",
    "take_off_return",
]
