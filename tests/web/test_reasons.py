"""Settings → Reasons as a page."""

from __future__ import annotations

import re

from django.test import Client

from nameplate.models import Reason, ReasonKind, User
from nameplate.operations import reasons


def test_reasons_are_added_moved_renamed_and_archived(client: Client, administrator: User) -> None:
    client.force_login(administrator)
    for name in ("Damaged", "Lost"):
        assert client.post("/settings/reasons", {"kind": "write-off", "name": name}).status_code == 303
    again = client.post("/settings/reasons", {"kind": "write-off", "name": "lost"})
    assert again.status_code == 409
    beside = re.search(r'value="lost".*?id="new-write-off-error">(.*?)</p>', again.content.decode(), re.DOTALL)
    assert beside is not None
    assert "There is a reason Lost already." in beside[1]
    damaged, lost = Reason.objects.order_by("position")
    assert client.post(f"/settings/reasons/{lost.pk}/position", {"version": "1", "position": "1"}).status_code == 303
    assert client.post(f"/settings/reasons/{damaged.pk}/edit", {"version": "1", "name": "Broken"}).status_code == 303
    assert [one.name for one in reasons.reasons(ReasonKind.WRITE_OFF)] == ["Lost", "Broken"]
    assert client.post(f"/settings/reasons/{lost.pk}/archival", {"version": "2"}).status_code == 303
    page = client.get("/settings/reasons").content.decode()
    assert f"/settings/reasons/{lost.pk}/restoration" in page
    assert client.post(f"/settings/reasons/{lost.pk}/restoration", {"version": "2"}).status_code == 409
    assert client.post(f"/settings/reasons/{lost.pk}/restoration", {"version": "3"}).status_code == 303


def test_who_may_only_look_sees_no_button(client: Client, administrator: User, manager: User) -> None:
    reasons.create_reason(actor=administrator, kind="return", name="Failed in use")
    client.force_login(manager)
    page = client.get("/settings/reasons").content.decode()
    assert "Failed in use" in page
    assert "/archival" not in page
