"""Returns to vendors: their tables, the counter of their numbers; and the index that the report of what was shipped walks."""

from __future__ import annotations

from typing import Any

import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def count(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Begin the counter in this database's own words."""
    postgresql = schema_editor.connection.vendor == "postgresql"
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "CREATE SEQUENCE nameplate_number_rtv" if postgresql else "INSERT INTO nameplate_number (series, last) VALUES ('rtv', 0)"
        )


class Migration(migrations.Migration):
    dependencies = [
        ("nameplate", "0022_counts"),
    ]

    operations = [
        migrations.CreateModel(
            name="VendorReturn",
            fields=[
                (
                    "document",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="vendor_return",
                        serialize=False,
                        to="nameplate.document",
                    ),
                ),
                ("vendor_reference", models.CharField(blank=True, max_length=100)),
                ("reason", models.TextField()),
                ("outcome", models.CharField(blank=True, default="", max_length=200)),
                ("sent_on", models.DateField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="VendorReplacement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "document",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="replacements", to="nameplate.document"
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="replacements", to="nameplate.entry"),
                ),
                (
                    "received",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="replaces", to="nameplate.serial"),
                ),
                ("sent", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="replaced_by", to="nameplate.serial")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("document", "sent"), name="vendor_replacement_once"),
                    models.UniqueConstraint(fields=("document", "received"), name="vendor_replacement_for_one"),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="movement",
            index=models.Index(
                models.F("entry") * models.Value(2147483648) + models.F("serial"),
                condition=models.Q(("kind__in", (20, 18)), ("status", 4)),
                name="movement_shipped",
            ),
        ),
        migrations.RunPython(count, migrations.RunPython.noop),
    ]
