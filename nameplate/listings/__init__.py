"""What people look at: the engine of lists, and one declaration per list."""

from nameplate.listings.columns import Choice, Column
from nameplate.listings.engine import Listing, Page
from nameplate.listings.entries import history_of
from nameplate.listings.registry import ALL

__all__ = ["ALL", "Choice", "Column", "Listing", "Page", "history_of"]
