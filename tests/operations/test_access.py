"""Who may: the matrix as it stands, reviewed here line by line."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser

from nameplate.access import MATRIX, RIGHTS, SECTIONS, may, require
from nameplate.models import Role, User
from nameplate.refusals import Forbidden

EXPECTED = """
administrator stock      view create edit delete backdate inspect count
administrator purchasing view create edit delete backdate approve
administrator production view create edit delete backdate
administrator sales      view create edit delete backdate
administrator catalogue  view create edit delete backdate
administrator settings   view create edit delete backdate
manager       stock      view create edit delete backdate inspect count
manager       purchasing view create edit delete backdate approve
manager       production view create edit delete backdate
manager       sales      view create edit delete backdate
manager       catalogue  view create edit delete backdate
manager       settings   view
operator      stock      view create edit
operator      purchasing view
operator      production view create edit
operator      sales      view
operator      catalogue  view
operator      settings
viewer        stock      view
viewer        purchasing view
viewer        production view
viewer        sales      view
viewer        catalogue  view
viewer        settings
"""


def test_the_matrix_is_the_reviewed_one() -> None:
    expected = {(role, section): set(rights) for role, section, *rights in map(str.split, EXPECTED.strip().splitlines())}
    found = {
        (role, section): {right for right in RIGHTS if may(User(role=role), section, right)} for role in Role.values for section in SECTIONS
    }
    assert found == expected
    assert set(MATRIX) == set(Role.values)


def test_an_inactive_account_has_no_rights() -> None:
    person = User(role=Role.ADMINISTRATOR, is_active=False)
    assert not may(person, "stock", "view")
    with pytest.raises(Forbidden, match="switched off"):
        require(person, "stock", "view")


def test_nobody_and_an_unknown_role_have_no_rights() -> None:
    assert not may(AnonymousUser(), "stock", "view")  # type: ignore[arg-type]  # it has no role, and is never asked for one
    assert not may(User(role="owner"), "stock", "view")


def test_a_superuser_of_the_framework_has_the_rights_of_the_role_alone() -> None:
    assert not may(User(role=Role.VIEWER, is_superuser=True, is_staff=True), "catalogue", "edit")


def test_a_refusal_names_the_role_and_the_right() -> None:
    with pytest.raises(Forbidden) as refusal:
        require(User(role=Role.OPERATOR), "purchasing", "create")
    assert refusal.value.rule == "not-allowed"
    assert "operator" in refusal.value.message
    assert "create" in refusal.value.message
    assert "purchasing" in refusal.value.message


def test_a_right_that_does_not_exist_is_a_mistake_in_the_program() -> None:
    with pytest.raises(ValueError, match="fly"):
        may(User(role=Role.ADMINISTRATOR), "stock", "fly")  # type: ignore[arg-type]
