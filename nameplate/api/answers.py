"""Answers as JSON, and writes that happen once however often they are sent."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse

from nameplate.api.signing_in import actor_of
from nameplate.models import Request, User
from nameplate.operations.once import once
from nameplate.refusals import Invalid, Refused

CONTENT_TYPE = "application/json"
_TAG = re.compile(r'(?:W/)?"?([0-9]{1,9})"?', re.ASCII)

Act = Callable[[User, Request | None], Mapping[str, Any]]
"""What a write does: it gets the actor and the row of its idempotency key, and answers what it made."""


class VersionNeeded(Refused):
    """An edit that does not say which version it is of could overwrite somebody else's."""

    status = 428


def dumps(data: Any) -> bytes:
    """JSON: decimals as texts, moments in UTC with a Z."""
    return orjson.dumps(data, default=_plain, option=orjson.OPT_UTC_Z)


def _plain(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}"
    raise TypeError(f"{type(value).__name__} has no form in JSON.")


def answered(data: Any, status: int = 200) -> HttpResponse:
    """`data` as the answer; a thing with a version carries it as its ETag."""
    answer = HttpResponse(dumps(data), status=status, content_type=CONTENT_TYPE)
    answer["Cache-Control"] = "private, no-store"
    if isinstance(data, Mapping) and "version" in data:
        answer["ETag"] = f'"{data["version"]}"'
    return answer


def written(request: HttpRequest, act: Act, *, status: int = 200) -> HttpResponse:
    """Do `act` once for the request's Idempotency-Key and answer what it made; the same request again gets the same answer."""
    actor = actor_of(request)

    def acted(claim: Request | None) -> tuple[int, dict[str, Any]]:
        made = act(actor, claim)
        # What is kept goes through JSON and back, so that the first answer holds what a replayed one will.
        return status, dict(made) if claim is None else orjson.loads(dumps(made))

    found = once(
        actor=actor,
        route=f"{request.method} {request.path}",
        key=request.headers.get("Idempotency-Key", ""),
        body=request.body,
        act=acted,
    )
    answer = answered(found.body, found.status)
    if found.replayed:
        answer["Idempotency-Replayed"] = "true"
    if found.status == 201:
        answer["Location"] = found.body["href"]
    return answer


def version_seen(request: HttpRequest, given: int | None) -> int:
    """Which version the request is about, by `If-Match` or by the body's `version`. Refused: neither, both different, no number."""
    header = request.headers.get("If-Match", "")
    if not header:
        if given is None:
            raise VersionNeeded("no-version", "Say which version you read.", way_out="Send If-Match with its ETag, or version.")
        return given
    tag = _TAG.fullmatch(header.strip())
    if tag is None:
        raise Invalid("bad-version", "If-Match is not an ETag of this API.", fields={"If-Match": "Send the ETag as you got it."})
    if given is not None and given != int(tag[1]):
        raise Invalid("bad-version", "If-Match and version differ.", fields={"version": "Send one of the two."})
    return int(tag[1])
