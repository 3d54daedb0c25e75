"""What is done to units and goods of a return: received, decided, rejected, repaired, sent back, replaced, settled."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms

from nameplate.access import Right
from nameplate.models import Document, ReturnOutcome, Status, User
from nameplate.operations import returning
from nameplate.operations.coming_back import SENT_BACK
from nameplate.operations.returned_goods import GoodsBack
from nameplate.operations.returning import GoodsPart, UnitBack
from nameplate.refusals import Invalid
from nameplate.web import replaced_parts
from nameplate.web.chosen import unit_named
from nameplate.web.forms import TypedForm, choosing_field, day_field, long_text_field, text_field
from nameplate.web.lot_acts import place_typed


class ReturnActForm(TypedForm):
    """All that acts ask; each leaves out what it does not."""

    place = choosing_field("Where they lie now", "locations", required=True)
    returned_on = day_field("Came back on", "Empty for today.")
    outcome = forms.ChoiceField(label="What the customer gets", choices=[("", "Choose one"), *ReturnOutcome.choices])
    stays = forms.BooleanField(
        label="It stays with the customer", help_text="A replacement goes in advance; nothing comes back.", required=False
    )
    finding = long_text_field("What was found")
    reason = text_field("Reason", "Stands in the history of each.", required=True)
    ship_back = forms.BooleanField(label="Ship it back to the customer", required=False)
    work = long_text_field("What was done", "Stands on the repair report.")
    test = long_text_field("Test result", "Stands on the repair report.")
    failed = forms.BooleanField(label="The test failed", help_text="It stays here; decide anew what becomes of it.", required=False)
    replaced = long_text_field("Replaced components", "One a line: the old serial number, a comma, the new one. Empty where nothing was.")
    fate = forms.ChoiceField(label="What becomes of the old ones", choices=[], required=False)
    place_of_old = choosing_field("Where the old ones go", "locations", "Unless they are written off.")
    write_off_reason = forms.ChoiceField(label="Reason of the write-off", choices=[], required=False)
    replacement = text_field("Replacement", "Scan the unit that the customer gets for it.", required=True, spellcheck="false")
    item = text_field("Only of item", "Where several items bear the number.", spellcheck="false")
    carrier = text_field("Carrier")
    tracking_number = text_field("Tracking number", spellcheck="false")
    shipped_on = day_field("Shipped on", "Empty for today.")
    how = long_text_field("How it came about", required=True)
    note = text_field("Note")


Typed = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Meant:
    """What an act is done to: units, and goods of which a part can be meant."""

    units: list[int]
    goods: list[GoodsPart]

    @property
    def rows(self) -> list[int]:
        """The goods by their ids on the return."""
        return [part.id for part in self.goods]

    @property
    def both(self) -> dict[str, Any]:
        """As acts take them that can be done to a part of the goods."""
        return {"unit_ids": self.units, "goods": self.goods}

    @property
    def whole(self) -> dict[str, Any]:
        """As acts take them that are done to all of the goods."""
        return {"unit_ids": self.units, "goods": self.rows}


@dataclass(frozen=True, slots=True)
class ReturnAct:
    """One thing that is done to units of a return."""

    title: str
    done: str
    """What is said of it afterwards, behind the return's number."""
    icon: str
    intro: str
    fields: tuple[str, ...]
    fits: Callable[[UnitBack], bool]
    act: Callable[[User, Document, Meant, Typed], object]
    right: Right = "edit"
    labels: Mapping[str, str] | None = None
    goods_fit: Callable[[GoodsBack], bool] | None = None
    """None for what is done to units alone."""
    parts: bool = False
    """Whether it can be done to a part of the goods."""
    outcomes: tuple[ReturnOutcome, ...] = ()
    """Where nothing was ticked, only units with one of these outcomes are meant, if there are such."""


def _receive(actor: User, paper: Document, meant: Meant, typed: Typed) -> object:
    place = place_typed(typed["place"])
    form_day = ReturnActForm({"returned_on": typed["returned_on"]}).day("returned_on")
    return returning.receive_return(actor=actor, paper=paper, location_id=place, returned_on=form_day, note=typed["note"], **meant.both)


def _decide(actor: User, paper: Document, meant: Meant, typed: Typed) -> object:
    coming = False if typed["stays"] else None
    return returning.decide(actor=actor, paper=paper, outcome=typed["outcome"], finding=typed["finding"], coming=coming, **meant.whole)


def _reject(actor: User, paper: Document, meant: Meant, typed: Typed) -> object:
    back = bool(typed["ship_back"])
    return returning.reject(actor=actor, paper=paper, reason=typed["reason"], ship_back=back, note=typed["note"], **meant.both)


def _repair(actor: User, paper: Document, meant: Meant, typed: Typed) -> object:
    back = bool(typed["ship_back"])
    return returning.begin_repair(actor=actor, paper=paper, unit_ids=meant.units, fault=typed["reason"], ship_back=back, note=typed["note"])


def _done(typed: Typed) -> dict[str, Any]:
    return {"work": typed["work"], "test": typed["test"], "passed": not typed["failed"], "replaced": replaced_parts.replacing(typed)}


def _end(actor: User, paper: Document, meant: Meant, typed: Typed) -> object:
    return returning.end_repair(actor=actor, paper=paper, unit_ids=meant.units, **_done(typed))


