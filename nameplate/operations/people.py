"""Accounts."""

from __future__ import annotations

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from nameplate.access import Actor, require
from nameplate.models import Role, User
from nameplate.refusals import Conflict, Invalid


def create_user(*, actor: Actor, username: str, role: Role, password: str) -> User:
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
