"""Text columns whose order is the order of their bytes, on both databases.

PostgreSQL's default collation differs from server to server, and a prefix is a range only in binary order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

if TYPE_CHECKING:
    _Text = models.TextField[str, str]
    _TextOrNothing = models.TextField[str | None, str | None]
else:
    _Text = _TextOrNothing = models.TextField


class BinaryText(_Text):
    """Text compared and sorted byte by byte (collation "C" on PostgreSQL, BINARY on SQLite)."""

    def db_parameters(self, connection: BaseDatabaseWrapper) -> dict[str, Any]:
        """The column's type and collation on this database."""
        return super().db_parameters(connection) | {"collation": _binary(connection)}


class BinaryTextOrNothing(_TextOrNothing):
    """The same where there may be none."""

    def db_parameters(self, connection: BaseDatabaseWrapper) -> dict[str, Any]:
        """The column's type and collation on this database."""
        return super().db_parameters(connection) | {"collation": _binary(connection)}


def _binary(connection: BaseDatabaseWrapper) -> str:
    return "C" if connection.vendor == "postgresql" else "BINARY"
