"""The log of edits: one row per field, before and after, in the words of the page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import models
from django.utils import timezone

from nameplate.ledger import bulk
from nameplate.models import Change, User

LONGEST_VALUE = 4000
"""Of a long text the log keeps the beginning."""
COLUMNS = ("noun", "subject", "field", "before", "after", "changed_at", "actor_id")
FEW = 100
"""As many go in by one ordinary statement."""


def log_changes(*, actor: User, noun: str, subject: int, changes: Iterable[tuple[str, str, str]]) -> None:
    """Keep that `actor` changed these (field, before, after) of one thing. `noun` as in the path."""
    log_many(actor=actor, noun=noun, changes=((subject, *change) for change in changes))


def log_many(*, actor: User, noun: str, changes: Iterable[tuple[int, str, str, str]]) -> None:
    """The same for many things at once: (subject, field, before, after). One statement."""
    now = timezone.now()
    rows = [(noun, subject, field, _shortened(before), _shortened(after), now, actor.pk) for subject, field, before, after in changes]
    if len(rows) > FEW:
        bulk.insert("nameplate_change", COLUMNS, rows)
        return
    Change.objects.bulk_create(Change(**dict(zip(COLUMNS, row, strict=True))) for row in rows)


def in_words(value: object, field: models.Field[object, object] | None = None) -> str:
    """`value` as the log and the page write it: a choice by its label, a thing by its name."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.date):
        return value.isoformat()
    if field is not None and field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return str(value)


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"
