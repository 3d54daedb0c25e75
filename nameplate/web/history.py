"""The history of what is no unit: who changed which field of an item, party, place or order."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from nameplate.models import Change

TOGETHER = timedelta(seconds=1)
LABELS = {
    "serial_format": "Accepted format",
    "serial_shortest": "Fewest characters",
    "serial_longest": "Most characters",
    "serial_characters": "Allowed characters",
    "serial_prefix": "Prefix to take off",
    "serial_pattern": "Numbering pattern",
    "tracking": "Followed by",
    "gtin": "GTIN",
    "shelf_life_days": "Shelf life in days",
    "warranty_months": "Warranty in months",
    "vendor_reference": "Vendor’s reference",
    "email": "E-mail",
    "rma": "Returns (RMA)",
}
"""Fields that are called otherwise on their form."""
ALONE = {"created", "archived"}
"""Fields that make an act of their own."""
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
        shown = (change for change in self.changes if change.field not in ALONE)
        return [(LABELS.get(change.field) or change.field.replace("_", " ").capitalize(), change.before, change.after) for change in shown]


def history_of(noun: str, subject: int | None) -> list[Act]:
    """The latest changes of one thing (of all that the noun names, for None), newest first, those of one act together."""
    acts: list[Act] = []
    which = Change.objects.filter(noun=noun) if subject is None else Change.objects.filter(noun=noun, subject=subject)
    for change in which.select_related("actor").order_by("-id")[:SHOWN]:
        who = change.actor.get_username()
        if not acts or not _together(acts[-1], change, who):
            acts.append(Act(change.changed_at, who))
        acts[-1].changes.insert(0, change)
    return acts


def _together(act: Act, change: Change, who: str) -> bool:
    """Whether the change belongs to the act: one act may log in two parts, and no person does two within a second."""
    if act.who != who or act.when - change.changed_at > TOGETHER:
        return False
    return not ALONE & {change.field, act.changes[0].field}
