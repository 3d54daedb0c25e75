"""The picture of an item."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import ConfigDict, StringConstraints

from nameplate.api.answers import version_seen, written
from nameplate.api.describing import HEADERS, IF_MATCH, Json, no, ref, yes
from nameplate.api.fields import Body, Version
from nameplate.api.items import KIND
from nameplate.api.signing_in import actor_of
from nameplate.api.things import Archiving
from nameplate.models import Request, User
from nameplate.operations import cataloguing
from nameplate.operations.pictures import LARGEST
from nameplate.refusals import Invalid

router = Router(tags=["Items"])
ROUTERS = (router,)
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC"
PNG: Json = {"schema": {"type": "string", "contentMediaType": "image/png"}, "example": "\x89PNG…"}
_CHANGED: Json = {
    "parameters": [*HEADERS, IF_MATCH],
    "responses": {200: yes(ref("Item"), "The item as it stands now"), **no(400, 401, 403, 404, 409, 412, 413, 422, 428)},
}


class ItemPicture(Body):
    """A PNG or JPEG file, in Base64."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"picture": PIXEL, "version": 3}]})

    version: Version | None = None
    picture: Annotated[str, StringConstraints(max_length=LARGEST * 4 // 3 + 4)]


@router.get(
    "/items/{id:pk}/picture",
    operation_id="get_item_picture",
    summary="Read the picture of an item",
    openapi_extra={"responses": {200: {"description": "The picture", "content": {"image/png": PNG}}, **no(401, 403, 404)}},
)
def get_item_picture(request: HttpRequest, pk: int) -> HttpResponse:
    """As it is kept."""
    answer = HttpResponse(cataloguing.item_picture(actor=actor_of(request), item=pk), content_type="image/png")
    answer["Cache-Control"] = "private, no-cache"
    return answer


@router.post(
    "/items/{id:pk}/picture",
    operation_id="set_item_picture",
    summary="Set the picture of an item",
    description="In place of the one that it has. It is kept as a PNG of at most 800 × 800 pixels.",
    openapi_extra=_CHANGED,
)
def set_item_picture(request: HttpRequest, pk: int, given: ItemPicture) -> HttpResponse:
    """What was sent, drawn anew."""

    def act(actor: User, claim: Request | None) -> Mapping[str, Any]:
        version = version_seen(request, given.version)
        cataloguing.set_item_picture(actor=actor, item=pk, version=version, picture=bytes_of(given.picture, "picture"))
        return KIND.shown(pk, actor=actor)

    return written(request, act)


@router.post(
    "/items/{id:pk}/picture/removal",
    operation_id="remove_item_picture",
    summary="Take the picture off an item",
    openapi_extra=_CHANGED,
)
def remove_item_picture(request: HttpRequest, pk: int, given: Archiving = Archiving()) -> HttpResponse:  # noqa: B008 (never changed)
    """None from now on."""

    def act(actor: User, claim: Request | None) -> Mapping[str, Any]:
        cataloguing.remove_item_picture(actor=actor, item=pk, version=version_seen(request, given.version))
        return KIND.shown(pk, actor=actor)

    return written(request, act)


def bytes_of(text: str, field: str) -> bytes:
    """The bytes of a picture. Refused: no Base64."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Invalid("invalid-request", "The picture is not Base64.", fields={field: "Send the file’s bytes in Base64."}) from None
