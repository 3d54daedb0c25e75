"""Settings → Company as a page."""

from __future__ import annotations

import re

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from nameplate.models import User
from nameplate.operations.company import company
from tests.operations.test_pictures import picture

FORM = {"name": "Kestrel Storage", "currency": "EUR", "address": "Sadama 1\r\nTallinn"}


def test_the_form_with_a_logo_and_the_same_key_with_another(client: Client, administrator: User) -> None:
    client.force_login(administrator)

    def sent(file: bytes) -> int:
        upload = SimpleUploadedFile("logo.png", file, "image/png")
        return client.post("/settings/company", {**FORM, "version": "0", "idempotency_key": "k", "logo": upload}).status_code

    assert (sent(picture(40, 20)), sent(picture(40, 20)), sent(picture(20, 40))) == (303, 303, 422)
    page = client.get("/settings/company").content.decode()
    address = re.search(r'src="(/settings/company/logo/[0-9a-f]+)"', page)
    assert address is not None
    answer = client.get(address[1])
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("image/png", "nosniff")
    assert client.get("/settings/company/logo/0").status_code == 404
    answer = client.post("/settings/company", {**FORM, "version": "1", "logo": SimpleUploadedFile("x.png", b"<svg onload=alert(1)>")})
    assert "This is no PNG or JPEG picture" in answer.content.decode()
    assert client.post("/settings/company", {**FORM, "version": "1", "without_logo": "on"}).status_code == 303
    assert (company().logo, company().address) == ("", "Sadama 1\nTallinn")


def test_who_may_only_look_gets_no_button(client: Client, manager: User) -> None:
    client.force_login(manager)
    page = client.get("/settings/company").content.decode()
    assert "Save the company" not in page
    assert client.post("/settings/company", {**FORM, "version": "0"}).status_code == 403
