"""What arrives of a transfer: unit by unit, elsewhere, extra; and what did not come, settled."""

from __future__ import annotations

import pytest

from nameplate.ledger import verify
from nameplate.models import (
    Document,
    DocumentStatus,
    TransferExtra,
    User,
)
from nameplate.operations import reasons, transferring
from nameplate.operations.moving import move_units
from nameplate.operations.transferring import Fate, Noted
from nameplate.operations.undoing import undo_entry
from nameplate.refusals import Refused
from tests import world
from tests.operations.orders import refused
from tests.operations.transfers import Yard, again, unit, units, yard

S = DocumentStatus


@pytest.fixture
def ground(manager: User) -> Yard:
    return yard(manager)


def why(refusal: Refused) -> dict[str, str]:
    return {one.text: one.why for one in refusal.offenders}


def fates(order: Document) -> dict[str, Fate]:
    return {one.number: one.fate for one in transferring.standing(again(order)).units}


def test_unit_by_unit_and_what_is_missing_stays_open_until_it_is_settled(ground: Yard, administrator: User) -> None:
    lost = reasons.create_reason(actor=administrator, kind="write-off", name="Lost on the way")
    order = ground.sent("A1", "A2", "A3", "A4", "A5")
    receive, settle, actor = transferring.receive_transfer, transferring.settle_missing, ground.actor
    receive(actor=actor, order=order, unit_ids=units("A1"))
    assert again(order).status == S.SHIPPED
    receive(actor=actor, order=order, finished=True)
    assert refused(lambda: receive(actor=actor, order=order, finished=True)).rule == "nothing-expected"
    stands = transferring.standing(again(order))
    assert (again(order).status, stands.missing, [one.number for one in stands.in_transit]) == (S.RECEIVED, True, ["A2", "A3", "A4", "A5"])
    third = world.location(name="Depot")
    wrong = refused(lambda: settle(actor=actor, order=order, outcome="at_origin", unit_ids=units("A3"), location_id=third.pk))
    assert wrong.fields.keys() == {"location"}
    assert refused(lambda: settle(actor=actor, order=order, outcome="found", unit_ids=units("A1"))).rule == "not-missing"
    no_reason = refused(lambda: settle(actor=actor, order=order, outcome="elsewhere", unit_ids=units("A4"), location_id=third.pk))
    assert no_reason.rule == "reason-needed"
    assert unit("A4").transfer_id == order.pk
    settle(actor=actor, order=order, outcome="found", unit_ids=units("A2"))
    settle(actor=actor, order=order, outcome="at_origin", unit_ids=units("A3"), location_id=ground.shelf.pk)
    settle(actor=actor, order=order, outcome="elsewhere", unit_ids=units("A4"), location_id=third.pk, reason="Wrong lorry")
    gone = settle(actor=actor, order=order, outcome="written_off", unit_ids=units("A5"), write_off_reason=lost)
    assert fates(order) == {
        "A1": Fate.ARRIVED,
        "A2": Fate.ARRIVED,
        "A3": Fate.AT_ORIGIN,
        "A4": Fate.ELSEWHERE,
        "A5": Fate.WRITTEN_OFF,
    }
    assert not transferring.standing(again(order)).missing
    undo_entry(actor=actor, entry_id=gone.pk)
    assert (fates(order)["A5"], transferring.standing(again(order)).missing) == (Fate.IN_TRANSIT, True)


def test_what_has_arrived_stays_so_wherever_it_goes_from_there(ground: Yard) -> None:
    order = ground.sent("A1", "A2", "A3")
    came = transferring.receive_transfer(actor=ground.actor, order=order, unit_ids=units("A1", "A2", "A3"))
    move_units(actor=ground.actor, unit_ids=units("A2"), location_id=world.location(of=ground.dock.site, name="Rack").pk)
    back = transferring.create_transfer_order(
        actor=ground.actor, unit_ids=units("A3"), destination=ground.shelf.site, location=ground.shelf
    )
    transferring.ship(actor=ground.actor, order=back)
    stands, on_the_way = transferring.standing(again(order)).units, unit("A3").location
    assert came is not None
    assert on_the_way is not None
    assert [(one.number, one.fate, one.location, one.entry_id) for one in stands] == [
        ("A1", Fate.ARRIVED, "Dock", came.pk),
        ("A2", Fate.ARRIVED, "Rack", came.pk),
        ("A3", Fate.ARRIVED, on_the_way.name, came.pk),
    ]


def test_another_site_needs_a_reason(ground: Yard) -> None:
    order, third = ground.sent("A1"), world.location(name="Depot")
    refusal = refused(lambda: transferring.receive_transfer(actor=ground.actor, order=order, unit_ids=units("A1"), location_id=third.pk))
    assert (refusal.rule, list(refusal.fields), unit("A1").transfer_id) == ("elsewhere", ["reason"], order.pk)
    transferring.receive_transfer(
        actor=ground.actor, order=order, unit_ids=units("A1"), location_id=third.pk, reason="The lorry was sent there"
    )
    assert (fates(order), again(order).status) == ({"A1": Fate.ELSEWHERE}, S.RECEIVED)


