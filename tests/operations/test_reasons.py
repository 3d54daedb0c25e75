"""Reasons: named, ordered, archived; each change logged."""

from __future__ import annotations

import pytest

from nameplate.models import Change, Reason, ReasonKind, User
from nameplate.operations import reasons
from nameplate.refusals import Conflict, Forbidden, Invalid, Stale


def names(kind: ReasonKind = ReasonKind.WRITE_OFF) -> list[str]:
    return [one.name for one in reasons.reasons(kind)]


def made(actor: User, *wanted: str) -> list[Reason]:
    return [reasons.create_reason(actor=actor, kind="write-off", name=name) for name in wanted]


def test_they_stand_in_the_companys_order_and_are_moved(administrator: User) -> None:
    first, second, third = made(administrator, "Damaged", "Lost", "Scrapped")
    reasons.create_reason(actor=administrator, kind="return", name="Damaged")
    reasons.edit_reason(actor=administrator, reason=third, version=1, position=1)
    assert names() == ["Scrapped", "Damaged", "Lost"]
    reasons.edit_reason(actor=administrator, reason=first, version=1, position=99)
    assert names() == ["Scrapped", "Lost", "Damaged"]
    assert list(Reason.objects.filter(kind="write-off").order_by("position").values_list("position", flat=True)) == [1, 2, 3]
    assert reasons.edit_reason(actor=administrator, reason=second, version=1, position=2).version == 1
    assert names(ReasonKind.RETURN) == ["Damaged"]


def test_one_is_renamed_archived_and_restored_and_the_log_says_so(administrator: User) -> None:
    (reason,) = made(administrator, "Damagd")
    reasons.edit_reason(actor=administrator, reason=reason, version=1, name="Damaged")
    reasons.archive_reason(actor=administrator, reason=reason, version=2)
    assert names() == []
    with pytest.raises(Conflict, match="restore it instead"):
        made(administrator, "DAMAGED")
    reasons.restore_reason(actor=administrator, reason=reason, version=3)
    assert names() == ["Damaged"]
    logged = Change.objects.filter(noun="reasons").order_by("id").values_list("field", "before", "after")
    assert list(logged) == [("created", "", "Damagd"), ("name", "Damagd", "Damaged"), ("archived", "no", "yes"), ("archived", "yes", "no")]


def test_what_cannot_be_is_refused(administrator: User, manager: User) -> None:
    reason, _ = made(administrator, "Lost", "Found")
    for kind, name, at_fault in (("write-off", " ", "name"), ("write-off", "x" * 101, "name"), ("theft", "Stolen", "kind")):
        with pytest.raises(Invalid) as wrong:
            reasons.create_reason(actor=administrator, kind=kind, name=name)
        assert list(wrong.value.fields) == [at_fault]
    with pytest.raises(Conflict) as taken:
        reasons.edit_reason(actor=administrator, reason=reason, version=1, name="FOUND")
    assert taken.value.rule == "name-taken"
    with pytest.raises(Forbidden):
        made(manager, "Other")
    with pytest.raises(Stale):
        reasons.archive_reason(actor=administrator, reason=reason, version=7)
    assert names() == ["Lost", "Found"]
