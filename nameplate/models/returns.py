"""What is particular to a return (RMA): what comes back, why, and what becomes of it; and the repair orders under it."""

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


class ReturnRow(models.Model):
    """What units and goods on a return have in common. How it was shipped is kept as it was then: it stays to be read later."""

    reason = models.ForeignKey("nameplate.Reason", models.PROTECT, null=True, related_name="+", db_index=False)
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
    received_by = models.ForeignKey("nameplate.Entry", models.PROTECT, null=True, related_name="+")
    """With which it came; empty while it is expected."""
    shipment = models.ForeignKey("nameplate.Document", models.PROTECT, null=True, related_name="+", db_index=False)
    customer_order = models.ForeignKey("nameplate.Document", models.PROTECT, null=True, related_name="+", db_index=False)
    shipped_on = models.DateField(null=True)

    class Meta:
        abstract = True


class ReturnUnit(ReturnRow):
    """A unit on a return."""

    paper = models.ForeignKey("Document", models.PROTECT, related_name="returned_units", db_index=False)
    line = models.ForeignKey("Line", models.PROTECT, related_name="+", db_index=False)
    """The return's line of the unit's item."""
    serial = models.ForeignKey("Serial", models.PROTECT, related_name="returns")
    settled_by = models.ForeignKey("Entry", models.PROTECT, null=True, related_name="+", db_index=False)
    """The swap that cleared the contradiction up, if one did."""
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


class ReturnGoods(ReturnRow):
    """So much of an item without serial numbers on a return: of one lot, as one shipment took it to the customer.

    Of what the records do not have with the customer there is no shipment, and no lot unless somebody named it.
    """

    paper = models.ForeignKey("Document", models.PROTECT, related_name="returned_goods")
    line = models.ForeignKey("Line", models.PROTECT, related_name="+", db_index=False)
    """The return's line of the item."""
    lot = models.ForeignKey("Lot", models.PROTECT, null=True, related_name="+")
    """From which it was shipped."""
    quantity = models.BigIntegerField()
    """In millionths of the item's unit. What comes in parts is one row for each part."""
    back = models.OneToOneField("Lot", models.PROTECT, null=True, related_name="came_back")
    """The lot into which it came: what is still to be decided lies in it."""

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(quantity__gt=0), name="return_goods_positive"),
            models.CheckConstraint(condition=models.Q(outcome__in=["", *ReturnOutcome.values]), name="return_goods_outcome_known"),
            models.CheckConstraint(condition=models.Q(coming=True) | models.Q(received_by__isnull=True), name="return_goods_come"),
            models.CheckConstraint(
                condition=models.Q(received_by__isnull=True, back__isnull=True) | models.Q(received_by__isnull=False, back__isnull=False),
                name="return_goods_in_a_lot",
            ),
        ]


class EarlierOutcome(models.Model):
    """What was decided for a unit or goods of a return before an act said otherwise; undoing the act gives it back.

    The oldest of each row first. A decision by itself leaves none: what it says stands whatever is undone.
    """

    entry = models.ForeignKey("nameplate.Entry", models.PROTECT, related_name="+")
    """With which the act was done."""
    unit = models.ForeignKey(ReturnUnit, models.CASCADE, null=True, related_name="+")
    goods = models.ForeignKey(ReturnGoods, models.CASCADE, null=True, related_name="+", db_index=False)
    serial = models.ForeignKey("nameplate.Serial", models.PROTECT, null=True, related_name="+", db_index=False)
    """For which unit of the entry it is undone: the one on the return, or the one that replaced it."""
    outcome = models.CharField(max_length=24, blank=True, default="")
    finding = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(unit__isnull=False, serial__isnull=False, goods__isnull=True)
                | models.Q(unit__isnull=True, serial__isnull=True, goods__isnull=False),
                name="earlier_outcome_of_one",
            ),
        ]
        indexes = [models.Index(fields=["goods"], condition=models.Q(goods__isnull=False), name="earlier_outcome_of_goods")]


class Repair(models.Model):
    """What is particular to a repair order under a return: what was done, and what the test afterwards said."""

    document = models.OneToOneField("Document", models.PROTECT, primary_key=True, related_name="repair")
    paper = models.ForeignKey("Document", models.PROTECT, related_name="repairs")
    """The return."""
    work = models.TextField(blank=True, default="")
    test = models.TextField(blank=True, default="")
    passed = models.BooleanField(null=True)
