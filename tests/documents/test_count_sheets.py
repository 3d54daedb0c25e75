"""The sheet of a stock count, read back from the paper."""

from __future__ import annotations

from nameplate.documents.count_sheets import count_sheet
from nameplate.models import User
from tests.counting import count_shop
from tests.documents.reading import texts_of


def test_it_says_place_by_place_what_should_be_there_and_blind_neither_numbers_nor_quantities(manager: User, administrator: User) -> None:
    shop = count_shop(manager, administrator)
    count = shop.count()
    (text,) = texts_of(count_sheet(actor=manager, count=count.pk).content)
    wanted = (
        count.number,
        "A-01: DRIVE, 10 units",
        "D01",
        "D10",
        "A-01: by quantity",
        "FAN",
        shop.fans.number,
        "SCREW",
        "1,000",
        "Counted",
    )
    assert [one for one in wanted if one not in text] == []
    blind = shop.count(shop.beside, shop.shelf, blind=True)
    (text,) = texts_of(count_sheet(actor=manager, count=blind.pk).content)
    assert ([one for one in (blind.number, "FAN", "SCREW") if one not in text], "D01" in text, "1,000" in text) == ([], False, False)
