"""May this be done? Every offender is named, with the rule that stops it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nameplate.ledger.conditions import CONDITIONS, Context
from nameplate.ledger.kinds import GUARDS, RULE, Kind, Rule, status_names
from nameplate.ledger.moves import Step
from nameplate.ledger.state import AT, EMPTY, HOLD, STATUS, TRANSFER, WITHDRAWN, WORK, State
from nameplate.models import Availability, Status
from nameplate.refusals import Invalid


def after(step: Step, state: State, happened_on: Any) -> State:
    """The placement after `step`, per-unit columns aside: cleared, stamped, then set."""
    rule = RULE[step.kind]
    values = list(state)
    for name in rule.clears:
        values[AT[name]] = EMPTY[AT[name]]
    if rule.stamps:
        values[AT[rule.stamps]] = happened_on
    if rule.targets:
        values[STATUS] = int(rule.targets[0])
    for name, value in step.to.items():
        values[AT[name]] = value
    if step.kind is Kind.WITHDRAWN:
        values[WITHDRAWN] = True
    if rule.targets and values[STATUS] in (Status.WRITTEN_OFF, Status.SHIPPED, Status.CONSUMED):
        # Gone from the shelf whatever the kind: nothing that holds only for units in stock stays behind.
        for name in ("location_id", "reserved_line_id", "transfer_id", "work_id"):
            values[AT[name]] = None
    return tuple(values)


def check_step(step: Step) -> None:
    """Refuse a step that no caller may write: an unknown column, or a target that the table does not have. A programming error."""
    rule = RULE[step.kind]
    unknown = [name for name in (*step.to, *step.each) if name not in AT]
    if unknown:
        raise ValueError(f"{step.kind.name} names columns that a placement does not have: {unknown}")
    if "status" in step.to and step.to["status"] not in rule.targets:
        raise Invalid(
            "no-such-transition",
            f"“{rule.label}” does not lead to {Status(step.to['status']).label}.",
            way_out=f"It leads to {status_names(rule.targets) or 'the status before'}.",
        )


def objection(step: Step, state: State, result: State, context: Context, *, new: bool) -> str:
    """Why a unit that stands like `state` may not come to stand like `result` by this step; empty when it may."""
    rule = RULE[step.kind]
    return (
        _status_objection(rule, state, context, new=new)
        or _guard_objection(rule, state, context)
        or _needs_objection(rule, result)
        or next((text for name in rule.conditions if name in CONDITIONS if (text := CONDITIONS[name](state, result, step, context))), "")
    )


def _status_objection(rule: Rule, state: State, context: Context, *, new: bool) -> str:
    if new:
        if not rule.from_new:
            return "it is not known"
        return "" if not rule.new_is_unusual or context.reason else "it was never shipped; give a reason"
    if state[WITHDRAWN]:
        return "its number was withdrawn"
    status = Status(state[STATUS])
    if status in rule.sources:
        return ""
    if status in rule.unusual:
        return "" if context.reason else f"it is {status.label}; give a reason"
    if not rule.sources and not rule.unusual:
        return "it is known already"
    return f"it is {status.label}; “{rule.label}” needs {status_names(rule.sources)}"


def _guard_objection(rule: Rule, state: State, context: Context) -> str:
    if state[HOLD] and rule.kind not in GUARDS[Availability.ON_HOLD]:
        return f"it is on hold ({state[HOLD]})" if rule.kind is not Kind.HELD else f"it is on hold already ({state[HOLD]})"
    if state[TRANSFER] and rule.kind not in GUARDS[Availability.IN_TRANSIT]:
        return "it is in transit"
    if state[WORK] and rule.kind not in GUARDS[Availability.IN_WORK] and state[WORK] != context.document_id:
        return "it is in repair or rework"
    return ""


def _needs_objection(rule: Rule, result: State) -> str:
    for need in rule.needs:
        if not any(result[AT[name]] for name in need.split("|")):
            return f"“{rule.label}” needs {need.replace('_id', '').replace('_', ' ').replace('|', ' or ')}"
    return ""


def check_reason_and_document(steps: Sequence[Step], reason: str, document_id: int | None) -> None:
    """Refuse an act without the reason or document that a kind of it demands. A step that names a document's line has its document."""
    for step in steps:
        rule = RULE[step.kind]
        if rule.needs_reason and not reason.strip():
            raise Invalid("reason-needed", f"“{rule.label}” needs a reason.", fields={"reason": "Say why."})
        if rule.needs_document and document_id is None and step.line_id is None:
            raise Invalid("document-needed", f"“{rule.label}” needs a document.", fields={"document": "Name the document."})
