"""The journal: every entry of the ledger, newest first; and the part of it that concerns one unit."""

from __future__ import annotations

from nameplate.listings import links
from nameplate.listings.columns import Column, Link, choices_of
from nameplate.listings.engine import Listing
from nameplate.listings.search import search_in
from nameplate.listings.sql import Sql
from nameplate.listings.yes_no import YES_NO, yes_no
from nameplate.models import Status

_BY = Link("actor", links.USER, "s.actor_id", nullable=False)
_DOCUMENT = Link("document", links.DOCUMENT, "s.document_id")
_UNDONE = "EXISTS (SELECT 1 FROM nameplate_entry r WHERE r.reverses_id = s.id AND NOT r.partial)"

ENTRIES = Listing(
    name="entries",
    label="Journal",
    table="nameplate_entry s",
    columns=(
        Column("recorded_at", "Recorded", "s.recorded_at", "time", order="s.id", noun="entries", ref="id"),
        Column("happened_at", "Happened", "s.happened_at", "time"),
        Column("act", "Act", "s.act"),
        Column("units", "Units", "s.units", "number"),
        Column("by_whom", "By whom", "t.username", via=_BY),
        Column("document", "Document", "t.number", "link", _DOCUMENT, key="t.number_key", noun="purchase-orders", ref="document_id"),
        Column("reason", "Reason", "s.reason", filterable=False),
        Column("note", "Note", "s.note", filterable=False, default_shown=False),
        Column("reverses", "Undoes entry", "s.reverses_id", "number", default_shown=False),
        Column("undone", "Undone", yes_no(_UNDONE), "choice", choices=YES_NO),
    ),
    natural=(),
    walked=("s.id",),
    section="stock",
    search=search_in("s.act"),
    search_tips="Act",
    sort="-recorded_at",
)

_ENTRY = Link("entry", links.ENTRY, "s.entry_id", nullable=False)
_PAPER = Link("document", links.DOCUMENT, "e.document_id")
_LOT = Link("lot", links.LOT, "s.lot_id", nullable=False)
_PLACE = Link("location", links.PLACE, "s.location_id")
_CUSTOMER = Link("customer", links.PARTY, "s.customer_id")

_HISTORY = Listing(
    name="history",
    label="History",
    table="nameplate_movement s JOIN nameplate_entry e ON e.id = s.entry_id",
    columns=(
        Column("seq", "Step", "s.seq", "number", order="s.seq"),
        Column("recorded_at", "Recorded", "t.recorded_at", "time", _ENTRY),
        Column("happened_at", "Happened", "t.happened_at", "time", _ENTRY),
        Column("act", "Act", "t.act", "link", _ENTRY, noun="entries", ref="entry_id"),
        Column("status", "Status after", "s.status", "choice", choices=choices_of(Status.choices)),
        Column("lot", "Lot after", "t.number", "link", _LOT, key="t.number_key", noun="lots", ref="lot_id"),
        Column("location", "Where after", links.PLACE_LABEL, "link", _PLACE, key="t.label_key", noun="locations", ref="location_id"),
        Column("customer", "Customer after", "t.name", "link", _CUSTOMER, key="t.name_key", noun="customers", ref="customer_id"),
        Column("by_whom", "By whom", "u.username", via=_ENTRY),
        Column("document", "Document", "t.number", "link", _PAPER, key="t.number_key", noun="purchase-orders", ref="document_id"),
        Column("reason", "Reason", "t.reason", via=_ENTRY, filterable=False),
        Column("note", "Note", "t.note", via=_ENTRY, filterable=False, default_shown=False),
    ),
    natural=("s.seq",),
    walked=("s.seq",),
    section="stock",
    row_id="s.seq",
)


def history_of(serial_id: int) -> Listing:
    """The movements of one unit, oldest first; a row's id is the movement's step."""
    return _HISTORY.within(Sql("s.serial_id = %s", (serial_id,)))
