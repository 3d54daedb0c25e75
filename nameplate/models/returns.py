"""What is particular to a return (RMA): the units that come back, why, and what becomes of each; and the repair orders under it."""

from __future__ import annotations

from django.db import models

SHIPMENTS_SWAPPED = "shipments swapped"
"""The act that gives two mixed-up units each other's shipment; what lists shipped units follows it."""


class ReturnOutcome(models.TextChoices):
    """What a customer gets for a unit that they send back."""

    CREDIT = "credit", "Credit"
    RECEIPT_AND_CREDIT = "receipt_and_credit", "Receipt and credit"
    REPAIR = "repair", "Repair"
    REPAIR_AND_SHIP_BACK = "repair_and_ship_back", "Repair and ship back"
    REPLACEMENT = "replacement", "Replacement"
    REJECT_AND_SHIP_BACK = "reject_and_ship_back", "Reject and ship back"


class Return(models.Model):
    """One return of one customer."""

    document = models.OneToOneField("Document", models.PROTECT, primary_key=True, related_name="customer_return")
    customer_reference = models.CharField(max_length=100, blank=True)
    address = models.TextField(blank=True)
    """Where what goes back goes: as the units were shipped, unless another was said."""


class ReturnUnit(models.Model):
    """A unit on a return. How it was shipped is kept as it was then: it stays to be read when the unit is shipped again."""

    paper = models.ForeignKey("Document", models.PROTECT, related_name="returned_units", db_index=False)
    line = models.ForeignKey("Line", models.PROTECT, related_name="+", db_index=False)
    """The return's line of the unit's item."""
    serial = models.ForeignKey("Serial", models.PROTECT, related_name="returns")
    reason = models.ForeignKey("Reason", models.PROTECT, null=True, related_name="+", db_index=False)
    complaint = models.TextField(blank=True, default="")
    """What the customer says is wrong with it."""
    coming = models.BooleanField(default=True)
    """False where it stays with the customer: dead on arrival, credit only."""
    outcome = models.CharField(max_length=24, choices=ReturnOutcome.choices, blank=True, default="")
    """Empty until somebody has looked at it."""
    finding = models.TextField(blank=True, default="")
    """What was found when it was looked at."""
    contradiction = models.TextField(blank=True, default="")
    """Why it was taken although the records say that it cannot be this customer's; empty where they do not."""
    known = models.TextField(blank=True, default="")
    """What the records said then."""
    settled = models.TextField(blank=True, default="")
    """How the contradiction was cleared up; empty while it is open."""
    settled_by = models.ForeignKey("Entry", models.PROTECT, null=True, related_name="+", db_index=False)
    """The swap that cleared it up, if one did."""
    received_by = models.ForeignKey("Entry", models.PROTECT, null=True, related_name="+")
    """With which it came; empty while it is expected."""
    shipment = models.ForeignKey("Document", models.PROTECT, null=True, related_name="+", db_index=False)
    customer_order = models.ForeignKey("Document", models.PROTECT, null=True, related_name="+", db_index=False)
    shipped_on = models.DateField(null=True)
    warranty_until = models.DateField(null=True)
    replacement = models.ForeignKey("Serial", models.PROTECT, null=True, related_name="stood_in")
    """The unit that the customer got for it."""
    replaced_by = models.ForeignKey("Entry", models.PROTECT, null=True, related_name="+", db_index=False)
    """With which that was shipped."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["paper", "serial"], name="return_unit_once"),
            models.CheckConstraint(condition=models.Q(outcome__in=["", *ReturnOutcome.values]), name="return_outcome_known"),
            models.CheckConstraint(condition=models.Q(coming=True) | models.Q(received_by__isnull=True), name="return_unit_comes"),
        ]


class Repair(models.Model):
    """What is particular to a repair order under a return: what was done, and what the test afterwards said."""

    document = models.OneToOneField("Document", models.PROTECT, primary_key=True, related_name="repair")
    paper = models.ForeignKey("Document", models.PROTECT, related_name="repairs")
    """The return."""
    work = models.TextField(blank=True, default="")
    test = models.TextField(blank=True, default="")
    passed = models.BooleanField(null=True)
