"""Who changed which field of an item, party, place, lot, document or setting; and which functions are on."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Change(models.Model):
    """One field of one thing, before and after. Only ever inserted. A unit's own edits are in the ledger instead."""

    noun = models.CharField(max_length=30)
    """What was changed, as in the path: items, vendors, customers, sites, locations, purchase-orders…"""
    subject = models.BigIntegerField()
    field = models.CharField(max_length=60)
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)
    changed_at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)

    class Meta:
        indexes = [models.Index(fields=["noun", "subject", "id"], name="change_subject")]


class Switch(models.Model):
    """A function that was switched off or on. A function without a row is on."""

    name = models.CharField(max_length=40, unique=True)
    on = models.BooleanField(default=True)
    version = models.IntegerField(default=1)
