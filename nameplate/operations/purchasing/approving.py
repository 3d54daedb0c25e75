"""Approval: where the company asks for it, a second look at an order before it goes to the vendor."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from nameplate import access
from nameplate.ledger.transacting import transacting
from nameplate.models import Document, DocumentStatus, Setting, User
from nameplate.operations.cataloguing.changes import in_words, log_changes
from nameplate.refusals import Conflict, Stale

NAME = "purchasing"
NOUN = "settings"


@dataclass(frozen=True, slots=True)
class Rules:
    """What the company asks of its orders. `by_another`: whoever drew an order up does not approve it."""

    approval: bool = False
    by_another: bool = False
    version: int = 0


def rules() -> Rules:
    """As they are set now."""
    found = Setting.objects.filter(name=NAME).first()
    return Rules(**found.values, version=found.version) if found else Rules()


@transacting()
def edit_rules(*, actor: User, version: int, approval: bool | None = None, by_another: bool | None = None) -> Rules:
    """The rules with what was given; `version` is the one that the editor saw, 0 before the first edit."""
    access.require(actor, "settings", "edit")
    before = {"approval": False, "by_another": False}
    Setting.objects.get_or_create(name=NAME, defaults={"values": before, "version": 0})
    found = Setting.objects.select_for_update(no_key=True).get(name=NAME)
    if found.version != version:
        now = asdict(rules())
        message = "Somebody changed this since you opened it. Nothing was saved."
        raise Stale(
            "stale", message, way_out="Look at it as it is now, and save again.", extra={"yours": {"version": version}, "theirs": now}
        )
    before = dict(found.values)
    given = {name: value for name, value in (("approval", approval), ("by_another", by_another)) if value is not None}
    changed = {name: value for name, value in given.items() if before[name] != value}
    if changed:
        found.values = {**before, **changed}
        found.version += 1
        found.save()
        log_changes(actor=actor, noun=NOUN, subject=found.pk, changes=[(n, in_words(before[n]), in_words(v)) for n, v in changed.items()])
    return rules()


def refuse_own(actor: User, order: Document) -> None:
    """Refuse approving where it is not asked for, or one's own order where another person shall."""
    set_now = rules()
    if not set_now.approval:
        raise Conflict("approval-off", "Orders need no approval here.", way_out="Mark the order as ordered.")
    if set_now.by_another and order.created_by_id == actor.pk:
        raise Conflict("own-order", f"You drew {order} up yourself.", way_out="Somebody else who may approve orders has to do it.")


def refuse_unapproved(order: Document) -> None:
    """Refuse placing an order that is not approved, where approval is asked for."""
    if order.status != DocumentStatus.APPROVED and rules().approval:
        label = DocumentStatus(order.status).label
        raise Conflict("not-approved", f"{order} is {label}; it must be approved before it is ordered.", way_out="Have it approved first.")
