"""What is particular to customer orders and shipments, and what is picked for a shipment that has not left."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from nameplate.models.documents import Document


class CustomerOrder(models.Model):
    """What is particular to a customer order. Dates are business dates in the company's time zone."""

    document = models.OneToOneField("Document", models.PROTECT, primary_key=True, related_name="customer_order")
    customer_reference = models.CharField(max_length=100, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    """Of its prices (ISO 4217)."""
    expected_on = models.DateField(null=True, blank=True)
    """When the customer expects it."""
    rest_canceled = models.BooleanField(default=False)
    """Whether what had not been shipped then was called off: nothing more of it is reserved or shipped."""


class Shipment(models.Model):
    """What is particular to a shipment: for which orders of its customer, from which site, where to, and how."""

    document = models.OneToOneField("Document", models.PROTECT, primary_key=True, related_name="shipment")
    orders: models.ManyToManyField[Document, Any] = models.ManyToManyField(Document, related_name="shipments")
    site = models.ForeignKey("Site", models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    """Where it leaves from; until something is picked it may be open."""
    address = models.TextField(blank=True)
    """As shipped: it stays what it was when the customer's own changes."""
    carrier = models.CharField(max_length=100, blank=True)
    tracking_number = models.CharField(max_length=100, blank=True)
    shipped_on = models.DateField(null=True, blank=True)


class Pick(models.Model):
    """A unit, or a quantity of a lot at a place, that lies in a shipment that has not left. Each is reserved for its order line.

    It is a plan, not the ledger: a pick whose reservation is gone (the unit was rejected, say) is shown as such and not shipped.
    """

    shipment = models.ForeignKey("Document", models.PROTECT, related_name="picks")
    line = models.ForeignKey("Line", models.PROTECT, related_name="picks")
    serial = models.ForeignKey("Serial", models.PROTECT, null=True, related_name="picks", db_index=False)
    lot = models.ForeignKey("Lot", models.PROTECT, null=True, related_name="+", db_index=False)
    location = models.ForeignKey("Location", models.PROTECT, null=True, related_name="+", db_index=False)
    quantity = models.BigIntegerField()
    """In millionths of the item's unit."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["serial"], condition=Q(serial__isnull=False), name="pick_unit_once"),
            models.UniqueConstraint(fields=["shipment", "line", "lot", "location"], condition=Q(lot__isnull=False), name="pick_goods_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="pick_quantity_positive"),
            models.CheckConstraint(
                condition=Q(serial__isnull=False, lot__isnull=True, location__isnull=True)
                | Q(serial__isnull=True, lot__isnull=False, location__isnull=False),
                name="pick_unit_or_goods",
            ),
        ]
