"""Passwords of test people, hashed as in production but at the least cost."""

from __future__ import annotations

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher, make_password

LEAST = {"time_cost": 1, "memory_cost": 8, "parallelism": 1}
FULL = {name: getattr(Argon2PasswordHasher, name) for name in LEAST}


def hash_cheaply() -> None:
    """Kilobytes instead of a hundred megabytes, once instead of twice."""
    for name, value in LEAST.items():
        setattr(Argon2PasswordHasher, name, value)


def at_full_cost(password: str) -> str:
    """As a served product hashes it, which would hash a cheaper one anew when it is used, and by that end its owner's sessions."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in FULL.items():
            patch.setattr(Argon2PasswordHasher, name, value)
        return make_password(password)
