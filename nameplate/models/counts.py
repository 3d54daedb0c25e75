"""What is particular to a stock count: what is counted, what should be there, and what was scanned."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class ScanVerdict(models.TextChoices):
    """What a scan was answered."""

    OK = "ok", "OK"
    RESERVED = "reserved", "OK, reserved"
    SEEN = "seen", "Seen already"
    ELSEWHERE = "elsewhere", "Should be elsewhere"
    GONE = "gone", "Contradiction"
    OTHER = "other", "Not counted here"
    UNKNOWN = "unknown", "Unknown"
    COUNTED = "counted", "Counted"


class StockCount(models.Model):
    """An item, places, or an item at places. The expectation is frozen when the count is started."""

    document = models.OneToOneField("Document", models.PROTECT, primary_key=True, related_name="stock_count")
    item = models.ForeignKey("Item", models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    blind = models.BooleanField(default=False)
    """Whether those who count are not shown what should be there."""
    frozen_at = models.DateTimeField(null=True)
    write_off = models.ForeignKey("Document", models.PROTECT, null=True, related_name="+", db_index=False)
    """Under which its missing units and goods were written off, while its posting stands."""


class CountPlace(models.Model):
    """A place where it is counted."""

    count = models.ForeignKey(StockCount, models.CASCADE, related_name="places", db_index=False)
    location = models.ForeignKey("Location", models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["count", "location"], name="count_place_once")]


class ExpectedUnit(models.Model):
    """A unit that should be there: where it lay when the count was started, and its version then."""

    count = models.ForeignKey(StockCount, models.PROTECT, related_name="expected_units", db_index=False)
    serial = models.ForeignKey("Serial", models.PROTECT, related_name="expectations")
    location = models.ForeignKey("Location", models.PROTECT, related_name="+", db_index=False)
    version = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["count", "serial"], name="expected_unit_once")]


class ExpectedGoods(models.Model):
    """How much of a lot without serial numbers should be at a place, in millionths, and the version of its stock then."""

    count = models.ForeignKey(StockCount, models.PROTECT, related_name="expected_goods", db_index=False)
    lot = models.ForeignKey("Lot", models.PROTECT, related_name="+", db_index=False)
    location = models.ForeignKey("Location", models.PROTECT, related_name="+", db_index=False)
    quantity = models.BigIntegerField()
    version = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["count", "lot", "location"], name="expected_goods_once")]


class CountScan(models.Model):
    """One scan, or one quantity, as a person made it and as it was answered.

    `key` is the client's own: the same scan sent again is the same row. A person takes a mistake back; it stays to be read.
    """

    count = models.ForeignKey(StockCount, models.PROTECT, related_name="scans", db_index=False)
    key = models.CharField(max_length=64)
    text = models.CharField(max_length=200)
    verdict = models.CharField(max_length=10, choices=ScanVerdict.choices)
    said = models.TextField()
    """The answer in a sentence."""
    note = models.TextField(blank=True, default="")
    """What is said of a thing that nobody knows, beside what was read."""
    photo = models.ForeignKey("FileContent", models.PROTECT, null=True, related_name="+", db_index=False)
    """A picture of such a thing."""
    serial = models.ForeignKey("Serial", models.PROTECT, null=True, related_name="count_scans")
    version = models.IntegerField(null=True)
    """Of the unit when it was scanned."""
    item = models.ForeignKey("Item", models.PROTECT, null=True, related_name="+", db_index=False)
    lot = models.ForeignKey("Lot", models.PROTECT, null=True, related_name="+", db_index=False)
    location = models.ForeignKey("Location", models.PROTECT, null=True, related_name="+", db_index=False)
    quantity = models.BigIntegerField(null=True)
    """In millionths of the item's unit; counts of the same goods at a place add up."""
    by = models.ForeignKey("User", models.PROTECT, related_name="+", db_index=False)
    scanned_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    taken_back = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["count", "by", "key"], name="count_scan_once"),
            models.UniqueConstraint(
                fields=["count", "serial"],
                condition=Q(taken_back=False, serial__isnull=False) & ~Q(verdict="seen"),
                name="count_scan_unit_once",
            ),
            models.CheckConstraint(condition=Q(quantity__isnull=True) | Q(quantity__gte=0), name="count_scan_not_negative"),
        ]
        indexes = [models.Index(fields=["count", "id"], name="count_scan_count")]
