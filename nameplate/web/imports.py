"""A vendor's file through the browser: chosen, its columns mapped, checked, brought in. Each step is a page of its own."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST

from nameplate.jobs.asking import find_job
from nameplate.jobs.files import check_file, columns_of, find_import, keep_file, run_file
from nameplate.models import Import, JobKind, User
from nameplate.operations.importing.columns import MOST_LINES, read_columns
from nameplate.operations.importing.mapping import FileMapping
from nameplate.operations.importing.proposing import remembered
from nameplate.refusals import Busy, Forbidden, Invalid, NotFound, Refused
from nameplate.web.acting import act_once, see_other, viewing
from nameplate.web.forms import new_key, whole_number
from nameplate.web.import_form import (
    MEANINGS,
    MappingForm,
    chosen_in,
    decided,
    initial_of,
    mapping_sent,
    options,
    rows_of,
    tell_rows,
)
from nameplate.web.options import proposals

RECENT = 8


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Choose the file."""
    actor = viewing(request, "stock", "create")
    refused: Refused | None = None
    if request.method == "POST":
        try:
            return _take(request, actor)
        except (Forbidden, NotFound):
            raise
        except Refused as refusal:
            refused = refusal
    context = {
        "key": new_key(),
        "refused": refused,
        "recent": Import.objects.filter(actor=actor).order_by("-pk")[:RECENT],
        "most": MOST_LINES,
    }
    answer = render(request, "imports/new.html", context, status=refused.status if refused else 200)
    if isinstance(refused, Busy):
        answer["Retry-After"] = str(refused.retry_after)
    return answer


def _take(request: HttpRequest, actor: User) -> HttpResponse:
    sent = request.FILES.get("file")
    if not isinstance(sent, UploadedFile):
        raise Invalid("file-empty", "No file was chosen.", fields={"file": "Choose a file first."})
    data = sent.read()
    sheet = read_columns(data)

    def act() -> tuple[str, str]:
        return f"/imports/{keep_file(actor=actor, name=sent.name or 'file', data=data, sheet=sheet).pk}", ""

    return act_once(request, act)


@require_http_methods(["GET", "HEAD"])
def page(request: HttpRequest, import_id: int) -> HttpResponse:
    """Say what the columns are. `?as=12` begins with the mapping that was remembered with this id."""
    actor = viewing(request, "stock", "create")
    found = find_import(actor=actor, import_id=import_id)
    mapping = FileMapping.of(found.mapping)
    known = remembered(columns_of(found))
    chosen = next((one for one in known if str(one.pk) == request.GET.get("as")), None)
    if chosen is not None:
        mapping = FileMapping.of(chosen.mapping)
    name = chosen.name if chosen else next((one.name for one in known if one.mapping == found.mapping), "")
    form = MappingForm(initial={**initial_of(mapping), "remember": name})
    return _mapping_page(request, found, form, {number: target for target, number in mapping.targets.items()})


def _mapping_page(
    request: HttpRequest, found: Import, form: MappingForm, chosen: dict[int, str], refused: Refused | None = None
) -> HttpResponse:
    columns = columns_of(found)
    rows = rows_of(columns, chosen)
    if refused is not None:
        form.tell(refused)
        tell_rows(rows, refused)
    context: dict[str, Any] = {
        "found": found,
        "form": form,
        "rows": rows,
        "options": options(),
        "known": remembered(columns),
        "modes": [(option, MEANINGS[str(option.data["value"])]) for option in form["mode"]],
        "refused": refused,
        **{name: proposals(name) for name in ("vendors", "items", "locations")},
    }
    answer = render(request, "imports/mapping.html", context, status=refused.status if refused else 200)
    if isinstance(refused, Busy):
        answer["Retry-After"] = str(refused.retry_after)
    return answer


@require_POST
def check(request: HttpRequest, import_id: int) -> HttpResponse:
    """Begin the dry run: by the form of the mapping, or `again` as a dry run was, with what was decided on its report."""
    actor = viewing(request, "stock", "create")
    found = find_import(actor=actor, import_id=import_id)
    columns = columns_of(found)
    before = _before(request, actor, found)
    mapping = mapping_sent(request.POST, columns, FileMapping.of(found.mapping)) if before is None else decided(request.POST, before)

    def act() -> tuple[str, str]:
        remember = request.POST.get("remember", "") if before is None else ""
        return f"/jobs/{check_file(actor=actor, import_id=import_id, mapping=mapping, remember=remember).pk}", ""

    try:
        return act_once(request, act)
    except (Forbidden, NotFound):
        raise
    except Refused as refusal:
        if before is not None:
            form = MappingForm(initial=initial_of(mapping))
            return _mapping_page(request, found, form, {number: target for target, number in mapping.targets.items()}, refusal)
        return _mapping_page(request, found, MappingForm(request.POST), chosen_in(request.POST, columns), refusal)


def _before(request: HttpRequest, actor: User, found: Import) -> FileMapping | None:
    again = whole_number(request.POST.get("again", ""))
    if not again:
        return None
    job = find_job(actor=actor, job_id=again)
    if job.kind != JobKind.CHECK or job.subject_id != found.pk:
        raise NotFound("no-such-check", "There is no such check of this file.", way_out="Check the file again.")
    return FileMapping.of(job.parameters["mapping"])


@require_POST
def run(request: HttpRequest, import_id: int) -> HttpResponse:
    """Bring the file in exactly as the dry run read it."""
    actor = viewing(request, "stock", "create")
    checked_by = whole_number(request.POST.get("check", ""))

    def act() -> tuple[str, str]:
        return f"/jobs/{run_file(actor=actor, import_id=import_id, checked_by=checked_by).pk}", ""

    try:
        return act_once(request, act)
    except Refused as refusal:
        if refusal.rule == "run-already" and refusal.causes:
            return see_other(f"/jobs/{refusal.causes[0].id}")
        raise


paths = [
    path("new", new, name="new-import"),
    path("<int:import_id>", page),
    path("<int:import_id>/checks", check),
    path("<int:import_id>/runs", run),
]
