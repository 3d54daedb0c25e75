"""A data centre's drives, received through the API as a shop would: a purchase order for each model.

The short form takes the first 90 of each model of which there are as many.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

from nameplate.ledger import verify
from nameplate.models import Role, Serial
from tests import proving, world
from tests.api.asking import Program, program_of
from tests.api.stock import Placed, location, placed


def drives_by_model(path: Path) -> dict[str, list[str]]:
    models: dict[str, list[str]] = defaultdict(list)
    with path.open(newline="") as file:
        for row in csv.DictReader(file):
            models[row["model"]].append(row["serial_number"])
    return models


def everything(program: Program, query: str) -> set[str]:
    """The numbers on all pages."""
    found: set[str] = set()
    after = ""
    while True:
        page = program.get(f"/serials?size=500&{query}&after={after}").json
        found.update(row["serial"] for row in page["items"])
        after = page["next"]
        if not after:
            return found


def test_all_of_them_are_received_found_and_one_model_taken_back(db: None, real_drives: Path) -> None:
    program = program_of(world.user(role=Role.MANAGER))
    models = {
        model: numbers[: proving.times(90, 13_519)]
        for model, numbers in drives_by_model(real_drives).items()
        if len(numbers) >= proving.times(90, 1)
    }
    beginning = {number for numbers in models.values() for number in numbers if number.startswith("WD-")}
    shelf, vendor = location(program), program.made("/vendors", {"name": "Drives and more"})["id"]
    orders: dict[str, Placed] = {}
    receipts = {}
    for model, numbers in models.items():
        orders[model] = placed(program, {model: len(numbers)}, at=shelf, vendor=vendor)
        receipts[model] = orders[model].receive(program, numbers)
        assert receipts[model]["units"] == len(numbers)
        assert program.get(f"/purchase-orders/{orders[model].id}").json["status"] == "received"

    assert Serial.objects.count() == sum(map(len, models.values())) == proving.times(810, 13_519)
    assert program.get("/serials?serial=WD-*").json["count"] == len(beginning) == proving.times(270, 771)
    assert everything(program, "serial=WD-*") == beginning
    assert list(verify()) == []

    # The largest that is not the whole story: the others must not be touched by it.
    model = sorted(models, key=lambda one: len(models[one]))[-2]
    undone = program.made(receipts[model]["reversal"], {"reason": "Sent to the wrong house."})
    assert undone["units"] == len(models[model])
    left = everything(program, "")
    assert left == {number for other, numbers in models.items() if other != model for number in numbers}
    assert program.get(f"/purchase-orders/{orders[model].id}").json["status"] == "ordered"
    assert list(verify()) == []