def _repair_at_once(actor: User, paper: Document, meant: Meant, typed: Typed) -> object:
    if not typed["reason"].strip():
        raise Invalid("reason-needed", "Say what was repaired.", fields={"reason": "Say what was wrong with them."})
    back = bool(typed["ship_back"])
    return returning.end_repair(actor=actor, paper=paper, unit_ids=meant.units, fault=typed["reason"], ship_back=back, **_done(typed))


def _parcel(typed: Typed) -> dict[str, Any]:
    return {name: typed[name] for name in ("carrier", "tracking_number", "shipped_on", "note")}


def _ship(actor: User, paper: Document, meant: Meant, typed: Typed) -> object:
    return returning.ship_back(actor=actor, paper=paper, unit_ids=meant.units, work=typed["work"], test=typed["test"], **_parcel(typed))


def _replace(actor: User, paper: Document, meant: Meant, typed: Typed) -> object:
    new = unit_named(typed["replacement"], field="replacement", item=typed["item"])
    return returning.ship_back(actor=actor, paper=paper, replacements=dict.fromkeys(meant.units, new), **_parcel(typed))


def _undecided(unit: UnitBack) -> bool:
    return unit.state.here and unit.state.status == Status.RETURNED and unit.state.work_id is None


PARCEL = ("carrier", "tracking_number", "shipped_on", "note")
ACTS: Mapping[str, ReturnAct] = {
    "receipts": ReturnAct(
        "Receive",
        "is received.",
        "package-import",
        "They go into a lot of their own, status RMA returned, and are no stock until somebody decides.",
        ("place", "returned_on", "note"),
        lambda unit: unit.state.expected,
        _receive,
        "create",
        goods_fit=lambda goods: goods.expected,
        parts=True,
    ),
    "decisions": ReturnAct(
        "Inspect",
        "is decided.",
        "circle-check",
        "Say what was found and what the customer gets. Nothing moves by it; what is to be done stands on the return then.",
        ("outcome", "finding", "stays"),
        lambda unit: not unit.state.done,
        _decide,
        goods_fit=lambda goods: not goods.done,
    ),
    "rejections": ReturnAct(
        "Reject",
        "is rejected.",
        "ban",
        "They go into a lot of their own, status Rejected.",
        ("reason", "ship_back", "note"),
        _undecided,
        _reject,
        goods_fit=lambda goods: bool(goods.left),
        parts=True,
    ),
    "repairs": ReturnAct(
        "Repair",
        "is in repair.",
        "tools",
        "A repair order is opened. Components that are replaced meanwhile, and the work notes, belong to it.",
        ("reason", "ship_back", "note"),
        _undecided,
        _repair,
        labels={"reason": "What is wrong", "ship_back": "Ship it back to the customer when it is repaired"},
    ),
    "finished-repairs": ReturnAct(
        "Repair in one step",
        "is repaired.",
        "circle-check",
        "For what is repaired already: the repair order, what was done and replaced, and the test, all at once.",
        ("reason", "ship_back", "work", "test", "failed", *replaced_parts.FIELDS),
        _undecided,
        _repair_at_once,
        labels={"reason": "What was wrong", "ship_back": "Ship it back to the customer"},
    ),
    "repair-ends": ReturnAct(
        "End the repair",
        "is repaired.",
        "circle-check",
        "What is kept is in stock again then; what goes back waits to be shipped.",
        ("work", "test", "failed", *replaced_parts.FIELDS),
        lambda unit: unit.state.here and unit.state.work_id is not None,
        _end,
    ),
    "shipments": ReturnAct(
        "Ship back",
        "is on its way back.",
        "truck",
        "A shipment to this customer is made and shipped. A repair that is under way ends by it; the warranty goes on as it was.",
        ("work", "test", *PARCEL),
        lambda unit: unit.state.here and not unit.state.done and unit.state.status in (Status.RETURNED, Status.REJECTED),
        _ship,
        outcomes=SENT_BACK,
    ),
    "replacements": ReturnAct(
        "Replace",
        "is replaced.",
        "refresh",
        "The customer gets another unit for it, shipped at once, with what is left of its warranty. Each shows the other.",
        ("replacement", "item", *PARCEL),
        lambda unit: unit.replacement_id is None and not unit.state.done,
        _replace,
        outcomes=(ReturnOutcome.REPLACEMENT,),
    ),
    "settlements": ReturnAct(
        "Settle",
        "is settled.",
        "report-search",
        "Say how it came to this customer. Were two customers’ units mixed up, swap their shipments instead.",
        ("how",),
        lambda unit: bool(unit.state.contradiction) and not unit.state.settled,
        lambda actor, paper, meant, typed: returning.settle_contradiction(actor=actor, paper=paper, how=typed["how"], **meant.whole),
        goods_fit=lambda goods: bool(goods.row.contradiction) and not goods.row.settled,
    ),
    "removals": ReturnAct(
        "Take off",
        "has less on it now.",
        "x",
        "The customer does not send them after all.",
        (),
        lambda unit: unit.state.received_by_id is None and unit.replacement_id is None,
        lambda actor, paper, meant, _: returning.take_off_return(actor=actor, paper=paper, **meant.whole),
        goods_fit=lambda goods: goods.row.received_by_id is None,
    ),
}
