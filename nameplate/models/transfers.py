"""What is particular to a transfer order: from where to where, which units and goods, and what was on the lorry beside them."""

from __future__ import annotations

from django.db import models


class TransferOrder(models.Model):
    """From one site to another. What of it is in transit or has arrived is read from the ledger."""

    document = models.OneToOneField("Document", models.PROTECT, primary_key=True, related_name="transfer_order")
    origin = models.ForeignKey("Site", models.PROTECT, related_name="+", db_index=False)
    destination = models.ForeignKey("Site", models.PROTECT, related_name="+", db_index=False)
    location = models.ForeignKey("Location", models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    """Where at the destination it goes, unless the arrival says otherwise."""
    shipped_on = models.DateField(null=True, blank=True)
    """A business date of the company."""
    finished = models.BooleanField(default=False)
    """Whether somebody said that nothing more is coming: what is still in transit then is missing."""


class TransferUnit(models.Model):
    """A unit on a transfer order. Two orders may name the same unit until one of them ships it."""

    order = models.ForeignKey("Document", models.PROTECT, related_name="transfer_units", db_index=False)
    serial = models.ForeignKey("Serial", models.PROTECT, related_name="+")
    taken_by = models.ForeignKey("Entry", models.PROTECT, null=True, related_name="+", db_index=False)
    """The arrival that took it along although it was not on the order."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order", "serial"], name="transfer_unit_once")]


class TransferLine(models.Model):
    """What is particular to a line of a transfer order: which lot, and where at the origin it lies."""

    line = models.OneToOneField("Line", models.CASCADE, primary_key=True, related_name="transfer")
    lot = models.ForeignKey("Lot", models.PROTECT, related_name="+", db_index=False)
    location = models.ForeignKey("Location", models.PROTECT, related_name="+", db_index=False)


class TransferExtra(models.Model):
    """A number that was met at an arrival, was not on the order and was not taken along: open until somebody says what it was."""

    order = models.ForeignKey("Document", models.PROTECT, related_name="transfer_extras")
    number = models.CharField(max_length=120)
    known = models.TextField()
    """What was known of it when it was met."""
    noted_at = models.DateTimeField(auto_now_add=True)
    noted_by = models.ForeignKey("User", models.PROTECT, related_name="+", db_index=False)
    settled = models.TextField(blank=True, default="")
    """What it was; empty while it is open."""
    settled_by = models.ForeignKey("User", models.PROTECT, null=True, related_name="+", db_index=False)
