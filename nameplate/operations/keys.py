"""API keys, by which programs act as a person: made and shown once, recognised, revoked.

A key is `prefix.secret`. The prefix finds its row; of the secret, 256 random bits, only a hash is kept, and a quick one is as safe for it
as a slow one.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from django.db import DatabaseError, connection
from django.db.models import Q
from django.utils import timezone

from nameplate import access
from nameplate.ledger import bulk
from nameplate.ledger.transacting import is_lock_failure, transacting
from nameplate.models import ApiKey, User
from nameplate.operations.cataloguing.texts import Text, read_texts, refuse_wrong
from nameplate.refusals import Conflict, Invalid, NotFound

NAME = {"name": Text("Name", 100, required=True)}
LONGEST_KEY = 200
USE_NOTED_EVERY = timedelta(minutes=1)

_FIND = (
    "SELECT k.id, k.secret_hash, k.last_used_at IS NULL OR k.last_used_at <= %s, u.id, u.username, TRUE, u.role FROM nameplate_apikey k "
    "JOIN nameplate_user u ON u.id = k.user_id "
    "WHERE k.prefix = %s AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > %s) AND u.is_active"
)
"""In SQL of our own: the ORM takes 0.4 ms to put this one together, for every request."""


@transacting()
def create_key(*, actor: access.Actor, user: User, name: str, expires_at: datetime | None = None) -> tuple[ApiKey, str]:
    """A key that acts as `user`. The text returned beside it is the whole key; it cannot be had a second time."""
    access.require(actor, "settings", "create")
    wrong: dict[str, str] = {}
    texts = read_texts(NAME, {"name": name}, wrong)
    if expires_at is not None and expires_at <= timezone.now():
        wrong["expires_at"] = "That is past already."
    refuse_wrong(wrong)
    if not user.is_active:
        raise Invalid("account-inactive", f"The account “{user}” is switched off.", fields={"user": "Choose an account that is on."})
    prefix, secret = "np" + secrets.token_hex(6), secrets.token_urlsafe(32)
    key = ApiKey.objects.create(user=user, name=texts["name"], prefix=prefix, secret_hash=hash_of(secret), expires_at=expires_at)
    return key, f"{prefix}.{secret}"


@transacting()
def revoke_key(*, actor: access.Actor, key_id: int) -> ApiKey:
    """End a key for good. Its row stays, to say who had it until when."""
    access.require(actor, "settings", "delete")
    key = ApiKey.objects.select_for_update(no_key=True).filter(pk=key_id).first()
    if key is None:
        raise NotFound("not-found", "There is no such key.")
    if key.revoked_at is not None:
        raise Conflict("revoked-already", f"The key “{key.name}” is revoked already.")
    key.revoked_at = timezone.now()
    key.save(update_fields=["revoked_at"])
    return key


def user_of(text: str) -> User | None:
    """Whoever the key `text` acts as; None for what is no key, is revoked, has expired, or whose account is switched off.

    One statement, by the prefix's index; the use is noted once a minute. What requests do not need of the account is read when asked for.
    """
    prefix, _, secret = text.partition(".")
    if not secret or len(text) > LONGEST_KEY or "\x00" in text:
        return None
    now = timezone.now()
    since = connection.ops.adapt_datetimefield_value(now - USE_NOTED_EVERY)
    rows = bulk.query(_FIND, [since, prefix, connection.ops.adapt_datetimefield_value(now)])
    # The hash is compared even where there is no such prefix, so that the time taken does not tell which prefixes exist.
    right = hmac.compare_digest(hash_of(secret), rows[0][1] if rows else "")
    if not rows or not right:
        return None
    key_id, _, due, *account = rows[0]
    if due:
        _note_use(key_id, now)
    # In the order of the model's fields, as from_db wants them.
    return User.from_db(connection.alias, ("id", "username", "is_active", "role"), account)


def hash_of(secret: str) -> str:
    """What is kept of a key's secret."""
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()


def _note_use(key_id: int, now: datetime) -> None:
    """Keep when the key was used last. On SQLite no request waits for another's write over this: the next one notes it then."""
    due = ApiKey.objects.filter(Q(last_used_at=None) | Q(last_used_at__lte=now - USE_NOTED_EVERY), pk=key_id)
    if connection.vendor != "sqlite":
        due.update(last_used_at=now)
        return
    with connection.cursor() as cursor:
        patience = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
        cursor.execute("PRAGMA busy_timeout = 0")
        try:
            due.update(last_used_at=now)
        except DatabaseError as error:
            if not is_lock_failure(error):
                raise
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {patience}")
