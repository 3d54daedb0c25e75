"""How much is taken in one request. What says that it is larger is refused before any of it is read."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import BadRequest, RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from nameplate.web import errors

Answer = Callable[[HttpRequest], HttpResponseBase]
Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

IN_MEMORY = 1024 * 1024
"""Up to here a body of unsaid length is kept in memory, beyond in a file."""


def body_limit(get_response: Answer) -> Answer:
    """Middleware that answers 413 to a body above the limit, 400 to a length that is none."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isascii() or not length.isdigit():
            return _refusal(request, 400, "The request's Content-Length is not a number.")
        if int(length) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            return _refusal(request, 413, "The body is too large.")
        return get_response(request)

    return answer


def measured(application: Wsgi) -> Wsgi:
    """Give a chunked body its length, which WSGI demands and Django relies on: without one it reads nothing at all.

    Reading stops one byte past the limit; `body_limit` then refuses it like any other.
    """

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if "CONTENT_LENGTH" in environ or "chunked" not in environ.get("HTTP_TRANSFER_ENCODING", "").lower():
            return application(environ, start_response)
        with tempfile.SpooledTemporaryFile(IN_MEMORY) as body:
            length = _take(environ["wsgi.input"], body, settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
            environ["CONTENT_LENGTH"], environ["wsgi.input"] = str(length), body
            return application(environ, start_response)

    return answer


def _take(source: IO[bytes], target: Any, limit: int) -> int:
    """Copy until the end or the limit, whichever comes first."""
    taken = 0
    while taken < limit and (piece := source.read(min(65536, limit - taken))):
        target.write(piece)
        taken += len(piece)
    target.seek(0)
    return taken


def _refusal(request: HttpRequest, status: int, message: str) -> HttpResponse:
    """A page for a person; for a program the status alone, of which the API's door makes a problem."""
    if request.path_info.startswith("/api/"):
        return HttpResponse(status=status)
    return errors.bad_request(request, RequestDataTooBig(message) if status == 413 else BadRequest(message))
