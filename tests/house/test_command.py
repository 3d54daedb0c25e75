"""The command `nameplate`: accounts, keys, the demo company, and the proof."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.contrib.auth.hashers import identify_hasher
from django.db.models import F
from django.utils import timezone

from nameplate import demo
from nameplate.cli import Console, main
from nameplate.models import (
    ApiKey,
    CountScan,
    Document,
    DocumentStatus,
    Entry,
    Lot,
    LotStatus,
    Movement,
    ReturnOutcome,
    ReturnUnit,
    Role,
    Serial,
    Status,
    StockCount,
    User,
)
from nameplate.models.serials import NUMBER_MISSING
from nameplate.operations import keys, people
from nameplate.refusals import Conflict, Forbidden, Invalid
from tests import world


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    main(arguments)
    return capsys.readouterr().out


def test_the_demo_company_has_orders_in_every_status_and_nothing_to_mend(demo_company: str, capsys: pytest.CaptureFixture[str]) -> None:
    said = run(capsys, "demo")
    assert [line.split() for line in said.splitlines()[1:]] == [[role.value, demo.PASSWORD] for role in Role]
    assert set(Document.objects.values_list("status", flat=True)) == set(DocumentStatus.values)
    assert set(ReturnOutcome.values) <= set(ReturnUnit.objects.values_list("outcome", flat=True))
    assert set(Status) == set(Serial.objects.filter(withdrawn=False).values_list("status", flat=True))
    assert 2_000 < Serial.objects.filter(withdrawn=False).count() < 2_500
    assert Movement.objects.count() > 18_000
    assert timezone.localdate() - Entry.objects.earliest("pk").happened_at.date() > timedelta(days=730)
    assert not Entry.objects.exclude(happened_at=F("recorded_at")).exists()
    assert Entry.objects.filter(reverses__isnull=False).exists()
    assert {"corrected", "put on hold", "moved", "received by hand", "edited", "replaced", "rework begun", "rework ended"} <= set(
        Entry.objects.values_list("act", flat=True)
    )
    assert Lot.objects.filter(status=LotStatus.ON_HOLD).exists()
    assert Serial.objects.filter(hold=NUMBER_MISSING).count() == 1
    lost = Movement.objects.filter(
        entry__document__in=StockCount.objects.exclude(write_off=None).values("write_off"), entry__act="written off"
    )
    assert sorted(Counter(lost.values_list("entry__document", flat=True)).values()) == [1, 1, 1, 2]
    assert {"ok", "reserved", "seen", "elsewhere", "gone", "unknown"} <= set(CountScan.objects.values_list("verdict", flat=True))
    assert "Every row is the fold of its ledger." in run(capsys, "verify")


def test_the_demo_company_is_made_only_once_and_only_where_there_is_nothing(db: None) -> None:
    world.user()
    assert demo.fill(Console()) is False
    assert not Document.objects.exists()


def test_production_has_no_demo_accounts(db: None, settings: LazySettings, capsys: pytest.CaptureFixture[str]) -> None:
    settings.PRODUCTION = True
    with pytest.raises(SystemExit, match="published password"):
        run(capsys, "demo")
    assert not User.objects.exists()
    assert demo.sign_ins() == []


def test_a_demo_account_whose_password_was_changed_is_not_offered(db: None) -> None:
    world.user(role=Role.VIEWER, username="viewer", password=demo.PASSWORD)
    world.user(role=Role.MANAGER, username="manager", password="something-of-my-own")
    assert [sign_in.username for sign_in in demo.sign_ins()] == ["viewer"]


def test_an_account_is_made_with_a_password_that_is_printed_once(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    password = run(capsys, "create-user", "ada", "--role", "manager", "--generate-password").split()[-1]
    ada = User.objects.get(username="ada")
    assert ada.role == Role.MANAGER
    assert ada.check_password(password)
    assert identify_hasher(ada.password).algorithm == "argon2"


def test_a_taken_name_and_a_weak_password_are_refused(administrator: User) -> None:
    people.create_user(actor=administrator, username="ada", role=Role.VIEWER, password="correct-horse-battery")
    with pytest.raises(Conflict, match="already"):
        people.create_user(actor=administrator, username="ada", role=Role.VIEWER, password="correct-horse-battery")
    with pytest.raises(Invalid) as refused:
        people.create_user(actor=administrator, username="bob", role=Role.VIEWER, password="bob")
    assert set(refused.value.fields) == {"password"}
    assert not User.objects.filter(username="bob").exists()


def test_only_an_administrator_makes_accounts_and_keys(manager: User) -> None:
    with pytest.raises(Forbidden):
        people.create_user(actor=manager, username="ada", role=Role.ADMINISTRATOR, password="correct-horse-battery")
    with pytest.raises(Forbidden):
        keys.create_key(actor=manager, user=manager, name="mine")
    assert not User.objects.filter(username="ada").exists()
    assert not ApiKey.objects.exists()


def test_a_key_is_printed_once_and_kept_as_a_hash(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    world.user(username="ada")
    prefix, secret = run(capsys, "create-key", "ada", "--name", "label printer", "--days", "30").strip().split(".", 1)
    key = ApiKey.objects.get(prefix=prefix)
    assert key.secret_hash == keys.hash_of(secret)
    assert secret not in "".join(str(value) for value in vars(key).values())
    assert key.expires_at is not None


def test_a_key_for_nobody_is_refused(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="no account “ada”"):
        run(capsys, "create-key", "ada", "--name", "label printer")
