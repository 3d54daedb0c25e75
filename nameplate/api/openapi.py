"""The whole description: what ninja says of the operations, with the schemas of answers, examples and the ways in beside it."""

from __future__ import annotations

from typing import Any

from ninja import NinjaAPI

from nameplate.api.describing import ID, SCHEMAS, Json
from nameplate.api.samples import PROBLEM, sample

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


def document_of(api: NinjaAPI) -> Json:
    """The document as plain values."""
    found: Json = dict(api.get_openapi_schema(path_prefix=PREFIX, path_params={}))
    found["info"]["license"] = {"name": "MIT", "identifier": "MIT"}
    found["servers"] = [{"url": "/"}]
    found["components"] = {"schemas": {**found["components"]["schemas"], **SCHEMAS}, "securitySchemes": SECURITY}
    SCHEMAS["Problem"]["examples"] = [PROBLEM]
    found["paths"] = {path.replace("{pk}", "{id}"): operations for path, operations in found["paths"].items()}
    for operations in found["paths"].values():
        for operation in operations.values():
            _complete(operation)
    return found


def _complete(operation: Json) -> None:
    """Ids are texts, in addresses too; and every good answer has an example."""
    for parameter in operation["parameters"]:
        if parameter["in"] == "path":
            parameter["name"] = "id" if parameter["name"] == "pk" else parameter["name"]
            if parameter["schema"]["type"] == "integer":
                parameter["schema"] = ID
            kind = "id" if parameter["schema"] is ID else "name"
            parameter["description"] = f"The {kind} of the {'thing' if parameter['name'] == 'id' else parameter['name']}."
    for status, answer in operation["responses"].items():
        content: dict[str, Any] = answer["content"].get("application/json", {})
        if status < 300 and content:
            content["example"] = sample(content["schema"])
