"""The history of what is no unit: who changed which field of an item, party, place or order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlencode

from nameplate.listings.changes import LABELS
from nameplate.models import Change
from nameplate.models.custom_fields import CustomField

TOGETHER = timedelta(seconds=1)
ALONE = {"created", "archived"}
"""Fields that make an act of their own."""
SHOWN = 100
"""Changes on a page, newest first."""


@dataclass(slots=True)
class Act:
    """What somebody changed in one go."""

    when: datetime
    who: str
    labels: dict[str, str]
    """What custom fields are called."""
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
        return [(self.labels.get(change.field) or worded(change.field), change.before, change.after) for change in shown]


@dataclass(frozen=True, slots=True)
class History:
    """The acts of a page's history, and where all of them are."""

    acts: list[Act]
    address: str

    def __iter__(self) -> Iterator[Act]:
        return iter(self.acts)


def history_of(noun: str, subject: int | None) -> History:
    """The latest changes of one thing (of all that the noun names, for None), newest first, those of one act together."""
    acts: list[Act] = []
    which = Change.objects.filter(noun=noun) if subject is None else Change.objects.filter(noun=noun, subject=subject)
    labels = {f"custom.{slug}": name for slug, name in CustomField.objects.filter(noun=noun).values_list("slug", "name")}
    for change in which.select_related("actor").order_by("-id")[:SHOWN]:
        who = change.actor.get_username()
        if not acts or not _together(acts[-1], change, who):
            acts.append(Act(change.changed_at, who, labels))
        acts[-1].changes.insert(0, change)
    return History(acts, "/changes?" + urlencode({"noun": noun} | ({"subject": subject} if subject is not None else {})))


def worded(name: str) -> str:
    """A field as its form calls it, by the name that the log has."""
    return LABELS.get(name) or name.replace("_", " ").capitalize()


def _together(act: Act, change: Change, who: str) -> bool:
    """Whether the change belongs to the act: one act may log in two parts, and no person does two within a second."""
    if act.who != who or act.when - change.changed_at > TOGETHER:
        return False
    return not ALONE & {change.field, act.changes[0].field}
