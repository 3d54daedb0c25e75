"""What is particular to a return to a vendor, and what came for the units that went."""

from __future__ import annotations

from django.db import models


class VendorReturn(models.Model):
    """Under which reference of the vendor, why, and how it ended. Which units went is read from the ledger."""

    document = models.OneToOneField("Document", models.PROTECT, primary_key=True, related_name="vendor_return")
    vendor_reference = models.CharField(max_length=100, blank=True)
    """The number under which the vendor takes them back."""
    reason = models.TextField()
    outcome = models.CharField(max_length=200, blank=True, default="")
    """What came of the units that nothing came for: credited, refused, scrapped there. Empty while an answer is awaited."""
    sent_on = models.DateField(null=True, blank=True)
    """A business date of the company."""


class VendorReplacement(models.Model):
    """What came for a unit that went to its vendor: another unit, or the same one back."""

    document = models.ForeignKey("Document", models.PROTECT, related_name="replacements", db_index=False)
    sent = models.ForeignKey("Serial", models.PROTECT, related_name="replaced_by")
    received = models.ForeignKey("Serial", models.PROTECT, related_name="replaces")
    entry = models.ForeignKey("Entry", models.PROTECT, related_name="replacements")
    """By which it came."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["document", "sent"], name="vendor_replacement_once"),
            models.UniqueConstraint(fields=["document", "received"], name="vendor_replacement_for_one"),
        ]
