"""What is being typed, kept as its author's draft while a page is open: across a reload, a refusal and the end of the session."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

from nameplate.ledger import transacting
from nameplate.models import Request, User
from nameplate.operations.drafting import discard_draft, save_draft
from nameplate.refusals import Busy, NoRoom, TooLarge


def keep(actor: User, subject: str, body: dict[str, Any]) -> bool:
    """Keep the draft, or throw it away when nothing is typed. Whether there is one now."""
    if body:
        save_draft(actor=actor, subject=subject, body=body)
    else:
        discard_draft(actor=actor, subject=subject)
    return bool(body)


def keep_meanwhile(
    actor: User, subject: str, body: dict[str, Any], *, address: str, key: str, lock: Callable[[], object] | None = None
) -> None:
    """Keep what is typed into the form at `address`; not once it was sent with this key, or what was done with it would come up again.

    `lock` takes what the sending of the form takes, where that is to be waited for.
    """
    with contextlib.suppress(Busy, NoRoom, TooLarge), transacting():  # it is kept a moment later, or by the button
        if lock is not None:
            lock()
        if not Request.objects.filter(actor=actor, route=f"page {address}", key=key).exists():
            keep(actor, subject, body)
