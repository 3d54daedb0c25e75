"""Who may speak to the API: a key or a session, and nobody else; what an answer says to those who may not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from nameplate.models import ApiKey, Role, User
from nameplate.operations import keys
from tests import world
from tests.api.asking import Program, key_of, program_of

pytestmark = pytest.mark.usefixtures("any_database")


def test_nobody_is_told_how_to_sign_in() -> None:
    answer = Program().get("/serials")
    assert answer.status == 401
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="Nameplate"'
    assert answer.json["rule"] == "not-signed-in"


@pytest.mark.parametrize("name", ["Authorization", "X-API-Key"])
def test_a_key_opens_by_either_header(viewer: User, name: str) -> None:
    key = key_of(viewer)
    program = Program({name: f"Bearer {key}" if name == "Authorization" else key})
    assert program.get("/serials").status == 200


@pytest.mark.parametrize("text", ["", ".", "np.x", "np1234.", "x" * 5000, "np\x00.y", "ключ.тайна", "a.b.c"])
def test_what_is_no_key_opens_nothing(viewer: User, text: str) -> None:
    assert keys.user_of(text) is None


def test_a_wrong_key_opens_nothing_even_beside_a_session(viewer: User) -> None:
    client = Client()
    client.force_login(viewer)
    assert Program(client=client).get("/serials").status == 200
    for headers in ({"Authorization": "Bearer np1.wrong"}, {"Authorization": "Basic dTpw"}, {"X-API-Key": "np1.wrong"}):
        answer = Program(headers, client).get("/serials")
        assert (answer.status, answer.json["rule"]) == (401, "wrong-key")


def test_the_secret_must_be_the_whole_secret(viewer: User) -> None:
    key = key_of(viewer)
    assert keys.user_of(key) == viewer
    assert keys.user_of(key[:-1]) is None
    assert keys.user_of(key + "x") is None
    assert keys.user_of(key.replace(".", "..")) is None


def test_keys_end_when_revoked_when_expired_and_with_their_account(administrator: User, viewer: User) -> None:
    revoked, revoked_text = keys.create_key(actor=administrator, user=viewer, name="revoked")
    keys.revoke_key(actor=administrator, key_id=revoked.pk)
    expired, expired_text = keys.create_key(actor=administrator, user=viewer, name="e", expires_at=timezone.now() + timedelta(days=1))
    assert keys.user_of(expired_text) == viewer
    ApiKey.objects.filter(pk=expired.pk).update(expires_at=timezone.now())
    _, inactive_text = keys.create_key(actor=administrator, user=(other := world.user()), name="inactive")
    User.objects.filter(pk=other.pk).update(is_active=False)
    assert [keys.user_of(text) for text in (revoked_text, expired_text, inactive_text)] == [None, None, None]


def test_the_last_use_is_noted_at_most_once_a_minute(viewer: User) -> None:
    key = key_of(viewer)
    assert keys.user_of(key) is not None
    first = ApiKey.objects.get().last_used_at
    assert first is not None
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert keys.user_of(key) is not None
    assert len(asked) == 1
    assert ApiKey.objects.get().last_used_at == first
    ApiKey.objects.update(last_used_at=first - timedelta(minutes=2))
    assert keys.user_of(key) is not None
    assert ApiKey.objects.get().last_used_at != first - timedelta(minutes=2)


def test_a_session_changes_things_only_with_its_token(manager: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(manager)
    program = Program(client=client)
    refused = program.post("/items", {"number": "drive"})
    assert (refused.status, refused.json["rule"]) == (403, "forged")
    client.cookies["csrftoken"] = "t" * 32
    assert program.post("/items", {"number": "drive"}, **{"X-CSRFToken": "u" * 32}).status == 403
    assert program.post("/items", {"number": "drive"}, **{"X-CSRFToken": "t" * 32}).status == 201


def test_a_role_without_the_right_is_told_so(viewer: User) -> None:
    answer = program_of(viewer).post("/items", {"number": "drive"})
    assert (answer.status, answer.json["rule"]) == (403, "not-allowed")
    assert "insufficient_scope" in answer.headers["WWW-Authenticate"]


def test_the_actor_is_never_taken_from_what_was_sent(operator: User, manager: User) -> None:
    answer = program_of(manager).post("/vendors", {"name": "Westdale", "actor": str(operator.pk)})
    assert (answer.status, answer.json["fields"]) == (422, {"actor": "There is no such field here."})


@pytest.mark.parametrize("role", list(Role))
def test_every_role_may_read(role: Role) -> None:
    program = program_of(world.user(role=role))
    for path in ("/serials", "/items", "/vendors", "/customers", "/sites", "/locations", "/lots", "/purchase-orders", "/entries"):
        assert program.get(path).status == 200
