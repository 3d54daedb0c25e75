"""Editing more units than a page waits for: what was previewed is kept, and a worker does all of it or nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, Unpack

from nameplate import access
from nameplate.jobs.asking import start
from nameplate.jobs.work import Work
from nameplate.ledger.transacting import transacting
from nameplate.ledger.units import noted
from nameplate.models import Job, JobKind, Selection, User
from nameplate.operations.choosing import chosen_once
from nameplate.operations.editing import UnitFields, changed_meanwhile, edit_units, read_fields, seal_of
from nameplate.operations.once import once
from nameplate.operations.previewing_edits import labels_of, refuse_nothing, refused_file
from nameplate.operations.selecting import keep_selection
from nameplate.refusals import Conflict, NotFound

MOST_AT_ONCE = 10_000
"""Units that are edited while a page waits."""


@transacting()
def start_edit(*, actor: User, unit_ids: Sequence[int], seen: str = "", reason: str = "", **given: Unpack[UnitFields]) -> Job:
    """Begin the edit of these units, as they stand now: the job does nothing once somebody has changed one of these values.

    `seen` is the seal of the preview. Refused, before anything waits: what `edit_units` refuses of the values and of the seal.
    """
    access.require(actor, "stock", "edit")
    chosen = chosen_once(unit_ids)
    refuse_nothing(given)
    new = read_fields(given)
    seal = seal_of(noted(chosen).values(), new)
    if seen and seen != seal:
        raise changed_meanwhile()
    kept = keep_selection(actor=actor, listing="serials", section="stock", ids=chosen)
    title = f"Bulk editing of {len(chosen):,} units: {labels_of(new)}"
    parameters = {"chosen": kept.pk, "given": _plain(given), "reason": reason, "seen": seal}
    return start(actor=actor, kind=JobKind.EDIT, title=title, parameters=parameters)


def edit(work: Work) -> None:
    """The edit itself. It posts under the job's own name, so that however often it is begun, it is done once."""
    job = work.job
    parameters = job.parameters
    kept = Selection.objects.filter(pk=parameters["chosen"]).first()
    if kept is None:
        raise NotFound("not-found", "Which units were meant is no longer kept.", way_out="Choose them again.")
    work.say(f"Changing {len(kept.ids):,} units; it is stored when all of it is")

    def act(claim: Any) -> tuple[int, dict[str, Any]]:
        told = {"reason": parameters["reason"], "seen": parameters.get("seen", ""), "request": claim}
        entry = edit_units(actor=job.actor, unit_ids=kept.ids, **told, **parameters["given"])
        units = 0 if entry is None else entry.units
        said = f"{units:,} units changed." if units else "All of them stood so already."
        work.finish(said, {"units": units, "chosen": kept.pk}, entry=entry)
        return 200, {"entry": entry and entry.pk}

    try:
        once(actor=job.actor, route="job", key=f"job {job.pk}", body=b"", act=act)
    except (Conflict, NotFound) as refused:
        if refused.offenders:
            work.leave(refused_file(refused.offenders), "refused-units.csv")
        raise


def _plain(given: UnitFields) -> dict[str, Any]:
    """The same as JSON keeps it."""
    return {name: value.isoformat() if isinstance(value, dt.date) else value for name, value in given.items()}
