"""Fields that a company adds to serial numbers, lots and items, and their values where filters and orders find them by index."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from nameplate.models.text import BinaryText, BinaryTextOrNothing


class FieldNoun(models.TextChoices):
    """What can have custom fields; the value is the path segment of its list."""

    SERIALS = "serials", "Serial numbers"
    LOTS = "lots", "Stock lots"
    ITEMS = "items", "Items"


class FieldKind(models.TextChoices):
    """What a custom field holds."""

    TEXT = "text", "Text"
    LONG_TEXT = "long_text", "Long text"
    WHOLE = "whole", "Whole number"
    DECIMAL = "decimal", "Decimal number"
    DATE = "date", "Date"
    YES_NO = "yes_no", "Yes or no"
    CHOICE = "choice", "Choice"
    LINK = "link", "Link"


class CustomFields(models.QuerySet["CustomField"]):
    """Definitions."""

    def of(self, noun: str) -> CustomFields:
        """Those of one noun, archived or not, in their order."""
        return self.filter(noun=noun).order_by("position", "id")

    def live(self) -> CustomFields:
        """Those that are not archived."""
        return self.filter(archived=False)


class CustomField(models.Model):
    """One field. Its slug was made from its first name and stays: addresses, programs and the ledger know the field by it."""

    noun = models.CharField(max_length=10, choices=FieldNoun.choices)
    slug = models.CharField(max_length=40)
    name = models.CharField(max_length=60)
    name_key = BinaryText()
    kind = models.CharField(max_length=10, choices=FieldKind.choices)
    required = models.BooleanField(default=False)
    default = models.JSONField(null=True)
    """As a value is stored; null is none."""
    help = models.CharField(max_length=200, blank=True)
    options = models.JSONField(default=list)
    """Of a choice: [{"slug": "green", "label": "Green", "archived": false}…], in their order. Values hold the slug, which stays."""
    persistent = models.BooleanField(default=False)
    """Of a lot: whether a lot that is split off takes the value along."""
    position = models.IntegerField(default=0)
    archived = models.BooleanField(default=False)
    used = models.BooleanField(default=False)
    """Whether it has or ever had a value: its kind and its options' slugs are settled then, since history may bring a value back."""
    version = models.IntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = CustomFields.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["noun", "slug"], name="custom_field_slug_unique"),
            models.UniqueConstraint(fields=["noun", "name_key"], name="custom_field_name_unique"),
            models.CheckConstraint(condition=Q(noun__in=FieldNoun.values), name="custom_field_noun_known"),
            models.CheckConstraint(condition=Q(kind__in=FieldKind.values), name="custom_field_kind_known"),
        ]

    def __str__(self) -> str:
        return self.name


class FieldValue(models.Model):
    """A value of a custom field, in the column of its kind. `subject` is the id of the serial, lot or item, as the field's noun says.

    The same values stand as JSON on the subject's own row (`custom`), where pages read them; this table is for filters and orders. Both are
    kept by `ledger.custom_values`, and `verify` compares them.
    """

    pk = models.CompositePrimaryKey("field_id", "subject")
    field = models.ForeignKey(CustomField, models.PROTECT, related_name="values", db_index=False)
    subject = models.BigIntegerField()
    text_key = BinaryTextOrNothing(null=True)
    """Text and links, folded; a choice's slug."""
    prose_key = BinaryTextOrNothing(null=True)
    """Long text, folded. It is in no index, so a filter on it looks at each value."""
    number = models.BigIntegerField(null=True)
    """A whole number; a decimal in millionths; yes as 1 and no as 0."""
    day = models.DateField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["field", "text_key", "subject"], condition=Q(text_key__isnull=False), name="field_value_text"),
            models.Index(fields=["field", "number", "subject"], condition=Q(number__isnull=False), name="field_value_number"),
            models.Index(fields=["field", "day", "subject"], condition=Q(day__isnull=False), name="field_value_day"),
        ]
