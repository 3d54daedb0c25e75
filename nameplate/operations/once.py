"""The same request twice has one effect and one answer.

The claim is the first statement of the operation's transaction: a second request with the same key waits for the first and gets its stored
answer. A refusal rolls the claim back with everything else, so that the request can be mended and sent again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson
from django.db import DatabaseError
from django.utils import timezone

from nameplate.ledger import bulk, transacting
from nameplate.ledger.transacting import is_lock_failure
from nameplate.models import Request, User
from nameplate.refusals import Conflict, Invalid

LONGEST_KEY = 200

_CLAIM = (
    "INSERT INTO nameplate_request (actor_id, route, key, body_hash, status, answer, created_at) "
    "VALUES (%s, %s, %s, %s, 0, '{}', %s) ON CONFLICT (actor_id, route, key) DO NOTHING RETURNING id"
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a write answered: an HTTP status and plain values. `replayed` when it was stored by an earlier request."""

    status: int
    body: dict[str, Any]
    replayed: bool = False


def once(*, actor: User, route: str, key: str, body: bytes, act: Callable[[Request | None], tuple[int, dict[str, Any]]]) -> Answer:
    """Run `act` in one transaction, once per (actor, route, key); an empty key runs it every time.

    Refused: the same key with another body (`key-reused`); a request under way for longer than locks are waited for (`in-progress`).
    """
    with transacting():
        if not key:
            return Answer(*act(None))
        if len(key) > LONGEST_KEY or not key.isprintable():
            raise Invalid(
                "bad-key", f"An idempotency key has at most {LONGEST_KEY} printable characters.", fields={"Idempotency-Key": "Shorten it."}
            )
        digest = hashlib.sha256(body).hexdigest()
        claimed = _claim(actor, route, key, digest)
        if claimed is None:
            return _stored(actor, route, key, digest)
        request = Request(pk=claimed, actor=actor, route=route, key=key, body_hash=digest)
        status, answer = act(request)
        bulk.execute(
            "UPDATE nameplate_request SET status = %s, answer = %s WHERE id = %s",
            [status, orjson.dumps(answer).decode(), claimed],
        )
        return Answer(status, answer)


def _claim(actor: User, route: str, key: str, digest: str) -> int | None:
    try:
        rows = bulk.query(_CLAIM, [actor.pk, route, key, digest, timezone.now()])
    except DatabaseError as error:
        if is_lock_failure(error):
            raise Conflict(
                "in-progress", "The same request is still being worked on.", way_out="Ask again in a moment; it will not be done twice."
            ) from error
        raise
    return int(rows[0][0]) if rows else None


def _stored(actor: User, route: str, key: str, digest: str) -> Answer:
    earlier = Request.objects.get(actor=actor, route=route, key=key)
    if earlier.body_hash != digest:
        raise Invalid(
            "key-reused",
            "This idempotency key was used for another request.",
            fields={"Idempotency-Key": "Use a new key for a new request."},
            way_out="Use a new key for a new request.",
        )
    return Answer(earlier.status, earlier.answer, replayed=True)
