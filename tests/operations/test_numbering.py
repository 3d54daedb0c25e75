"""Numbers of documents, lots and parties by the company's patterns; numbers of units by their item's. None comes twice."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from nameplate.ledger.bulk import next_numbers
from nameplate.models import Change, Document, Item, Lot, Role, Serial, User
from nameplate.operations import cataloguing, numbering, purchasing
from nameplate.operations.correcting import correct_numbers
from nameplate.operations.undoing import undo_entry
from nameplate.refusals import Conflict, Forbidden, Invalid, Refused, Stale, TooLarge
from tests import world
from tests.operations.test_catalogue_races import at_once
from tests.proving import times

YEAR = f"{timezone.localdate():%Y}"


def order_number(actor: User, number: str = "") -> str:
    return purchasing.create_purchase_order(actor=actor, vendor=world.vendor(), number=number).number


def test_each_series_follows_its_pattern_and_the_log_says_so(committing: str, administrator: User) -> None:
    before = order_number(administrator)
    given = {"po": "PO-{YYYY}-{0000}", "lot": "{0}/L", "vendor": "V{000}"}
    assert numbering.edit_numbering(actor=administrator, version=0, given=given) == 1
    assert (before, order_number(administrator)) == ("PO00001", f"PO-{YEAR}-0002")
    world.purchase_order(lines=[(world.item(), 1)])
    assert Lot.objects.get().number == "1/L"
    assert cataloguing.create_vendor(actor=administrator, name="A").number == "V004"
    logged = Change.objects.filter(noun="settings").values_list("field", "before", "after")
    assert ("Purchase orders", "PO{00000}", "PO-{YYYY}-{0000}") in set(logged)
    assert numbering.edit_numbering(actor=administrator, version=1, given=given) == 1


def test_numbers_that_exist_are_passed_over_by_hand_or_by_another_pattern(committing: str, administrator: User) -> None:
    for number in ("po00002", "PO00003", "PO00005", *(f"X{n}" for n in range(5, 40))):
        order_number(administrator, number)
    found, _ = numbering.numberings(actor=administrator)
    assert found[0].upcoming == ("PO00001", "PO00004", "PO00006")
    assert [order_number(administrator) for _ in range(2)] == ["PO00001", "PO00004"]
    numbering.edit_numbering(actor=administrator, version=0, given={"po": "X{0}"})
    assert order_number(administrator) == "X40"
    assert Document.objects.values("number_key").distinct().count() == Document.objects.count()


def test_a_counter_that_outgrows_its_digits_goes_on_longer(committing: str, administrator: User) -> None:
    numbering.edit_numbering(actor=administrator, version=0, given={"po": "P{0}"})
    next_numbers("po", 9)
    assert [order_number(administrator) for _ in range(2)] == ["P10", "P11"]


def test_wrong_patterns_strangers_and_stale_edits_are_refused(administrator: User, manager: User) -> None:
    with pytest.raises(Invalid) as wrong:
        numbering.edit_numbering(actor=administrator, version=0, given={"po": "PO", "lot": "{{0}}", "sheep": "{0}", "vendor": "W{0}"})
    assert wrong.value.fields.keys() == {"po", "lot", "sheep"}
    assert numbering.numberings(actor=administrator)[1] == 0
    with pytest.raises(Forbidden):
        numbering.edit_numbering(actor=manager, version=0, given={"po": "P{0}"})
    numbering.edit_numbering(actor=administrator, version=0, given={"po": "P{0}"})
    with pytest.raises(Stale) as stale:
        numbering.edit_numbering(actor=administrator, version=0, given={"po": "Q{0}", "lot": "L{00000}"})
    assert stale.value.fields == {"po": "It is “P{0}” now."}


def pod(manager: User, pattern: str = "SP-{000}", **more: Any) -> Item:
    return cataloguing.create_item(actor=manager, number="POD", serial_pattern=pattern, **more)


def test_proposed_numbers_pass_over_what_the_item_has_or_had(manager: User) -> None:
    item, shelf = pod(manager), world.location()
    other = world.item()
    world.receipt(numbers=["SP-001", "sp-004", "WRONG"], of=item, at=shelf)
    world.receipt(numbers=["SP-002"], of=other, at=shelf)
    undone = world.receipt(numbers=["SP-003"], of=item, at=shelf)
    undo_entry(actor=manager, entry_id=undone.pk)
    unit = Serial.objects.get(number="WRONG")
    correct_numbers(actor=manager, numbers={unit.pk: "SP-006"}, reason="x")
    correct_numbers(actor=manager, numbers={unit.pk: "RIGHT"}, reason="x")
    assert numbering.upcoming_serials(item.pk, "SP-{000}") == ["SP-002", "SP-005", "SP-007"]
    assert numbering.propose_serial_numbers(actor=manager, item=item, count=4) == ["SP-002", "SP-005", "SP-007", "SP-008"]
    again = numbering.propose_serial_numbers(actor=manager, item=item, count=2)
    assert not {"SP-002", "SP-005", "SP-007", "SP-008"} & set(again)


def test_many_are_proposed_in_as_many_statements_as_few(manager: User, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    item = pod(manager, "SP{YY}-{00000}")
    with django_assert_max_num_queries(7):
        assert len(set(numbering.propose_serial_numbers(actor=manager, item=item, count=2_000))) == 2_000


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"serial_pattern": "SP"}, "no counter"),
        ({"serial_pattern": "SP-{000}", "serial_format": "WD-###"}, "It would make SP-001"),
        ({"serial_pattern": "SP-{000}", "tracking": "lot"}, "Only an item followed by serial numbers"),
        ({"serial_pattern": "x" * 115 + "{0}"}, "grow to 125"),
    ],
)
def test_an_items_pattern_is_checked_with_its_form(manager: User, fields: dict[str, Any], says: str) -> None:
    with pytest.raises(Invalid) as refusal:
        cataloguing.create_item(actor=manager, number="A", **fields)
    assert says in refusal.value.fields["serial_pattern"]
    cataloguing.create_item(actor=manager, number="B", serial_pattern="SP-{000}", serial_format="SP-###")


def test_what_cannot_be_proposed_is_refused(manager: User, viewer: User) -> None:
    item = pod(manager)
    with pytest.raises(Forbidden):
        numbering.propose_serial_numbers(actor=viewer, item=item, count=1)
    for count, kind in ((0, Invalid), (50_001, TooLarge)):
        with pytest.raises(kind):
            numbering.propose_serial_numbers(actor=manager, item=item, count=count)
    with pytest.raises(Conflict) as none:
        numbering.propose_serial_numbers(actor=manager, item=world.item(), count=1)
    assert none.value.rule == "no-pattern"


def test_sixteen_at_once_never_get_the_same(committing: str) -> None:
    manager = world.user(role=Role.ADMINISTRATOR)
    vendor, item = world.vendor(), pod(manager)
    numbering.edit_numbering(actor=manager, version=0, given={"po": "PO-{YYYY}-{0}"})
    rounds = times(1, 20)

    def orders() -> list[str]:
        return [purchasing.create_purchase_order(actor=manager, vendor=vendor).number for _ in range(rounds)]

    def serials() -> list[str]:
        return [number for _ in range(rounds) for number in numbering.propose_serial_numbers(actor=manager, item=item, count=3)]

    answers = at_once(*[orders] * 8, *[serials] * 8)
    refusals = [answer for answer in answers if not isinstance(answer, list)]
    assert all(isinstance(answer, Refused) and answer.rule == "busy" for answer in refusals), refusals
    made = [number for answer in answers if isinstance(answer, list) for number in answer]
    assert len(made) == len(set(made)) > 0


def test_without_the_counter_in_one_statement_numbers_come_twice(committing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: what everybody sees before anybody writes is the same."""
    manager = world.user(role=Role.MANAGER)
    item = pod(manager)
    monkeypatch.setattr("nameplate.ledger.bulk.next_of_counter", lambda *_: range(1, 4))
    answers = at_once(*[lambda: numbering.propose_serial_numbers(actor=manager, item=item, count=3)] * 4)
    assert answers[0] == answers[1]
