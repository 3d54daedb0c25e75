"""The journal: every entry of the ledger, newest first; and the part of it that concerns one unit."""

from __future__ import annotations

from dataclasses import replace

from nameplate.ledger.kinds import RULE, Kind
from nameplate.listings import links
from nameplate.listings.around import among_its_products
from nameplate.listings.columns import Choice, Column, Link, choices_of
from nameplate.listings.engine import Listing
from nameplate.listings.own_reasons import reason_of
from nameplate.listings.search import search_in
from nameplate.listings.sql import Sql
from nameplate.listings.yes_no import YES_NO, yes_no
from nameplate.models import Component, Status

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
        Column("document", "Document", "t.number", "link", _DOCUMENT, key="t.number_key", noun="documents", ref="document_id"),
        Column("reason", "Reason", "s.reason", filterable=False),
        Column("note", "Note", "s.note", filterable=False, default_shown=False),
        Column("reverses", "Undoes entry", "s.reverses_id", "number", default_shown=False),
        Column("undone", "Undone", yes_no(_UNDONE), "choice", choices=YES_NO),
    ),
    natural=(),
    walked=("s.id",),
    section="stock",
    search=search_in("s.act"),
    search_tips="What was done: received, undone…",
    sort="-recorded_at",
)

_ENTRY = Link("entry", links.ENTRY, "s.entry_id", nullable=False)
_PAPER = Link("document", links.DOCUMENT, "e.document_id")
_LOT = Link("lot", links.LOT, "s.lot_id", nullable=False)
_PLACE = Link("location", links.PLACE, "s.location_id")
_CUSTOMER = Link("customer", links.PARTY, "s.customer_id")

_LOT_BEFORE = Link("lot_before", links.LOT, "b.lot_id")
_PLACE_BEFORE = Link("location_before", links.PLACE, "b.location_id")
_CUSTOMER_BEFORE = Link("customer_before", links.PARTY, "b.customer_id")
_KINDS = tuple(Choice(int(kind), kind.name.lower(), RULE[kind].label if kind in RULE else "Undone") for kind in Kind)
_UNDONE_BY = (
    "(SELECT max(r.entry_id) FROM nameplate_movement r JOIN nameplate_entry x ON x.id = r.entry_id "
    "WHERE r.serial_id = s.serial_id AND x.reverses_id = s.entry_id)"
)

_PRODUCT = Link("product", links.SERIAL, "CASE WHEN s.serial_id <> own.id THEN s.serial_id END")
_OWN_STEP = "CASE WHEN s.serial_id = own.id THEN s.seq END"
MOST_STEPS = 2**20
"""No unit has as many steps, so that a product's id and its step make one number, above every step of the unit itself."""

HISTORY = Listing(
    name="history",
    label="History",
    table=(
        "nameplate_movement s JOIN nameplate_entry e ON e.id = s.entry_id JOIN (SELECT {unit} AS id) own ON 1 = 1 "
        "LEFT JOIN nameplate_movement b ON b.serial_id = s.serial_id AND b.seq = s.seq - 1"
    ),
    columns=(
        Column("seq", "Step", _OWN_STEP, "number", order="s.entry_id"),
        Column("product", "Of the product", "t.number", "link", _PRODUCT, key="t.key", noun="serials", ref="product_id"),
        Column("recorded_at", "Recorded", "t.recorded_at", "time", _ENTRY),
        Column("happened_at", "Happened", "t.happened_at", "time", _ENTRY),
        Column("act", "Act", "t.act", "link", _ENTRY, noun="entries", ref="entry_id"),
        Column("kind", "What happened to it", "s.kind", "choice", choices=_KINDS),
        Column("status_before", "Status before", "b.status", "choice", choices=choices_of(Status.choices)),
        Column("status", "Status after", "s.status", "choice", choices=choices_of(Status.choices)),
        Column("lot_before", "Lot before", "t.number", "link", _LOT_BEFORE, key="t.number_key", noun="lots", ref="lot_before_id"),
        Column("lot", "Lot after", "t.number", "link", _LOT, key="t.number_key", noun="lots", ref="lot_id"),
        Column(
            "location_before",
            "Where before",
            links.PLACE_LABEL,
            "link",
            _PLACE_BEFORE,
            key="t.label_key",
            noun="locations",
            ref="location_before_id",
        ),
        Column("location", "Where after", links.PLACE_LABEL, "link", _PLACE, key="t.label_key", noun="locations", ref="location_id"),
        Column(
            "customer_before",
            "Customer before",
            "t.name",
            "link",
            _CUSTOMER_BEFORE,
            key="t.name_key",
            noun="customers",
            ref="customer_before_id",
        ),
        Column("customer", "Customer after", "t.name", "link", _CUSTOMER, key="t.name_key", noun="customers", ref="customer_id"),
        Column("edits", "Other changes", "s.edits", "changes", filterable=False),
        Column("withdrawn", "Withdrawn after", yes_no("s.withdrawn"), "choice", choices=YES_NO),
        Column("reverses", "Undoes entry", "e.reverses_id", "number"),
        Column("undone_by", "Undone by entry", _UNDONE_BY, "number"),
        Column("by_whom", "By whom", "u.username", via=_ENTRY),
        Column("document", "Document", "t.number", "link", _PAPER, key="t.number_key", noun="documents", ref="document_id"),
        Column("reason", "Reason", reason_of("s", "e"), filterable=False),
        Column("note", "Note", "t.note", via=_ENTRY, filterable=False, default_shown=False),
    ),
    natural=("s.entry_id", "s.seq"),
    section="stock",
    row_id=f"COALESCE({_OWN_STEP}, s.serial_id * {MOST_STEPS} + s.seq)",
)


_OWN_HISTORY = replace(
    HISTORY,
    columns=(replace(HISTORY.columns[0], order="s.seq"), *HISTORY.columns[1:]),
    natural=("s.seq",),
    walked=("s.seq",),
    row_id="s.seq",
    _readers={},
)
"""Of a unit that never was inside a product: nothing stands between its own steps, and their index is walked, however many there are."""


def history_of(serial_id: int) -> Listing:
    """The movements of one unit, oldest first, each with how the unit stood before and after; a row's id is the movement's step.

    What was done to its products while it was inside stands between them, with the product's name, as on the unit's page.
    """
    inside = Component.objects.filter(child=serial_id, parent__isnull=False).exists()
    of, scope = (HISTORY, Sql(among_its_products(serial_id))) if inside else (_OWN_HISTORY, Sql("s.serial_id = %s", (serial_id,)))
    return replace(of.within(scope), table=of.table.format(unit=int(serial_id)))
