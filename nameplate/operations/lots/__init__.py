"""Stock lots worked with by hand: made, added to, edited."""

from nameplate.operations.lots.boxes import HandBox, draft_subject, preview_box, receive_box
from nameplate.operations.lots.contents import Contents
from nameplate.operations.lots.editing import edit_lot
from nameplate.operations.lots.fields import LotFields
from nameplate.operations.lots.making import add_to_lot, create_lot, lock_lot

__all__ = [
    "Contents",
    "HandBox",
    "LotFields",
    "add_to_lot",
    "create_lot",
    "draft_subject",
    "edit_lot",
    "lock_lot",
    "preview_box",
    "receive_box",
]
