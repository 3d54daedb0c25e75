"""What there is: fields, constraints, chainable querysets. No verbs; the ledger alone writes state."""

from nameplate.models.catalogue import Item, Location, Party, PartyRole, Site, Tracking
from nameplate.models.changes import Change, Switch
from nameplate.models.documents import Document, DocumentKind, DocumentStatus, Line, PurchaseOrder
from nameplate.models.entries import Entry, LotMovement, Movement, StockMovement
from nameplate.models.lots import Lot, LotStatus, Stock
from nameplate.models.people import ApiKey, Draft, Request, Role, User
from nameplate.models.serials import Availability, Component, Name, Serial, Status

__all__ = [
    "ApiKey",
    "Availability",
    "Change",
    "Component",
    "Document",
    "DocumentKind",
    "DocumentStatus",
    "Draft",
    "Entry",
    "Item",
    "Line",
    "Location",
    "Lot",
    "LotMovement",
    "LotStatus",
    "Movement",
    "Name",
    "Party",
    "PartyRole",
    "PurchaseOrder",
    "Request",
    "Role",
    "Serial",
    "Site",
    "Status",
    "Stock",
    "StockMovement",
    "Switch",
    "Tracking",
    "User",
]
