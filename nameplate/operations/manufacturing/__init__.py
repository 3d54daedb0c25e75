"""Manufacturing orders: what is made, of which parts, and which part went into which product."""

from nameplate.operations.manufacturing.as_built import AsBuilt, BuiltPart, BuiltProduct, MissingHere, as_built, parts_in
from nameplate.operations.manufacturing.booking import (
    First,
    book_parts,
    book_proposed,
    free_parts,
    goods_to_book,
    propose_units,
    read_first,
    units_for,
    units_to_book,
)
from nameplate.operations.manufacturing.booking_goods import BookedGoods, FreedGoods, GoodsProposal, booked_goods, propose_goods, spots_of
from nameplate.operations.manufacturing.completing import Completion, complete
from nameplate.operations.manufacturing.consuming import FailedUnit, GoodsUsed, UsedUnit
from nameplate.operations.manufacturing.expecting import refuse_overdrawn, settle
from nameplate.operations.manufacturing.foreseeing import Foreseen, foresee
from nameplate.operations.manufacturing.grid import CellVerdict, Column, Judged, ProductRow, columns_of, judge_grid
from nameplate.operations.manufacturing.lacking import Lacking, finished_without
from nameplate.operations.manufacturing.laying_out import GivenPart, GivenProduct, lay_out
from nameplate.operations.manufacturing.numbering import plan_products, planned_products, withdraw_products
from nameplate.operations.manufacturing.orders import (
    OrderFields,
    create_manufacturing_order,
    edit_manufacturing_order,
    find_order,
    lock_order,
)
from nameplate.operations.manufacturing.picking import GoodsPick, PartPick, UnitPick, picks
from nameplate.operations.manufacturing.progress import PartProgress, Progress, progress
from nameplate.operations.manufacturing.steps import cancel, cancel_rest, close, pause, reopen, schedule, start
from nameplate.operations.manufacturing.undone_parts import goods_of_products

__all__ = [
    "AsBuilt",
    "BookedGoods",
    "BuiltPart",
    "BuiltProduct",
    "CellVerdict",
    "Column",
    "Completion",
    "FailedUnit",
    "First",
    "Foreseen",
    "FreedGoods",
    "GivenPart",
    "GivenProduct",
    "GoodsPick",
    "GoodsProposal",
    "GoodsUsed",
    "Judged",
    "Lacking",
    "MissingHere",
    "OrderFields",
    "PartPick",
    "PartProgress",
    "ProductRow",
    "Progress",
    "UnitPick",
    "UsedUnit",
    "as_built",
    "book_parts",
    "book_proposed",
    "booked_goods",
    "cancel",
    "cancel_rest",
    "close",
    "columns_of",
    "complete",
    "create_manufacturing_order",
    "edit_manufacturing_order",
    "find_order",
    "finished_without",
    "foresee",
    "free_parts",
    "goods_of_products",
    "goods_to_book",
    "judge_grid",
    "lay_out",
    "lock_order",
    "parts_in",
    "pause",
    "picks",
    "plan_products",
    "planned_products",
    "progress",
    "propose_goods",
    "propose_units",
    "read_first",
    "refuse_overdrawn",
    "reopen",
    "schedule",
    "settle",
    "spots_of",
    "start",
    "units_for",
    "units_to_book",
    "withdraw_products",
]
