"""How people arrange lists: each for themselves, searches kept or shared, and what is refused."""

from __future__ import annotations

import pytest

from nameplate.listings.arrangement import arrangement_of
from nameplate.models import ListLayout, Role, SavedSearch, User
from nameplate.operations.arranging import MOST, arrange_list, delete_search, edit_search, save_search
from nameplate.refusals import Conflict, Forbidden, Invalid, NotFound, Refused, Stale, TooLarge
from tests import world


def of(person: User, listing: str = "serials") -> list[tuple[str, bool, bool]]:
    return [(one.name, one.mine, one.opens) for one in arrangement_of(listing, person.pk).searches]


def test_columns_and_order_are_kept_for_each_person_and_list(viewer: User, operator: User) -> None:
    arrange_list(actor=viewer, listing="serials", columns="status, serial:170,status:900")
    arrange_list(actor=viewer, listing="serials", sort="-received_on,lot")
    arrange_list(actor=viewer, listing="items", columns="number")
    kept = arrangement_of("serials", viewer.pk)
    assert (kept.columns, kept.sort) == ("status,serial:176", "-received_on,lot")
    assert arrangement_of("serials", operator.pk).columns == ""
    arrange_list(actor=viewer, listing="serials", columns="", sort="")
    assert arrangement_of("serials", viewer.pk).columns == ""
    assert arrangement_of("items", viewer.pk).columns == "number"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"listing": "cheeses", "columns": ""}, "list"),
        ({"listing": "serials", "columns": "serial,colour"}, "columns"),
        ({"listing": "serials", "columns": "serial:wide"}, "columns"),
        ({"listing": "items", "sort": "group"}, "sort"),
    ],
)
def test_what_a_list_does_not_have_is_refused_by_name(viewer: User, given: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        arrange_list(actor=viewer, **given)
    assert field in refused.value.fields
    assert not ListLayout.objects.exists()


def test_who_may_not_see_a_list_arranges_nothing(db: None) -> None:
    stranger = world.user(role=Role.OPERATOR)
    stranger.is_active = False
    for act in (
        lambda: arrange_list(actor=stranger, listing="serials", columns="serial"),
        lambda: save_search(actor=stranger, listing="serials", name="Mine", query=""),
    ):
        with pytest.raises(Forbidden):
            act()
    assert not ListLayout.objects.exists()
    assert not SavedSearch.objects.exists()


def test_a_search_is_kept_shared_and_opened_with(viewer: User, operator: User) -> None:
    mine = save_search(actor=viewer, listing="serials", name="In stock", query="?status=received&size=50&after=abc", opens=True)
    assert mine.query == "status=received"
    assert of(viewer) == [("In stock", True, True)]
    assert of(operator) == []
    edit_search(actor=viewer, search=mine.pk, version=1, shared=True, name="Here", query="status=received&columns=serial:100")
    edit_search(actor=operator, search=mine.pk, version=2, opens=True)
    save_search(actor=operator, listing="serials", name="here", query="", shared=True)
    assert of(operator) == [("here", True, False), ("Here", False, True)]
    assert arrangement_of("serials", viewer.pk).searches[0].query == "status=received&columns=serial%3A96"
    edit_search(actor=viewer, search=mine.pk, version=2, shared=False)
    assert of(operator) == [("here", True, False)]
    assert of(viewer) == [("Here", True, True), ("here", False, False)]
    delete_search(actor=viewer, search=mine.pk, version=3)
    assert of(viewer) == [("here", False, False)]


def test_only_its_owner_changes_a_search_and_a_shared_one_goes_by_an_administrator_too(
    viewer: User, operator: User, administrator: User
) -> None:
    kept = save_search(actor=viewer, listing="serials", name="Kept", query="status=received")
    shared = save_search(actor=viewer, listing="serials", name="Shared", query="status=shipped", shared=True)
    for person, search, refusal in ((operator, shared, Forbidden), (operator, kept, NotFound), (administrator, kept, NotFound)):
        with pytest.raises(refusal):
            edit_search(actor=person, search=search.pk, version=1, name="Taken over")
        with pytest.raises(refusal):
            delete_search(actor=person, search=search.pk, version=1)
    assert set(SavedSearch.objects.values_list("name", "version")) == {("Kept", 1), ("Shared", 1)}
    delete_search(actor=administrator, search=shared.pk, version=1)
    assert list(SavedSearch.objects.values_list("name", flat=True)) == ["Kept"]


@pytest.mark.parametrize(
    ("name", "query", "kind", "field"),
    [
        ("", "status=received", Invalid, "name"),
        ("x" * 81, "", Invalid, "name"),
        ("MINE", "", Conflict, "name"),
        ("Other", "received_on=the day before", Invalid, "query"),
        ("Other", "colour=red", Invalid, "query"),
        ("Other", "q=" + "x" * 7000, Invalid, "query"),
    ],
)
def test_a_search_without_a_name_of_its_own_or_with_a_mistake_is_refused(
    viewer: User, name: str, query: str, kind: type[Refused], field: str
) -> None:
    save_search(actor=viewer, listing="serials", name="mine", query="")
    with pytest.raises(kind) as refused:
        save_search(actor=viewer, listing="serials", name=name, query=query)
    assert field in refused.value.fields
    assert SavedSearch.objects.count() == 1


def test_a_stale_edit_and_one_search_too_many_are_refused(viewer: User) -> None:
    search = save_search(actor=viewer, listing="items", name="Mine", query="")
    edit_search(actor=viewer, search=search.pk, version=1, name="Still mine")
    with pytest.raises(Stale):
        edit_search(actor=viewer, search=search.pk, version=1, name="Mine again")
    with pytest.raises(Stale):
        delete_search(actor=viewer, search=search.pk, version=1)
    SavedSearch.objects.bulk_create(
        [SavedSearch(listing="items", owner=viewer, name=f"S{n}", name_key=f"s{n}", query="") for n in range(MOST - 1)]
    )
    with pytest.raises(TooLarge):
        save_search(actor=viewer, listing="items", name="One more", query="")
    assert SavedSearch.objects.count() == MOST
