"""The ledger's rows: what was done. Only ever inserted; triggers on both databases hold that."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from nameplate.models.lots import LotStatus


class Entry(models.Model):
    """One act: what was done, by whom, when it happened, when it was recorded, under which document.

    `recorded_at` is the server's clock, `happened_at` what the actor says (never later); both UTC. Order is by id, never by clock.
    """

    act = models.CharField(max_length=20)
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    actor = models.ForeignKey("User", models.PROTECT, related_name="+", db_index=False)
    document = models.ForeignKey("Document", models.PROTECT, null=True, blank=True, related_name="entries")
    reason = models.TextField(blank=True)
    note = models.TextField(blank=True)
    request = models.ForeignKey("Request", models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    reverses = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="reversals", db_index=False)
    partial = models.BooleanField(default=False)
    """A reversal for chosen units only. An entry has at most one reversal that is not partial."""
    units = models.IntegerField(default=0)
    """How many units it was done to. Numbers still expected that changed lots beside them, or were withdrawn, are not counted."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["reverses"], condition=models.Q(partial=False, reverses__isnull=False), name="entry_reversed_once"
            ),
            models.CheckConstraint(condition=models.Q(happened_at__lte=models.F("recorded_at")), name="entry_not_in_the_future"),
        ]
        indexes = [
            models.Index(fields=["reverses"], condition=models.Q(reverses__isnull=False), name="entry_reverses"),
        ]


ENTRY_STEP = 2**31
"""Above every id of a unit, so that entry * ENTRY_STEP + unit orders by entry, then by unit."""


class Movement(models.Model):
    """One unit in one entry: the kind (a row of the transition table) and the unit's whole placement after it.

    The columns from `status` on are that placement, named as on the unit's row. They carry no database foreign keys: what they point at is
    protected by Django, had its key checked on the unit's row when this was written, and is checked by `verify`; real keys would cost every
    bulk act a look-up per unit and column. *From* is the movement with the seq before. (serial, seq) is the key: of two writers who saw
    seq 7, one writes 8, the other is told.
    """

    pk = models.CompositePrimaryKey("serial_id", "seq")
    serial = models.ForeignKey("Serial", models.PROTECT, related_name="movements", db_index=False, db_constraint=False)
    seq = models.IntegerField()
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="movements", db_constraint=False)
    kind = models.SmallIntegerField()
    line_id = models.BigIntegerField(null=True)
    placed = models.BooleanField(default=True)
    """Whether it changed the placement (all columns below count as one field)."""
    edits = models.JSONField(null=True)
    """What else it changed, by name: {"number": [old, new], "custom.firmware": [old, new]}."""
    status = models.SmallIntegerField()
    withdrawn = models.BooleanField(default=False)
    lot_id = models.BigIntegerField()
    location_id = models.BigIntegerField(null=True)
    transfer_id = models.BigIntegerField(null=True)
    customer_id = models.BigIntegerField(null=True)
    at_vendor_id = models.BigIntegerField(null=True)
    parent_id = models.BigIntegerField(null=True)
    place = models.CharField(max_length=40, blank=True)
    made_by_id = models.BigIntegerField(null=True)
    used_by_id = models.BigIntegerField(null=True)
    source_id = models.BigIntegerField(null=True)
    customer_order_id = models.BigIntegerField(null=True)
    shipment_id = models.BigIntegerField(null=True)
    return_doc_id = models.BigIntegerField(null=True)
    reserved_line_id = models.BigIntegerField(null=True)
    work_id = models.BigIntegerField(null=True)
    hold = models.CharField(max_length=200, blank=True)
    received_on = models.DateField(null=True)
    shipped_on = models.DateField(null=True)
    returned_on = models.DateField(null=True)
    warranty_until = models.DateField(null=True)

    class Meta:
        # What reports walk, newest first: (entry, unit) as one number, of a few kinds alone, so that receiving writes none of it. The kinds
        # are those of `ledger.kinds`, which lies above: rejected, written off, shipped, and components that come out so (18).
        indexes = [
            models.Index(F("entry") * ENTRY_STEP + F("serial"), condition=Q(kind__in=(kind, 18), status=status), name=f"movement_{name}")
            for name, kind, status in (("rejected", 5, 6), ("written_off", 24, 5), ("shipped", 20, 4))
        ]


class StockMovement(models.Model):
    """A change of the quantity of a lot at a location, in millionths, and the balance after it."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="stock_movements")
    lot = models.ForeignKey("Lot", models.PROTECT, related_name="stock_movements", db_index=False)
    location = models.ForeignKey("Location", models.PROTECT, related_name="+", db_index=False)
    seq = models.IntegerField()
    change = models.BigIntegerField()
    balance = models.BigIntegerField()
    line = models.ForeignKey("Line", models.PROTECT, null=True, related_name="stock_movements")
    parent = models.ForeignKey("Serial", models.PROTECT, null=True, related_name="+", db_index=False)
    """The product unit it was built into, where that is known."""
    held = models.BigIntegerField(null=True)
    """How much of goods without serial numbers went on hold, or off it; units say so themselves."""
    reserved = models.BigIntegerField(null=True)
    """How much of goods without serial numbers was reserved for the line, or freed of that; units say so themselves."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lot", "location", "seq"], name="stock_movement_seq"),
            models.CheckConstraint(condition=models.Q(balance__gte=0), name="stock_movement_not_negative"),
        ]


class LotMovement(models.Model):
    """A change of a lot by an entry: its status after it, and what else changed of it."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="lot_movements")
    lot = models.ForeignKey("Lot", models.PROTECT, related_name="lot_movements", db_index=False)
    seq = models.IntegerField()
    status = models.CharField(max_length=20)
    edits = models.JSONField(null=True)
    """By column: [before, after], as in {"vendor_batch": ["", "H-2211"]}."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lot", "seq"], name="lot_movement_seq")]

    @property
    def status_label(self) -> str:
        """The status in words."""
        return LotStatus(self.status).label
