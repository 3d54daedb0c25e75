"""The picture on an item's page: sent, seen, refused beside its field, taken off."""

from __future__ import annotations

import re

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from nameplate.models import Role, User
from nameplate.operations import cataloguing
from tests import world
from tests.operations.test_pictures import picture


def test_it_is_sent_seen_and_taken_off(client: Client, manager: User) -> None:
    at = f"/items/{cataloguing.create_item(actor=manager, number='HDD-3T-W').pk}"
    client.force_login(manager)

    def sent(data: bytes, version: int) -> tuple[int, str]:
        # Whatever a browser says of it, only its bytes count.
        answer = client.post(f"{at}/picture", {"version": version, "picture": SimpleUploadedFile("drive.png", data, "image/png")})
        return answer.status_code, answer.content.decode()

    status, page = sent(b"<svg onload=alert(1)>", 1)
    assert (status, 'id="id_picture_error"' in page, "<img" in page) == (422, True, False)
    assert client.post(f"{at}/picture", {"version": 1}).status_code == 422
    assert sent(picture(40, 20), 1)[0] == 303
    page = client.get(at).content.decode()
    address = re.search(r'src="(/items/[0-9]+/pictures/[0-9a-f]{64})" alt="HDD-3T-W"', page)
    assert address is not None
    answer = client.get(address[1])
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("image/png", "nosniff")
    assert answer["Cache-Control"] == "private, max-age=31536000, immutable"
    assert Client().get(address[1]).status_code == 302
    assert client.post(f"{at}/picture/removal", {"version": 1}).status_code == 409
    assert client.post(f"{at}/picture/removal", {"version": 2}).status_code == 303
    assert client.get(address[1]).status_code == 404


def test_who_may_only_look_sees_it_without_buttons(client: Client, manager: User) -> None:
    item = cataloguing.create_item(actor=manager, number="HDD-3T-W")
    client.force_login(world.user(role=Role.VIEWER))
    assert 'id="picture"' not in client.get(f"/items/{item.pk}").content.decode()
    cataloguing.set_item_picture(actor=manager, item=item, version=1, picture=picture(9, 9))
    page = client.get(f"/items/{item.pk}").content.decode()
    assert ("/pictures/" in page, "/picture" + '"' in page, "Take it off" in page) == (True, False, False)
