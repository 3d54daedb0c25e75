"""The pages that say no: wrong address, no right, too much sent, our own fault; and any refusal that no page caught."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from nameplate.refusals import Busy, Refused

PAGES: dict[int, tuple[str, str, str, str]] = {
    400: (
        "hand-stop",
        "That could not be understood",
        "The address or the form that was sent is damaged.",
        "Go back, reload the page and try again.",
    ),
    403: ("lock-access", "Not with your rights", "Your role does not include this.", "Ask an administrator for a role that does."),
    404: (
        "report-search",
        "There is nothing here",
        "The address is wrong, or what it named is gone.",
        "Search for it above, or start from a list.",
    ),
    409: ("alert-triangle", "That does not fit how things stand now", "", ""),
    413: (
        "file-spreadsheet",
        "That is too much at once",
        "More was sent than one request takes.",
        "Send it in parts: up to 50,000 serial numbers at a time.",
    ),
    422: ("alert-circle", "That cannot be done as asked", "", ""),
    429: ("clock", "Too many attempts", "More was asked from this address than is answered in a minute.", "Wait a minute, then try again."),
    500: (
        "server-off",
        "Something went wrong on our side",
        "Nothing was saved. The fault has been written to the log.",
        "Try again; if it stays, tell your administrator when it happened.",
    ),
    503: ("clock", "Busy with somebody else’s work", "", ""),
}


def _page(request: HttpRequest, status: int, refused: Refused | None = None) -> HttpResponse:
    icon, title, message, way_out = PAGES[status]
    # A fault of ours must not ask the database who is signed in: it may be the database that fails.
    framed = status not in {400, 500} and getattr(request, "user", None) is not None and request.user.is_authenticated
    context = {
        "frame": "base.html" if framed else "door.html",
        "status": status,
        "icon": icon,
        "title": title,
        "message": refused.message if refused else message,
        "way_out": refused.way_out if refused else way_out,
        "causes": refused.causes if refused else (),
        "again": request.path if status in {500, 503} and request.method == "GET" else "",
    }
    answer = render(request, "errors/error.html", context, status=status)
    if isinstance(refused, Busy):
        answer["Retry-After"] = str(refused.retry_after)
    return answer


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400, or 413 when the reason is that too much was sent; an address with too much in it is no address of ours."""
    too_much = isinstance(exception, RequestDataTooBig | TooManyFilesSent) or (
        isinstance(exception, TooManyFieldsSent) and request.method == "POST"
    )
    return _page(request, 413 if too_much else 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    return _page(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    return _page(request, 404)


def too_many(request: HttpRequest) -> HttpResponse:
    """429, as allauth asks for it when its limits are reached."""
    answer = _page(request, 429)
    answer["Retry-After"] = "60"
    return answer


def our_fault(request: HttpRequest) -> HttpResponse:
    """500."""
    return _page(request, 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token does not fit: the session ended, cookies are off, or somebody else made the form."""
    stale = Refused(
        "stale-form",
        "The form was opened before you last signed in or out, or this browser keeps no cookies.",
        way_out="Nothing was saved. Go back, reload the page and send it again.",
    )
    return _page(request, 403, stale)


class RefusalMiddleware:
    """A refusal that no view caught becomes a page with its status, so that no view needs to catch what it cannot say better."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer refusals; leave everything else to the 500 page."""
        return _page(request, exception.status, exception) if isinstance(exception, Refused) else None
