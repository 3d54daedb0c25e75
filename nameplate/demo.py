"""The demo company: what `make run` puts into an empty database, by the same operations that people use."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from nameplate.access import Actor
from nameplate.models import Item, Role, User
from nameplate.operations import people

PASSWORD = "nameplate-demo"  # noqa: S105  # printed on purpose; production refuses to make these accounts


def fill(actor: Actor) -> bool:
    """Make the demo company unless there is anything already. Return whether it was made."""
    if settings.PRODUCTION:
        raise ImproperlyConfigured("The demo accounts have a published password; production does not make them.")
    if User.objects.exists() or Item.objects.exists():
        return False
    for role in Role:
        people.create_user(actor, username=role.value, role=role, password=PASSWORD)
    return True


def sign_ins() -> str:
    """The demo accounts that can still be used, one per line, or a sentence that there are none."""
    found = [user for user in User.objects.filter(username__in=Role.values, is_active=True) if user.check_password(PASSWORD)]
    if not found:
        return "There are no demo accounts here; sign in with your own."
    return "\n".join(["Demo sign-ins:", *[f"  {user.username:<14} {PASSWORD}" for user in found]])
