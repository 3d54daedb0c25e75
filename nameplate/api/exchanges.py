"""Items, vendors, customers and places as files, in and out."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import ConfigDict, Field

from nameplate import listings
from nameplate.api.answers import written
from nameplate.api.describing import HEADERS, TEXT, Json, add_schema, no, yes
from nameplate.api.fields import Body
from nameplate.api.signing_in import actor_of
from nameplate.models import Request, User
from nameplate.operations import exchanging
from nameplate.operations.exchanging.exports import MEDIA_TYPES, Form
from nameplate.operations.exchanging.judging import Judged, Kind
from nameplate.operations.exchanging.reading import LARGEST
from nameplate.refusals import Invalid

MOST_TOLD = 200
"""Faults and changes of an answer."""
_EXAMPLE = base64.b64encode(b"Number,Name,Archived\r\nX-1,Tolomei Distribution,no\r\n").decode()


class CatalogueFile(Body):
    """A CSV or XLSX file, in Base64. Its first row is the heads, as in the file that goes out; what is known by its number is changed."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"file": _EXAMPLE, "dry_run": True}]})

    file: Annotated[str, Field(max_length=LARGEST * 4 // 3 + 4)]
    dry_run: bool = False
    signature: Annotated[str, Field(max_length=64)] = ""


_WHOLE: Json = {"type": "integer"}
REPORT = add_schema(
    "ImportReport",
    {
        "dry_run": {"type": "boolean"},
        "lines": _WHOLE,
        "made": _WHOLE,
        "changed": _WHOLE,
        "unchanged": _WHOLE,
        "unknown_columns": {"type": "array", "items": TEXT, "description": "Heads that are not known; what is below them is left out."},
        "faults": {
            "type": "array",
            "description": f"What is wrong, the first {MOST_TOLD}.",
            "items": add_schema("ImportFault", {"line": _WHOLE, "column": TEXT, "text": TEXT, "message": TEXT}),
        },
        "fault_count": _WHOLE,
        "changes": {
            "type": "array",
            "description": f"What becomes of the lines that do anything, the first {MOST_TOLD}.",
            "items": add_schema(
                "ImportChange",
                {
                    "line": _WHOLE,
                    "name": TEXT,
                    "new": {"type": "boolean"},
                    "fields": {
                        "type": "array",
                        "items": add_schema("ImportField", {"field": TEXT, "before": TEXT, "after": TEXT}),
                    },
                },
            ),
        },
        "signature": {**TEXT, "description": "Send it with the real run, to be refused if the file would do anything else by then."},
    },
)


def report_of(report: exchanging.Report, *, dry_run: bool) -> dict[str, Any]:
    """The report as the API answers it."""
    doing = [one for one in report.judged if not one.same]
    return {
        "dry_run": dry_run,
        "lines": report.lines,
        "made": report.made,
        "changed": report.changed,
        "unchanged": report.same,
        "unknown_columns": report.sheet.unknown,
        "faults": [
            {"line": fault.line, "column": fault.column, "text": fault.text, "message": fault.message}
            for fault in report.faults[:MOST_TOLD]
        ],
        "fault_count": len(report.faults),
        "changes": [_change(one) for one in doing[:MOST_TOLD]],
        "signature": report.signature,
    }


def _change(one: Judged) -> dict[str, Any]:
    fields = [{"field": field, "before": before, "after": after} for field, before, after in one.words]
    return {"line": one.line, "name": one.name, "new": one.new, "fields": fields}


def _content(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Invalid("invalid-request", "The file is not Base64.", fields={"file": "Send the file’s bytes in Base64."}) from None


def _router(kind: Kind) -> Router:
    router = Router(tags=[listings.ALL[kind.noun].label])
    _add_import(router, kind)
    for form in MEDIA_TYPES:
        _add_export(router, kind, form)
    return router


def _add_import(router: Router, kind: Kind) -> None:
    def bring_in(request: HttpRequest, given: CatalogueFile) -> HttpResponse:
        content = _content(given.file)

        def act(actor: User, claim: Request | None) -> Mapping[str, Any]:
            if given.dry_run:
                return report_of(exchanging.judge_file(actor=actor, noun=kind.noun, content=content), dry_run=True)
            done = exchanging.import_file(actor=actor, noun=kind.noun, content=content, seen=given.signature)
            return report_of(done, dry_run=False)

        return written(request, act)

    answers = {200: yes(REPORT, "What was done, or would be"), **no(400, 401, 403, 409, 413, 422)}
    router.post(
        f"/{kind.noun}/imports",
        operation_id=f"import_{kind.noun}",
        summary=f"Bring {kind.many} in by file",
        description="All of the file or nothing; with `dry_run` nothing, and the answer says what would be done and what is wrong.",
        openapi_extra={"parameters": HEADERS, "responses": answers},
    )(bring_in)


def _add_export(router: Router, kind: Kind, form: Form) -> None:
    def send_out(request: HttpRequest) -> HttpResponse:
        return sent_file(exchanging.export_file(actor=actor_of(request), noun=kind.noun, form=form), kind.noun, form)

    answer = {"description": "The file", "content": {MEDIA_TYPES[form]: {"schema": TEXT, "example": ""}}}
    router.get(
        f"/{kind.noun}/export.{form}",
        operation_id=f"download_{kind.noun}_{form}",
        summary=f"All {kind.many} as {form.upper()}, in every field",
        description="Archived ones too. Brought in again, it changes nothing.",
        openapi_extra={"responses": {200: answer, **no(401, 403)}},
    )(send_out)


def sent_file(content: bytes, noun: str, form: Form) -> HttpResponse:
    """The file as a download."""
    answer = HttpResponse(content, content_type=MEDIA_TYPES[form])
    answer["Content-Disposition"] = f'attachment; filename="{noun}.{form}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def _routers(kinds: Iterable[Kind]) -> tuple[Router, ...]:
    return tuple(_router(kind) for kind in kinds)


ROUTERS = _routers(exchanging.KINDS.values())
