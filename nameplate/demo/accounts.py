"""One account per role, with a password that everybody may know."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.contrib.auth.hashers import check_password

from nameplate.access import Actor
from nameplate.models import Role, User
from nameplate.operations import people

PASSWORD = "nameplate-demo"  # noqa: S105  # printed on purpose; production makes no such accounts

MAY = {
    Role.ADMINISTRATOR: "everything, accounts too",
    Role.MANAGER: "orders, items, corrections",
    Role.OPERATOR: "receive and move goods",
    Role.VIEWER: "look and export",
}


@dataclass(frozen=True)
class SignIn:
    """A demo account that anybody may use, and what it may do."""

    username: str
    password: str
    role: str
    may: str


def make_accounts(actor: Actor) -> dict[Role, User]:
    """The four accounts, by role."""
    return {role: people.create_user(actor=actor, username=role.value, role=role, password=PASSWORD) for role in Role}


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
