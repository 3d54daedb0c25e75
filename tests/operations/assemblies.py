"""What tests of assembling ask: where things are, what becomes of them, and what was refused with nothing written."""

from __future__ import annotations

from collections.abc import Callable

from nameplate.models import Document, Entry, Movement, Serial
from nameplate.operations.assembling import Fate, Outcome
from nameplate.refusals import Refused
from tests.operations.orders import refused
from tests.workshop import Workshop


def at(shop: Workshop, fate: Fate = Fate.RECEIVED) -> Outcome:
    """That fate, on the bench unless it is written off."""
    return Outcome(fate, None if fate is Fate.WRITTEN_OFF else shop.shelf.pk)


def no(call: Callable[[], object]) -> Refused:
    """The refusal, after which nothing was written."""
    before = Movement.objects.count(), Entry.objects.count(), Document.objects.count()
    refusal = refused(call)
    assert (Movement.objects.count(), Entry.objects.count(), Document.objects.count()) == before
    return refusal


def spots(product: int) -> list[tuple[str, str]]:
    """What is directly inside, by place and number."""
    return list(Serial.objects.filter(parent=product).order_by("place", "number").values_list("place", "number"))
