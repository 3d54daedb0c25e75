"""Settings → Reasons: why something is written off or comes back, in the company's own words and order."""

from __future__ import annotations

from typing import TypedDict, Unpack

from nameplate import access
from nameplate.ledger.transacting import transacting
from nameplate.models import Reason, ReasonKind, User
from nameplate.operations.cataloguing.changes import log_changes
from nameplate.operations.cataloguing.texts import Text, read_texts, refuse_wrong, require_texts
from nameplate.operations.cataloguing.things import find, refuse_stale, set_archived, told_when_taken, write
from nameplate.refusals import Conflict, TooLarge
from nameplate.serial_text import canonical

NOUN = "reasons"
TEXTS = {"name": Text("Reason", 100, required=True, identifier=True)}
MOST = 200
"""Reasons of a kind: they are chosen from one list."""


class ReasonFields(TypedDict, total=False):
    """What can be given of a reason; what is left out keeps its value. `position` counts its kind's reasons from 1."""

    name: str
    position: int


def reasons(kind: ReasonKind, *, archived: bool = False) -> list[Reason]:
    """The reasons of a kind in their order, to choose from; with the archived ones behind them when asked for."""
    found = Reason.objects.filter(kind=kind) if archived else Reason.objects.filter(kind=kind, archived=False)
    return list(found.order_by("archived", "position", "id"))


@transacting()
def create_reason(*, actor: User, kind: str, **given: Unpack[ReasonFields]) -> Reason:
    """A new reason, the last of its kind; its name is unlike every other of the kind, whatever the case."""
    access.require(actor, "settings", "edit")
    wrong: dict[str, str] = {}
    require_texts(TEXTS, given, wrong)
    texts = read_texts(TEXTS, given, wrong)
    if kind not in ReasonKind.values:
        wrong["kind"] = "Choose what it is a reason for: " + ", ".join(ReasonKind.values) + "."
    refuse_wrong(wrong)
    others = _in_order(kind)
    if len(others) >= MOST:
        raise TooLarge("too-many", f"{MOST} reasons are the most.", way_out="Use one that is there.")
    reason = Reason(kind=kind, name=texts["name"], name_key=canonical(texts["name"]), position=len(others) + 1)
    with told_when_taken(lambda: _taken(kind, reason.name, None)):
        reason.save(force_insert=True)
    log_changes(actor=actor, noun=NOUN, subject=reason.pk, changes=[("created", "", reason.name)])
    return reason


@transacting()
def edit_reason(*, actor: User, reason: Reason | int, version: int, **given: Unpack[ReasonFields]) -> Reason:
    """Another name, or another place among its kind's: the others move up or down. What was done for it shows the new name."""
    access.require(actor, "settings", "edit")
    found = find(Reason, reason, "reason")
    refuse_stale(found, version, given, noun=NOUN)
    wrong: dict[str, str] = {}
    values: dict[str, object] = {**read_texts(TEXTS, given, wrong)}
    refuse_wrong(wrong)
    if "name" in values:
        values["name_key"] = canonical(str(values["name"]))
    if "position" in given:
        values["position"] = _make_room(found, given["position"])
    with told_when_taken(lambda: _taken(found.kind, str(values.get("name", "")), found.pk)):
        return write(found, values, actor=actor, noun=NOUN, logged=given)


@transacting()
def archive_reason(*, actor: User, reason: Reason | int, version: int) -> Reason:
    """Take it out of what can be chosen; what was done for it keeps it."""
    access.require(actor, "settings", "edit")
    return set_archived(find(Reason, reason, "reason"), True, actor=actor, noun=NOUN, version=version)


@transacting()
def restore_reason(*, actor: User, reason: Reason | int, version: int) -> Reason:
    """Bring an archived reason back."""
    access.require(actor, "settings", "edit")
    return set_archived(find(Reason, reason, "reason"), False, actor=actor, noun=NOUN, version=version)


def _in_order(kind: str) -> list[Reason]:
    """All of a kind, locked: two people who move some of them do so one after the other."""
    return list(Reason.objects.select_for_update(no_key=True).filter(kind=kind).order_by("position", "id"))


def _make_room(moved: Reason, wanted: int) -> int:
    """Number the others anew around that place; answers the place, which is the nearest there is."""
    others = [one for one in _in_order(moved.kind) if one.pk != moved.pk]
    place = max(1, min(wanted, len(others) + 1))
    for index, one in enumerate(others, 1):
        one.position = index if index < place else index + 1
    Reason.objects.bulk_update(others, ["position"])
    return place


def _taken(kind: str, name: str, but: int | None) -> Conflict | None:
    """The refusal that names the reason with this name, if there is another one."""
    other = Reason.objects.filter(kind=kind, name_key=canonical(name)).exclude(pk=but or 0).first()
    if other is None:
        return None
    sentence = f"There is a reason {other} already" + (", archived; restore it instead." if other.archived else ".")
    return Conflict("name-taken", sentence, fields={"name": sentence})
