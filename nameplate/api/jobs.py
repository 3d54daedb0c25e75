"""Jobs: how far they are, what came of them, canceled, their files; and exports, which are jobs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import ConfigDict

from nameplate import listings
from nameplate.api.answers import answered, written
from nameplate.api.describing import HEADERS, ID_OR_NULL, TEXT, Json, add_schema, no, row_properties, yes
from nameplate.api.fields import Body, Text
from nameplate.api.lists import add_list, row_of
from nameplate.api.problems import ROOT
from nameplate.api.signing_in import actor_of
from nameplate.jobs.asking import cancel_job, find_job, result_of
from nameplate.jobs.exporting import start_export
from nameplate.models import Request, User

router = Router(tags=["Jobs"])
ROUTERS = (router,)
JOBS = listings.ALL["jobs"]

add_list(router, "/jobs", JOBS, "jobs")
JOB = add_schema(
    "Job",
    {
        **row_properties(JOBS),
        "href": TEXT,
        "outcome": {
            "type": "object",
            "description": "What came of it: a dry run’s report, the counts of an import or export, or the refusal (`rule`, `message`…).",
        },
        "entry_id": {**ID_OR_NULL, "description": "The entry that it made: undo it to take the whole import back."},
        "subject_id": {**ID_OR_NULL, "description": "The file that was brought in, under /imports."},
        "result": {"type": ["string", "null"], "description": "The address of the file that it left: an export, or the bad lines."},
    },
)


class JobCancellation(Body):
    """Nothing needs to be said."""

    model_config = ConfigDict(json_schema_extra={"examples": [{}]})


class NewExport(Body):
    """Which list, narrowed and ordered by which parameters, as in its address behind the question mark."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"list": "serials", "query": "status=received&sort=serial", "format": "xlsx"}]}
    )

    list: Text
    query: Text = ""
    format: Literal["csv", "xlsx"] = "csv"


@router.get(
    "/jobs/{id:job}",
    operation_id="get_job",
    summary="Read one job",
    openapi_extra={"responses": {200: yes(JOB, "The job"), **no(401, 403, 404)}},
)
def get_job(request: HttpRequest, job: int) -> HttpResponse:
    """How far it is, and what came of it. Ask again until its status is `done`, `failed` or `canceled`."""
    return answered(job_of(job, actor=actor_of(request)))


@router.post(
    "/jobs/{id:job}/cancellation",
    operation_id="cancel_job",
    summary="Cancel a job",
    openapi_extra={"parameters": HEADERS, "responses": {200: yes(JOB, "The job"), **no(400, 401, 403, 404, 409, 413, 422)}},
)
def create_cancellation(request: HttpRequest, job: int, given: JobCancellation = JobCancellation()) -> HttpResponse:  # noqa: B008 (never changed)
    """Cancels it if nothing of it is stored yet. One that runs ends when it next looks."""

    def act(actor: User, claim: Request | None) -> Mapping[str, Any]:
        return job_of(cancel_job(actor=actor, job_id=job).pk, actor=actor)

    return written(request, act)


@router.get(
    "/jobs/{id:job}/result",
    operation_id="get_job_result",
    summary="Download what a job left",
    openapi_extra={
        "responses": {
            200: {"description": "The file", "content": {"application/octet-stream": {"schema": TEXT, "example": "…"}}},
            **no(401, 403, 404),
        }
    },
)
def get_job_result(request: HttpRequest, job: int) -> HttpResponse:
    """An export, or the lines of a file that could not be brought in, each with why."""
    found = result_of(actor=actor_of(request), job_id=job)
    assert found.result is not None
    answer = HttpResponse(bytes(found.result.data), content_type="application/octet-stream")
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(found.result_name)}"
    answer["Cache-Control"] = "private, no-store"
    return answer


@router.post(
    "/exports",
    operation_id="create_export",
    summary="Export a list as a file",
    response={201: None},
    openapi_extra={"parameters": HEADERS, "responses": {201: yes(JOB, "The job"), **no(400, 401, 403, 409, 413, 422)}},
)
def create_export(request: HttpRequest, given: NewExport) -> HttpResponse:
    """Begins a job that writes all rows that match into a CSV or XLSX file; very large CSVs are packed as ZIP."""

    def act(actor: User, claim: Request | None) -> Mapping[str, Any]:
        return job_of(start_export(actor=actor, name=given.list, query=given.query, form=given.format).pk, actor=actor)

    return written(request, act, status=201)


def job_of(job_id: int, *, actor: User) -> dict[str, Any]:
    """The job as the API shows it."""
    # The worker may end it between the two reads: whoever is told that it is done is also told what came of it.
    row = row_of(JOBS, job_id, actor=actor, name="job")
    found = find_job(actor=actor, job_id=job_id)
    address = f"{ROOT}/jobs/{job_id}"
    return {
        **row,
        "href": address,
        "outcome": _outside(found.outcome),
        "entry_id": None if found.entry_id is None else str(found.entry_id),
        "subject_id": None if found.subject_id is None else str(found.subject_id),
        "result": f"{address}/result" if found.result_id else None,
    }


def _outside(value: Json | Any, name: str = "") -> Any:
    """Ids are texts outside. What texts of the file meant is for the run alone."""
    if isinstance(value, dict):
        return {key: _outside(one, key) for key, one in value.items() if key != "resolved"}
    if isinstance(value, list):
        return [_outside(one) for one in value]
    return str(value) if isinstance(value, int) and name in {"id", "unit_id", "item_id"} else value
