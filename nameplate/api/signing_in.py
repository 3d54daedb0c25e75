"""Who asks: the bearer of an API key, or whoever is signed in on the web. Never a name that was sent."""

from __future__ import annotations

from django.contrib.auth import get_user
from django.http import HttpRequest
from ninja.security import APIKeyHeader, HttpBearer
from ninja.security.apikey import APIKeyCookie
from ninja.utils import check_csrf

from nameplate.models import User
from nameplate.operations import keys
from nameplate.refusals import Forbidden, Refused


class WrongKey(Refused):
    """A key was sent that opens nothing. A session beside it does not count then."""

    status = 401


def actor_of(request: HttpRequest) -> User:
    """Whoever asks."""
    actor: User = request.auth  # type: ignore[attr-defined]  # ninja sets it before any operation runs
    return actor


def _user_of(key: str) -> User:
    user = keys.user_of(key)
    if user is None:
        raise WrongKey("wrong-key", "This key opens nothing.", way_out="It may have expired or been revoked; ask for a new one.")
    return user


class BearerKey(HttpBearer):
    """`Authorization: Bearer prefix.secret`."""

    def __call__(self, request: HttpRequest) -> User | None:
        """The key's user. Refused: any other `Authorization`."""
        header = request.headers.get("Authorization", "")
        if not header:
            return None
        scheme, _, key = header.partition(" ")
        return _user_of(key.strip() if scheme.lower() == self.openapi_scheme else "")

    def authenticate(self, request: HttpRequest, token: str) -> User:
        """The key's user."""
        return _user_of(token)


class HeaderKey(APIKeyHeader):
    """`X-API-Key: prefix.secret`, for programs that cannot set `Authorization`."""

    param_name = "X-API-Key"

    def authenticate(self, request: HttpRequest, key: str | None) -> User | None:
        """The key's user; None when none was sent."""
        return _user_of(key) if key else None


class Session(APIKeyCookie):
    """The session of the web, with its token against forged requests on whatever changes something."""

    param_name = "sessionid"

    def _get_key(self, request: HttpRequest) -> str | None:
        return request.COOKIES.get(self.param_name)

    def authenticate(self, request: HttpRequest, key: str | None) -> User | None:
        """Whoever is signed in."""
        user = get_user(request) if key else None
        if not isinstance(user, User) or not user.is_active:
            return None
        if check_csrf(request):
            raise Forbidden("forged", "X-CSRFToken is missing or old.", way_out="Send the csrftoken cookie’s value in X-CSRFToken.")
        return user


WAYS_IN = (BearerKey(), HeaderKey(), Session())
