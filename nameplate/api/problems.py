"""Why not, as `application/problem+json` (RFC 9457): the same refusals that people read, as data."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import date
from enum import Enum
from typing import Any

import orjson
from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from ninja.errors import HttpError, ValidationError

from nameplate import access
from nameplate.api.sentences import sentences
from nameplate.explaining import Because, Concerned, as_json, explain, said_to_programs
from nameplate.ledger.transacting import refusal_of as refusal_of_database
from nameplate.models import User
from nameplate.refusals import Busy, Cause, Invalid, Offender, Refused, Stale

ROOT = "/api/v1"
CONTENT_TYPE = "application/problem+json"
MOST_OFFENDERS = 50_000
MOST_NAMED = 100
"""How many units in the way are looked up; `offenders` names them all."""
TITLES = {
    400: "It could not be understood",
    401: "Say who you are",
    403: "Not with these rights",
    404: "There is no such thing",
    405: "Not by this method",
    409: "It does not fit how things stand now",
    412: "It was changed since it was read",
    413: "Too much at once",
    422: "It cannot be done as asked",
    428: "Say which version was read",
    429: "Too many attempts",
    500: "Something went wrong on our side",
    503: "Busy; try again in a moment",
    507: "The disk of the database is full",
}
CHALLENGE = 'Bearer realm="Nameplate"'
_IDS = ("possible",)
"""Members of `extra` that are lists of ids, which are texts outside."""
LARGEST = 2**63 - 1

logger = logging.getLogger(__name__)


def problem(refused: Refused, status: int | None = None, *, actor: access.Actor | None = None, path: str = "") -> HttpResponse:
    """The answer that says `refused`, with everything it knows and what is known of it: for `actor`, who asked at `path`."""
    status = status or refused.status
    body = problem_of(refused, status, actor=actor, path=path)
    answer = HttpResponse(orjson.dumps(body, default=str, option=orjson.OPT_UTC_Z), status=status, content_type=CONTENT_TYPE)
    answer["Cache-Control"] = "no-store"
    if isinstance(refused, Busy):
        answer["Retry-After"] = str(refused.retry_after)
    if status == 401:
        answer["WWW-Authenticate"] = CHALLENGE
    if status == 403:
        answer["WWW-Authenticate"] = f'{CHALLENGE}, error="insufficient_scope"'
    return answer


def problem_of(refused: Refused, status: int, *, actor: access.Actor | None = None, path: str = "") -> dict[str, Any]:
    """What that answer holds."""
    told = explain(refused, actor, path=path.removeprefix(ROOT), named=MOST_NAMED)
    body: dict[str, Any] = {
        "type": f"/help/refusals#{refused.rule}",
        "title": TITLES.get(status, TITLES[422]),
        "status": status,
        "detail": refused.message,
        "rule": refused.rule,
        "fields": dict(refused.fields),
        "offenders": [_offender(one) for one in refused.offenders[:MOST_OFFENDERS]],
        "causes": [_cause(one) for one in refused.causes],
        "way_out": said_to_programs(told),
        "units": [_unit(one) for one in told.named if one.offender.unit_id is not None],
        "entry": _entry(told.entry),
        "ways": [as_json(way, ROOT) for way in told.ways],
    }
    for name, value in refused.extra.items():
        body.setdefault(str(name), _ids(value) if name in _IDS else _outside(value))
    return body


def _ids(value: Any) -> Any:
    return [str(one) for one in value] if isinstance(value, list | tuple | set | frozenset) else _outside(value)


def _outside(value: Any) -> Any:
    """What a rule adds, as JSON can say it: a refusal must never become a fault because of what it knows."""
    match value:
        case None | bool() | float():
            return value
        case Enum():
            return _outside(value.value)
        case int():
            return value if -LARGEST <= value <= LARGEST else str(value)
        case str():
            return value.encode("utf-8", "replace").decode()
        case date():
            return value.isoformat()
        case Mapping():
            return {str(_outside(name)): _outside(one) for name, one in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_outside(one) for one in value]
    return _outside(str(value))


def _offender(one: Offender) -> Mapping[str, Any]:
    return {
        "text": one.text,
        "why": one.why,
        "unit_id": None if one.unit_id is None else str(one.unit_id),
        "line": one.line,
        "entry_id": None if one.entry_id is None else str(one.entry_id),
        "document": one.document,
        "order_line": one.order_line,
    }


def _unit(one: Concerned) -> Mapping[str, Any]:
    """A unit in the way with the entry since which it stands so, and its own ways out."""
    return {
        "unit_id": str(one.offender.unit_id),
        "serial": one.offender.text,
        "why": one.offender.why,
        "entry": _entry(one.because),
        "ways": [as_json(way, ROOT) for way in one.ways],
    }


def _entry(found: Because | None) -> Mapping[str, Any] | None:
    if found is None:
        return None
    return {
        "id": str(found.entry),
        "act": found.act,
        "happened_at": found.happened_at,
        "by_whom": found.person,
        "document": found.number,
        "document_id": None if found.document is None else str(found.document),
        "href": f"{ROOT}/entries/{found.entry}",
    }


def _cause(one: Cause) -> Mapping[str, Any]:
    return {"noun": one.noun, "id": str(one.id), "label": one.label, "href": f"{ROOT}/{one.noun}/{one.id}"}


def refusal_of(status: int) -> Refused:
    """What is said where only a status is known."""
    rules = {
        400: ("malformed", "The request could not be understood.", "Send JSON, as the description at /api/v1/openapi.json has it."),
        401: ("not-signed-in", "No key was sent, and nobody is signed in.", "Send “Authorization: Bearer <key>”."),
        403: ("not-allowed", "This is not allowed.", ""),
        404: ("no-such-address", "There is nothing at this address.", "See /api/v1/openapi.json for what there is."),
        405: ("no-such-method", "This address does not take that method.", "See /api/v1/openapi.json for what it takes."),
        413: ("too-large", f"More was sent than the {_megabytes()} MB that are taken in one go.", "Send it in parts."),
        500: (
            "our-fault",
            "Nothing was changed. The fault has been written to the log.",
            "Try again; if it stays, tell your administrator.",
        ),
    }
    rule, message, way_out = rules.get(status, rules[400 if status < 500 else 500])
    return Refused(rule, message, way_out=way_out)


def _megabytes() -> int:
    return (settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0) // (1024 * 1024)


def answer_to(request: HttpRequest, error: Exception) -> HttpResponse:
    """The answer to whatever went wrong. What is nobody's mistake is logged, and answered without a word of what it was."""
    match error:
        case Refused():
            actor = getattr(request, "auth", None)
            status = 412 if isinstance(error, Stale) and "If-Match" in request.headers else None
            return problem(error, status, actor=actor if isinstance(actor, User) else None, path=request.path)
        case ValidationError():
            return problem(_invalid(error))
        case HttpError():  # ninja's own: a body that is no JSON, nobody signed in
            return problem(refusal_of(error.status_code), error.status_code)
        case RequestDataTooBig():
            return problem(refusal_of(413), 413)
        case UnreadablePostError() | TooManyFieldsSent():
            return problem(refusal_of(400), 400)
        case DatabaseError() if (refused := refusal_of_database(error)) is not None:
            return problem(refused)
    logger.error("%s %s failed", request.method, request.path, exc_info=error)
    return problem(refusal_of(500), 500)


def _invalid(error: ValidationError) -> Invalid:
    """The request's body is not of the shape that the operation takes."""
    fields = sentences(error.errors)
    message = next(iter(fields.values())) if len(fields) == 1 else f"{len(fields):,} fields need another look."
    return Invalid("invalid-request", message, fields=fields)
