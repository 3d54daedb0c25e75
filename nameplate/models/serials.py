"""A serial number is one physical unit of one serial-tracked item: its row says how things stand now."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from nameplate.models.text import BinaryText


class Status(models.IntegerChoices):
    """The seven statuses. Nobody sets one; it follows from what was done to the unit."""

    PLANNED = 1, "Planned"
    RECEIVED = 2, "Received"
    CONSUMED = 3, "Consumed"
    SHIPPED = 4, "Shipped"
    WRITTEN_OFF = 5, "Written off"
    REJECTED = 6, "Rejected"
    RETURNED = 7, "Returned"


class Availability(models.IntegerChoices):
    """Further facts of a unit, as bits of `Serial.availability`; available means Received and none of the others."""

    AVAILABLE = 1, "Available"
    RESERVED = 2, "Reserved"
    ON_HOLD = 4, "On hold"
    IN_TRANSIT = 8, "In transit"
    IN_WORK = 16, "In work"


IN_STOCK = (Status.RECEIVED, Status.REJECTED, Status.RETURNED)
"""The statuses of units that lie at a location."""

NUMBER_MISSING = "number missing"
"""Why a unit is on hold that was received without a readable number: the number that it bears is a provisional one."""

LIVE = Q(withdrawn=False)


def _listed(*fields: str, name: str) -> models.Index:
    """An index that lists walk: `fields`, then the natural order. Withdrawn units stand in no list, so they are not in it."""
    return models.Index(fields=[*fields, "sort_key", "id"], condition=LIVE, name=name)


def _listed_where_set(field: str, *, name: str) -> models.Index:
    """The same over the units that have a value, which none has that just came: receiving does not pay for it."""
    return models.Index(fields=[field, "sort_key", "id"], condition=Q(**{f"{field}__isnull": False}), name=name)


ONE_PLACE = (
    Q(status=Status.PLANNED, location__isnull=True, parent__isnull=True, used_by__isnull=True, at_vendor__isnull=True)
    | Q(status__in=IN_STOCK, location__isnull=False, parent__isnull=True, used_by__isnull=True, at_vendor__isnull=True)
    | Q(status=Status.CONSUMED, parent__isnull=False, at_vendor__isnull=True)
    | Q(status=Status.CONSUMED, used_by__isnull=False, parent__isnull=True, location__isnull=True, at_vendor__isnull=True)
    | Q(
        status=Status.SHIPPED,
        customer__isnull=False,
        location__isnull=True,
        parent__isnull=True,
        used_by__isnull=True,
        at_vendor__isnull=True,
    )
    | Q(status=Status.WRITTEN_OFF, location__isnull=True, parent__isnull=True, used_by__isnull=True)
)
"""Exactly one place, and the one that the status demands. A component's place is its product; its location repeats the product's."""


class Serial(models.Model):
    """One unit. Written only by the ledger; each placement column is the fold of the unit's movements."""

    item = models.ForeignKey("Item", models.PROTECT, related_name="serials", db_index=False)
    number = models.TextField()
    """Byte for byte as typed."""
    key = BinaryText()
    """Canonical: what makes two numbers the same (NFKC, case folded)."""
    sort_key = BinaryText()
    notes = models.TextField(blank=True, default="")
    custom = models.JSONField(null=True)

    status = models.SmallIntegerField(choices=Status.choices)
    withdrawn = models.BooleanField(default=False)
    availability = models.SmallIntegerField(default=0)
    lot = models.ForeignKey("Lot", models.PROTECT, related_name="serials", db_index=False)
    location = models.ForeignKey("Location", models.PROTECT, null=True, related_name="serials", db_index=False)
    transfer = models.ForeignKey("Document", models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False)
    customer = models.ForeignKey("Party", models.PROTECT, null=True, related_name="serials", db_index=False, db_constraint=False)
    at_vendor = models.ForeignKey("Party", models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="parts", db_index=False, db_constraint=False)
    outermost = models.ForeignKey("self", models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    """The outermost product it is in; itself when it is in none. A CHECK and `verify` vouch for it."""
    place = models.CharField(max_length=40, blank=True, default="")
    made_by = models.ForeignKey("Document", models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False)
    used_by = models.ForeignKey("Document", models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False)
    source = models.ForeignKey("Document", models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False)
    customer_order = models.ForeignKey("Document", models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False)
    shipment = models.ForeignKey("Document", models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False)
    return_doc = models.ForeignKey("Document", models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False)
    reserved_line = models.ForeignKey("Line", models.PROTECT, null=True, related_name="reserved", db_index=False)
    work = models.ForeignKey("Document", models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False)
    hold = models.CharField(max_length=200, blank=True, default="")
    """Why it is on hold; empty when it is not."""
    received_on = models.DateField(null=True)
    shipped_on = models.DateField(null=True)
    returned_on = models.DateField(null=True)
    warranty_until = models.DateField(null=True)
    earlier = models.ForeignKey("self", models.PROTECT, null=True, related_name="later", db_index=False, db_constraint=False)
    """The withdrawn unit that bore this number of this item before."""
    last_entry = models.ForeignKey("Entry", models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    """The entry of its last movement; the movement's own foreign key vouches for it."""
    version = models.IntegerField()
    """The seq of its last movement."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "item"], condition=LIVE, name="serial_once_per_item"),
            models.CheckConstraint(condition=~Q(key=""), name="serial_key_not_empty"),
            models.CheckConstraint(condition=ONE_PLACE, name="serial_one_place"),
            models.CheckConstraint(condition=Q(withdrawn=False) | Q(status=Status.PLANNED), name="serial_withdrawn_is_planned"),
            models.CheckConstraint(
                condition=Q(parent__isnull=True, outermost=F("id")) | (Q(parent__isnull=False) & ~Q(outermost=F("id"))),
                name="serial_outermost",
            ),
            models.CheckConstraint(condition=Q(transfer__isnull=True) | Q(status__in=IN_STOCK), name="serial_transit_in_stock"),
            models.CheckConstraint(condition=Q(reserved_line__isnull=True) | Q(status=Status.RECEIVED), name="serial_reserved_received"),
        ]
        indexes = [
            _listed(name="serial_natural"),
            # The status is in it so that counting an item's units of a status need not look at each unit: 18 ms become 1.3 at a million.
            models.Index(fields=["item", "sort_key", "id", "status"], condition=LIVE, name="serial_item"),
            _listed("status", name="serial_status"),
            _listed("availability", name="serial_availability"),
            _listed("lot", name="serial_lot"),
            _listed("location", name="serial_location"),
            _listed("customer", name="serial_customer"),
            _listed("source", name="serial_source"),
            _listed("received_on", name="serial_received"),
            _listed("last_entry", name="serial_changed"),
            models.Index(fields=["key"], condition=Q(withdrawn=True), name="serial_withdrawn"),
            models.Index(fields=["reserved_line"], condition=Q(reserved_line__isnull=False), name="serial_reserved"),
            _listed_where_set("customer_order", name="serial_by_customer_order"),
            _listed_where_set("shipment", name="serial_by_shipment"),
            _listed_where_set("made_by", name="serial_by_made_by"),
            _listed_where_set("used_by", name="serial_by_used_by"),
            _listed_where_set("shipped_on", name="serial_by_shipped_on"),
            _listed_where_set("warranty_until", name="serial_by_warranty"),
            models.Index(fields=["earlier"], condition=Q(earlier__isnull=False), name="serial_earlier"),
            models.Index(fields=["parent"], condition=Q(parent__isnull=False), name="serial_parent"),
            models.Index(fields=["outermost"], condition=Q(parent__isnull=False), name="serial_outermost_parts"),
        ]

    def __str__(self) -> str:
        return self.number


class Name(models.Model):
    """A number that a unit bore until an entry gave it another. The number it bears now stands on its row.

    Together they are every number the unit ever had, for search and scan.
    """

    serial = models.ForeignKey(Serial, models.PROTECT, related_name="earlier_names")
    item = models.ForeignKey("Item", models.PROTECT, related_name="+", db_index=False)
    number = models.TextField()
    key = BinaryText()
    until = models.ForeignKey("Entry", models.PROTECT, related_name="+", db_index=False)

    class Meta:
        indexes = [models.Index(fields=["key"], name="name_key")]


class Component(models.Model):
    """A unit, or a quantity of a lot, inside a product unit, from one entry until another.

    A row without a parent says "this order, unit unknown": its possible parents are the units of that completion.
    """

    parent = models.ForeignKey(Serial, models.PROTECT, null=True, related_name="components")
    child = models.ForeignKey(Serial, models.PROTECT, null=True, related_name="installations")
    lot = models.ForeignKey("Lot", models.PROTECT, null=True, related_name="installations")
    quantity = models.BigIntegerField()
    place = models.CharField(max_length=40, blank=True, default="")
    order = models.ForeignKey("Document", models.PROTECT, null=True, related_name="+", db_index=False)
    since = models.ForeignKey("Entry", models.PROTECT, related_name="+")
    until = models.ForeignKey("Entry", models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["child"], condition=Q(until__isnull=True), name="component_in_one_product"),
            models.CheckConstraint(condition=Q(child__isnull=False) | Q(lot__isnull=False), name="component_of_something"),
            models.CheckConstraint(condition=Q(parent__isnull=False) | Q(order__isnull=False), name="component_in_something"),
        ]
