"""Twelve foreign keys of the unit's row, nearly all of them empty, give way to a guard that nothing they point at is removed.

See docs/decisions/0021. SQLite keeps its own keys: they cost little there, and to drop them the table would be written anew.
"""

from __future__ import annotations

from typing import Any

import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from nameplate.models.guards import postgresql_keeping, sqlite_keeping

DOCUMENTS = ("transfer", "made_by", "used_by", "source", "customer_order", "shipment", "return_doc", "work")
UNITS = {"parent": "parts", "earlier": "later"}
PARTIES = {"customer": "serials", "at_vendor": "+"}
_KEYS = (
    "SELECT c.conname FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1] "
    "WHERE c.conrelid = 'nameplate_serial'::regclass AND c.contype = 'f' AND a.attname = ANY(%s)"
)


def forwards(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Guard what is pointed at, then drop the keys."""
    postgresql = schema_editor.connection.vendor == "postgresql"
    with schema_editor.connection.cursor() as cursor:
        for statement in postgresql_keeping() if postgresql else sqlite_keeping():
            cursor.execute(statement)
        if postgresql:
            cursor.execute(_KEYS, [[f"{name}_id" for name in (*DOCUMENTS, *UNITS, *PARTIES)]])
            for (name,) in cursor.fetchall():
                cursor.execute(f'ALTER TABLE nameplate_serial DROP CONSTRAINT "{name}"')


def _field(to: str, related_name: str) -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(
        to, django.db.models.deletion.PROTECT, null=True, related_name=related_name, db_index=False, db_constraint=False
    )


class Migration(migrations.Migration):
    dependencies = [("nameplate", "0014_bills")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(forwards)],
            state_operations=[
                *[migrations.AlterField("serial", name, _field("nameplate.document", "+")) for name in DOCUMENTS],
                *[migrations.AlterField("serial", name, _field("nameplate.serial", related)) for name, related in UNITS.items()],
                *[migrations.AlterField("serial", name, _field("nameplate.party", related)) for name, related in PARTIES.items()],
            ],
        )
    ]
