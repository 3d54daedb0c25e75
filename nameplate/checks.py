"""System checks: what must be true of this installation before it serves anybody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connection

from nameplate.models.guards import guard_names

EXISTING = {
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
}


@register(Tags.database)
def ledger_is_guarded(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Every trigger that guards the ledger exists once its tables do."""
    if not databases or "nameplate_entry" not in connection.introspection.table_names():
        return []
    with connection.cursor() as cursor:
        cursor.execute(EXISTING[connection.vendor])
        missing = guard_names() - {row[0] for row in cursor.fetchall()}
    return [
        Error(
            f"The trigger {name}, which guards the ledger, is missing.",
            hint="Run nameplate migrate; restore a backup if that fails.",
            id="nameplate.E001",
        )
        for name in sorted(missing)
    ]
