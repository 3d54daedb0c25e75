"""What was typed and not posted yet: kept for its author until it is posted or thrown away."""

from __future__ import annotations

from typing import Any

import orjson

from nameplate.models import Draft, User
from nameplate.refusals import TooLarge

LARGEST = 12_000_000
"""Bytes of one draft as JSON."""


def save_draft(*, actor: User, subject: str, body: dict[str, Any]) -> Draft:
    """Keep `body` as the actor's draft of `subject` (a path, like `purchase-orders/12/receipts`), in place of an earlier one."""
    if len(orjson.dumps(body)) > LARGEST:
        raise TooLarge("draft-too-large", "This is more than a draft can hold.", way_out="Receive a part of it first.")
    draft, _ = Draft.objects.update_or_create(actor=actor, subject=subject, defaults={"body": _storable(body)})
    return draft


def load_draft(*, actor: User, subject: str) -> dict[str, Any] | None:
    """The actor's draft of `subject`, or None."""
    draft = Draft.objects.filter(actor=actor, subject=subject).first()
    return dict(draft.body) if draft else None


def discard_draft(*, actor: User, subject: str) -> None:
    """Throw the actor's draft of `subject` away, if there is one."""
    Draft.objects.filter(actor=actor, subject=subject).delete()


def _storable(value: Any) -> Any:
    """`value` with the sign for what could not be read in place of NUL, which PostgreSQL cannot store and no page could show."""
    if isinstance(value, str):
        return value.replace("\x00", "\ufffd")
    if isinstance(value, dict):
        return {name: _storable(one) for name, one in value.items()}
    return [_storable(one) for one in value] if isinstance(value, list) else value
