"""Stock → Rework: units that went through production again, why, and whether they are done."""

from __future__ import annotations

from nameplate.listings import links
from nameplate.listings.columns import Column, Link, choices_of
from nameplate.listings.engine import Listing
from nameplate.listings.search import search_in
from nameplate.listings.sql import Sql
from nameplate.models import DocumentKind, DocumentStatus

_BY = Link("created_by", links.USER, "s.created_by_id", nullable=False)
_BEGUN = "SELECT e.{} FROM nameplate_entry e WHERE e.document_id = s.id AND e.act = 'rework begun' AND e.reverses_id IS NULL"
STATUSES = choices_of(
    [(DocumentStatus.IN_PROGRESS.value, "In progress"), (DocumentStatus.DONE.value, "Done"), (DocumentStatus.CANCELED.value, "Canceled")]
)

REWORK = Listing(
    name="rework",
    label="Rework",
    table="nameplate_document s",
    columns=(
        Column("number", "Number", "s.number", "link", key="s.number_key", order="s.sort_key", noun="rework", ref="id"),
        Column("status", "Status", "s.status", "choice", order="s.status", choices=STATUSES),
        Column("why", "What for", "s.notes", filterable=False),
        Column("units", "Units", f"({_BEGUN.format('units')})", "number", filterable=False),
        Column("begun_at", "Begun", "s.created_at", "time", order="s.created_at"),
        Column("created_by", "By whom", "t.username", via=_BY),
    ),
    natural=("s.sort_key",),
    walked=("s.sort_key",),
    section="stock",
    scope=Sql("s.kind = %s", (DocumentKind.REPAIR.value,)),
    search=search_in("s.number_key"),
    search_tips="Number",
    sort="-number",
)
