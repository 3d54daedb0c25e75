"""What is back from customers under which return, and the status of the return that follows. Writing off and undoing ask here too."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple, Protocol

from nameplate.ledger import bulk
from nameplate.models import Document, DocumentKind, DocumentStatus, Entry, ReturnOutcome, Status, User
from nameplate.models.serials import IN_STOCK
from nameplate.operations.returned_goods import GoodsBack, goods_of, returns_of_lots, returns_touched
from nameplate.operations.sales.statuses import set_status

NOUN = "returns"
S = DocumentStatus
SENT_BACK = (ReturnOutcome.REPAIR_AND_SHIP_BACK, ReturnOutcome.REJECT_AND_SHIP_BACK)
"""The outcomes after which the customer has the unit again."""
_CARRYING = (
    "SELECT s.return_doc_id FROM nameplate_serial s JOIN nameplate_document d ON d.id = s.return_doc_id "
    "WHERE s.id IN {ids} AND d.status NOT IN ('canceled') "
    "UNION SELECT u.paper_id FROM nameplate_returnunit u JOIN nameplate_document d ON d.id = u.paper_id "
    "WHERE u.serial_id IN {ids} AND u.coming AND u.received_by_id IS NULL AND d.status NOT IN ('canceled')"
)
_OF_ENTRY = (
    "SELECT m.return_doc_id FROM nameplate_movement m WHERE m.entry_id = %s AND m.return_doc_id IS NOT NULL "
    "UNION SELECT b.return_doc_id FROM nameplate_movement m JOIN nameplate_movement b ON b.serial_id = m.serial_id AND b.seq = m.seq - 1 "
    "WHERE m.entry_id = %s AND m.seq > 1 AND b.return_doc_id IS NOT NULL "
    "UNION SELECT u.paper_id FROM nameplate_returnunit u WHERE u.received_by_id = %s "
    "UNION SELECT u.paper_id FROM nameplate_returnunit u JOIN nameplate_movement m ON m.serial_id = u.serial_id AND m.entry_id = %s "
    "WHERE u.settled_by_id = %s OR (u.coming AND u.received_by_id IS NULL) "
    "UNION SELECT u.paper_id FROM nameplate_returnunit u JOIN nameplate_movement m ON m.serial_id = u.replacement_id AND m.entry_id = %s "
    "WHERE u.replaced_by_id = %s "
    "UNION SELECT g.paper_id FROM nameplate_returngoods g WHERE g.received_by_id = %s"
)
HERE = (
    "(u.received_by_id IS NOT NULL AND COALESCE(s.return_doc_id, 0) = u.paper_id "
    f"AND s.status IN ({', '.join(str(int(status)) for status in IN_STOCK)}))"
)
"""SQL: whether a unit lies with us because of a return: it came with it, and neither left nor was built in since."""
GONE = (
    "(u.coming AND u.received_by_id IS NULL AND u.contradiction = '' "
    f"AND NOT (root.status = {Status.SHIPPED.value} AND s.status IN ({Status.SHIPPED.value}, {Status.CONSUMED.value}) "
    "AND root.customer_id = p.party_id))"
)
"""SQL: whether a unit that was announced cannot come any more: the customer had it then, and has it no longer."""
UNITS = (
    "FROM nameplate_returnunit u JOIN nameplate_serial s ON s.id = u.serial_id JOIN nameplate_serial root ON root.id = s.outermost_id "
    "JOIN nameplate_document p ON p.id = u.paper_id "
)
"""SQL: the rows of the returns `p` as `u` with their units as `s`, which may be inside the `root`."""
_PROGRESS = (
    f"u.paper_id, u.coming, u.received_by_id, u.outcome, u.replacement_id IS NOT NULL, {HERE}, {GONE}, s.status, s.at_vendor_id IS NOT NULL"
)
_OF_PAPERS = f"{UNITS} WHERE u.paper_id IN {{ids}}"
_UNITS = (
    f"SELECT {_PROGRESS}, u.id, u.line_id, u.serial_id, s.number, s.work_id, u.contradiction, u.settled, u.customer_order_id, "
    f"CAST(u.warranty_until AS text), u.replacement_id {_OF_PAPERS} ORDER BY s.sort_key, s.id"
)


class HowFar(Protocol):
    """What says how far a unit of a return has come."""

    @property
    def coming(self) -> bool:
        """Whether it comes back at all."""

    @property
    def received_by_id(self) -> int | None:
        """The entry with which it came."""

    @property
    def outcome(self) -> str:
        """What the customer gets; empty until somebody has looked at it."""

    @property
    def replaced(self) -> bool:
        """Whether the customer got another one for it."""

    @property
    def here(self) -> bool:
        """Whether it lies with us because of this return."""

    @property
    def gone(self) -> bool:
        """Whether it was announced and cannot come any more."""

    @property
    def status(self) -> int:
        """The unit's own."""

    @property
    def at_vendor(self) -> bool:
        """Whether a vendor has it."""


