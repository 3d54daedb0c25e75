"""Customer orders: what is sold, to whom, what of it is reserved, how far it has come."""

from nameplate.operations.sales.canceling import cancel, cancel_rest
from nameplate.operations.sales.lines import OrderLine
from nameplate.operations.sales.orders import OrderFields, create_customer_order, currency_of, edit_customer_order, lock_order
from nameplate.operations.sales.progress import LineProgress, progress, progress_of_all, touched_lines
from nameplate.operations.sales.reserving import free_line, free_reserved, reserve_any, reserve_goods, reserve_units
from nameplate.operations.sales.statuses import OPEN, settle

__all__ = [
    "OPEN",
    "LineProgress",
    "OrderFields",
    "OrderLine",
    "cancel",
    "cancel_rest",
    "create_customer_order",
    "currency_of",
    "edit_customer_order",
    "free_line",
    "free_reserved",
    "lock_order",
    "progress",
    "progress_of_all",
    "reserve_any",
    "reserve_goods",
    "reserve_units",
    "settle",
    "touched_lines",
]
