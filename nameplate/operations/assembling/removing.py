"""Components taken out of their products, each with what becomes of it; and a product taken apart, wholly or in part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.utils import timezone

from nameplate import access, ledger
from nameplate.ledger import Group, Kind, Step, bulk
from nameplate.ledger.numbering import next_number
from nameplate.models import Document, DocumentKind, DocumentStatus, Entry, Reason, Request, User
from nameplate.operations.assembling.fates import Fate, Leaving, Outcome, why
from nameplate.operations.assembling.goods import GoodsOut
from nameplate.operations.assembling.goods import leaving as goods_leaving
from nameplate.operations.assembling.standing import Standing, standing
from nameplate.operations.choosing import chosen_once
from nameplate.operations.receiving.receipts import day_sent_as, moment_of
from nameplate.refusals import Conflict, Invalid, Offender
from nameplate.serial_text import canonical, sort_key

REMOVED, TAKEN_APART = "removed", "taken apart"


@day_sent_as("happened_on")
def remove_components(
    *,
    actor: User,
    unit_ids: Sequence[int],
    outcome: Outcome,
    outcomes: Mapping[int, Outcome] | None = None,
    goods: Sequence[GoodsOut] = (),
    reason: str = "",
    write_off_reason: Reason | int | None = None,
    happened_on: date | None = None,
    note: str = "",
    request: Request | None = None,
) -> Entry:
    """Take these components out of the products they are in, in one act. `outcomes` says of single ones what becomes of them instead.

    `goods` are quantities without serial numbers that come out as well, back into their lots or written off.

    What an order used without saying in which unit can be taken out too. Refused, each named: a unit that is built into nothing; one on
    hold, or whose product is on hold, in transit or in somebody else's repair; out of a product at a customer, or back from one, anything
    but Returned, Rejected or Written off; no reason where one is needed; no place for what is kept; more goods than are inside, or goods
    out of a product that is not in stock.
    """
    access.require(actor, "stock", "edit")
    chosen = chosen_once(unit_ids, none_is_fine=bool(goods))
    with ledger.transacting():
        units = standing(chosen)
        leaving = Leaving()
        for unit in chosen:
            leaving.add(units[unit], (outcomes or {}).get(unit, outcome))
        loose = goods_leaving(goods)
        told = why(
            actor=actor,
            units=[*units.values(), *standing(loose.products).values()],
            fates=leaving.fates | loose.fates,
            reason=reason,
            write_off=write_off_reason,
            note=note,
        )
        return ledger.post(
            actor=actor,
            act=REMOVED,
            groups=leaving.groups(happened_on or timezone.localdate()),
            goods=loose.changes(),
            document=told.paper,
            happened_at=moment_of(happened_on, field="happened_on"),
            reason=told.reason,
            note=note.strip(),
            request=request,
        )


@day_sent_as("happened_on")
def take_apart(
    *,
    actor: User,
    product_ids: Sequence[int],
    outcome: Outcome,
    outcomes: Mapping[int, Outcome] | None = None,
    goods: Sequence[GoodsOut] = (),
    goods_outcome: Outcome | None = None,
    reason: str = "",
    write_off_reason: Reason | int | None = None,
    happened_on: date | None = None,
    note: str = "",
    request: Request | None = None,
) -> Entry:
    """Take products apart for good, as one act under a paper of its own (DA00001): their components come out, the products are used up.

    What is directly inside comes out; a component that has components itself stays whole. Goods without serial numbers go as `goods` says,
    all others as `goods_outcome`, or `outcome` where that is not said: back into the lots that they are of, or written off. Refused, each
    named: a product that is not in stock or Rejected, or is reserved; a component as `remove_components` refuses it; a component named in
    `outcomes` that is in none; goods of which nobody says what becomes of them.
    """
    access.require(actor, "stock", "edit")
    chosen = chosen_once(product_ids)
    with ledger.transacting():
        products = standing(chosen)
        units = standing(components_of(chosen))
        _refuse_strangers(outcomes or {}, units, products)
        leaving = Leaving()
        for unit in units.values():
            leaving.add(unit, (outcomes or {}).get(unit.id, outcome))
        loose = goods_leaving(goods, products=chosen, rest=goods_outcome or outcome)
        paper = _open(actor, note)
        told = why(
            actor=actor,
            units=list(units.values()),
            fates=leaving.fates | loose.fates,
            reason=reason,
            write_off=write_off_reason,
            note=note,
            paper=paper,
        )
        used_up = Group([Step(Kind.USED_UP, {"used_by_id": paper.pk})], units=chosen)
        return ledger.post(
            actor=actor,
            act=TAKEN_APART,
            # Nothing is inside a product any more when it is used up, so the components go first.
            groups=[*leaving.groups(happened_on or timezone.localdate()), used_up],
            goods=loose.changes(),
            document=paper,
            happened_at=moment_of(happened_on, field="happened_on"),
            reason=told.reason,
            note=note.strip(),
            request=request,
        )


def components_of(product_ids: Sequence[int]) -> list[int]:
    """The units directly inside these, in one statement."""
    sql = f"SELECT id FROM nameplate_serial WHERE parent_id IN {bulk.id_set()} ORDER BY id"
    return [row[0] for row in bulk.query(sql, [bulk.ids(product_ids)])]


def settle_taking_apart(entry: Entry) -> None:
    """After an undo: the paper of a product that is whole again is canceled."""
    paper = entry.document
    if paper is not None and paper.kind == DocumentKind.DISASSEMBLY and entry.reversals.filter(partial=False).exists():
        Document.objects.filter(pk=paper.pk).update(status=DocumentStatus.CANCELED, version=paper.version + 1)


def _open(actor: User, note: str) -> Document:
    number = next_number("da")
    return Document.objects.create(
        kind=DocumentKind.DISASSEMBLY,
        number=number,
        number_key=canonical(number),
        sort_key=sort_key(canonical(number)),
        status=DocumentStatus.DONE,
        notes=note.strip(),
        created_by=actor,
    )


def _refuse_strangers(outcomes: Mapping[int, Outcome], units: Mapping[int, Standing], products: Mapping[int, Standing]) -> None:
    strangers = standing(set(outcomes) - units.keys())
    if strangers:
        where = "it is directly in none of these products" if len(products) > 1 else "it is not directly in the product"
        offenders = [Offender(unit.number, where, unit.id) for unit in strangers.values()]
        sentence = f"{offenders[0].text}: {where}." if len(offenders) == 1 else f"{len(offenders):,} of these units are not inside."
        raise Conflict("not-inside", sentence, fields={"components": sentence}, offenders=offenders)


def as_fate(text: str) -> Fate:
    """The fate that is written so. Refused: there is none."""
    try:
        return Fate(text)
    except ValueError:
        raise Invalid("no-such-fate", "Say what becomes of it.", fields={"fate": "Choose what becomes of it."}) from None
