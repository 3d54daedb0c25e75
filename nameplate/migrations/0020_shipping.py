"""Customer orders, shipments and what is picked for them; what of goods is reserved for a line; the counters of their numbers."""

from __future__ import annotations

from typing import Any

import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

PROTECT = django.db.models.deletion.PROTECT


def count(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Begin the counters in this database's own words."""
    postgresql = schema_editor.connection.vendor == "postgresql"
    with schema_editor.connection.cursor() as cursor:
        for series in ("co", "s"):
            cursor.execute(
                f"CREATE SEQUENCE nameplate_number_{series}"
                if postgresql
                else f"INSERT INTO nameplate_number (series, last) VALUES ('{series}', 0)"
            )


class Migration(migrations.Migration):
    dependencies = [("nameplate", "0019_assembling")]
    operations = [
        migrations.AlterField(
            model_name="document",
            name="status",
            field=models.CharField(
                choices=[
                    ("rfq", "RFQ"),
                    ("new", "New"),
                    ("approved", "Approved"),
                    ("ordered", "Ordered"),
                    ("ready", "Ready for shipment"),
                    ("partly_shipped", "Partly shipped"),
                    ("shipped", "Shipped"),
                    ("received", "Received"),
                    ("scheduled", "Scheduled"),
                    ("in_progress", "In progress"),
                    ("paused", "Paused"),
                    ("done", "Done"),
                    ("closed", "Closed"),
                    ("canceled", "Canceled"),
                ],
                default="new",
                max_length=20,
            ),
        ),
        migrations.AddField(model_name="line", name="warranty_months", field=models.SmallIntegerField(blank=True, null=True)),
        migrations.AddField(model_name="stockmovement", name="reserved", field=models.BigIntegerField(null=True)),
        migrations.AddIndex(
            model_name="serial",
            index=models.Index(condition=models.Q(("reserved_line__isnull", False)), fields=["reserved_line"], name="serial_reserved"),
        ),
        migrations.AddIndex(
            model_name="serial",
            index=models.Index(
                condition=models.Q(("customer_order__isnull", False)), fields=["customer_order"], name="serial_customer_order"
            ),
        ),
        migrations.AddIndex(
            model_name="serial",
            index=models.Index(condition=models.Q(("shipment__isnull", False)), fields=["shipment"], name="serial_shipment"),
        ),
        migrations.CreateModel(
            name="CustomerOrder",
            fields=[
                (
                    "document",
                    models.OneToOneField(
                        on_delete=PROTECT,
                        primary_key=True,
                        related_name="customer_order",
                        serialize=False,
                        to="nameplate.document",
                    ),
                ),
                ("customer_reference", models.CharField(blank=True, max_length=100)),
                ("currency", models.CharField(blank=True, max_length=3)),
                ("expected_on", models.DateField(blank=True, null=True)),
                ("rest_canceled", models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name="Shipment",
            fields=[
                (
                    "document",
                    models.OneToOneField(
                        on_delete=PROTECT,
                        primary_key=True,
                        related_name="shipment",
                        serialize=False,
                        to="nameplate.document",
                    ),
                ),
                ("address", models.TextField(blank=True)),
                ("carrier", models.CharField(blank=True, max_length=100)),
                ("tracking_number", models.CharField(blank=True, max_length=100)),
                ("shipped_on", models.DateField(blank=True, null=True)),
                ("orders", models.ManyToManyField(related_name="shipments", to="nameplate.document")),
                (
                    "site",
                    models.ForeignKey(blank=True, db_index=False, null=True, on_delete=PROTECT, related_name="+", to="nameplate.site"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Pick",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("quantity", models.BigIntegerField()),
                ("line", models.ForeignKey(on_delete=PROTECT, related_name="picks", to="nameplate.line")),
                (
                    "location",
                    models.ForeignKey(db_index=False, null=True, on_delete=PROTECT, related_name="+", to="nameplate.location"),
                ),
                ("lot", models.ForeignKey(db_index=False, null=True, on_delete=PROTECT, related_name="+", to="nameplate.lot")),
                ("serial", models.ForeignKey(db_index=False, null=True, on_delete=PROTECT, related_name="picks", to="nameplate.serial")),
                ("shipment", models.ForeignKey(on_delete=PROTECT, related_name="picks", to="nameplate.document")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("serial__isnull", False)), fields=("serial",), name="pick_unit_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("lot__isnull", False)),
                        fields=("shipment", "line", "lot", "location"),
                        name="pick_goods_once",
                    ),
                    models.CheckConstraint(condition=models.Q(("quantity__gt", 0)), name="pick_quantity_positive"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("location__isnull", True), ("lot__isnull", True), ("serial__isnull", False)),
                            models.Q(("location__isnull", False), ("lot__isnull", False), ("serial__isnull", True)),
                            _connector="OR",
                        ),
                        name="pick_unit_or_goods",
                    ),
                ],
            },
        ),
        migrations.RunPython(count, migrations.RunPython.noop),
    ]
