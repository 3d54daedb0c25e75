"""Two people do two things to the same unit at once: nobody's work is lost without a word, and the ledger stays whole."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import combinations_with_replacement

from django.db import connection, transaction

from nameplate.ledger import verify
from nameplate.models import Entry, Movement, Serial
from nameplate.refusals import Busy, Conflict, Invalid, Refused
from tests import proving
from tests.ledger.ground import taken_back
from tests.ledger.racing import race, refusals, winners
from tests.ledger.test_table import STARTS, STATUS
from tests.operations.acts import Act, Workshop
from tests.operations.acts_under_papers import ACTS

PAIRS = list(combinations_with_replacement(ACTS, 2))
DRAWN = 12
TOLD = (Conflict, Busy, Invalid)


def standing_for(one: Act, other: Act) -> tuple[str, frozenset[str]] | None:
    """How a unit must stand for both to be possible, if there is such a way."""
    return next((case for case in STARTS if one.may(*case) and other.may(*case)), None)


@contextmanager
def _tried(shop: Workshop) -> Iterator[None]:
    """Acts in it are taken back, and the spares that they used with them: the next unit may get the id of one that is gone."""
    spares = dict(shop.spares)
    with taken_back():
        yield
    shop.spares = spares


def exclude_each_other(shop: Workshop, one: Act, other: Act, unit: int) -> bool:
    """Whether neither can be done after the other."""

    def both(first: Act, second: Act) -> bool:
        with _tried(shop):
            try:
                return first.do(shop, unit) is not None and second.do(shop, unit) is not None
            except Refused:
                return False

    return not both(one, other) and not both(other, one)


def at_once(shop: Workshop, act: Act, unit: int) -> bool:
    """Whether it is one entry: between two of one act the whole of another may find its moment, and both are done rightly."""
    with _tried(shop):
        before = Entry.objects.count()
        try:
            act.do(shop, unit)
        except Refused:
            return True
        return Entry.objects.count() == before + 1


def fresh(shop: Workshop, start: str, facts: frozenset[str]) -> int:
    """One more unit that stands so."""
    return shop.unit(STATUS[start], **shop.columns(start, facts))


def run_pair(shop: Workshop, one: Act, other: Act, case: tuple[str, frozenset[str]]) -> None:
    exclusive = exclude_each_other(shop, one, other, fresh(shop, *case))
    exclusive = exclusive and all(at_once(shop, act, fresh(shop, *case)) for act in (one, other))
    unit = fresh(shop, *case)
    begun = Serial.objects.get(pk=unit).version
    acts: list[Callable[[], Entry | None]] = [partial(one.do, shop, unit), partial(other.do, shop, unit)]
    outcomes = race(*acts, at="COPY nameplate_movement")
    said = f"{one.name} | {other.name} from {case}: {[getattr(outcome, 'message', outcome) for outcome in outcomes]}"
    # An act of two steps may lose its second to what the other's first did: then both first steps stand, and both people are told.
    assert winners(outcomes) or Serial.objects.get(pk=unit).version > begun, said
    assert all(isinstance(refusal, TOLD) for refusal in refusals(outcomes)), said
    if exclusive:
        assert len(winners(outcomes)) == 1, said
    assert Serial.objects.get(pk=unit).version == Movement.objects.filter(serial=unit).count(), said


def test_two_acts_on_one_unit_at_once(committing: str) -> None:
    """A drawn set in the short form, all pairs in full."""
    shop = Workshop()
    assert not connection.in_atomic_block
    drawn = random.Random(proving.seed("pairs of acts"))  # which pairs are tried
    possible = [(one, other, case) for one, other in PAIRS if (case := standing_for(one, other)) is not None]
    chosen = possible if proving.PROVING else drawn.sample(possible, DRAWN)
    for one, other, case in chosen:
        run_pair(shop, one, other, case)
    with transaction.atomic():
        assert verify() == []
    proving.note(f"{len(chosen)} pairs of acts raced on {connection.vendor}")
