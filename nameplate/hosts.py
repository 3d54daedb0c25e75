"""The host names that an installation answers for, as its settings name them."""

from __future__ import annotations

import re

from django.core.exceptions import ImproperlyConfigured

_HOST = re.compile(r"\*|\.?[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\.?|\[[0-9A-Fa-f:.]+\]")


def hosts_of(text: str) -> list[str]:
    """The names between commas, of the setting NAMEPLATE_ALLOWED_HOSTS. Refused: an address or a port, for which no request would fit."""
    hosts = [host.strip() for host in text.split(",") if host.strip()]
    for host in hosts:
        if not _HOST.fullmatch(host):
            raise ImproperlyConfigured(
                f"NAMEPLATE_ALLOWED_HOSTS has “{host}”; say names without “https://” and port, with commas between, as stock.example.com."
            )
    return hosts
