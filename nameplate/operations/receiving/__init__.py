"""Receiving what was ordered: what the box says of each number, and the receipt itself."""

from nameplate.operations.receiving.boxes import Box, draft_subject, preview, receive_boxes
from nameplate.operations.receiving.judging import BoxAnswer, LineVerdict
from nameplate.operations.receiving.lines import LineReceipt
from nameplate.operations.receiving.receipts import receive
from nameplate.operations.receiving.verdicts import Verdict

__all__ = ["Box", "BoxAnswer", "LineReceipt", "LineVerdict", "Verdict", "draft_subject", "preview", "receive", "receive_boxes"]
