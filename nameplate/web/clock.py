"""The reader's time zone: what the browser says in a cookie, else the company's."""

from __future__ import annotations

from functools import lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest

COOKIE = "zone"


@lru_cache(maxsize=256)
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # a cookie holds whatever a browser sends, a directory's name included
        return ZoneInfo(settings.TIME_ZONE)


def zone_of(request: HttpRequest) -> ZoneInfo:
    """The zone that times are shown in for this request."""
    return _zone(request.COOKIES.get(COOKIE, settings.TIME_ZONE))
