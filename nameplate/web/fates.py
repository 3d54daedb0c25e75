"""What becomes of components that come out, as forms ask it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms

from nameplate.models import ReasonKind, Serial, Status
from nameplate.operations.assembling.fates import Fate, Outcome, fates_for
from nameplate.operations.assembling.removing import as_fate
from nameplate.operations.assembling.standing import Standing
from nameplate.web.forms import TypedForm, choosing_field, day_field, text_field, whole_number
from nameplate.web.lot_acts import place_typed
from nameplate.web.options import label_of
from nameplate.web.reasons import reason_choices

LABELS = {
    Fate.RECEIVED: "Back to stock",
    Fate.REJECTED: "Rejected",
    Fate.RETURNED: "Returned from its customer",
    Fate.WRITTEN_OFF: "Written off",
}


class FateForm(TypedForm):
    """What becomes of what comes out, where it goes, why, and when that was."""

    fate = forms.ChoiceField(label="What becomes of it", choices=[])
    place = choosing_field("Where it goes", "locations", "Unless it is written off.")
    write_off_reason = forms.ChoiceField(label="Reason of the write-off", choices=[], required=False)
    reason = text_field("Reason", "Stands in the history of each.")
    happened_on = day_field("Happened on", "Empty for today.")
    note = text_field("Note")

    def offer(self, units: Collection[Standing]) -> None:
        """Offer the fates that these units can have, and the company's reasons."""
        offered = fates_for(units)
        self.set_choices("fate", [(one.value, LABELS[one]) for one in offered])
        self.set_choices("write_off_reason", reason_choices(ReasonKind.WRITE_OFF, "Only where it is written off"))
        if Fate.WRITTEN_OFF not in offered:
            del self.fields["write_off_reason"]
        if any(unit.root_status == Status.SHIPPED for unit in units):
            self.fields["reason"].help_text = "It is at a customer: say why it is changed there."

    def outcome(self) -> Outcome:
        """For all of them. Refused: a place where nothing is put."""
        typed = self.typed("fate", "place")
        place = str(typed["place"] or "")
        return Outcome(as_fate(str(typed["fate"] or "")), place_typed(place) if place.strip() else None)

    def more(self) -> dict[str, Any]:
        """The rest, as the operations take it."""
        typed = self.typed("write_off_reason", "reason", "note")
        return {
            "write_off_reason": whole_number(str(typed.get("write_off_reason") or "")) or None,
            "reason": str(typed["reason"] or ""),
            "happened_on": self.day("happened_on"),
            "note": str(typed["note"] or ""),
        }


def in_words(outcome: Outcome) -> str:
    """What became of it, within a sentence."""
    words = {Fate.RECEIVED: "back in stock", Fate.RETURNED: "Returned"}
    return words.get(outcome.fate, LABELS[outcome.fate])


def bench_of(root_id: int) -> str:
    """Where the product around it lies, which is where its components come out; nothing where it is at a customer."""
    root = Serial.objects.select_related("location__site").get(pk=root_id)
    return label_of(root.location) if root.location else ""
