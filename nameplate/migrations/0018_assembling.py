"""Repair orders and disassemblies: the counters of their numbers, and one more kind of document."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def count(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Begin the counters in this database's own words."""
    postgresql = schema_editor.connection.vendor == "postgresql"
    with schema_editor.connection.cursor() as cursor:
        for series in ("ro", "da"):
            if postgresql:
                cursor.execute(f"CREATE SEQUENCE nameplate_number_{series}")
            else:
                cursor.execute("INSERT INTO nameplate_number (series, last) VALUES (%s, 0)", [series])


class Migration(migrations.Migration):
    dependencies = [("nameplate", "0016_manufacturing")]
    operations = [
        migrations.AlterField(
            model_name="document",
            name="kind",
            field=models.CharField(
                choices=[
                    ("PO", "Purchase order"),
                    ("MO", "Manufacturing order"),
                    ("CO", "Customer order"),
                    ("S", "Shipment"),
                    ("TO", "Transfer order"),
                    ("WO", "Write-off"),
                    ("RMA", "Return"),
                    ("QC", "Inspection"),
                    ("SC", "Stock count"),
                    ("RO", "Repair order"),
                    ("RTV", "Return to vendor"),
                    ("DA", "Disassembly"),
                ],
                max_length=4,
            ),
        ),
        migrations.RunPython(count, migrations.RunPython.noop),
    ]
