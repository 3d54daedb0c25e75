"""What Django cannot declare: append-only triggers, substring search, number sequences, the cache table."""

from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from nameplate.models.guards import postgresql_guards, sqlite_guards

POSTGRESQL_SEARCH = [
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "CREATE INDEX serial_trigram ON nameplate_serial USING gin (key gin_trgm_ops)",
    *[f"CREATE SEQUENCE nameplate_number_{series}" for series in ("lot", "po", "vendor", "customer")],
]
SQLITE_SEARCH = [
    "CREATE VIRTUAL TABLE nameplate_serial_trigram USING fts5(key, content='', detail='none', tokenize='trigram case_sensitive 1')",
    "CREATE TABLE nameplate_number (series TEXT PRIMARY KEY, last INTEGER NOT NULL) WITHOUT ROWID",
    "INSERT INTO nameplate_number (series, last) VALUES ('lot', 0), ('po', 0), ('vendor', 0), ('customer', 0)",
]


def forwards(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Create them in this database's own words."""
    postgresql = schema_editor.connection.vendor == "postgresql"
    statements = [*POSTGRESQL_SEARCH, *postgresql_guards()] if postgresql else [*SQLITE_SEARCH, *sqlite_guards()]
    with schema_editor.connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("nameplate", "0001_initial")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
