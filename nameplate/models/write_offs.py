"""What is particular to a write-off: why."""

from __future__ import annotations

from django.db import models


class WriteOff(models.Model):
    """The company's reason for it; its entry, which the ledger keeps, says what was written off."""

    document = models.OneToOneField("Document", models.PROTECT, primary_key=True, related_name="write_off")
    reason = models.ForeignKey("Reason", models.PROTECT, related_name="+")
