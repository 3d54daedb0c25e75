"""New products that are built with their parts in one act: the parts name them before they have a row."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from nameplate.ledger import Group, Kind, Step, post, transacting, undo, units, verify
from nameplate.models import Component, Entry, LotStatus, Serial, Status
from nameplate.refusals import Conflict
from tests.ledger.ground import Ground, R


def build(ground: Ground, products: int, parts_of_each: int, *, nested: bool = False) -> Entry:
    """So many new products with so many parts from stock in each; `nested`: each inside the one before."""
    parts = ground.brought(R, products * parts_of_each)
    order = ground.papers["MO"]
    with transacting():
        ids = units.reserve(products)
        new = replace(ground.newcomers(products), ids=ids)
        to = {"location_id": ground.shelf.pk, "lot_id": ground.lot(LotStatus.RECEIVED).pk, "made_by_id": order.pk}
        made = [Step(Kind.PRODUCED, to)]
        if nested:
            made.append(Step(Kind.CONSUMED, each={"parent_id": [ids[0], *ids[:-1]]}))
        parents = [ids[index // parts_of_each] for index in range(len(parts))]
        into = Step(
            Kind.CONSUMED,
            {"used_by_id": order.pk},
            {"parent_id": parents, "place": [f"bay {n % parts_of_each}" for n in range(len(parts))]},
        )
        return post(actor=ground.actor, act="built", document=order, groups=[Group(made, new=new), Group([into], units=parts)])


def test_each_part_knows_its_product_and_the_undo_takes_all_apart(ground: Ground) -> None:
    entry = build(ground, 3, 4)
    made = list(Serial.objects.filter(made_by=ground.papers["MO"]).order_by("pk"))
    assert [product.parts.count() for product in made] == [4, 4, 4]
    assert {part.location for product in made for part in product.parts.all()} == {ground.shelf}
    assert Component.objects.filter(parent__in=[one.pk for one in made], until=None).count() == 12
    assert Serial.objects.filter(key__contains=made[0].key[:5]).exists()
    assert verify() == []
    undo(actor=ground.actor, entry=entry)
    assert not Serial.objects.filter(status=Status.CONSUMED).exists()
    assert set(Serial.objects.filter(pk__in=[one.pk for one in made]).values_list("withdrawn", flat=True)) == {True}
    assert verify() == []


def test_a_product_is_not_undone_without_its_parts_nor_a_part_without_notice(ground: Ground) -> None:
    entry = build(ground, 1, 2)
    product = Serial.objects.get(made_by=ground.papers["MO"])
    with pytest.raises(Conflict) as refused:
        undo(actor=ground.actor, entry=entry, unit_ids=[product.pk])
    assert refused.value.rule == "inside-nothing"
    undo(actor=ground.actor, entry=entry, unit_ids=[product.parts.order_by("pk")[0].pk])
    assert product.parts.count() == 1
    undo(actor=ground.actor, entry=entry)
    assert verify() == []


def test_it_takes_as_many_statements_for_many_as_for_few(ground: Ground) -> None:
    counts = []
    for products, parts in ((2, 2), (30, 20)):
        with CaptureQueriesContext(connection) as statements:
            build(ground, products, parts)
        counts.append(len([one for one in statements if "nameplate_" in one["sql"]]))
    assert counts[0] == counts[1]
    assert verify() == []


def test_a_new_unit_is_not_inside_itself(ground: Ground) -> None:
    with pytest.raises(Conflict) as refused:
        build(ground, 2, 1, nested=True)
    assert refused.value.rule == "inside-itself"
    assert verify() == []
