"""What there is: fields, constraints, chainable querysets. No verbs; the ledger alone writes state."""

from nameplate.models.arranging import ListLayout, SavedSearch
from nameplate.models.bills import BillLine
from nameplate.models.catalogue import Address, Contact, Item, Location, Party, PartyRole, SerialCounter, Site, Tracking
from nameplate.models.changes import Change, Switch
from nameplate.models.counts import CountPlace, CountScan, ExpectedGoods, ExpectedUnit, ScanVerdict, StockCount
from nameplate.models.custom_fields import CustomField, FieldKind, FieldNoun, FieldValue
from nameplate.models.documents import NOUNS, Document, DocumentKind, DocumentStatus, Line, PurchaseOrder
from nameplate.models.entries import Entry, LotMovement, Movement, StockMovement
from nameplate.models.files import Attachment, FileContent
from nameplate.models.inspections import (
    CheckKind,
    CheckResult,
    InspectedGoods,
    InspectedUnit,
    Inspection,
    InspectionPlan,
    PlanCheck,
    Verdict,
)
from nameplate.models.jobs import Import, ImportMapping, Job, JobKind, JobStatus
from nameplate.models.lots import Lot, LotStatus, Stock
from nameplate.models.manufacturing import FailedPart, ManufacturingOrder, MissingPart, PartLine
from nameplate.models.people import ApiKey, Draft, Request, Role, User
from nameplate.models.reasons import Reason, ReasonKind
from nameplate.models.returns import SHIPMENTS_SWAPPED, EarlierOutcome, Repair, Return, ReturnGoods, ReturnOutcome, ReturnUnit
from nameplate.models.sales import CustomerOrder, Pick, Shipment
from nameplate.models.selections import Selection
from nameplate.models.serials import Availability, Component, Name, Serial, Status
from nameplate.models.settings import Setting
from nameplate.models.transfers import TransferExtra, TransferLine, TransferOrder, TransferUnit
from nameplate.models.vendor_returns import VendorReplacement, VendorReturn
from nameplate.models.write_offs import WriteOff

__all__ = [
    "NOUNS",
    "SHIPMENTS_SWAPPED",
    "Address",
    "ApiKey",
    "Attachment",
    "Availability",
    "BillLine",
    "Change",
    "CheckKind",
    "CheckResult",
    "Component",
    "Contact",
    "CountPlace",
    "CountScan",
    "CustomField",
    "CustomerOrder",
    "Document",
    "DocumentKind",
    "DocumentStatus",
    "Draft",
    "EarlierOutcome",
    "Entry",
    "ExpectedGoods",
    "ExpectedUnit",
    "FailedPart",
    "FieldKind",
    "FieldNoun",
    "FieldValue",
    "FileContent",
    "Import",
    "ImportMapping",
    "InspectedGoods",
    "InspectedUnit",
    "Inspection",
    "InspectionPlan",
    "Item",
    "Job",
    "JobKind",
    "JobStatus",
    "Line",
    "ListLayout",
    "Location",
    "Lot",
    "LotMovement",
    "LotStatus",
    "ManufacturingOrder",
    "MissingPart",
    "Movement",
    "Name",
    "PartLine",
    "Party",
    "PartyRole",
    "Pick",
    "PlanCheck",
    "PurchaseOrder",
    "Reason",
    "ReasonKind",
    "Repair",
    "Request",
    "Return",
    "ReturnGoods",
    "ReturnOutcome",
    "ReturnUnit",
    "Role",
    "SavedSearch",
    "ScanVerdict",
    "Selection",
    "Serial",
    "SerialCounter",
    "Setting",
    "Shipment",
    "Site",
    "Status",
    "Stock",
    "StockCount",
    "StockMovement",
    "Switch",
    "Tracking",
    "TransferExtra",
    "TransferLine",
    "TransferOrder",
    "TransferUnit",
    "User",
    "VendorReplacement",
    "VendorReturn",
    "Verdict",
    "WriteOff",
]
