"""Passwords of test people, hashed as in production but at the least cost; a served product hashes at the full one."""

from __future__ import annotations

from django.contrib.auth.hashers import Argon2PasswordHasher


def hash_cheaply() -> None:
    """Kilobytes instead of a hundred megabytes, once instead of twice."""
    Argon2PasswordHasher.time_cost = 1
    Argon2PasswordHasher.memory_cost = 8
    Argon2PasswordHasher.parallelism = 1
