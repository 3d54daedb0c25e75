"""What lies on the shelf and nobody knows: what is said of it, and its photo."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import ConfigDict, StringConstraints

from nameplate.api.answers import written
from nameplate.api.count_answers import SCAN, scan_of
from nameplate.api.describing import HEADERS, no, yes
from nameplate.api.fields import Body, Prose
from nameplate.api.item_pictures import PIXEL, PNG, bytes_of
from nameplate.api.signing_in import actor_of
from nameplate.models import Request, User
from nameplate.operations import counting
from nameplate.operations.pictures import LARGEST

router = Router(tags=["Stock counts"])
ROUTERS = (router,)


class ScanDescription(Body):
    """What is said of it, and a PNG or JPEG file in Base64. What is left out stays."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"note": "Torn label, blue casing", "photo": PIXEL}]})

    note: Prose | None = None
    photo: Annotated[str, StringConstraints(max_length=LARGEST * 4 // 3 + 4)] | None = None


@router.post(
    "/stock-counts/{id:count}/scans/{id:scan}/description",
    operation_id="describe_count_scan",
    summary="Describe something unknown",
    openapi_extra={"parameters": HEADERS, "responses": {200: yes(SCAN, "The scan"), **no(400, 401, 403, 404, 409, 413, 422)}},
)
def describe_count_scan(request: HttpRequest, count: int, scan: int, given: ScanDescription) -> HttpResponse:
    """The photo is kept as a PNG of at most 1,200 × 1,200 pixels, in place of the one that it has."""

    def act(actor: User, claim: Request | None) -> Mapping[str, Any]:
        photo = bytes_of(given.photo, "photo") if given.photo is not None else None
        found = counting.describe_scan(actor=actor, count=count, scan=scan, note=given.note, photo=photo)
        return scan_of(found, found.by.get_username())

    return written(request, act)


@router.get(
    "/stock-counts/{id:count}/scans/{id:scan}/photo",
    operation_id="get_count_scan_photo",
    summary="Read the photo of something unknown",
    openapi_extra={"responses": {200: {"description": "The photo", "content": {"image/png": PNG}}, **no(401, 403, 404)}},
)
def get_count_scan_photo(request: HttpRequest, count: int, scan: int) -> HttpResponse:
    """As it is kept."""
    answer = HttpResponse(counting.scan_photo(actor=actor_of(request), count=count, scan=scan), content_type="image/png")
    answer["Cache-Control"] = "private, no-cache"
    return answer
