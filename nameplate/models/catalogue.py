"""Items, the parties they come from and go to, and the places they are kept."""

from __future__ import annotations

from django.db import models

from nameplate.models.text import BinaryText


class Tracking(models.TextChoices):
    """How the units of an item are followed."""

    SERIAL = "serial", "Serial numbers"
    LOT = "lot", "Lots"
    NONE = "none", "Quantity only"


class Item(models.Model):
    """A part or product. Its tracking is chosen before its first entry."""

    number = models.CharField(max_length=100)
    number_key = BinaryText(unique=True)
    description = models.CharField(max_length=200, blank=True)
    description_key = BinaryText(blank=True)
    group = models.CharField(max_length=100, blank=True)
    tracking = models.CharField(max_length=10, choices=Tracking.choices, default=Tracking.SERIAL)
    unit = models.CharField(max_length=20, default="pcs")
    gtin = models.CharField(max_length=14, blank=True)
    """As typed: 8, 12, 13 or 14 digits, the last of which checks the others."""
    serial_format = models.CharField(max_length=120, blank=True)
    serial_shortest = models.SmallIntegerField(null=True, blank=True)
    serial_longest = models.SmallIntegerField(null=True, blank=True)
    serial_characters = models.CharField(max_length=200, blank=True)
    serial_prefix = models.CharField(max_length=40, blank=True)
    serial_pattern = models.CharField(max_length=160, blank=True)
    """What the next serial numbers are made by; empty where they come with the units."""
    default_location = models.ForeignKey("Location", models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    bought = models.BooleanField(default=True)
    made = models.BooleanField(default=False)
    requires_inspection = models.BooleanField(default=False)
    shelf_life_days = models.IntegerField(null=True, blank=True)
    warranty_months = models.IntegerField(null=True, blank=True)
    cost = models.BigIntegerField(null=True, blank=True)
    """Of one unit, in millionths of the company's currency."""
    picture = models.ForeignKey("FileContent", models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    notes = models.TextField(blank=True)
    custom = models.JSONField(null=True)
    archived = models.BooleanField(default=False)
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(tracking__in=Tracking.values), name="item_tracking_known"),
            models.CheckConstraint(condition=~models.Q(number_key=""), name="item_number_not_empty"),
            models.CheckConstraint(condition=models.Q(cost__isnull=True) | models.Q(cost__gte=0), name="item_cost_not_negative"),
        ]
        indexes = [models.Index(fields=["description_key", "id"], name="item_description")]

    def __str__(self) -> str:
        return self.number


class SerialCounter(models.Model):
    """How far an item's numbering pattern has counted. A row of its own, so that taking numbers waits for nobody who edits the item."""

    item = models.OneToOneField(Item, models.PROTECT, primary_key=True, related_name="+")
    last = models.BigIntegerField()


class PartyRole(models.TextChoices):
    """What a party is to us."""

    VENDOR = "vendor", "Vendor"
    CUSTOMER = "customer", "Customer"


class Party(models.Model):
    """A vendor or a customer."""

    role = models.CharField(max_length=10, choices=PartyRole.choices)
    number = models.CharField(max_length=40)
    number_key = BinaryText()
    name = models.CharField(max_length=200)
    name_key = BinaryText()
    email = models.CharField(max_length=254, blank=True)
    phone = models.CharField(max_length=60, blank=True)
    address = models.TextField(blank=True)
    notes = models.TextField(blank=True)
    archived = models.BooleanField(default=False)
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["role", "number_key"], name="party_number_unique"),
            models.CheckConstraint(condition=models.Q(role__in=PartyRole.values), name="party_role_known"),
        ]
        indexes = [models.Index(fields=["name_key", "id"], name="party_name")]

    def __str__(self) -> str:
        return self.name


class Contact(models.Model):
    """A person, or a desk, at a party."""

    party = models.ForeignKey(Party, models.PROTECT, related_name="contacts", db_index=False)
    position = models.IntegerField()
    name = models.CharField(max_length=200)
    role = models.CharField(max_length=100, blank=True)
    email = models.CharField(max_length=254, blank=True)
    phone = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["party", "position"], name="contact_position_unique")]

    def __str__(self) -> str:
        return ", ".join(filter(None, (self.name, self.role, self.email, self.phone)))


class Address(models.Model):
    """A further address of a party, under a label that says what it is for: billing, shipping, returns."""

    party = models.ForeignKey(Party, models.PROTECT, related_name="addresses", db_index=False)
    position = models.IntegerField()
    label = models.CharField(max_length=60)
    lines = models.TextField(blank=True)
    country = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["party", "position"], name="address_position_unique")]

    def __str__(self) -> str:
        return f"{self.label}: " + ", ".join(filter(None, (*self.lines.split("\n"), self.country)))


class Site(models.Model):
    """A warehouse or plant."""

    name = models.CharField(max_length=100)
    name_key = BinaryText(unique=True)
    address = models.TextField(blank=True)
    archived = models.BooleanField(default=False)
    version = models.IntegerField(default=1)

    def __str__(self) -> str:
        return self.name


class Location(models.Model):
    """A bin, shelf or room of a site. Each site has an undeletable "unknown" and an "in transit"."""

    class Purpose(models.TextChoices):
        STORAGE = "storage", "Storage"
        UNKNOWN = "unknown", "Unknown"
        TRANSIT = "transit", "In transit"

    site = models.ForeignKey(Site, models.PROTECT, related_name="locations", db_index=False)
    name = models.CharField(max_length=100)
    name_key = BinaryText()
    label_key = BinaryText()
    """The folded "site · name" by which lists sort and filter; kept by cataloguing."""
    purpose = models.CharField(max_length=10, choices=Purpose.choices, default=Purpose.STORAGE)
    archived = models.BooleanField(default=False)
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "name_key"], name="location_name_unique"),
            models.UniqueConstraint(
                fields=["site", "purpose"], condition=~models.Q(purpose="storage"), name="location_one_of_each_special"
            ),
        ]
        indexes = [models.Index(fields=["label_key", "id"], name="location_label")]

    def __str__(self) -> str:
        return self.name
