"""What stays in the box of a receipt is read as it was typed when it is received later."""

from __future__ import annotations

from typing import Any

from nameplate.models import Item, Serial, User
from nameplate.operations import cataloguing
from nameplate.operations.drafting import OpenPage, discard_draft, kept_elsewhere, load_draft, save_draft, together
from nameplate.operations.lots.boxes import HandBox, preview_box
from nameplate.operations.receiving import Box, receive_boxes
from nameplate.operations.receiving.boxes import draft_subject
from nameplate.operations.receiving.handing_over import hand_over
from tests import world


def prefixed(actor: User, serial_format: str, prefix: str = "SN:") -> Item:
    return cataloguing.create_item(actor=actor, number="HDD-3T", serial_format=serial_format, serial_prefix=prefix)


def test_what_was_put_in_quotation_marks_stays_in_them(manager: User) -> None:
    item, shelf = prefixed(manager, "@@##"), world.location()
    order = world.purchase_order(lines=[(item, 1), (world.item(), 1)])  # the second line keeps it open
    line = order.lines.get(position=1).pk
    text = 'AB12\n"SN:AB13"\n"ZZZZZZ"\nSN:AB14'
    typed = {"lines": {str(line): {"text": text}}}
    receive_boxes(actor=manager, order=order, boxes=[Box(line, text)], location_id=shelf.pk, typed=typed)
    draft = load_draft(actor=manager, subject=draft_subject(order)) or {}
    rest = draft["lines"][str(line)]["text"]
    assert rest == '"SN:AB13"\n"ZZZZZZ"\nAB14'
    keep = frozenset({"more-than-ordered"})
    receive_boxes(actor=manager, order=order, boxes=[Box(line, rest, keep=keep)], location_id=shelf.pk)
    assert set(Serial.objects.values_list("number", flat=True)) == {"AB12", "SN:AB13", "ZZZZZZ", "AB14"}


def test_a_prefix_comes_off_a_kept_number_no_second_time(manager: User) -> None:
    item = prefixed(manager, "", "K-")
    world.receipt(numbers=["K-B2", "C1"], of=item)
    answer = preview_box(actor=manager, item=item, box=HandBox("K-K-B2\nK-C1\nA1"))
    assert (answer.numbers, answer.rest) == (["A1"], ['"K-B2"', "C1"])


def test_what_a_lot_by_hand_leaves_in_the_draft_of_a_receipt_stays_in_quotation_marks(manager: User) -> None:
    item = prefixed(manager, "@@##")
    order = world.purchase_order(lines=[(item, 1)])
    line = str(order.lines.get().pk)
    save_draft(actor=manager, subject=draft_subject(order), body={"lines": {line: {"text": 'AB12\n"SN:AB13"'}}})
    hand_over(actor=manager, line_id=int(line), item=item, text="AB12", quantity="", unreadable="")
    draft = load_draft(actor=manager, subject=draft_subject(order)) or {}
    assert draft["lines"][line]["text"] == '"SN:AB13"'


def test_what_another_page_kept_meanwhile_is_not_lost(manager: User) -> None:
    item, shelf = prefixed(manager, ""), world.location()
    order = world.purchase_order(lines=[(item, 9), (world.item(), 1)])
    subject, line = draft_subject(order), str(order.lines.get(position=1).pk)

    def typed(text: str, *page: str) -> dict[str, Any]:
        return {"lines": {line: {"text": text, "quantity": ""}}, "note": page[0], "page": list(page)}

    def kept() -> str:
        return str((load_draft(actor=manager, subject=subject) or {})["lines"][line]["text"])

    def receive(text: str, *page: str) -> None:
        receive_boxes(actor=manager, order=order, boxes=[Box(int(line), text)], location_id=shelf.pk, typed=typed(text, *page))

    save_draft(actor=manager, subject=subject, body=typed("A1\nA2", "first", ""))
    save_draft(actor=manager, subject=subject, body=typed("A1\nA3", "first", ""))
    assert kept() == "A1\nA3"  # one page changes its mind
    assert kept_elsewhere(actor=manager, subject=subject, page=OpenPage("older", ""))
    assert kept_elsewhere(actor=manager, subject=subject, page=OpenPage("later", "first")) is None
    discard_draft(actor=manager, subject=subject, page=OpenPage("older", ""))
    receive("B1", "older", "")
    assert kept() == "A1\nA3"
    receive("B2\nB1", "older", "")
    assert kept() == "A1\nA3\nB1"  # B1 is received already: the line stays
    save_draft(actor=manager, subject=subject, body=typed("A4", "oldest", ""))
    assert kept() == "A1\nA3\nB1\nA4"
    receive("A1\nA3\nA4", "next", "oldest")
    assert load_draft(actor=manager, subject=subject) is None


def test_two_grids_are_put_together_product_by_product() -> None:
    """Under the columns of both; what stood beyond the columns stays there, and a product that is named twice keeps both of its rows."""
    kept = {"columns": ["left", "right"], "rows": [["P1", "a", ""], ["P1", "", "b"], ["", "c", ""]], "boxes": {"7": "x1\nx2"}}
    typed = {
        "columns": ["right", "middle"],
        "rows": [["P1", "", "d", "over"], ["", "c", ""], ["P2", "e", ""]],
        "boxes": {"7": "x2\nx3", "8": "y"},
    }
    assert together(kept, typed) == {
        "columns": ["left", "right", "middle"],
        "rows": [
            ["P1", "a", "", "d", "over"],
            ["P1", "", "b", ""],
            ["", "c", "", ""],
            ["", "", "c", ""],
            ["P2", "", "e", ""],
        ],
        "boxes": {"7": "x1\nx2\nx3", "8": "y"},
    }


def test_a_range_that_misses_the_format_waits_as_all_its_numbers(manager: User) -> None:
    item = prefixed(manager, "WD-*", "")
    answer = preview_box(actor=manager, item=item, box=HandBox("A0001..A1000\nWD-1"))
    assert (answer.good, answer.decide, answer.stays, answer.rest) == (1, 1000, 1000, ["A0001..A1000"])
