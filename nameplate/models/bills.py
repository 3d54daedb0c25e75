"""Bills of materials: what a product is made of."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class BillLine(models.Model):
    """So much of a component in one unit of a product, at these places of it."""

    product = models.ForeignKey("Item", models.PROTECT, related_name="bill", db_index=False)
    position = models.IntegerField()
    component = models.ForeignKey("Item", models.PROTECT, related_name="used_in")
    quantity = models.BigIntegerField()
    """In one unit of the product, in millionths of the component's unit."""
    places = models.TextField(blank=True, default="")
    """As typed: `bay 1..bay 45`; empty where they have no names."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product", "position"], name="bill_line_position_unique"),
            models.UniqueConstraint(fields=["product", "component"], name="bill_line_component_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="bill_line_quantity_positive"),
            models.CheckConstraint(condition=~Q(product=F("component")), name="bill_line_not_itself"),
        ]
