"""Stock counts: their tables, and the counter of their numbers."""

from __future__ import annotations

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def count(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Begin the counter in this database's own words."""
    postgresql = schema_editor.connection.vendor == "postgresql"
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "CREATE SEQUENCE nameplate_number_sc" if postgresql else "INSERT INTO nameplate_number (series, last) VALUES ('sc', 0)"
        )


class Migration(migrations.Migration):
    dependencies = [
        ("nameplate", "0021_transfers"),
    ]

    operations = [
        migrations.CreateModel(
            name="StockCount",
            fields=[
                (
                    "document",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="stock_count",
                        serialize=False,
                        to="nameplate.document",
                    ),
                ),
                ("blind", models.BooleanField(default=False)),
                ("frozen_at", models.DateTimeField(null=True)),
                (
                    "item",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="nameplate.item",
                    ),
                ),
                (
                    "write_off",
                    models.ForeignKey(
                        db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="nameplate.document"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ExpectedUnit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.IntegerField()),
                (
                    "location",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="nameplate.location"
                    ),
                ),
                (
                    "serial",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="expectations", to="nameplate.serial"),
                ),
                (
                    "count",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="expected_units",
                        to="nameplate.stockcount",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("count", "serial"), name="expected_unit_once")],
            },
        ),
        migrations.CreateModel(
            name="ExpectedGoods",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("quantity", models.BigIntegerField()),
                ("version", models.IntegerField()),
                (
                    "location",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="nameplate.location"
                    ),
                ),
                (
                    "lot",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="nameplate.lot"),
                ),
                (
                    "count",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="expected_goods",
                        to="nameplate.stockcount",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("count", "lot", "location"), name="expected_goods_once")],
            },
        ),
        migrations.CreateModel(
            name="CountScan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=64)),
                ("text", models.CharField(max_length=200)),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("ok", "OK"),
                            ("reserved", "OK, reserved"),
                            ("seen", "Seen already"),
                            ("elsewhere", "Should be elsewhere"),
                            ("gone", "Contradiction"),
                            ("other", "Not counted here"),
                            ("unknown", "Unknown"),
                            ("counted", "Counted"),
                        ],
                        max_length=10,
                    ),
                ),
                ("said", models.TextField()),
                ("version", models.IntegerField(null=True)),
                ("quantity", models.BigIntegerField(null=True)),
                ("scanned_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                ("taken_back", models.BooleanField(default=False)),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="nameplate.item"
                    ),
                ),
                (
                    "location",
                    models.ForeignKey(
                        db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="nameplate.location"
                    ),
                ),
                (
                    "lot",
                    models.ForeignKey(
                        db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="nameplate.lot"
                    ),
                ),
                (
                    "serial",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="count_scans", to="nameplate.serial"
                    ),
                ),
                (
                    "count",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="scans", to="nameplate.stockcount"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["count", "id"], name="count_scan_count")],
                "constraints": [
                    models.UniqueConstraint(fields=("count", "by", "key"), name="count_scan_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("serial__isnull", False), ("taken_back", False), models.Q(("verdict", "seen"), _negated=True)),
                        fields=("count", "serial"),
                        name="count_scan_unit_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("quantity__isnull", True), ("quantity__gte", 0), _connector="OR"),
                        name="count_scan_not_negative",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CountPlace",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "location",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="nameplate.location"
                    ),
                ),
                (
                    "count",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="places", to="nameplate.stockcount"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("count", "location"), name="count_place_once")],
            },
        ),
        migrations.RunPython(count, migrations.RunPython.noop),
    ]
