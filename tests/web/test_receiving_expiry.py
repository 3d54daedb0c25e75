"""When what came expires: asked for on the receipt screen, proposed by the shelf life, judged before anything is received."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from nameplate import functions
from nameplate.models import Document, Item, Lot, LotStatus, User
from nameplate.operations.switching import switch_function
from tests.web.receipts import address, lines, pressed, sent

TODAY = timezone.localdate


@pytest.fixture
def field(order: Document) -> str:
    drive, _ = lines(order)
    Item.objects.filter(pk=drive.item_id).update(shelf_life_days=30)
    return f"expires-{drive.pk}"


def test_it_is_proposed_follows_the_day_of_the_receipt_and_is_kept_as_changed(screen: Client, order: Document, field: str) -> None:
    _, screw = lines(order)
    page = screen.get(address(order)).content.decode()
    proposed = (TODAY() + timedelta(days=30)).isoformat()
    assert f'name="{field}" value="{proposed}"' in page
    assert f"expires-{screw.pk}" not in page  # it has no lot that anybody sees
    earlier = {"received_on": "2026-01-01", "proposed_for": TODAY().isoformat()}
    asked = screen.post(f"{address(order)}/preview", sent(order, "", "WD-1", **earlier, **{field: proposed})).json()
    assert asked["days"] == {field.removeprefix("expires-"): "2026-01-31"}
    assert screen.post(f"{address(order)}/preview", sent(order, "", "WD-1", **earlier, **{field: "2030-05-06"})).json()["days"] == {}
    screen.post(address(order), sent(order, "draft", "WD-1", **{field: ""}))
    assert f'name="{field}" value=""' in screen.get(address(order)).content.decode()
    assert screen.post(address(order), pressed(screen, order, "WD-1", key="k2", **{field: "2030-05-06"})).status_code == 303
    assert str(Lot.objects.get(line_id=lines(order)[0].pk, status=LotStatus.RECEIVED).expires_on) == "2030-05-06"


@pytest.mark.parametrize("wrong", ["31.12.2026", "2026-02-30", "9999-01-01"])
def test_a_wrong_day_is_said_beside_its_field_and_nothing_typed_is_lost(screen: Client, order: Document, field: str, wrong: str) -> None:
    page = screen.post(address(order), sent(order, "preview", "WD-1", **{field: wrong})).content.decode()
    assert f'value="{wrong}" aria-invalid="true" aria-describedby="expires-error-' in page
    assert 'value="receive:' not in page
    receive = pressed(screen, order, "WD-1") | {field: wrong, "note": "two boxes"}
    answer = screen.post(address(order), receive)
    page = answer.content.decode()
    assert (answer.status_code, f'value="{wrong}"' in page, ">WD-1</textarea>" in page, "two boxes" in page) == (422, True, True, True)
    assert not Lot.objects.filter(status=LotStatus.RECEIVED).exists()


def test_it_is_not_asked_while_the_function_is_off(screen: Client, order: Document, field: str, administrator: User) -> None:
    switch_function(actor=administrator, name=functions.EXPIRY_DATES, on=False, version=0)
    assert field not in screen.get(address(order)).content.decode()
    assert screen.post(address(order), pressed(screen, order, "WD-1")).status_code == 303
