"""Picked for a shipment, by scanning: the scanned unit takes the place of a reserved one when nobody else holds it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from nameplate import access, ledger
from nameplate.ledger import Group, Kind, Step, bulk
from nameplate.models import Document, DocumentKind, Entry, Lot, Pick, Request, Tracking, User
from nameplate.operations.choosing import chosen_once
from nameplate.operations.drafting import discard_draft, page_of, save_draft
from nameplate.operations.entering.parsing import parse
from nameplate.operations.sales.freeing import forget_picks
from nameplate.operations.sales.progress import LineProgress, progress_of_all
from nameplate.operations.sales.reserving import amount_wanted, line_of, reserving_groups
from nameplate.operations.sales.standing import Standing, bearing, refuse_units, standings
from nameplate.operations.shipping.goods import pick_amounts
from nameplate.operations.shipping.judging import Bench, PickAnswer, answer_of
from nameplate.operations.shipping.shipments import NEW, lock_shipment, refuse_not, refuse_stale
from nameplate.quantities import MILLIONTHS, from_micro
from nameplate.refusals import Cause, Conflict, Invalid, NotFound, Offender

ACT = "picked"
_COLUMNS = ("shipment_id", "line_id", "serial_id", "quantity")
_UNPICKED = (
    "SELECT s.reserved_line_id, s.id FROM nameplate_serial s WHERE s.reserved_line_id IN {lines} AND NOT EXISTS "
    "(SELECT 1 FROM nameplate_pick p WHERE p.serial_id = s.id AND p.line_id = s.reserved_line_id) "
    "ORDER BY s.reserved_line_id, s.received_on DESC, s.id DESC"
)


@dataclass(frozen=True, slots=True)
class Picked:
    """What came of picking: how many units lie in the shipment now that did not before, and the entry, if the ledger has one.

    What was reserved for the order already needs none.
    """

    units: int
    entry: Entry | None


def preview(*, actor: User, shipment: Document | int, text: str, keep: frozenset[str] = frozenset()) -> PickAnswer:
    """A verdict on every number of the box. Writes nothing. Refused: more text or numbers than one entry takes."""
    access.require(actor, "stock", "edit")
    wanted = shipment if isinstance(shipment, int) else shipment.pk
    found = Document.objects.select_related("shipment__site").filter(pk=wanted, kind=DocumentKind.SHIPMENT).first()
    if found is None:
        raise NotFound("not-found", "There is no such shipment.")
    return _answered(found, lines_of(found), text, keep)


def _answered(shipment: Document, lines: Sequence[LineProgress], text: str, keep: frozenset[str]) -> PickAnswer:
    parsed = parse(text)
    keys = [key for candidate in parsed.candidates for key in candidate.keys]
    return answer_of(text, parsed, bearing(keys), Bench(shipment, lines, keep))


def lines_of(shipment: Document) -> list[LineProgress]:
    """The lines of all orders in the shipment, in their order."""
    orders = list(Document.objects.filter(shipments=shipment.pk).order_by("pk").values_list("pk", flat=True))
    return [one for lines in progress_of_all(orders).values() for one in lines]


def pick(
    *,
    actor: User,
    shipment: Document | int,
    unit_ids: Sequence[int],
    keep: frozenset[str] = frozenset(),
    version: int | None = None,
    request: Request | None = None,
) -> Picked:
    """Put these units into the shipment; each is reserved for its order line from then on, in place of a reserved one that was not picked.

    Refused, each named with why: see `judging`. `keep` lets the verdict `expired` stand.
    """
    access.require(actor, "stock", "edit")
    chosen = chosen_once(unit_ids)
    with ledger.transacting():
        found, _ = lock_shipment(shipment)
        refuse_not(found, (NEW,), "nothing more is picked for it")
        refuse_stale(found, version)
        return _pick(actor, found, standings(chosen), lines_of(found), keep, request)


def pick_box(
    *,
    actor: User,
    shipment: Document | int,
    text: str,
    keep: frozenset[str] = frozenset(),
    typed: Mapping[str, Any] | None = None,
    request: Request | None = None,
) -> tuple[Picked, PickAnswer]:
    """Pick the good numbers of the box; the rest is kept as the actor's draft of the shipment. Refused: nothing in it is good."""
    access.require(actor, "stock", "edit")
    with ledger.transacting():
        found, _ = lock_shipment(shipment)
        refuse_not(found, (NEW,), "nothing more is picked for it")
        lines = lines_of(found)
        answer = _answered(found, lines, text, keep)
        if not answer.units and not answer.done:
            raise Invalid("nothing-good", "None of this can be picked as it is.", fields={"units": "Scan what goes."})
        done = _pick(actor, found, standings(answer.units), lines, keep, request) if answer.units else Picked(0, None)
        if answer.rest:
            save_draft(actor=actor, subject=draft_subject(found), body={**(typed or {}), "text": "\n".join(answer.rest)})
        else:
            discard_draft(actor=actor, subject=draft_subject(found), page=page_of(typed))
        return done, answer


def draft_subject(shipment: Document) -> str:
    """Under which subject the draft of picking for this shipment is kept."""
    return f"shipments/{shipment.pk}/picks"


