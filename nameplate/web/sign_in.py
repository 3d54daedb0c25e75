"""Sign-in: accounts are made by an administrator, never by a visitor."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Nobody signs up on their own."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Always closed."""
        return False
