"""Why something is written off, comes back or is rejected: what a company gives as its reasons."""

from __future__ import annotations

from django.db import models

from nameplate.models.text import BinaryText


class ReasonKind(models.TextChoices):
    """What it is a reason for."""

    WRITE_OFF = "write-off", "Write-off"
    RETURN = "return", "Return"
    REJECTION = "rejection", "Rejection"


class Reason(models.Model):
    """One reason, to be chosen from a list in the company's own order."""

    kind = models.CharField(max_length=10, choices=ReasonKind.choices)
    name = models.CharField(max_length=100)
    name_key = BinaryText()
    position = models.IntegerField()
    archived = models.BooleanField(default=False)
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "name_key"], name="reason_name_unique"),
            models.CheckConstraint(condition=models.Q(kind__in=ReasonKind.values), name="reason_kind_known"),
        ]

    def __str__(self) -> str:
        return self.name
