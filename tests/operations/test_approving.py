"""Approval of orders, where the company asks for it: a second look before an order goes to its vendor."""

from __future__ import annotations

import pytest

from nameplate.models import Change, Document, DocumentStatus, Item, Party, Role, User
from nameplate.operations import purchasing
from nameplate.operations.purchasing import OrderLine
from nameplate.operations.purchasing.approving import Rules, edit_rules, rules
from nameplate.refusals import Forbidden, Stale
from tests import world
from tests.operations.orders import line_of, refused

S = DocumentStatus


@pytest.fixture
def new(manager: User, vendor: Party, drive: Item) -> Document:
    return purchasing.create_purchase_order(actor=manager, vendor=vendor, lines=[OrderLine(drive, 2)])


@pytest.fixture
def asked_for(administrator: User) -> Rules:
    return edit_rules(actor=administrator, version=0, approval=True)


def status(order: Document) -> str:
    return Document.objects.values_list("status", flat=True).get(pk=order.pk)


def test_nobody_approves_where_it_is_not_asked_for(manager: User, new: Document) -> None:
    assert rules() == Rules()
    assert refused(lambda: purchasing.approve(actor=manager, order=new)).rule == "approval-off"
    assert purchasing.order(actor=manager, order=new).status == S.ORDERED


def test_an_order_waits_for_its_approval(manager: User, new: Document, asked_for: Rules) -> None:
    assert refused(lambda: purchasing.order(actor=manager, order=new)).rule == "not-approved"
    assert purchasing.approve(actor=manager, order=new, version=new.version).status == S.APPROVED
    assert purchasing.order(actor=manager, order=new).status == S.ORDERED
    assert list(Change.objects.filter(field="status").order_by("id").values_list("after", flat=True)) == ["Approved", "Ordered"]


def test_what_was_approved_is_what_goes_out(manager: User, new: Document, drive: Item, asked_for: Rules) -> None:
    approved = purchasing.approve(actor=manager, order=new)
    noted = purchasing.edit_purchase_order(actor=manager, order=new, version=approved.version, notes="by Friday")
    assert status(new) == S.APPROVED
    purchasing.edit_purchase_order(actor=manager, order=new, version=noted.version, lines=[OrderLine(drive, 3, line=line_of(new, 1).pk)])
    assert status(new) == S.NEW


def test_somebody_else_has_to_look(administrator: User, manager: User, new: Document, asked_for: Rules) -> None:
    edit_rules(actor=administrator, version=asked_for.version, by_another=True)
    assert refused(lambda: purchasing.approve(actor=manager, order=new)).rule == "own-order"
    assert purchasing.approve(actor=world.user(role=Role.MANAGER), order=new).status == S.APPROVED


def test_an_approved_order_can_be_placed_when_approval_is_no_longer_asked_for(
    administrator: User, manager: User, new: Document, asked_for: Rules
) -> None:
    purchasing.approve(actor=manager, order=new)
    edit_rules(actor=administrator, version=asked_for.version, approval=False)
    assert purchasing.order(actor=manager, order=new).status == S.ORDERED


def test_only_those_who_may(operator: User, manager: User, new: Document, asked_for: Rules) -> None:
    assert isinstance(refused(lambda: purchasing.approve(actor=operator, order=new)), Forbidden)
    assert isinstance(refused(lambda: edit_rules(actor=manager, version=asked_for.version, approval=False)), Forbidden)


def test_two_who_set_it_at_once_are_told(administrator: User, asked_for: Rules) -> None:
    assert isinstance(refused(lambda: edit_rules(actor=administrator, version=0, approval=False)), Stale)
    assert rules().approval
