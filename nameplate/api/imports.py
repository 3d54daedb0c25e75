"""A vendor's file: sent, looked at, checked by a dry run, brought in."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import ConfigDict, Field

from nameplate.api.answers import answered, written
from nameplate.api.describing import HEADERS, ID, TEXT, add_schema, no, ref, yes
from nameplate.api.fields import Body, Id, Text, Word
from nameplate.api.jobs import JOB, job_of
from nameplate.api.problems import ROOT
from nameplate.api.signing_in import actor_of
from nameplate.jobs.files import check_file, find_import, keep_file, run_file
from nameplate.models import Import, Request, User
from nameplate.operations.importing.columns import MOST_COLUMNS, read_columns
from nameplate.operations.importing.mapping import Chosen, FileMapping
from nameplate.operations.importing.targets import targets
from nameplate.refusals import Invalid

router = Router(tags=["Imports"])
ROUTERS = (router,)

add_schema("FileColumn", {"number": {"type": "integer"}, "head": TEXT, "examples": {"type": "array", "items": TEXT}})
add_schema("Target", {"name": TEXT, "label": TEXT})
IMPORT = add_schema(
    "Import",
    {
        "id": ID,
        "href": TEXT,
        "name": TEXT,
        "form": {**TEXT, "description": "How the file was read."},
        "lines": {"type": "integer"},
        "columns": {"type": "array", "items": ref("FileColumn")},
        "mapping": {"type": "object", "description": "How it would be read: proposed at first, then as last asked. The body of a dry run."},
        "targets": {"type": "array", "items": ref("Target"), "description": "What a column can be."},
    },
)


class NewImport(Body):
    """A CSV as `text`, or any CSV or XLSX file as `base64`."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "drives.csv", "text": "serial_number,model\nWD-WCAWZ1881335,WD30EZRX\n"}]}
    )

    name: Word
    text: Text = ""
    base64: str = ""


class MappedColumn(Body):
    """A column by its number, from 1, and what it is; `label` makes sure that the target is still called so."""

    column: Annotated[int, Field(ge=1, le=100_000)]
    target: Word
    label: Word = ""


class MappingBody(Body):
    """How the file is to be read. What it has no column for can be given once for all lines, by target, in `constants`."""

    columns: Annotated[list[MappedColumn], Field(max_length=2 * MOST_COLUMNS)] = []
    constants: dict[str, Word] = {}
    mode: Literal["receipt", "announcement"] = "receipt"
    order: Word = ""
    dates: dict[str, Literal["year", "day", "month"]] = {}
    create_missing: bool = True
    keep: list[Literal["other-item", "wrong-format", "to-clean"]] = []
    clean: bool = False

    def read(self) -> FileMapping:
        """As operations take it."""
        columns = tuple(Chosen(one.column, one.target, one.label) for one in self.columns)
        given = self.model_dump(exclude={"columns", "keep", "remember", "check", "mapping"})
        return FileMapping(columns=columns, keep=tuple(self.keep), **given)


MAPPED: dict[str, Any] = {
    "columns": [{"column": 1, "target": "serial"}, {"column": 2, "target": "item"}],
    "constants": {"vendor": "Tolomei Distribution", "location": "Depot · A1"},
}


class DryRun(MappingBody):
    """The mapping, and a name under which to remember it for files with the same heads."""

    model_config = ConfigDict(json_schema_extra={"examples": [{**MAPPED, "remember": "Tolomei's drives"}]})

    remember: Word = ""


class NewRun(Body):
    """The dry run that is to be carried out as it read the file, or a mapping of its own."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"mapping": MAPPED}, {"check": "12"}]})

    check: Id | None = None
    mapping: MappingBody | None = None


@router.post(
    "/imports",
    operation_id="create_import",
    summary="Send a vendor’s file",
    response={201: None},
    openapi_extra={
        "parameters": HEADERS,
        "responses": {201: yes(IMPORT, "The file, with a proposal of how to read it"), **no(400, 401, 403, 409, 413, 422)},
    },
)
def create_import(request: HttpRequest, given: NewImport) -> HttpResponse:
    """Keeps the file, up to 100,000 lines, and proposes what its columns are. Stores no unit."""
    data = _bytes(given)
    sheet = read_columns(data)

    def act(actor: User, claim: Request | None) -> Mapping[str, Any]:
        return _shown(keep_file(actor=actor, name=given.name, data=data, sheet=sheet))

    return written(request, act, status=201)


@router.get(
    "/imports/{id:imported}",
    operation_id="get_import",
    summary="Read one file",
    openapi_extra={"responses": {200: yes(IMPORT, "The file"), **no(401, 403, 404)}},
)
def get_import(request: HttpRequest, imported: int) -> HttpResponse:
    """Its columns, and how it would be read."""
    return answered(_shown(find_import(actor=actor_of(request), import_id=imported)))


@router.post(
    "/imports/{id:imported}/checks",
    operation_id="create_import_check",
    summary="Check a file (dry run)",
    response={201: None},
    openapi_extra={"parameters": HEADERS, "responses": {201: yes(JOB, "The job"), **no(400, 401, 403, 404, 409, 413, 422)}},
)
def create_check(request: HttpRequest, imported: int, given: DryRun) -> HttpResponse:
    """Begins a dry run: its `outcome` says what would be made, and names every wrong cell; its `result` is a file of the bad lines."""

    def act(actor: User, claim: Request | None) -> Mapping[str, Any]:
        job = check_file(actor=actor, import_id=imported, mapping=given.read(), remember=given.remember)
        return job_of(job.pk, actor=actor)

    return written(request, act, status=201)


@router.post(
    "/imports/{id:imported}/runs",
    operation_id="create_import_run",
    summary="Bring a file in",
    response={201: None},
    openapi_extra={"parameters": HEADERS, "responses": {201: yes(JOB, "The job"), **no(400, 401, 403, 404, 409, 413, 422)}},
)
def create_run(request: HttpRequest, imported: int, given: NewRun) -> HttpResponse:
    """Begins the real run: all units in one entry, or nothing. With a `check`, it is refused if the file means something else by now."""
    if given.check is not None and given.mapping is not None:
        raise Invalid("mapping-wrong", "Say a check or a mapping, not both.", fields={"mapping": "Leave this out, or check."})

    def act(actor: User, claim: Request | None) -> Mapping[str, Any]:
        mapping = given.mapping.read() if given.mapping else None
        return job_of(run_file(actor=actor, import_id=imported, mapping=mapping, checked_by=given.check).pk, actor=actor)

    return written(request, act, status=201)


def _bytes(given: NewImport) -> bytes:
    if bool(given.text) == bool(given.base64):
        raise Invalid("invalid-request", "Send the file as text or as base64.", fields={"text": "One of the two, please."})
    if given.text:
        return given.text.encode(errors="replace")
    try:
        return base64.b64decode(given.base64, validate=True)
    except (binascii.Error, ValueError):
        raise Invalid("invalid-request", "This is not base64.", fields={"base64": "Encode the file’s bytes as base64."}) from None


def _shown(found: Import) -> dict[str, Any]:
    return {
        "id": str(found.pk),
        "href": f"{ROOT}/imports/{found.pk}",
        "name": found.name,
        "form": found.form,
        "lines": found.lines,
        "columns": found.columns,
        "mapping": found.mapping,
        "targets": [{"name": one.name, "label": one.label} for one in targets().values()],
    }
