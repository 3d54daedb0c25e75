"""Bills of materials."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("nameplate", "0013_write_offs")]
    operations = [
        migrations.CreateModel(
            name="BillLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.IntegerField()),
                ("quantity", models.BigIntegerField()),
                ("places", models.TextField(blank=True, default="")),
                (
                    "component",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="used_in", to="nameplate.item"),
                ),
                (
                    "product",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="bill", to="nameplate.item"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("product", "position"), name="bill_line_position_unique"),
                    models.UniqueConstraint(fields=("product", "component"), name="bill_line_component_once"),
                    models.CheckConstraint(condition=models.Q(("quantity__gt", 0)), name="bill_line_quantity_positive"),
                    models.CheckConstraint(
                        condition=models.Q(("product", models.F("component")), _negated=True), name="bill_line_not_itself"
                    ),
                ],
            },
        ),
    ]
