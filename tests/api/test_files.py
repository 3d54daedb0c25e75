"""Files over the API."""

from __future__ import annotations

from nameplate.models import User
from tests.api.asking import program_of


def test_a_file_comes_back_byte_for_byte_and_is_taken_off(manager: User) -> None:
    program = program_of(manager)
    item = program.made("/items", {"number": "WD30EZRX", "tracking": "serial"})["href"].removeprefix("/api/v1")
    file = program.made(f"{item}/files", {"name": "certificate.txt", "base64": "VGVzdGVkLg=="})
    assert (file["size"], program.get(f"{item}/files").json["items"]) == (7, [file])
    path = file["href"].removeprefix("/api/v1")
    download = program.get(path)
    assert download.headers["Content-Disposition"] == "attachment; filename*=UTF-8''certificate.txt"
    assert program.post(f"{item}/files", {"name": "x", "base64": "?"}).json["fields"].keys() == {"base64"}
    assert program.post(f"{path}/removal", {}).status == 200
    assert (program.get(path).status, program.get(f"{item}/files").json["items"]) == (404, [])
