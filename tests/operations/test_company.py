"""The company's own data, as it stands on its papers."""

from __future__ import annotations

import pytest

from nameplate.models import Change, User
from nameplate.operations.company import Company, company, edit_company
from nameplate.refusals import Forbidden, Invalid, Stale


def test_it_has_defaults_until_it_is_edited_and_each_edit_is_logged(administrator: User) -> None:
    assert company() == Company(currency="EUR")
    edited = edit_company(actor=administrator, version=0, name="Kestrel Storage", currency="usd")
    assert (edited.name, edited.currency, edited.version) == ("Kestrel Storage", "USD", 1)
    logged = Change.objects.filter(noun="settings").values_list("field", "before", "after")
    assert set(logged) == {("name", "", "Kestrel Storage"), ("currency", "EUR", "USD")}


def test_a_stale_edit_a_wrong_currency_and_a_stranger_are_refused(administrator: User, manager: User) -> None:
    edit_company(actor=administrator, version=0, name="Kestrel Storage")
    with pytest.raises(Stale):
        edit_company(actor=administrator, version=0, name="Another")
    with pytest.raises(Invalid) as refusal:
        edit_company(actor=administrator, version=1, currency="EURO")
    assert list(refusal.value.fields) == ["currency"]
    with pytest.raises(Forbidden):
        edit_company(actor=manager, version=1, name="Another")
    assert company().name == "Kestrel Storage"