class Progress(NamedTuple):
    """How far units of a return have come, however many have come so far."""

    paper_id: int
    coming: bool
    received_by_id: int | None
    outcome: str
    replaced: bool
    here: bool
    gone: bool
    status: int
    at_vendor: bool


class UnitOnReturn(NamedTuple):
    """A unit of a return as it stands, as far as what is done to it asks."""

    paper_id: int
    coming: bool
    received_by_id: int | None
    outcome: str
    replaced: bool
    here: bool
    gone: bool
    status: int
    at_vendor: bool
    id: int
    """The row's. The unit's own is `serial_id`."""
    line_id: int
    serial_id: int
    number: str
    work_id: int | None
    contradiction: str
    settled: str
    customer_order_id: int | None
    warranty_until: str | None
    replacement_id: int | None


def returns_carrying(unit_ids: Sequence[int], lot_ids: Sequence[int] = ()) -> list[int]:
    """The returns with which any of these units, or what lies in these lots, came back last, or on which they are expected."""
    found = {row[0] for row in bulk.query(_CARRYING.format(ids=bulk.id_set()), [bulk.ids(unit_ids)] * 2)}
    return sorted(found.union(returns_of_lots(lot_ids)) if lot_ids else found)


def returns_of(entry: Entry) -> list[int]:
    """The returns that the entry concerns: those of its units, and those that note it."""
    return sorted({*(row[0] for row in bulk.query(_OF_ENTRY, [entry.pk] * 8)), *returns_touched(entry.pk)})


def lock_returns(papers: Iterable[int]) -> None:
    """Lock these returns until the transaction ends, in key order. Whoever acts on what came back takes this lock first."""
    wanted = sorted(set(papers))
    if wanted:
        list(Document.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk").values_list("pk"))


def is_done(unit: HowFar) -> bool:
    """Whether nothing is left to do for the unit: the customer has what they get, and it is where it belongs."""
    if unit.outcome == ReturnOutcome.REPLACEMENT and not unit.replaced:
        return False
    if not unit.coming:
        return bool(unit.outcome)
    if unit.received_by_id is None:
        return unit.gone
    if not unit.outcome:
        return not (unit.here and unit.status in (Status.RETURNED, Status.REJECTED))
    if unit.outcome in SENT_BACK:
        return not unit.here
    return not (unit.here and unit.status == Status.RETURNED)


def became(unit: HowFar) -> str:
    """What became of a unit that is not, or no longer, in the hands of its return."""
    if unit.at_vendor:
        return "at its vendor"
    words = {
        Status.RECEIVED: "in stock again",
        Status.CONSUMED: "in its product",
        Status.SHIPPED: "shipped to another customer" if unit.gone else "in stock again, and shipped since",
    }
    return words.get(Status(unit.status), str(Status(unit.status).label).lower())


def rows_of(*papers: int) -> list[UnitOnReturn]:
    """The units of these returns as they stand, in the natural order of their numbers. One statement."""
    return [UnitOnReturn._make(row) for row in bulk.query(_UNITS.format(ids=bulk.id_set()), [bulk.ids(papers)])]


def status_of(units: Collection[HowFar], goods: Collection[GoodsBack] = ()) -> DocumentStatus:
    """Where a return stands whose units and goods have come so far; of units that have come as far one is enough."""
    done = [*(is_done(unit) for unit in units), *(one.done for one in goods)]
    if done and all(done):
        return S.RESOLVED
    if any(unit.received_by_id is not None and not unit.outcome and not is_done(unit) for unit in units) or any(one.waits for one in goods):
        return S.WAITING_INSPECTION
    came = [*((unit.received_by_id, unit.outcome) for unit in units), *((one.row.received_by_id, one.row.outcome) for one in goods)]
    begun = any(entry is not None or (outcome and not ready) for (entry, outcome), ready in zip(came, done, strict=True))
    return S.WAITING_ACTION if begun else S.NEW


def settle_returns(*, actor: User, papers: Iterable[int]) -> None:
    """Let the status of these locked returns follow from what is on them: five statements, and those for each whose status changes."""
    wanted = sorted(set(papers))
    if not wanted:
        return
    units: dict[int, list[Progress]] = {}
    for row in bulk.query(f"SELECT DISTINCT {_PROGRESS} {_OF_PAPERS.format(ids=bulk.id_set())}", [bulk.ids(wanted)]):
        units.setdefault(row[0], []).append(Progress._make(row))
    goods: dict[int, list[GoodsBack]] = {}
    for one in goods_of(*wanted):
        goods.setdefault(one.row.paper_id, []).append(one)
    for paper in Document.objects.filter(pk__in=wanted, kind=DocumentKind.RETURN).exclude(status=S.CANCELED).order_by("pk"):
        set_status(actor=actor, noun=NOUN, paper=paper, status=status_of(units.get(paper.pk, []), goods.get(paper.pk, [])))
