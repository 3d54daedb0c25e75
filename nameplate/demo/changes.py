"""What became of the demo company's pods after they were built: a drive replaced, one reworked, one still on the bench."""

from __future__ import annotations

from nameplate.demo.desk import Desk, day
from nameplate.models import Availability, Serial
from nameplate.operations.assembling import Fate, Outcome, Swap, begin_rework, end_rework, replace_components

POD = "POD-45"


def change(desk: Desk) -> None:
    """The first pod got another drive; the second went through production again for a module that hummed; the third is in rework."""
    first, second, third = Serial.objects.filter(item=desk.items[POD]).order_by("sort_key")[:3]
    quarantine = desk.places["Quarantine"].pk
    replace_components(
        actor=desk.manager,
        swaps=[_swap(first, "bay 17")],
        outcome=Outcome(Fate.REJECTED, quarantine),
        reason="Clicks since Monday.",
        happened_on=day(16),
    )
    order = begin_rework(actor=desk.operator, unit_ids=[second.pk], reason="The power module hums.").document
    assert order is not None
    replace_components(
        actor=desk.operator,
        swaps=[_swap(second, "")],
        outcome=Outcome(Fate.REJECTED, quarantine),
        reason="Hums under load.",
    )
    end_rework(actor=desk.operator, order=order, note="Burnt in for a night.")
    begin_rework(actor=desk.operator, unit_ids=[third.pk], reason="Two fans to be turned around.")


def _swap(pod: Serial, place: str) -> Swap:
    """What sits at that place of the pod (the module sits at none), and the newest that could take its place."""
    bays = Serial.objects.filter(parent=pod, place=place) if place else Serial.objects.filter(parent=pod, item__number="PM-2")
    old = bays.order_by("pk")[0]
    spares = Serial.objects.filter(item=old.item_id, availability=Availability.AVAILABLE, lot__hold="", withdrawn=False)
    return Swap(old.pk, spares.order_by("-received_on", "pk")[0].pk)
