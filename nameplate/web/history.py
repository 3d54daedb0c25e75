"""The history of what is no unit: who changed which field of an item, party, place or order."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from nameplate.models import Change

TOGETHER = timedelta(seconds=1)
SHOWN = 100
"""Changes on a page, newest first."""


@dataclass(slots=True)
class Act:
    """What somebody changed in one go."""

    when: datetime
    who: str
    changes: list[Change] = field(default_factory=list)

    @property
    def title(self) -> str:
        """The act in a word."""
        reached = next((change.after for change in self.changes if change.field == "status"), "")
        if reached:
            return reached
        first = self.changes[0]
        if first.field == "created":
            return "Created"
        if first.field == "archived":
            return "Archived" if first.after == "yes" else "Restored"
        return "Edited"

    @property
    def fields(self) -> list[tuple[str, str, str]]:
        """Label, before and after of each field to show; none for an act that its title tells wholly."""
        shown = (change for change in self.changes if change.field not in {"created", "archived"})
        return [(change.field.replace("_", " ").capitalize(), change.before, change.after) for change in shown]


def history_of(noun: str, subject: int) -> list[Act]:
    """The latest changes of one thing, newest first, those of one act together."""
    acts: list[Act] = []
    for change in Change.objects.filter(noun=noun, subject=subject).select_related("actor").order_by("-id")[:SHOWN]:
        who = change.actor.get_username()
        # One act may log in two parts; no person does two within a second.
        if not acts or acts[-1].who != who or acts[-1].when - change.changed_at > TOGETHER:
            acts.append(Act(change.changed_at, who))
        acts[-1].changes.insert(0, change)
    return acts