def _pick(
    actor: User, shipment: Document, units: Sequence[Standing], lines: Sequence[LineProgress], keep: frozenset[str], request: Request | None
) -> Picked:
    bench = Bench(shipment, lines, keep)
    by_line: dict[int, list[Standing]] = {}
    offenders: list[Offender] = []
    causes: list[Cause | None] = []
    for unit in units:
        judged = bench.judge(unit)
        if judged.standing == "good" and judged.line is not None:
            by_line.setdefault(judged.line, []).append(unit)
        else:
            offenders.append(Offender(unit.number, judged.message, unit.id))
            causes.append(judged.cause)
    refuse_units("not-pickable", offenders, causes, asked=len(units), what="picked")
    # A pick whose reservation is gone stands in nobody's way.
    forget_picks([unit.id for unit in units])
    groups = _bound(by_line)
    entry = ledger.post(actor=actor, act=ACT, document=shipment, groups=groups, request=request) if groups else None
    rows = [(shipment.pk, line, unit.id, MILLIONTHS) for line, those in by_line.items() for unit in those]
    bulk.insert("nameplate_pick", _COLUMNS, rows)
    touch(shipment, next(iter(bench.site)))
    return Picked(len(rows), entry)


def _bound(by_line: Mapping[int, Sequence[Standing]]) -> list[Group]:
    """What reserves the scanned units, and frees as many that were reserved in their stead and not picked, the newest receipt first."""
    new = {line: [unit.id for unit in units if unit.reserved_line != line] for line, units in by_line.items()}
    scanned = {unit.id for units in by_line.values() for unit in units}
    instead: dict[int, list[int]] = {}
    for line, unit in bulk.query(_UNPICKED.format(lines=bulk.id_set()), [bulk.ids(line for line, units in new.items() if units)]):
        if unit not in scanned and len(instead.setdefault(line, [])) < len(new[line]):
            instead[line].append(unit)
    freed = sorted(unit for units in instead.values() for unit in units)
    return [*([Group([Step(Kind.UNRESERVED)], units=freed)] if freed else []), *reserving_groups(new)]


def pick_goods(
    *,
    actor: User,
    shipment: Document | int,
    line: int,
    quantity: Decimal | int | str,
    lot: Lot | int | None = None,
    location_id: int | None = None,
    request: Request | None = None,
) -> Picked:
    """Put a quantity of goods without serial numbers into the shipment: of this lot, else of what is reserved, else of the oldest lot.

    Refused: more than the line still wants; more than lies there free or reserved for it; a lot at another site, of another item.
    """
    access.require(actor, "stock", "edit")
    with ledger.transacting():
        found, _ = lock_shipment(shipment)
        refuse_not(found, (NEW,), "nothing more is picked for it")
        one = line_of({each.line.pk: each for each in lines_of(found)}, line)
        if one.item.tracking == Tracking.SERIAL:
            raise Invalid("serials-needed", f"{one.item} is followed by serial numbers.", fields={"quantity": "Scan its units instead."})
        amount = amount_wanted(quantity)
        if amount > one.to_pick:
            most = f"{from_micro(one.to_pick):,f}"
            raise Conflict(
                "more-than-ordered", f"{most} {one.item.unit} of {one.item} are still to pick.", fields={"quantity": f"At most {most}."}
            )
        changes, amounts = pick_amounts(found, one, amount, lot, location_id)
        entry = ledger.post(actor=actor, act=ACT, document=found, goods=changes, request=request) if changes else None
        for (lot_id, place), taken in amounts.items():
            row, made = Pick.objects.get_or_create(
                shipment=found, line=one.line, lot_id=lot_id, location_id=place, defaults={"quantity": taken}
            )
            if not made:
                row.quantity += taken
                row.save(update_fields=["quantity"])
        site = Pick.objects.filter(shipment=found, lot__isnull=False).values_list("location__site", flat=True)[:1]
        touch(found, site[0])
        return Picked(0, entry)


def take_out(*, actor: User, shipment: Document | int, unit_ids: Sequence[int] = (), lines: Sequence[int] = ()) -> int:
    """Take units, and the goods of these order lines, out of a shipment that has not left; they stay reserved. How many picks that were."""
    access.require(actor, "stock", "edit")
    with ledger.transacting():
        found, _ = lock_shipment(shipment)
        refuse_not(found, (NEW,), "nothing is taken out of it")
        within = f"nameplate_pick.serial_id IN {bulk.id_set()}"
        units = Pick.objects.filter(shipment=found).extra(where=[within], params=[bulk.ids(unit_ids)])  # noqa: S610 (the SQL is ours)
        count = units.delete()[0] + Pick.objects.filter(shipment=found, line__in=lines, lot__isnull=False).delete()[0]
        if not count:
            raise Conflict("nothing-picked", f"None of this lies in {found}.", fields={"units": "Choose what lies in it."})
        touch(found, None)
        return count


def touch(shipment: Document, site: int | None) -> None:
    """What is in it changed; where nobody said from which site it leaves, what was picked says it."""
    head = shipment.shipment
    if head.site_id is None and site is not None:
        head.site_id = site
        head.save(update_fields=["site"])
    shipment.version += 1
    shipment.save(update_fields=["version"])
