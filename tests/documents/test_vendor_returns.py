"""The paper that goes with units to their vendor."""

from __future__ import annotations

from nameplate.documents.vendor_returns import return_document
from nameplate.operations.sending_back import send_to_vendor
from tests import world
from tests.documents.reading import texts_of
from tests.operations.selling import ids, shop


def test_it_says_to_whom_why_and_every_number(db: None) -> None:
    stock, maker = shop(), world.vendor(name="Westdale")
    units = ids("D1", "D2", "D3", "D7")
    entry = send_to_vendor(actor=stock.actor, vendor=maker, unit_ids=units, reason="Clicks\nafter a week", vendor_reference="RA-4711")
    assert entry.document is not None
    (text,) = texts_of(return_document(actor=stock.actor, vendor_return=entry.document.pk).content)
    wanted = (
        "Return to vendor",
        entry.document.number,
        "Westdale",
        "RA-4711",
        "HDD",
        "Clicks after a week",
        "D1..D3",
        "D7",
        "Taken over by",
    )
    assert [one for one in wanted if one not in text] == []
