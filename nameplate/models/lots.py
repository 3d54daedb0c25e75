"""Lots, and how much of each is where."""

from __future__ import annotations

from django.db import models

from nameplate.models.text import BinaryText


class LotStatus(models.TextChoices):
    """The status of a lot; which of them a unit's status demands stands in `ledger.kinds`."""

    REQUESTED = "requested", "Requested"
    PLANNED = "planned", "Planned"
    RECEIVED = "received", "Received"
    CANCELED = "canceled", "Canceled"
    ON_HOLD = "on_hold", "On hold"
    REJECTED = "rejected", "Rejected"
    RMA_INSPECTION = "rma_inspection", "RMA waiting for inspection"
    RMA_REPAIR = "rma_repair", "RMA waiting for repair"
    RMA_READY = "rma_ready", "RMA ready for shipment"
    RMA_RETURNED = "rma_returned", "RMA returned"


class Lot(models.Model):
    """One batch of one item from one source. `status` and `version` are the fold of its lot movements."""

    number = models.CharField(max_length=40)
    number_key = BinaryText(unique=True)
    sort_key = BinaryText()
    item = models.ForeignKey("Item", models.PROTECT, related_name="lots")
    status = models.CharField(max_length=20, choices=LotStatus.choices)
    source = models.ForeignKey("Document", models.PROTECT, null=True, blank=True, related_name="lots")
    line = models.ForeignKey("Line", models.PROTECT, null=True, blank=True, related_name="lots")
    split_from = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="splits")
    vendor_batch = models.CharField(max_length=100, blank=True)
    expires_on = models.DateField(null=True, blank=True)
    cost = models.BigIntegerField(null=True, blank=True)
    """Cost of one unit of the item, in millionths of the company's currency."""
    notes = models.TextField(blank=True)
    custom = models.JSONField(null=True)
    hold = models.CharField(max_length=200, blank=True, default="")
    """Why all of it is on hold; empty when it is not, whatever units of it are."""
    created_at = models.DateTimeField(auto_now_add=True)
    version = models.IntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["sort_key", "id"], name="lot_number")]
        constraints = [models.CheckConstraint(condition=models.Q(status__in=LotStatus.values), name="lot_status_known")]

    def __str__(self) -> str:
        return self.number

    @property
    def origins(self) -> list[Lot]:
        """The lots that it was split from, the nearest first. One that waits for the rest of a delivery was not split from the first."""
        found: list[Lot] = []
        lot: Lot | None = self
        while lot is not None and lot.line_id is None and (lot := lot.split_from) is not None and lot not in found:
            found.append(lot)
        return found


class Stock(models.Model):
    """How much of a lot is at a location, in millionths. For serial-tracked items it equals the number of units there.

    `reserved` counts what is promised to an order; `held` what is on hold and not promised.
    """

    lot = models.ForeignKey(Lot, models.PROTECT, related_name="stock", db_index=False)
    location = models.ForeignKey("Location", models.PROTECT, related_name="stock")
    quantity = models.BigIntegerField(default=0)
    reserved = models.BigIntegerField(default=0)
    held = models.BigIntegerField(default=0)
    version = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lot", "location"], name="stock_once"),
            models.CheckConstraint(condition=models.Q(quantity__gte=0), name="stock_not_negative"),
            models.CheckConstraint(condition=models.Q(reserved__gte=0), name="stock_reserved_not_negative"),
            models.CheckConstraint(condition=models.Q(held__gte=0), name="stock_held_not_negative"),
            models.CheckConstraint(
                condition=models.Q(quantity__gte=models.F("reserved") + models.F("held")), name="stock_not_overpromised"
            ),
        ]
