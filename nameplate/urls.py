"""The whole site on one screen. The same noun has the same path here and under /api/v1."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from nameplate.web import errors, lists, shell, sign_in

urlpatterns: list[URLPattern | URLResolver] = [
    path("", shell.home, name="home"),
    path("search", shell.search, name="search"),
    path("theme", shell.theme, name="theme"),
    path("help/usage-tips", shell.usage_tips, name="usage-tips"),
    path("account/", include(sign_in.paths)),
    # Every list is the same page: /serials, /items… and the same as CSV, /serials.csv…
    *(path(name, lists.page, {"name": name}, name=name) for name in lists.WORDS),
    *(path(f"{name}.csv", lists.csv, {"name": name}) for name in lists.WORDS),
]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler429 = errors.too_many
handler500 = errors.our_fault
