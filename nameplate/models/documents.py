"""The papers under which things are done: one row per document, whatever its kind."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import models

from nameplate.models.text import BinaryText


class DocumentKind(models.TextChoices):
    """The kinds of documents; the value is the prefix of their numbers."""

    PURCHASE_ORDER = "PO", "Purchase order"
    MANUFACTURING_ORDER = "MO", "Manufacturing order"
    CUSTOMER_ORDER = "CO", "Customer order"
    SHIPMENT = "S", "Shipment"
    TRANSFER_ORDER = "TO", "Transfer order"
    WRITE_OFF = "WO", "Write-off"
    RETURN = "RMA", "Return"
    INSPECTION = "QC", "Inspection"
    COUNT = "SC", "Stock count"
    REPAIR = "RO", "Repair order"
    VENDOR_RETURN = "RTV", "Return to vendor"
    DISASSEMBLY = "DA", "Disassembly"


NOUNS: Mapping[str, str] = {
    DocumentKind.PURCHASE_ORDER: "purchase-orders",
    DocumentKind.MANUFACTURING_ORDER: "manufacturing-orders",
    DocumentKind.CUSTOMER_ORDER: "customer-orders",
    DocumentKind.SHIPMENT: "shipments",
    DocumentKind.WRITE_OFF: "write-offs",
    DocumentKind.INSPECTION: "inspections",
    DocumentKind.REPAIR: "rework",
    DocumentKind.DISASSEMBLY: "disassemblies",
    DocumentKind.TRANSFER_ORDER: "transfer-orders",
    DocumentKind.COUNT: "stock-counts",
    DocumentKind.VENDOR_RETURN: "vendor-returns",
    DocumentKind.RETURN: "returns",
}
"""The path segment of each kind of document that has a page."""


class DocumentStatus(models.TextChoices):
    """Where a document stands. Which of them a kind can have, and from which to which, its operation says."""

    RFQ = "rfq", "RFQ"
    NEW = "new", "New"
    APPROVED = "approved", "Approved"
    ORDERED = "ordered", "Ordered"
    READY = "ready", "Ready for shipment"
    PARTLY_SHIPPED = "partly_shipped", "Partly shipped"
    SHIPPED = "shipped", "Shipped"
    RECEIVED = "received", "Received"
    SCHEDULED = "scheduled", "Scheduled"
    IN_PROGRESS = "in_progress", "In progress"
    PAUSED = "paused", "Paused"
    DONE = "done", "Done"
    WAITING_INSPECTION = "waiting_inspection", "Waiting for inspection"
    WAITING_ACTION = "waiting_action", "Waiting for action"
    RESOLVED = "resolved", "Resolved"
    CLOSED = "closed", "Closed"
    CANCELED = "canceled", "Canceled"


class Document(models.Model):
    """One document. What is particular to its kind stands in a model one-to-one with it."""

    kind = models.CharField(max_length=4, choices=DocumentKind.choices)
    number = models.CharField(max_length=40)
    number_key = BinaryText(unique=True)
    sort_key = BinaryText()
    status = models.CharField(max_length=20, choices=DocumentStatus.choices, default=DocumentStatus.NEW)
    party = models.ForeignKey("Party", models.PROTECT, null=True, blank=True, related_name="documents")
    notes = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey("User", models.PROTECT, related_name="+", db_index=False)
    version = models.IntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["kind", "sort_key", "id"], name="document_kind_number"),
            models.Index(fields=["sort_key", "id"], name="document_number"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def noun(self) -> str:
        """The path segment of its page, like `purchase-orders`."""
        return NOUNS.get(self.kind, "documents")


class PurchaseOrder(models.Model):
    """What is particular to a purchase order. Dates are business dates in the company's time zone."""

    document = models.OneToOneField(Document, models.PROTECT, primary_key=True, related_name="purchase_order")
    vendor_reference = models.CharField(max_length=100, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    """Of its prices (ISO 4217); empty is the company’s, as on orders from before there were prices."""
    expected_on = models.DateField(null=True, blank=True)
    ordered_on = models.DateField(null=True, blank=True)
    shipped_on = models.DateField(null=True, blank=True)


class Line(models.Model):
    """A line of a document: so many of an item. What came of it is read from the ledger, never typed."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="lines", db_index=False)
    position = models.IntegerField()
    item = models.ForeignKey("Item", models.PROTECT, related_name="lines")
    quantity = models.BigIntegerField()
    """In millionths of the item's unit."""
    price = models.BigIntegerField(null=True, blank=True)
    """Of one unit of the item, in millionths of the order’s currency; None is a price that is not agreed."""
    amount = models.BigIntegerField(null=True, blank=True)
    """What the line comes to, rounded as its currency is; kept by purchasing beside the price."""
    expected_on = models.DateField(null=True, blank=True)
    warranty_months = models.SmallIntegerField(null=True, blank=True)
    """Of what a customer order's line ships, 0 for none; None is as long as the item has."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["document", "position"], name="line_position_unique"),
            models.CheckConstraint(condition=models.Q(quantity__gt=0), name="line_quantity_positive"),
            models.CheckConstraint(
                condition=models.Q(price__isnull=True, amount__isnull=True) | models.Q(price__gte=0, amount__gte=0),
                name="line_price_with_amount",
            ),
        ]
