"""The whole description: what ninja says of the operations, with the schemas of answers and the ways in beside it."""

from __future__ import annotations

from typing import Any

from ninja import NinjaAPI

from nameplate.api.describing import SCHEMAS

PREFIX = "/api/v1/"
SECURITY: dict[str, dict[str, str]] = {
    "BearerKey": {"type": "http", "scheme": "bearer", "description": "An API key: `Authorization: Bearer prefix.secret`."},
    "HeaderKey": {"type": "apiKey", "in": "header", "name": "X-API-Key", "description": "The same key, for whom that is easier."},
    "Session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "sessionid",
        "description": "The session of the pages; changes need the `csrftoken` cookie's value in `X-CSRFToken`.",
    },
}


def document_of(api: NinjaAPI) -> dict[str, Any]:
    """The document as plain values."""
    found: dict[str, Any] = dict(api.get_openapi_schema(path_prefix=PREFIX, path_params={}))
    found["info"]["license"] = {"name": "MIT", "identifier": "MIT"}
    found["servers"] = [{"url": "/"}]
    found["components"] = {"schemas": {**found["components"]["schemas"], **SCHEMAS}, "securitySchemes": SECURITY}
    return found
