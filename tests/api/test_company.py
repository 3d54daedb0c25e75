"""The company's data over the API."""

from __future__ import annotations

import base64

from nameplate.models import User
from tests.api.asking import program_of
from tests.operations.test_pictures import picture

AT = "/settings/company"


def test_it_is_read_and_edited_in_the_version_that_was_read(administrator: User) -> None:
    program = program_of(administrator)
    assert program.get(AT).json["currency"] == "EUR"
    edit = {"name": "Kestrel Storage", "logo": base64.b64encode(picture(40, 20)).decode()}
    assert program.patch(AT, edit).status == 428
    found = program.patch(AT, edit, If_Match='"0"')
    assert (found.status, found.json["name"], found.json["version"]) == (200, "Kestrel Storage", 1)
    assert len(found.json["logo"]) == 64
    assert program.patch(AT, {"name": "x"}, If_Match='"0"').status == 412
    assert program.patch(AT, {"logo": "*", "version": 1}).json["fields"].keys() == {"logo"}
    assert program.patch(AT, {"logo": "", "version": 1}).json["logo"] == ""
