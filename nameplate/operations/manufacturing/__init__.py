"""Manufacturing orders: what is made, of which parts, and which part went into which product."""

from nameplate.operations.manufacturing.booking import book_proposed, book_units, free_units, propose_units, units_for
from nameplate.operations.manufacturing.completing import Completion, complete
from nameplate.operations.manufacturing.consuming import FailedUnit, GoodsUsed, UsedUnit
from nameplate.operations.manufacturing.expecting import settle
from nameplate.operations.manufacturing.grid import CellVerdict, Column, Judged, ProductRow, columns_of, judge_grid
from nameplate.operations.manufacturing.numbering import plan_products, planned_products, withdraw_products
from nameplate.operations.manufacturing.orders import OrderFields, create_manufacturing_order, edit_manufacturing_order, lock_order
from nameplate.operations.manufacturing.progress import PartProgress, Progress, progress
from nameplate.operations.manufacturing.steps import cancel, cancel_rest, close, pause, reopen, schedule, start

__all__ = [
    "CellVerdict",
    "Column",
    "Completion",
    "FailedUnit",
    "GoodsUsed",
    "Judged",
    "OrderFields",
    "PartProgress",
    "ProductRow",
    "Progress",
    "UsedUnit",
    "book_proposed",
    "book_units",
    "cancel",
    "cancel_rest",
    "close",
    "columns_of",
    "complete",
    "create_manufacturing_order",
    "edit_manufacturing_order",
    "free_units",
    "judge_grid",
    "lock_order",
    "pause",
    "plan_products",
    "planned_products",
    "progress",
    "propose_units",
    "reopen",
    "schedule",
    "settle",
    "start",
    "units_for",
    "withdraw_products",
]
