"""The outermost word on /api: whatever a layer in between answers, a program gets a problem and never a page."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from nameplate.api.problems import CONTENT_TYPE, problem, refusal_of

Answer = Callable[[HttpRequest], HttpResponseBase]
KEPT = ("Allow", "Retry-After")


def door(get_response: Answer) -> Answer:
    """Middleware that turns every error below /api that is not a problem yet into one."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        found = get_response(request)
        if found.status_code < 400 or not request.path_info.startswith("/api/") or found.get("Content-Type", "") == CONTENT_TYPE:
            return found
        said = problem(refusal_of(found.status_code), found.status_code)
        for name in KEPT:
            if found.has_header(name):
                said[name] = found[name]
        # `found` is not closed: that would announce the request's end now, and again with what is answered instead.
        return said

    return answer
