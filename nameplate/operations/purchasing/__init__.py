"""Purchase orders: what is bought, from whom, how far it has come."""

from nameplate.operations.purchasing.expecting import settle, settle_all
from nameplate.operations.purchasing.lines import OrderLine
from nameplate.operations.purchasing.orders import OrderFields, create_purchase_order, currency_of, edit_purchase_order, lock_order
from nameplate.operations.purchasing.planning import plan_numbers, withdraw_numbers
from nameplate.operations.purchasing.progress import LineProgress, progress
from nameplate.operations.purchasing.steps import approve, cancel, cancel_rest, confirm, mark_shipped, order

__all__ = [
    "LineProgress",
    "OrderFields",
    "OrderLine",
    "approve",
    "cancel",
    "cancel_rest",
    "confirm",
    "create_purchase_order",
    "currency_of",
    "edit_purchase_order",
    "lock_order",
    "mark_shipped",
    "order",
    "plan_numbers",
    "progress",
    "settle",
    "settle_all",
    "withdraw_numbers",
]
