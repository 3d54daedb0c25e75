"""Accounts, and the keys by which programs act as one."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from nameplate.access import Actor, require
from nameplate.models import ApiKey, Role, User
from nameplate.refusals import Conflict, Invalid


def create_user(actor: Actor, *, username: str, role: Role, password: str) -> User:
    """An account that can sign in. Refuses a weak password and a name that is taken."""
    require(actor, "settings", "create")
    user = User(username=username, role=role)
    try:
        user.clean_fields(exclude=["password"])
        validate_password(password, user)
    except ValidationError as problem:
        found = problem.message_dict if hasattr(problem, "error_dict") else {"password": problem.messages}
        fields = {name: " ".join(messages) for name, messages in found.items()}
        raise Invalid("account-invalid", " ".join(fields.values()), fields=fields) from None
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError:
        message = f"There is an account “{username}” already."
        raise Conflict("account-taken", message, fields={"username": message}, way_out="Choose another name.") from None
    return user


def create_key(actor: Actor, *, user: User, name: str, expires_at: datetime | None = None) -> tuple[ApiKey, str]:
    """A key that acts as `user`. The text returned beside it is the whole key; it cannot be had a second time."""
    require(actor, "settings", "create")
    prefix, secret = "np" + secrets.token_hex(6), secrets.token_urlsafe(32)
    key = ApiKey.objects.create(user=user, name=name, prefix=prefix, secret_hash=hash_of(secret), expires_at=expires_at)
    return key, f"{prefix}.{secret}"


def hash_of(secret: str) -> str:
    """What is kept of a key's secret. It is 256 random bits, so a quick hash is as safe as a slow one."""
    return hashlib.sha256(secret.encode()).hexdigest()
