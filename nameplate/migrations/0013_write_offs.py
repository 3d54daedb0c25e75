"""Write-offs: their table, and the counter of their numbers."""

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
            "CREATE SEQUENCE nameplate_number_wo" if postgresql else "INSERT INTO nameplate_number (series, last) VALUES ('wo', 0)"
        )


class Migration(migrations.Migration):
    dependencies = [("nameplate", "0012_approval")]
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
                    ("shipped", "Shipped"),
                    ("received", "Received"),
                    ("done", "Done"),
                    ("canceled", "Canceled"),
                ],
                default="new",
                max_length=20,
            ),
        ),
        migrations.CreateModel(
            name="WriteOff",
            fields=[
                (
                    "document",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="write_off",
                        serialize=False,
                        to="nameplate.document",
                    ),
                ),
                (
                    "reason",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="nameplate.reason"),
                ),
            ],
        ),
        migrations.RunPython(count, migrations.RunPython.noop),
    ]
