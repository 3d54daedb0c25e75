"""The picture of an item: kept as pixels, logged, of one version; what is no picture or too much changes nothing."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from nameplate.models import Change, FileContent, Item, Role, User
from nameplate.operations import cataloguing
from nameplate.operations.pictures import LARGEST
from nameplate.refusals import Forbidden, Invalid, NotFound, Stale, TooLarge
from tests import world
from tests.operations.test_pictures import claimed, picture


@pytest.fixture
def item(manager: User) -> Item:
    return cataloguing.create_item(actor=manager, number="HDD-3T-W")


def test_it_is_set_replaced_and_taken_off_each_step_logged_once(manager: User, item: Item) -> None:
    found = cataloguing.set_item_picture(actor=manager, item=item, version=1, picture=picture(2400, 1200, "JPEG"))
    first = found.picture_id
    with Image.open(io.BytesIO(cataloguing.item_picture(actor=manager, item=item))) as kept:
        assert (kept.format, kept.size) == ("PNG", (800, 400))
    same = cataloguing.set_item_picture(actor=manager, item=item, version=2, picture=picture(2400, 1200, "JPEG"))
    assert (same.version, same.picture_id) == (2, first)
    second = cataloguing.set_item_picture(actor=manager, item=item, version=2, picture=picture(10, 10)).picture_id
    assert cataloguing.remove_item_picture(actor=manager, item=item, version=3).picture_id is None
    assert cataloguing.remove_item_picture(actor=manager, item=item, version=3).version == 4
    assert first
    assert second
    words = [f"picture {first[:8]}", f"picture {second[:8]}"]
    logged = Change.objects.filter(noun="items", subject=item.pk, field="picture").order_by("id").values_list("before", "after")
    assert list(logged) == [("", words[0]), (words[0], words[1]), (words[1], "")]
    for checksum in ("", second):
        with pytest.raises(NotFound):
            cataloguing.item_picture(actor=manager, item=item, checksum=checksum)


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (b"", Invalid),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", Invalid),
        (b"<!doctype html><script>alert(1)</script>", Invalid),
        (claimed(60_000, 60_000), TooLarge),
        (b"\x89PNG" + bytes(LARGEST), TooLarge),
    ],
)
def test_what_is_no_picture_or_too_much_changes_nothing(manager: User, item: Item, data: bytes, refusal: type[Invalid | TooLarge]) -> None:
    with pytest.raises(refusal) as said:
        cataloguing.set_item_picture(actor=manager, item=item, version=1, picture=data)
    assert list(said.value.fields) == ["picture"]
    item.refresh_from_db()
    assert (item.version, item.picture_id, FileContent.objects.count()) == (1, None, 0)


def test_a_stale_one_and_who_may_not(manager: User, item: Item) -> None:
    cataloguing.edit_item(actor=manager, item=item, version=1, description="Hard drive")
    for version in (0, 1):
        with pytest.raises(Stale):
            cataloguing.set_item_picture(actor=manager, item=item, version=version, picture=picture(9, 9))
    operator = world.user(role=Role.OPERATOR)
    with pytest.raises(Forbidden):
        cataloguing.set_item_picture(actor=operator, item=item, version=2, picture=picture(9, 9))
    with pytest.raises(Forbidden):
        cataloguing.remove_item_picture(actor=operator, item=item, version=2)
