"""The pages that say no: wrong address, no right, too much sent, our own fault; and any refusal that no page caught."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from nameplate.ledger.transacting import refusal_of
from nameplate.refusals import Busy, Refused

PAGES: dict[int, tuple[str, str, str, str]] = {
    400: (
        "hand-stop",
        "That could not be understood",
        "The address or the form that was sent is damaged.",
        "Go back to where you came from and try again.",
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
    507: ("server-off", "There is no room left", "", ""),
}


SWITCHED_OFF = ("adjustments-horizontal", "Switched off", "", "")
"""The 409 of what belongs to a function that is off: nothing is wrong with what was asked."""

HIDDEN = frozenset({"csrfmiddlewaretoken", "idempotency_key", "version", "action", "rows", "line", "keep_draft"})
"""Fields that nobody types into."""


@dataclass(frozen=True, slots=True)
class LostForm:
    """A form that was not taken because of who sent it, or who did not."""

    title: str
    address: str
    typed: list[str]
    signed_in: bool


def _page(request: HttpRequest, status: int, refused: Refused | None = None, lost: LostForm | None = None) -> HttpResponse:
    icon, title, message, way_out = SWITCHED_OFF if refused and refused.rule == "switched-off" else PAGES[status]
    # A fault of ours must not ask the database who is signed in: it may be the database that fails.
    framed = status not in {400, 500} and getattr(request, "user", None) is not None and request.user.is_authenticated
    context = {
        "frame": "base.html" if framed else "door.html",
        "status": status,
        "icon": icon,
        "title": lost.title if lost else title,
        "lost": lost,
        "message": refused.message if refused else message,
        "way_out": way_out,
        "refused": refused,
        "again": request.get_full_path() if status in {500, 503} and request.method == "GET" else "",
    }
    answer = render(request, "errors/error.html", context, status=status)
    if isinstance(refused, Busy):
        answer["Retry-After"] = str(refused.retry_after)
    return answer


def refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """The page of a refusal that has no page of its own."""
    return _page(request, refusal.status, refusal)


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
    """The form's token does not fit: somebody signed in or out since it was opened, cookies are off, or somebody else made the form."""
    if request.user.is_authenticated:
        return form_lost(request, "stale-form", "This page was open too long", "You signed in anew since it was opened.")
    return signed_out(request)


def signed_out(request: HttpRequest) -> HttpResponse:
    """A form was sent whose session has ended."""
    return form_lost(request, "signed-out", "Sign in again", "Your session has ended, or this browser keeps no cookies.")


def form_lost(request: HttpRequest, rule: str, title: str, message: str) -> HttpResponse:
    """403 for a form that was not taken, with what was typed into it: shown to be copied, and otherwise trusted with nothing."""
    lost = LostForm(title, request.path, typed_into(request), request.user.is_authenticated)
    way_out = "Nothing was saved. What you typed stands below: copy it into the form." if lost.typed else "Nothing was saved."
    return _page(request, 403, Refused(rule, message, way_out=way_out), lost)


def typed_into(request: HttpRequest) -> list[str]:
    """What a person typed into the form that was sent: every longer text by itself, the short fields together."""
    if request.path.startswith("/account/"):
        return []  # names and passwords
    fields = [(name, value.strip()) for name in request.POST if name not in HIDDEN for value in request.POST.getlist(name)]
    typed = [(name, value) for name, value in fields if value]
    short = [f"{name}: {value}" for name, value in typed if "\n" not in value and not name.startswith("text-")]
    return [value for name, value in typed if "\n" in value or name.startswith("text-")] + (["\n".join(short)] if short else [])


class RefusalMiddleware:
    """A refusal that no view caught becomes a page with its status, so that no view needs to catch what it cannot say better."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer refusals, and what the database cannot do just now; leave everything else to the 500 page."""
        refusal = refusal_of(exception) if isinstance(exception, DatabaseError) else exception
        return refused(request, refusal) if isinstance(refusal, Refused) else None
