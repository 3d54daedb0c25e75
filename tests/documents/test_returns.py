"""The form that the customer puts into the box, read back from the paper."""

from __future__ import annotations

from nameplate.documents.returns import rma_form
from tests.documents.reading import texts_of
from tests.operations.returning import counter


def test_the_form_says_whose_what_and_why_and_has_room_for_what_was_found_and_decided(db: None) -> None:
    desk = counter()
    paper = desk.announced("D1", "D2", complaint="Clicks")
    (text,) = texts_of(rma_form(actor=desk.shop.actor, paper=paper.pk).content)
    sent = desk.sold.document
    assert sent is not None
    what = ("Kestrel Archive", "1 Harbour Road", "HDD", "D1", "D2", "1 pcs", "Failed in use. Clicks", f"Shipped with {sent.number}")
    by_hand = ("What was found", "What was decided", "Sent by: name, date, signature", "Received by")
    assert [one for one in (paper.number, "Return form", "Warranty: ", *what, *by_hand) if one not in text] == []
    assert f"write {paper.number} on the outside" in text
