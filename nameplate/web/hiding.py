"""What pages hide of a function that is switched off: themselves, with a friendly word on what to do; parts of theirs, without one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from nameplate import functions
from nameplate.web import errors


class HiddenPages:
    """Middleware: an address that belongs to a function that is off answers with the page that says so, whatever it would do."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """The page that says no, before the view is asked; the API says it itself."""
        name = functions.of_address(request.path)
        if not name or request.path.startswith("/api/") or functions.is_on(name):
            return None
        return errors.refused(request, functions.switched_off([name], "This page"))


class On:
    """Which functions are on, for templates, as `functions.serial_numbers`; asked only where a template asks."""

    def __getitem__(self, name: str) -> bool:
        return functions.is_on(name.replace("_", "-"))


def functions_on(request: HttpRequest) -> dict[str, On]:
    """Context processor: `functions`."""
    return {"functions": On()}
