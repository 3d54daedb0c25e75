"""What is particular to a manufacturing order, to the parts that it needs, and to those that went missing or failed."""

from __future__ import annotations

from django.db import models


class ManufacturingOrder(models.Model):
    """What is made under it: its first line is the product, the others are its parts. Dates are business dates of the company."""

    document = models.OneToOneField("Document", models.PROTECT, primary_key=True, related_name="manufacturing_order")
    site = models.ForeignKey("Site", models.PROTECT, related_name="+", db_index=False)
    """Where it is made: parts are taken from this site's shelves."""
    location = models.ForeignKey("Location", models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    """Where finished products go, unless the completion says otherwise."""
    starts_on = models.DateField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    may_miss_parts = models.BooleanField(default=False)
    """Whether products may be finished without some of their parts; what is missing is then recorded."""


class PartLine(models.Model):
    """What is particular to a line of a manufacturing order that stands for a part, copied from the bill when the order was made."""

    line = models.OneToOneField("Line", models.CASCADE, primary_key=True, related_name="part")
    each = models.BigIntegerField()
    """In one unit of the product, in millionths of the part's unit."""
    places = models.TextField(blank=True, default="")
    """As typed: `bay 1..bay 45`; empty where they have no names."""

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(each__gt=0), name="part_line_each_positive")]


class MissingPart(models.Model):
    """A part that a product was finished without, by the entry that finished it. It counts while that entry is not undone."""

    entry = models.ForeignKey("Entry", models.PROTECT, related_name="missing_parts")
    line = models.ForeignKey("Line", models.PROTECT, related_name="missing_parts")
    product = models.ForeignKey("Serial", models.PROTECT, null=True, related_name="missing_parts")
    """The unit that lacks it; none where the product has no serial numbers."""
    place = models.CharField(max_length=40, blank=True, default="")
    quantity = models.BigIntegerField()
    """In millionths of the part's unit."""

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(quantity__gt=0), name="missing_part_quantity_positive")]


class FailedPart(models.Model):
    """What was wrong with a part that failed on the bench and was rejected by the entry that finished the products."""

    entry = models.ForeignKey("Entry", models.PROTECT, related_name="failed_parts")
    serial = models.ForeignKey("Serial", models.PROTECT, related_name="failures", db_index=False)
    reason = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["serial", "entry"], name="failed_part_once")]
