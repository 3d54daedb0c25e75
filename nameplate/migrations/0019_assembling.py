"""Repair orders and disassemblies: the counters of their numbers, one more kind of document, and reports that know components too."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import F, Q, Value


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
    dependencies = [("nameplate", "0018_inspections")]
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
        *(
            operation
            for name, kind, status in (("rejected", 5, 6), ("written_off", 24, 5))
            for operation in (
                migrations.RemoveIndex("movement", f"movement_{name}"),
                migrations.AddIndex(
                    "movement",
                    models.Index(
                        F("entry") * Value(2147483648) + F("serial"),
                        condition=Q(kind__in=(kind, 18), status=status),
                        name=f"movement_{name}",
                    ),
                ),
            )
        ),
    ]
