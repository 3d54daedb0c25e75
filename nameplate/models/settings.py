"""What the company set for itself: its name on papers, how its documents are numbered."""

from __future__ import annotations

from django.db import models


class Setting(models.Model):
    """One group of settings that are edited together, as plain values by name. A group without a row has its defaults."""

    name = models.CharField(max_length=40, unique=True)
    values = models.JSONField(default=dict)
    version = models.IntegerField(default=1)

    def __str__(self) -> str:
        return self.name
