"""Rows that somebody ticked in a list."""

from __future__ import annotations

from django.db import models


class Selection(models.Model):
    """Rows of a list by their ids, kept for a while, so that an address can name thousands of them: `/serials?chosen=17`."""

    listing = models.CharField(max_length=60)
    """The name of the list."""
    ids = models.JSONField()
    actor = models.ForeignKey("User", models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{len(self.ids)} of {self.listing}"
