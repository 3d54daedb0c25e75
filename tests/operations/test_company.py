"""The company's own data, as it stands on its papers."""

from __future__ import annotations

import pytest

from nameplate.models import Change, User
from nameplate.operations.company import Company, company, edit_company, logo
from nameplate.refusals import Forbidden, Invalid, NotFound, Stale
from tests.operations.test_pictures import picture


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


def test_a_logo_is_kept_as_pixels_and_taken_off_again(administrator: User) -> None:
    found = edit_company(actor=administrator, version=0, logo=picture(2400, 600, "JPEG"))
    assert found.logo
    assert logo().startswith(b"\x89PNG")
    assert edit_company(actor=administrator, version=1, logo=b"").logo == ""
    with pytest.raises(NotFound):
        logo()
    assert [change.field for change in Change.objects.order_by("id")] == ["logo", "logo"]


def test_a_stale_edit_says_what_stands_now(administrator: User) -> None:
    edit_company(actor=administrator, version=0, name="Kestrel Storage", email="a@kestrel.example")
    with pytest.raises(Stale) as refusal:
        edit_company(actor=administrator, version=0, name="Another", email="a@kestrel.example")
    assert refusal.value.fields == {"name": "It is “Kestrel Storage” now."}
    assert administrator.username in refusal.value.message


def test_days_of_warning_are_a_whole_number_and_thirty_where_none_is_said(administrator: User) -> None:
    assert edit_company(actor=administrator, version=0, expiry_warning="45").expiry_warning == 45
    with pytest.raises(Invalid) as refusal:
        edit_company(actor=administrator, version=1, expiry_warning="soon")
    assert list(refusal.value.fields) == ["expiry_warning"]
    assert edit_company(actor=administrator, version=1, expiry_warning="").expiry_warning == 30
    assert Change.objects.filter(field="expiry_warning").values_list("before", "after")[0] == ("30", "45")


def test_an_address_for_mail_looks_like_one(administrator: User) -> None:
    with pytest.raises(Invalid) as wrong:
        edit_company(actor=administrator, version=0, email="nobody", currency="€UR")
    assert wrong.value.fields.keys() == {"email", "currency"}
