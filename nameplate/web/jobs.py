"""The page of a job: how far it is, told anew while one looks; what came of it; its file; and the page from which exports begin."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nameplate import access, listings
from nameplate.jobs.asking import cancel_job, find_job, may_steer, result_of
from nameplate.jobs.exporting import FORMS, params_of, start_export
from nameplate.ledger import bulk
from nameplate.models import Document, Entry, Job, JobKind, JobStatus
from nameplate.operations.importing.days import STYLES
from nameplate.operations.importing.mapping import DECISIONS, FileMapping
from nameplate.operations.importing.targets import targets
from nameplate.refusals import Cause, NotFound, Offender, Refused
from nameplate.web.acting import act_once, button_page, viewing
from nameplate.web.forms import new_key
from nameplate.web.list_words import WORDS

MOST_ORDERS = 60
"""Orders that a link to the list of units names; of more it leads to the entry."""
TAGS = {JobStatus.DONE: "np-tag-good", JobStatus.FAILED: "np-tag-bad", JobStatus.CANCELED: "np-tag-warn"}


@require_safe
def page(request: HttpRequest, job_id: int) -> HttpResponse:
    """How far it is, or what came of it."""
    return _page(request, job_id)


def _page(request: HttpRequest, job_id: int, refused: Refused | None = None) -> HttpResponse:
    actor = viewing(request, "stock")
    job = find_job(actor=actor, job_id=job_id)
    mine = may_steer(actor, job)
    context: dict[str, Any] = {
        "job": job,
        "tag": TAGS.get(JobStatus(job.status), "np-tag-accent"),
        "mine": mine,
        "key": new_key(),
        "refused": refused or _refusal_of(job),
        "may_undo": access.may(actor, "stock", "edit"),
    }
    if job.kind == JobKind.CHECK and job.status == JobStatus.DONE:
        context |= _report(job)
    if job.entry is not None:
        context["units"] = _units_of(job.entry)
        context["undone"] = Entry.objects.filter(reverses=job.entry, partial=False).first()
    answer = render(request, "jobs/job.html", context)
    answer["Cache-Control"] = "private, no-store"
    return answer


def _refusal_of(job: Job) -> Refused | None:
    """Why a job failed, as it was kept; lines of a file that are at fault stand in a table of their own."""
    kept = job.outcome if job.status == JobStatus.FAILED else None
    if not kept:
        return None
    units = [Offender(one["text"], one["why"], one["unit_id"], one["line"]) for one in kept.get("offenders", ()) if one["unit_id"]]
    causes = [Cause(one["noun"], one["id"], one["label"]) for one in kept.get("causes", ())]
    return Refused(kept.get("rule", "our-fault"), kept["message"], offenders=units, causes=causes, way_out=kept.get("way_out", ""))


def _report(job: Job) -> dict[str, Any]:
    """What the report of a dry run needs besides its numbers: labels of what can be decided."""
    mapping, report = FileMapping.of(job.parameters["mapping"]), job.outcome
    known = targets()
    return {
        "mapping": mapping,
        "decisions": [(name, DECISIONS[name], count, name in mapping.keep) for name, count in report["decide"].items()],
        "asked": [
            (name, known[name].label if name in known else name, [(style, STYLES[style]) for style in styles])
            for name, styles in report["asked"].items()
        ],
        "orders": len(report["groups"]) if not report["order"] else 0,
    }


def _units_of(entry: Entry) -> str:
    """The address of the list that shows the units of an import: by their orders, as a range where no other order is between them."""
    rows = bulk.query(
        "SELECT DISTINCT d.number, d.sort_key FROM nameplate_movement m JOIN nameplate_document d ON d.id = m.source_id "
        "WHERE m.entry_id = %s ORDER BY d.sort_key",
        [entry.pk],
    )
    if not rows:
        return f"/entries/{entry.pk}"
    (first, low), (last, high) = rows[0], rows[-1]
    if len(rows) > 1 and Document.objects.filter(sort_key__gte=low, sort_key__lte=high).count() == len(rows):
        return "/serials?" + urlencode({"source": f"{first}..{last}"})
    if len(rows) > MOST_ORDERS:
        return f"/entries/{entry.pk}"
    return "/serials?" + urlencode({"source": ",".join(f'="{number}"' for number, _ in rows)})


@require_safe
def progress(request: HttpRequest, job_id: int) -> HttpResponse:
    """The bar alone, for a page that is open; once the job has its end, the page loads itself anew."""
    job = find_job(actor=viewing(request, "stock"), job_id=job_id)
    answer = render(request, "jobs/progress.html", {"job": job})
    if job.ended:
        answer["HX-Refresh"] = "true"
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_POST
def cancellation(request: HttpRequest, job_id: int) -> HttpResponse:
    """Cancel it before it stores anything."""
    actor = viewing(request, "stock")

    def act() -> tuple[str, str]:
        job = cancel_job(actor=actor, job_id=job_id)
        return f"/jobs/{job_id}", "It is canceled." if job.ended else "It ends as soon as it looks up."

    return button_page(request, act, lambda again, refused: _page(again, job_id, refused))


@require_safe
def result(request: HttpRequest, job_id: int) -> HttpResponse:
    """What it left, as a download."""
    job = result_of(actor=viewing(request, "stock"), job_id=job_id)
    assert job.result is not None
    answer = HttpResponse(bytes(job.result.data), content_type="application/octet-stream")
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(job.result_name)}"
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def export(request: HttpRequest) -> HttpResponse:
    """Export a list as a file: `?list=serials` and the list's own parameters."""
    sent = request.GET.copy()
    name = str(sent.pop("list", [""])[-1])
    listing = listings.ALL.get(name)
    if listing is None or name not in WORDS:
        raise NotFound("not-found", "There is no such list.")
    actor = viewing(request, listing.section)
    query = sent.urlencode()
    refused: Refused | None = None
    if request.method == "POST":

        def act() -> tuple[str, str]:
            job = start_export(actor=actor, name=name, query=query, form=request.POST.get("form", ""))
            return f"/jobs/{job.pk}", ""

        try:
            return act_once(request, act)
        except Refused as refusal:
            refused = refusal
    found = listing.read(params_of(query), actor=actor, with_total=False)
    context = {
        "words": WORDS[name],
        "listing": listing,
        "found": found,
        "columns": [one.column.label for one in found.query.columns] or [column.label for column in found.columns],
        "filters": [(column.label, found.query.texts[column.name]) for column in found.columns if column.name in found.query.texts],
        "back": f"/{name}?{query}" if query else f"/{name}",
        "direct": f"/{name}.csv?{query}" if query else f"/{name}.csv",
        "forms": FORMS,
        "key": new_key(),
        "refused": refused,
    }
    return render(request, "jobs/export.html", context, status=refused.status if refused else 200)


paths = [
    path("<int:job_id>", page, name="job"),
    path("<int:job_id>/progress", progress),
    path("<int:job_id>/cancellation", cancellation),
    path("<int:job_id>/result", result),
]
