"""API keys: shown once, kept as a hash, ended for good."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from nameplate.models import ApiKey, User
from nameplate.operations import keys
from nameplate.refusals import Conflict, Forbidden, Invalid, NotFound
from tests import world

pytestmark = pytest.mark.usefixtures("any_database")


def test_only_a_hash_of_the_secret_is_kept(administrator: User) -> None:
    key, text = keys.create_key(actor=administrator, user=administrator, name=" Stock robot ")
    prefix, _, secret = text.partition(".")
    row = ApiKey.objects.get(pk=key.pk)
    assert (row.name, row.prefix, row.secret_hash) == ("Stock robot", prefix, keys.hash_of(secret))
    assert secret not in str(ApiKey.objects.values_list().get())
    assert len(secret) == 43  # 256 bits


def test_keys_have_a_name_and_a_future_and_an_active_account(administrator: User) -> None:
    with pytest.raises(Invalid) as refused:
        keys.create_key(actor=administrator, user=administrator, name=" ", expires_at=timezone.now() - timedelta(seconds=1))
    assert set(refused.value.fields) == {"name", "expires_at"}
    gone = world.user()
    gone.is_active = False
    with pytest.raises(Invalid):
        keys.create_key(actor=administrator, user=gone, name="robot")
    assert not ApiKey.objects.exists()


def test_only_those_who_keep_the_settings_make_and_revoke_keys(administrator: User, manager: User) -> None:
    with pytest.raises(Forbidden):
        keys.create_key(actor=manager, user=manager, name="robot")
    key, _ = keys.create_key(actor=administrator, user=manager, name="robot")
    with pytest.raises(Forbidden):
        keys.revoke_key(actor=manager, key_id=key.pk)


def test_a_key_is_revoked_once(administrator: User) -> None:
    key, text = keys.create_key(actor=administrator, user=administrator, name="robot")
    keys.revoke_key(actor=administrator, key_id=key.pk)
    assert keys.user_of(text) is None
    with pytest.raises(Conflict):
        keys.revoke_key(actor=administrator, key_id=key.pk)
    with pytest.raises(NotFound):
        keys.revoke_key(actor=administrator, key_id=key.pk + 1)
