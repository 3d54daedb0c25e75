"""Two windows of one person on one page lose nothing to each other: what the other kept is told, and a button puts both together."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest
from django.test import Client

from nameplate.models import Draft, Serial, User
from tests import world
from tests.operations.transfers import Yard, yard
from tests.pods import PodShop, pod_shop

HIDDEN = re.compile(r'name="(page|page_seen|version)" value="([^"]*)"')
_keys = count(1)


@dataclass
class Window:
    """A page as it was opened: what it sends of itself, whatever is typed."""

    client: Client
    address: str
    hidden: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.hidden = dict(HIDDEN.findall(self.client.get(self.address).content.decode()))

    def send(self, query: str = "", **typed: Any) -> str:
        """Press a button: what the page says then."""
        body = {**self.hidden, "idempotency_key": f"k{next(_keys)}", **typed}
        return self.client.post(f"{self.address}{query}", body, follow=True).content.decode()


@pytest.fixture
def browser(manager: User) -> Client:
    client = Client()
    client.force_login(manager)
    return client


def told(said: str) -> bool:
    """Whether the page says that another window kept something."""
    return bool(re.search(r"data-elsewhere>|Put both together", said))


@pytest.mark.parametrize("address", ["/serials/corrections", "/installations/new", "/placements/new"])
def test_pasted_lists(browser: Client, address: str) -> None:
    older, newer = Window(browser, address), Window(browser, address)
    assert not told(newer.send(action="draft", text="A1,B1"))
    assert told(older.send(text="A9,B9", action="check"))
    assert "A1,B1\nA9,B9" in older.send(action="draft", text="A9,B9")
    assert Draft.objects.get().body["text"] == "A1,B1\nA9,B9"


def test_what_a_list_leaves_is_put_beside_what_another_window_kept(browser: Client, manager: User) -> None:
    world.receipt(numbers=["A-1"])
    older, newer = (Window(browser, "/serials/corrections") for _ in range(2))
    newer.send(action="draft", text="X1,Y1")
    text = "A-1,B-1\nNOBODY,B-2"
    button = re.search(r'value="(correct:[^"]+)"', older.send(action="check", text=text))
    assert button
    older.send(action=button[1], text=text, reason="misread")
    assert (Serial.objects.get().number, Draft.objects.get().body["text"]) == ("B-1", "X1,Y1\nNOBODY,B-2")


def test_the_as_built_grid(browser: Client, manager: User) -> None:
    shop: PodShop = pod_shop(manager)
    at = f"/manufacturing-orders/{shop.order(3).pk}/completions"
    older, newer = Window(browser, at), Window(browser, at)
    newer.send(action="draft", grid="POD-1\tD01\nPOD-2")
    assert browser.post(at, {**older.hidden, "action": "meanwhile", "grid": "POD-9"}).json() == {"elsewhere": True}
    assert told(older.send(action="check", grid="POD-9"))
    assert [row[0] for row in Draft.objects.get().body["rows"]] == ["POD-1", "POD-2"]
    said = older.send(action="draft", grid="POD-9\nPOD-1\t\tD02")
    assert "together with what another window kept" in said
    assert [row[:3] for row in Draft.objects.get().body["rows"]] == [["POD-1", "D01", "D02"], ["POD-2", "", ""], ["POD-9", "", ""]]
    assert 'value="D01"' in said


def test_arrivals(browser: Client, manager: User) -> None:
    ground: Yard = yard(manager)
    at = f"/transfer-orders/{ground.sent('A1', 'A2').pk}/arrivals"
    older, newer = Window(browser, at), Window(browser, at)
    newer.send("?check=1", units="A1")
    said = older.send("?check=1", units="A2")
    assert (told(said), Draft.objects.get().body["units"]) == (True, "A1")
    assert ">\nA1\nA2</textarea>" in older.send("?together=1", units="A2")
    assert Draft.objects.get().body["units"] == "A1\nA2"
    newer.send(units="A1")
    assert Draft.objects.get().body["units"] == "A1\nA2"
