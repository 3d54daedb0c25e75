"""Units that a customer sends back and the records never had: sold before the system began, or never entered. Made known as they come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nameplate.ledger import Group, Kind, LotChange, Newcomers, Step, bulk, open_lot
from nameplate.ledger.units import reserve
from nameplate.models import Document, Entry, Item, Location, LotStatus, Reason, Tracking, User
from nameplate.operations.cataloguing.changes import log_changes
from nameplate.operations.cataloguing.texts import refuse_wrong
from nameplate.operations.cataloguing.things import id_of
from nameplate.operations.coming_back import NOUN
from nameplate.operations.lots.contents import Contents, Read, read_contents, unit_values
from nameplate.operations.returning.units import Said, grow_lines, read_said
from nameplate.quantities import MILLIONTHS
from nameplate.refusals import Invalid

KNOWN = "never shipped by us, as far as the books know"
_COLUMNS = (
    "paper_id", "line_id", "serial_id", "reason_id", "complaint", "coming", "outcome", "finding", "contradiction", "known", "settled",
    "received_by_id",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Unknown:
    """Numbers of units that no record has, and of which item they are."""

    item: Item | int
    numbers: Sequence[str]
    keep: frozenset[str] = frozenset()
    """Verdicts that a person decided to let stand, as when receiving: `other-item`."""
    custom: Mapping[str, object] = field(default_factory=dict)
    """Values of custom fields by slug, the same for all of them."""


@dataclass(slots=True)
class Known:
    """Unknown units that were judged: what the ledger is asked for so that they are known, and their rows on the return."""

    read: Read | None = None
    custom: Mapping[str, Any] | None = None
    reason: Reason | None = None
    texts: Mapping[str, str] = field(default_factory=dict)
    ids: Sequence[int] = ()

    @property
    def why(self) -> str:
        """Why they are taken although the records do not know them."""
        return self.texts.get("contradiction", "")

    def enters(self, paper: Document, place: Location) -> tuple[list[Group], list[LotChange]]:
        """They come from the return's customer into a lot of their own, status RMA returned."""
        if self.read is None:
            return [], []
        numbers = self.read.numbers
        lot = open_lot(item=self.read.item, status=LotStatus.RMA_RETURNED)
        self.ids = list(reserve(len(numbers.numbers)))
        to = {"location_id": place.pk, "lot_id": lot.pk, "return_doc_id": paper.pk, "customer_id": paper.party_id}
        values = [self.custom] * len(numbers.numbers) if self.custom else ()
        new = Newcomers(self.read.item.pk, numbers.numbers, numbers.keys, numbers.sort_keys, values, self.ids)
        return [Group([Step(Kind.RETURNED, to)], new=new)], [LotChange(lot.pk, LotStatus.RMA_RETURNED)]

    def entered(self, actor: User, paper: Document, entry: Entry) -> None:
        """They are on the return, and came with this entry."""
        if self.read is None:
            return
        line = grow_lines(paper, {self.read.item.pk: len(self.ids) * MILLIONTHS})[self.read.item.pk]
        why = self.reason.pk if self.reason else None
        rows = [
            (paper.pk, line, unit, why, self.texts["complaint"], True, "", "", self.why, KNOWN, "", entry.pk) for unit in self.ids
        ]  # fmt: skip
        bulk.insert("nameplate_returnunit", _COLUMNS, rows)
        told = f"{len(rows):,} put on it that the records did not know"
        log_changes(actor=actor, noun=NOUN, subject=paper.pk, changes=[("units", "", told)])


NO_STRANGERS = Known()
"""Nothing unknown came."""


def read_unknown(unknown: Unknown, said: Said | None) -> Known:
    """Judge units that the records never had, in the transaction in which they come.

    Refused: no reason for the contradiction; an item without serial numbers; numbers that are malformed, given twice, or known already.
    """
    reason, texts = read_said(said or Said())
    item = Item.objects.filter(pk=id_of(unknown.item)).first()
    wrong: dict[str, str] = {}
    if item is None:
        wrong["item"] = "Choose the item that they are of."
    elif item.tracking != Tracking.SERIAL:
        wrong["item"] = f"{item} is not followed by serial numbers."
    if not texts["contradiction"]:
        wrong["contradiction"] = "Say why units are taken that the records never had."
    refuse_wrong(wrong)
    assert item is not None
    contents = Contents(unknown.numbers, keep=unknown.keep, custom=unknown.custom)
    try:
        custom = unit_values(item, contents, wrong)
        refuse_wrong(wrong)
        return Known(read_contents(item, contents), custom, reason, texts)
    except Invalid as refusal:
        # Beside numbers the fields of the units stand under their own names.
        refusal.fields = {name.removeprefix("serials."): sentence for name, sentence in refusal.fields.items()}
        raise
