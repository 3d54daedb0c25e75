"""What is being typed, kept as its author's draft while a page is open: across a reload, a refusal and the end of the session."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest

from nameplate.ledger import transacting
from nameplate.models import Request, User
from nameplate.operations.drafting import NO_PAGE, OpenPage, discard_draft, kept_elsewhere, page_of, save_draft
from nameplate.refusals import Busy, NoRoom, TooLarge
from nameplate.web.forms import new_key


def sent_from(request: HttpRequest) -> OpenPage:
    """The page from which a form was sent, by its hidden fields."""
    return OpenPage(request.POST.get("page", ""), request.POST.get("page_seen", ""))


def opened_with(draft: Mapping[str, Any] | None) -> OpenPage:
    """A page that opens with this draft."""
    return OpenPage(new_key(), page_of(draft).mark)


def keep(actor: User, subject: str, body: dict[str, Any], page: OpenPage = NO_PAGE) -> bool:
    """Keep the draft, or throw it away when nothing is typed. Whether there is one now.

    With `page`, what another page of the same subject kept meanwhile stays, together with what this one holds.
    """
    if body:
        save_draft(actor=actor, subject=subject, body=body, page=page)
    else:
        discard_draft(actor=actor, subject=subject, page=page)
    return bool(body)


def keep_meanwhile(
    actor: User,
    subject: str,
    body: dict[str, Any],
    *,
    address: str,
    key: str,
    lock: Callable[[], object] | None = None,
    page: OpenPage = NO_PAGE,
) -> bool:
    """Keep what is typed into the form at `address`; not once it was sent with this key, or what was done with it would come up again.

    `lock` takes what the sending of the form takes, where that is to be waited for. Not either where another page of the same subject kept
    something since this one was opened: half a number would be put beside it. Whether that is so.
    """
    with contextlib.suppress(Busy, NoRoom, TooLarge), transacting():  # it is kept a moment later, or by the button
        if lock is not None:
            lock()
        if kept_elsewhere(actor=actor, subject=subject, page=page):
            return True
        if not Request.objects.filter(actor=actor, route=f"page {address}", key=key).exists():
            keep(actor, subject, body, page)
    return False
