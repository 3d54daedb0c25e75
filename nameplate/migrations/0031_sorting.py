"""Indexes by which units are listed in the order of what few of them have."""

from __future__ import annotations

from django.db import migrations, models

NAMES = {
    "serial_by_customer_order": "customer_order",
    "serial_by_shipment": "shipment",
    "serial_by_made_by": "made_by",
    "serial_by_used_by": "used_by",
    "serial_by_shipped_on": "shipped_on",
    "serial_by_warranty": "warranty_until",
}


class Migration(migrations.Migration):
    dependencies = [
        ("nameplate", "0026_selections"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="serial", name="serial_customer_order"),
        migrations.RemoveIndex(model_name="serial", name="serial_shipment"),
        *(
            migrations.AddIndex(
                model_name="serial",
                index=models.Index(fields=[field, "sort_key", "id"], condition=models.Q((f"{field}__isnull", False)), name=name),
            )
            for name, field in NAMES.items()
        ),
    ]
