"""Settings → Functions: switched off and on. What is under way when one goes off stands still; nothing is lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from nameplate import access, functions
from nameplate.functions import EXPIRY_DATES, LOTS, MULTIPLE_SITES, QUALITY_CONTROL, RMA, SERIAL_NUMBERS
from nameplate.ledger.transacting import transacting
from nameplate.models import (
    Document,
    DocumentKind,
    DocumentStatus,
    Line,
    Lot,
    LotStatus,
    Serial,
    Site,
    Status,
    Stock,
    Switch,
    Tracking,
    User,
)
from nameplate.operations.cataloguing.changes import in_words, log_changes
from nameplate.operations.inspecting.documents import OPEN
from nameplate.refusals import Cause, Conflict, NotFound, Stale

NOUN = "functions"
_UNDER_WAY = (DocumentStatus.ORDERED, DocumentStatus.SHIPPED)
_PRODUCTION = (DocumentStatus.SCHEDULED, DocumentStatus.IN_PROGRESS, DocumentStatus.PAUSED)
_TRANSFERS = (DocumentStatus.NEW, DocumentStatus.READY, DocumentStatus.SHIPPED)
_CAUSES = 20


@dataclass(frozen=True, slots=True)
class Standing:
    """A function and how its own switch stands; `held` names what it needs that is off, so that it is off whatever its own switch says."""

    function: functions.Function
    switched_on: bool
    held: tuple[str, ...]
    version: int

    @property
    def on(self) -> bool:
        """Whether it is on in effect."""
        return self.switched_on and not self.held


@dataclass(frozen=True, slots=True)
class UnderWay:
    """What stands still while a function is off: so many of what, in words, and the documents among it."""

    counts: tuple[tuple[int, str], ...] = ()
    causes: tuple[Cause, ...] = ()

    @property
    def words(self) -> str:
        """ "12 units in stock, 3 announced numbers"; empty when there is nothing."""
        return ", ".join(f"{count:,} {one if count == 1 else many}" for count, one, many in self._named())

    def _named(self) -> list[tuple[int, str, str]]:
        return [(count, *_NUMBERS[what]) for count, what in self.counts if count]


_NUMBERS: Mapping[str, tuple[str, str]] = {
    "units": ("unit in stock", "units in stock"),
    "announced": ("announced number", "announced numbers"),
    "orders": ("order line still to come", "order lines still to come"),
    "lots": ("lot in stock", "lots in stock"),
    "expiring": ("lot in stock with an expiry date", "lots in stock with an expiry date"),
    "rejected": ("rejected unit", "rejected units"),
    "returned": ("returned unit", "returned units"),
    "inspections": ("open inspection", "open inspections"),
    "transfers": ("transfer order under way", "transfer orders under way"),
    "manufacturing": ("manufacturing order under way", "manufacturing orders under way"),
}


def standings(*, actor: User) -> list[Standing]:
    """Every function, in the order of the page, as it stands now."""
    access.require(actor, "settings", "view")
    rows = {row.name: row for row in Switch.objects.all()}
    return [_standing(function, rows) for function in functions.ALL.values()]


def _standing(function: functions.Function, rows: Mapping[str, Switch]) -> Standing:
    row = rows.get(function.name)
    held = tuple(name for name in function.needs if name in rows and not rows[name].on)
    return Standing(function, row is None or row.on, held, row.version if row else 0)


def under_way(name: str) -> UnderWay:
    """What would stand still if the function went off now. A few statements, however many units there are."""
    return _UNDER_WAY_OF[name]()


@transacting()
def switch_function(*, actor: User, name: str, on: bool, version: int, confirmed: bool = False) -> Standing:
    """Switch a function off or on; `version` is the one that was seen, 0 for a switch that nobody touched yet.

    Refused: a stale switch; off while something is under way that would stand still, named and counted, unless `confirmed`; Multiple sites
    off while there is more than one. Asking for what is so already changes nothing.
    """
    access.require(actor, "settings", "edit")
    if name not in functions.ALL:
        raise NotFound("not-found", f"There is no function “{name[:60]}”.", way_out="Choose one of " + ", ".join(functions.ALL) + ".")
    Switch.objects.get_or_create(name=name, defaults={"on": True, "version": 0})
    switch = Switch.objects.select_for_update(no_key=True).get(name=name)
    label = functions.ALL[name].label
    if switch.version != version:
        raise _stale(switch, version, label, on)
    if switch.on != on:
        if not on:
            _refuse_stranding(name, confirmed)
        switch.on, switch.version = on, switch.version + 1
        switch.save(update_fields=["on", "version"])
        field = name.replace("-", "_")
        log_changes(actor=actor, noun=NOUN, subject=switch.pk, changes=[(field, _word(not on), _word(on))])
        functions.forget()
    return _standing(functions.ALL[name], {row.name: row for row in Switch.objects.all()})


def _word(on: bool) -> str:
    return "on" if on else "off"


def _stale(switch: Switch, version: int, label: str, wanted: bool) -> Stale:
    return Stale(
        "stale",
        f"Somebody switched {label} {_word(switch.on)} since you looked. Nothing was changed.",
        way_out="Look at how it stands now.",
        extra={"yours": {"version": version, "on": in_words(wanted)}, "theirs": {"version": switch.version, "on": in_words(switch.on)}},
    )


def _refuse_stranding(name: str, confirmed: bool) -> None:
    if name == MULTIPLE_SITES:
        _refuse_more_sites()
    found = under_way(name)
    if found.words and not confirmed:
        label = functions.ALL[name].label
        raise Conflict(
            "under-way",
            f"While {label} is off, this stands still: {found.words}.",
            causes=found.causes,
            way_out="Finish it first, or confirm: everything is kept and goes on where it stopped when the function is on again.",
            extra={"counts": {what: count for count, what in found.counts if count}},
        )


def _refuse_more_sites() -> None:
    sites = list(Site.objects.filter(archived=False).order_by("name_key")[: _CAUSES + 1])
    if len(sites) > 1:
        raise Conflict(
            "more-sites",
            "There is more than one site in use.",
            causes=[Cause("sites", site.pk, site.name) for site in sites],
            way_out="Empty and archive all but one first.",
        )


def _of_serials() -> UnderWay:
    live = Serial.objects.filter(withdrawn=False)
    lines = _to_come(Tracking.SERIAL)
    counts = (
        (live.filter(status__in=(Status.RECEIVED, Status.REJECTED, Status.RETURNED)).count(), "units"),
        (live.filter(status=Status.PLANNED).count(), "announced"),
        (lines.count(), "orders"),
        (_in_production(Tracking.SERIAL).count(), "manufacturing"),
    )
    return UnderWay(counts, _papers(lines, Tracking.SERIAL))


def _of_lots() -> UnderWay:
    lines = _to_come(Tracking.LOT)
    counts = (
        (_in_stock(lot__item__tracking=Tracking.LOT), "lots"),
        (lines.count(), "orders"),
        (_in_production(Tracking.LOT).count(), "manufacturing"),
    )
    return UnderWay(counts, _papers(lines, Tracking.LOT))


def _of_expiry() -> UnderWay:
    return UnderWay(((_in_stock(lot__expires_on__isnull=False), "expiring"),))


def _of_status(status: Status, what: str) -> Callable[[], UnderWay]:
    return lambda: UnderWay(((Serial.objects.filter(withdrawn=False, status=status).count(), what),))


def _of_inspections() -> UnderWay:
    papers = Document.objects.filter(kind=DocumentKind.INSPECTION, status__in=OPEN)
    rejected = Serial.objects.filter(withdrawn=False, status=Status.REJECTED).count()
    causes = tuple(Cause("inspections", pk, number) for pk, number in papers.order_by("pk").values_list("pk", "number")[:_CAUSES])
    return UnderWay(((rejected, "rejected"), (papers.count(), "inspections")), causes)


def _of_transfers() -> UnderWay:
    found = Document.objects.filter(kind=DocumentKind.TRANSFER_ORDER, status__in=_TRANSFERS).order_by("pk")
    return UnderWay(((found.count(), "transfers"),), tuple(Cause(one.noun, one.pk, one.number) for one in found[:_CAUSES]))


_UNDER_WAY_OF: Mapping[str, Callable[[], UnderWay]] = {
    SERIAL_NUMBERS: _of_serials,
    LOTS: _of_lots,
    EXPIRY_DATES: _of_expiry,
    QUALITY_CONTROL: _of_inspections,
    RMA: _of_status(Status.RETURNED, "returned"),
    MULTIPLE_SITES: _of_transfers,
}


def _in_stock(**which: object) -> int:
    return Stock.objects.filter(quantity__gt=0, **which).values("lot").distinct().count()


def _to_come(tracking: Tracking) -> QuerySet[Line]:
    """Order lines of items followed so on which something is still expected."""
    expected = Q(pk__in=Lot.objects.filter(status=LotStatus.PLANNED, line__isnull=False).values("line"))
    return Line.objects.filter(expected, item__tracking=tracking, document__status__in=_UNDER_WAY)


def _in_production(tracking: Tracking) -> QuerySet[Document]:
    """Manufacturing orders whose product or parts are followed so, and that go on."""
    lines = Line.objects.filter(item__tracking=tracking).values("document")
    return Document.objects.filter(kind=DocumentKind.MANUFACTURING_ORDER, status__in=_PRODUCTION, pk__in=lines)


def _papers(lines: QuerySet[Line], tracking: Tracking) -> tuple[Cause, ...]:
    """The documents of these order lines, and the manufacturing orders of what is followed so."""
    bought = Document.objects.filter(pk__in=lines.values("document")).order_by("pk")[:_CAUSES]
    made = _in_production(tracking).order_by("pk")[:_CAUSES]
    return tuple(Cause(one.noun, one.pk, one.number) for one in (*bought, *made))
