"""What was typed and not posted yet: kept for its author until it is posted or thrown away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import orjson

from nameplate.models import Draft, User
from nameplate.refusals import TooLarge

BOXES = frozenset({"text", "passed", "failed"})
"""Fields of drafts that hold a number, or more, a line."""
LARGEST = 12_000_000
"""Bytes of one draft as JSON."""


class OpenPage(NamedTuple):
    """A page in which a draft is typed, as it is kept in its body under `page`: one of perhaps several of the same subject."""

    mark: str
    seen: str
    """The mark of the page by which the draft was kept that this one was opened with; empty where there was none."""


NO_PAGE = OpenPage("", "")


def page_of(body: Mapping[str, Any] | None) -> OpenPage:
    """By which page a draft was kept."""
    return OpenPage(*(body or {}).get("page", NO_PAGE))


def kept_elsewhere(*, actor: User, subject: str, page: OpenPage) -> dict[str, Any] | None:
    """The actor's draft of `subject`, where another page kept it after this one was opened."""
    draft = load_draft(actor=actor, subject=subject) if page.mark else None
    return draft if draft and page_of(draft).mark not in page else None


def together(kept: Mapping[str, Any], typed: Mapping[str, Any]) -> dict[str, Any]:
    """Two drafts of one subject in one: all lines of both boxes, and of a field that was filled in twice what was typed last."""
    both = {**kept, **{name: value for name, value in typed.items() if value or name not in kept}}
    for name in both.keys() & kept.keys() & typed.keys():
        first, second = kept[name], typed[name]
        if isinstance(first, Mapping) and isinstance(second, Mapping):
            both[name] = together(first, second)
        elif name in BOXES:
            both[name] = "\n".join(dict.fromkeys(line for line in [*first.split("\n"), *second.split("\n")] if line.strip()))
        elif name == "keep":
            both[name] = sorted({*first, *second})
    return both


def save_draft(*, actor: User, subject: str, body: dict[str, Any]) -> Draft:
    """Keep `body` as the actor's draft of `subject` (a path, like `purchase-orders/12/receipts`), in place of an earlier one.

    What another page of the same subject kept meanwhile is not lost: both are kept together.
    """
    other = kept_elsewhere(actor=actor, subject=subject, page=page_of(body))
    body = together(other, body) if other else body
    if len(orjson.dumps(body)) > LARGEST:
        raise TooLarge("draft-too-large", "This is more than a draft can hold.", way_out="Receive a part of it first.")
    draft, _ = Draft.objects.update_or_create(actor=actor, subject=subject, defaults={"body": _storable(body)})
    return draft


def load_draft(*, actor: User, subject: str) -> dict[str, Any] | None:
    """The actor's draft of `subject`, or None."""
    draft = Draft.objects.filter(actor=actor, subject=subject).first()
    return dict(draft.body) if draft else None


def discard_draft(*, actor: User, subject: str, page: OpenPage = NO_PAGE) -> None:
    """Throw the actor's draft of `subject` away, if there is one and no other page than `page` kept it meanwhile."""
    if kept_elsewhere(actor=actor, subject=subject, page=page):
        return
    Draft.objects.filter(actor=actor, subject=subject).delete()


def _storable(value: Any) -> Any:
    """`value` with the sign for what could not be read in place of NUL, which PostgreSQL cannot store and no page could show."""
    if isinstance(value, str):
        return value.replace("\x00", "\ufffd")
    if isinstance(value, dict):
        return {name: _storable(one) for name, one in value.items()}
    return [_storable(one) for one in value] if isinstance(value, list) else value
