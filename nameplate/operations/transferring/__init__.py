"""Transfer orders: units and goods from one site to another, in transit between them, and what did not come settled."""

from nameplate.operations.transferring.arriving import GoodsArrived, Noted, receive_transfer
from nameplate.operations.transferring.orders import (
    OPEN,
    GoodsToSend,
    TransferFields,
    add_to_transfer,
    create_transfer_order,
    edit_transfer_order,
    take_off_transfer,
)
from nameplate.operations.transferring.settling import OUTCOMES, Outcome, settle_extra, settle_missing
from nameplate.operations.transferring.standing import Fate, GoodsOnOrder, TransferStanding, UnitOnOrder, standing
from nameplate.operations.transferring.steps import cancel, make_ready, ship
from nameplate.operations.transferring.verdicts import Judged, LineVerdict, judge_box, known_of

__all__ = [
    "OPEN",
    "OUTCOMES",
    "Fate",
    "GoodsArrived",
    "GoodsOnOrder",
    "GoodsToSend",
    "Judged",
    "LineVerdict",
    "Noted",
    "Outcome",
    "TransferFields",
    "TransferStanding",
    "UnitOnOrder",
    "add_to_transfer",
    "cancel",
    "create_transfer_order",
    "edit_transfer_order",
    "judge_box",
    "known_of",
    "make_ready",
    "receive_transfer",
    "settle_extra",
    "settle_missing",
    "ship",
    "standing",
    "take_off_transfer",
]