def test_what_was_not_on_the_order_is_told_and_taken_along_with_a_reason(ground: Yard) -> None:
    order, other = ground.sent("A1"), ground.sent("A2")
    receive = transferring.receive_transfer
    chosen = units("A1", "A2", "A3")
    refusal = refused(lambda: receive(actor=ground.actor, order=order, unit_ids=chosen))
    assert (refusal.rule, set(why(refusal)), unit("A1").transfer_id) == ("not-on-order", {"A2", "A3"}, order.pk)
    entry = receive(actor=ground.actor, order=order, unit_ids=chosen, reason="Loaded by mistake")
    assert entry is not None
    assert fates(order) == {"A1": Fate.ARRIVED, "A2": Fate.EXTRA, "A3": Fate.EXTRA}
    assert (fates(other), again(other).status) == ({"A2": Fate.ARRIVED}, S.RECEIVED)
    assert unit("A3").lot.split_from == ground.lot
    twice = refused(lambda: receive(actor=ground.actor, order=order, unit_ids=units("A1", "A3"), reason="Again"))
    assert why(twice) == {"A1": "it arrived already", "A3": "it arrived already"}
    undo_entry(actor=ground.actor, entry_id=entry.pk)
    assert (fates(order), fates(other)) == ({"A1": Fate.IN_TRANSIT}, {"A2": Fate.IN_TRANSIT})
    assert (again(order).status, again(other).status, unit("A3").lot, unit("A3").location) == (
        S.SHIPPED,
        S.SHIPPED,
        ground.lot,
        ground.shelf,
    )


def test_a_number_that_is_not_taken_along_stays_open(ground: Yard) -> None:
    order = ground.sent("A1")
    transferring.receive_transfer(actor=ground.actor, order=order, unit_ids=units("A1"), noted=[Noted("Z9", "no unit bears this number")])
    transferring.receive_transfer(actor=ground.actor, order=order, noted=[Noted("Z9", "again"), Noted("a3", "not on the order")])
    assert [one.number for one in transferring.standing(again(order)).open_extras] == ["Z9", "a3"]
    met = TransferExtra.objects.get(number="Z9")
    transferring.settle_extra(actor=ground.actor, order=order, extra=met.pk, outcome="at_origin", note="Misread")
    again_settled = refused(lambda: transferring.settle_extra(actor=ground.actor, order=order, extra=met.pk, outcome="found"))
    assert again_settled.rule == "settled-already"
    transferring.receive_transfer(actor=ground.actor, order=order, unit_ids=units("A3"), reason="On the lorry")
    assert [one.settled for one in transferring.standing(again(order)).extras] == ["still at origin: Misread", "taken along"]
    undo_entry(actor=ground.actor, entry_id=unit("A3").last_entry_id)
    assert [one.number for one in transferring.standing(again(order)).open_extras] == ["a3"]


def test_what_was_not_sent_after_all_or_sent_by_another_order_is_taken_along_if_it_comes(ground: Yard) -> None:
    order, actor = ground.sent("A1", "A2", "A3"), ground.actor
    undo_entry(actor=actor, entry_id=unit("A1").last_entry_id, unit_ids=units("A1", "A2"))
    other = ground.sent("A2")
    assert refused(lambda: transferring.receive_transfer(actor=actor, order=order, unit_ids=units("A1"))).rule == "not-on-order"
    came = transferring.receive_transfer(actor=actor, order=order, unit_ids=units("A1", "A2"), reason="It was on the lorry")
    assert came is not None
    assert (came.reason, unit("A1").location, unit("A2").location) == ("It was on the lorry", ground.dock, ground.dock)
    assert fates(order) == {"A1": Fate.EXTRA, "A2": Fate.EXTRA, "A3": Fate.IN_TRANSIT}
    assert (fates(other), again(other).status) == ({"A2": Fate.ARRIVED}, S.RECEIVED)
    undo_entry(actor=actor, entry_id=came.pk, unit_ids=units("A1"))
    assert fates(order) == {"A1": Fate.WAITING, "A2": Fate.EXTRA, "A3": Fate.IN_TRANSIT}
    undo_entry(actor=actor, entry_id=came.pk)
    assert (fates(order)["A2"], fates(other)) == (Fate.WAITING, {"A2": Fate.IN_TRANSIT})
    assert verify() == []


def test_every_scanned_number_gets_its_verdict(ground: Yard, manager: User) -> None:
    order, other = ground.sent("A1", "A2"), ground.sent("A3")
    transferring.receive_transfer(actor=manager, order=order, unit_ids=units("A2"))
    judged = transferring.judge_box(actor=manager, order=again(order), text="A1\nA2\nA3\nA4\nnobody\nA1")
    told = [(one.number, one.verdict, one.why, one.noted) for one in judged.lines]
    assert told[0] == ("A1", "ok", ground.drive.number, False)
    assert told[1] == ("A2", "trouble", "it arrived already", False)
    assert told[2] == ("A3", "extra", f"not on the order; it is in transit under {other}", True)
    assert told[3] == ("A4", "extra", f"not on the order; it is at {ground.shelf.site} · A-01", True)
    assert told[4] == ("nobody", "trouble", "no unit bears this number", True)
    assert (told[5][1], "Twice in this entry" in told[5][2]) == ("trouble", True)
    assert judged.units(along=False) == units("A1")
    assert [one.number for one in judged.noted(along=True)] == ["nobody"]
