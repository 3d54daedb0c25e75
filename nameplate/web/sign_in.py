"""Sign-in: accounts are made by an administrator, never by a visitor, and passwords are reset by one too."""

from __future__ import annotations

from typing import Any

from allauth.account import views
from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import path

from nameplate.web import errors

paths = [
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("password/change/", views.password_change, name="account_change_password"),
]
"""The part of allauth that is in use. Signing up and resetting by e-mail have no address at all, so they need no guard."""


class SignInRequired(LoginRequiredMiddleware):
    """Every page asks who it is. A form that was filled in when the session ended is not thrown away for the sign-in page."""

    def handle_no_permission(  # type: ignore[override]  # the stubs know only of the redirect
        self, request: HttpRequest, view_func: Any
    ) -> HttpResponseBase:
        """To the sign-in; with what was typed, where something was."""
        if request.method == "POST" and errors.typed_into(request):
            return errors.signed_out(request)
        return super().handle_no_permission(request, view_func)


class ClosedAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """How allauth behaves here."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": "The user name or the password is wrong.",
        "too_many_login_attempts": "Too many wrong passwords for this account or from this address. Wait five minutes, then try again.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Always closed."""
        return False

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Count by account alone. allauth's own key has the request's Host in it, whose port anybody may vary to count afresh."""
        return str(credentials.get("username", "")).lower()
