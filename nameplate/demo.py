"""The demo company: what `make run` puts into an empty database, by the same operations that people use."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.core.exceptions import ImproperlyConfigured

from nameplate.access import Actor
from nameplate.models import Item, Role, User
from nameplate.operations import people

PASSWORD = "nameplate-demo"  # noqa: S105  # printed on purpose; production refuses to make these accounts


MAY = {
    Role.ADMINISTRATOR: "everything, accounts too",
    Role.MANAGER: "orders, items, corrections",
    Role.OPERATOR: "receive and move goods",
    Role.VIEWER: "look and export",
}


def fill(actor: Actor) -> bool:
    """Make the demo company unless there is anything already. Return whether it was made."""
    if settings.PRODUCTION:
        raise ImproperlyConfigured("The demo accounts have a published password; production does not make them.")
    if User.objects.exists() or Item.objects.exists():
        return False
    for role in Role:
        people.create_user(actor, username=role.value, role=role, password=PASSWORD)
    return True


@dataclass(frozen=True)
class SignIn:
    """A demo account that anybody may use, and what it may do."""

    username: str
    password: str
    role: str
    may: str


def sign_ins() -> list[SignIn]:
    """The demo accounts that still have their published password, from most rights to fewest; none in production."""
    if settings.PRODUCTION:
        return []
    found = {user.username: user for user in User.objects.filter(username__in=Role.values, is_active=True)}
    return [
        SignIn(role.value, PASSWORD, role.label, MAY[role])
        for role in Role
        if role.value in found and _has_published_password(found[role.value].password)
    ]


@cache
def _has_published_password(encoded: str) -> bool:
    """Checking is slow on purpose, and the login page asks at every visit: each stored hash is checked once."""
    return check_password(PASSWORD, encoded)
