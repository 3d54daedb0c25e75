"""Files: their bytes, each kept once, and what they are attached to."""

from __future__ import annotations

from django.db import models


class FileContent(models.Model):
    """The bytes of a file, under their checksum. In the database, so that they come and go with the act that brings them."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    size = models.BigIntegerField()
    data = models.BinaryField()


class Attachment(models.Model):
    """A file that somebody attached to a thing. Taking it off again keeps the row and its bytes: the history still names it."""

    noun = models.CharField(max_length=30)
    """What it is attached to, as in the path: items, lots, serials, purchase-orders…"""
    subject = models.BigIntegerField()
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    """As its bytes say, for people to read; it is only ever sent as a download."""
    content = models.ForeignKey(FileContent, models.PROTECT, related_name="+", db_index=False)
    added_at = models.DateTimeField(auto_now_add=True)
    added_by = models.ForeignKey("User", models.PROTECT, related_name="+", db_index=False)
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey("User", models.PROTECT, null=True, blank=True, related_name="+", db_index=False)

    class Meta:
        indexes = [models.Index(fields=["noun", "subject", "id"], name="attachment_subject")]

    def __str__(self) -> str:
        return self.name
