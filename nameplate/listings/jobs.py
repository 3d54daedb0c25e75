"""Jobs: what is being worked on, what came of it, newest first."""

from __future__ import annotations

from nameplate.listings import links
from nameplate.listings.columns import Column, Link, choices_of
from nameplate.listings.engine import Listing
from nameplate.models import JobKind, JobStatus

_BY = Link("actor", links.USER, "s.actor_id", nullable=False)

JOBS = Listing(
    name="jobs",
    label="Jobs",
    table="nameplate_job s",
    columns=(
        Column("created_at", "Asked for", "s.created_at", "time", order="s.id"),
        Column("title", "What", "s.title", "link", noun="jobs", ref="id"),
        Column("kind", "Kind", "s.kind", "choice", choices=choices_of(JobKind.choices), default_shown=False),
        Column("status", "Status", "s.status", "choice", choices=choices_of(JobStatus.choices)),
        Column("sentence", "How far it is", "s.sentence", filterable=False),
        Column("done", "Done", "s.done", "number", filterable=False, default_shown=False),
        Column("total", "Of", "s.total", "number", filterable=False, default_shown=False),
        Column("by_whom", "By whom", "t.username", via=_BY),
        Column("started_at", "Begun", "s.started_at", "time", nullable=True, default_shown=False),
        Column("ended_at", "Ended", "s.ended_at", "time", nullable=True),
        Column("attempts", "Attempts", "s.attempts", "number", default_shown=False),
    ),
    natural=(),
    walked=("s.id",),
    section="stock",
    sort="-created_at",
)
