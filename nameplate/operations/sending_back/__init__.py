"""Returns to vendors: units sent back under the vendor's reference, and what came for them, another unit or the same one."""

from nameplate.operations.sending_back.replacing import REPLACED, receive_replacements
from nameplate.operations.sending_back.returns import ReturnFields, edit_vendor_return, send_to_vendor, vendor_of
from nameplate.operations.sending_back.standing import SENT, SentUnit, sent_units
from nameplate.operations.sending_back.undone import follow_undo, papers_of, refuse_replaced

__all__ = [
    "REPLACED",
    "SENT",
    "ReturnFields",
    "SentUnit",
    "edit_vendor_return",
    "follow_undo",
    "papers_of",
    "receive_replacements",
    "refuse_replaced",
    "send_to_vendor",
    "sent_units",
    "vendor_of",
]
