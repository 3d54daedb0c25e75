"""The two jobs of a file: the dry run, which says what would be, and the real one. Both read it alike and ask the same judge."""

from __future__ import annotations

from typing import Any

from nameplate.jobs.work import Work
from nameplate.models import Import, Job, JobStatus
from nameplate.operations.importing.bringing import LinesRefused, bring_in
from nameplate.operations.importing.columns import Sheet, read_columns
from nameplate.operations.importing.judging import Judged, judge
from nameplate.operations.importing.mapping import ANNOUNCEMENT, FileMapping, checked
from nameplate.operations.importing.reading import Lines, read_lines
from nameplate.operations.importing.reporting import bad_lines_file, changed_since, report_of
from nameplate.operations.once import once
from nameplate.refusals import Conflict

READING, JUDGING = "Reading the file", "Checking every number against what is known"


def check(work: Work) -> None:
    """The dry run: a report of what the file would do, and a file of its bad lines. Stores no unit."""
    sheet, lines, mapping = _read(work)
    work.say(JUDGING)
    judged = judge(actor=work.job.actor, lines=lines, mapping=mapping)
    report = report_of(judged, sheet)
    count = len(judged.bad_lines)
    said = f"{count:,} of {len(lines):,} lines need another look." if count else f"All {len(lines):,} lines are good."
    if judged.wrong and not count:
        said = judged.wrong[0].message
    work.finish(said, report, **_bad_file(judged, sheet))


def bring(work: Work) -> None:
    """The real run. It posts under the job's own name, so that however often it is begun, it is done once."""
    job = work.job
    sheet, lines, mapping = _read(work)
    verb = "Announcing" if mapping.mode == ANNOUNCEMENT else "Receiving"
    work.say(f"{verb} {len(lines):,} units; it is stored when all of it is")
    before = Job.objects.filter(pk=job.parameters.get("checked"), subject=job.subject, status=JobStatus.DONE).first()

    def act(claim: Any) -> tuple[int, dict[str, Any]]:
        entry, judged = bring_in(actor=job.actor, lines=lines, mapping=mapping, name=_import(job).name, request=claim)
        if before is not None:
            _refuse_changed(judged, before)
        outcome = _outcome(judged, entry.units)
        work.finish(f"{entry.units:,} units {'announced' if mapping.mode == ANNOUNCEMENT else 'received'}.", outcome, entry=entry)
        return 200, {"entry": entry.pk}

    try:
        once(actor=job.actor, route="job", key=f"job {job.pk}", body=b"", act=act)
    except LinesRefused as refused:
        work.leave(**_bad_file(refused.judged, sheet))
        raise


def _read(work: Work) -> tuple[Sheet, Lines, FileMapping]:
    work.say(READING)
    sheet = read_columns(bytes(_import(work.job).content.data))
    mapping = checked(FileMapping.of(work.job.parameters["mapping"]), sheet.columns)
    return sheet, read_lines(sheet, mapping, lambda done, total: work.say(READING, done, total)), mapping


def _import(job: Job) -> Import:
    assert job.subject is not None
    return job.subject


def _bad_file(judged: Judged, sheet: Sheet) -> dict[str, Any]:
    return {"file": bad_lines_file(judged, sheet), "file_name": "bad-lines.csv"} if judged.wrong else {}


def _refuse_changed(judged: Judged, before: Job) -> None:
    changed = changed_since(judged, before.outcome.get("resolved", {}))
    if changed:
        more = f", and {len(changed) - 1:,} more" if len(changed) > 1 else ""
        raise Conflict(
            "changed-since-check",
            f"Since the file was checked, {changed[0]}{more}. Nothing was stored.",
            way_out="Check it again, and look at what would be made.",
        )


def _outcome(judged: Judged, units: int) -> dict[str, Any]:
    """What was made, in counts, and the orders with their numbers."""
    return {
        "units": units,
        "items": len(set(judged.items)),
        "new_items": sum(named.id is None for named in judged.known.items.values()),
        "new_vendors": sum(named.id is None for named in judged.known.vendors.values()),
    }
