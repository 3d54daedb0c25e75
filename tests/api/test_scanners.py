"""Two people with a scanner each count a shelf over the served product while a third moves things: none lost, none double."""

from __future__ import annotations

import http.client
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import orjson

from nameplate.ledger import verify
from nameplate.models import CountScan, User
from nameplate.operations import counting
from tests import proving
from tests.api.asking import ROOT, key_of
from tests.counting import count_shop, unit
from tests.serving import Served

A_SECOND = 20
AGAIN, BOTH = 7, 10
"""Each such scan is sent twice, as after a lost answer; each such unit is scanned by both."""


@dataclass
class Scanner:
    """Sends what is scanned one by one, `A_SECOND` or as fast as answers come, if that is slower."""

    product: Served
    key: str
    href: str
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    slowest: float = 0.0

    def scan(self, numbers: list[str]) -> None:
        connection = http.client.HTTPConnection(urlsplit(self.product.url).netloc, timeout=60)
        trigger, began = threading.Event(), time.monotonic()
        for count, number in enumerate(numbers):
            trigger.wait(max(0.0, began + count / A_SECOND - time.monotonic()))
            self.answers[number] = self._sent(connection, f"{id(self)}-{count}", number)
            if count % AGAIN == 0:
                assert self._sent(connection, f"{id(self)}-{count}", number) == self.answers[number]
        connection.close()

    def _sent(self, connection: http.client.HTTPConnection, key: str, number: str) -> dict[str, Any]:
        body, began = orjson.dumps({"scans": [{"key": key, "text": number}]}), time.monotonic()
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        connection.request("POST", f"{ROOT}{self.href}/scans", body, headers)
        answer = connection.getresponse()
        content = answer.read()
        assert answer.status == 200, content[:2000]
        self.slowest = max(self.slowest, time.monotonic() - began)
        (scan,) = orjson.loads(content)["scans"]
        return dict(scan)


def moving(product: Served, key: str, units: list[int], place: int) -> None:
    """A colleague carries these units to the shelf beside, one at a time, while they are counted."""
    connection = http.client.HTTPConnection(urlsplit(product.url).netloc, timeout=60)
    for one in units:
        body = orjson.dumps({"units": [str(one)], "location": str(place)})
        connection.request("POST", f"{ROOT}/moves", body, {"Authorization": f"Bearer {key}", "Content-Type": "application/json"})
        answer = connection.getresponse()
        assert answer.status == 201, answer.read()[:2000]
        answer.read()
    connection.close()


def test_two_scanners_and_a_move_meanwhile(committing: str, product: Served, manager: User, operator: User, administrator: User) -> None:
    many = proving.times(80, 4_000)
    shop = count_shop(manager, administrator, drives=many)
    count = shop.count()
    numbers = [f"D{number:02d}" for number in range(1, many + 1)]
    carried, missing = set(numbers[3::BOTH]), numbers[-2:]
    both = set(numbers[::BOTH])
    halves = [[one for place, one in enumerate(numbers[:-2]) if place % 2 == half or one in both] for half in (0, 1)]
    scanners = [Scanner(product, key_of(user), f"/stock-counts/{count.pk}") for user in (manager, operator)]
    with ThreadPoolExecutor(3) as threads:
        tasks = [threads.submit(one.scan, half) for one, half in zip(scanners, halves, strict=True)]
        tasks.append(threads.submit(moving, product, key_of(manager), [unit(one).pk for one in sorted(carried)], shop.beside.pk))
        for task in tasks:
            task.result()

    given = Counter((number, answer["verdict"]) for one in scanners for number, answer in one.answers.items())
    assert CountScan.objects.filter(count_id=count.pk).count() == sum(map(len, halves))
    for number in numbers[:-2]:
        first = given[number, "ok"] + given[number, "elsewhere"]
        assert first == 1, f"{number} was found {first} times"
        assert given[number, "elsewhere"] == 0 or number in carried
        assert given[number, "seen"] == (number in both)
    posted = counting.post_count(actor=manager, count=count, reason=shop.lost)
    assert [one.number for one in posted.differences.missing if not one.left_out] == missing
    assert all(unit(one).location == shop.beside for one in carried)
    assert verify() == []
    slowest = max(one.slowest for one in scanners)
    proving.note(f"two scanners, {many:,} units at {A_SECOND} a second each: the slowest answer took {slowest * 1000:.0f} ms")
