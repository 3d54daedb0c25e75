"""The picture of an item over the API."""

from __future__ import annotations

import base64

from nameplate.models import User
from tests.api.asking import program_of
from tests.operations.test_pictures import picture


def test_it_is_set_in_the_version_that_was_read_and_taken_off(manager: User) -> None:
    program = program_of(manager)
    item = program.made("/items", {"number": "HDD-3T-W"})
    at = f"/items/{item['id']}/picture"
    assert (item["picture"], program.get(at).status) == (None, 404)
    sent = {"picture": base64.b64encode(picture(40, 20)).decode()}
    assert program.post(at, sent).status == 428
    assert program.post(at, {"picture": "*", "version": 1}).json["fields"].keys() == {"picture"}
    found = program.post(at, sent, If_Match='"1"')
    assert (found.status, found.json["picture"], found.json["version"]) == (200, f"/api/v1{at}", 2)
    assert program.post(f"{at}/removal", {"version": 1}).status == 409
    assert program.post(f"{at}/removal", {"version": 2}).json["picture"] is None
