"""Components replaced while something is repaired, as the page of the repair asks for them: the old and the new number on a line each."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from nameplate.models import ReasonKind
from nameplate.operations.assembling import Replacing, Swap
from nameplate.operations.assembling.fates import Fate, Outcome, fates_for
from nameplate.operations.assembling.removing import as_fate, components_of
from nameplate.operations.assembling.standing import standing
from nameplate.operations.choosing import units_named
from nameplate.refusals import Invalid, Refused
from nameplate.web.fates import LABELS
from nameplate.web.forms import TypedForm, whole_number
from nameplate.web.lot_acts import place_typed
from nameplate.web.reasons import reason_choices

FIELDS = ("replaced", "fate", "place_of_old", "write_off_reason")
_BETWEEN = re.compile(r"\s*[,;\t]\s*|\s+")
_BESIDE = {"old": "replaced", "new": "replaced", "location": "place_of_old"}


def offer(form: TypedForm, unit_ids: Sequence[int]) -> None:
    """Offer what can become of what is inside these units; nothing is asked where nothing is."""
    inside = standing(components_of(unit_ids)).values()
    if not inside:
        for name in FIELDS:
            form.fields.pop(name, None)
        return
    form.set_choices("fate", [(fate.value, LABELS[fate]) for fate in fates_for(inside)])
    form.set_choices("write_off_reason", reason_choices(ReasonKind.WRITE_OFF, "Only where it is written off"))


def replacing(typed: Mapping[str, str]) -> Replacing | None:
    """What was typed; None where nothing was. Refused: a line without two numbers; numbers that name no unit, or several."""
    lines = [line.strip() for line in typed.get("replaced", "").splitlines() if line.strip()]
    if not lines:
        return None
    pairs = [_BETWEEN.split(line, maxsplit=1) for line in lines]
    for place, pair in enumerate(pairs, 1):
        if len(pair) < 2 or not all(pair):
            sentence = f"Line {place} has no two numbers: the old one, a comma, the new one."
            raise Invalid("not-a-pair", sentence, fields={"replaced": sentence})
    try:
        old, new = (units_named(list(numbers)) for numbers in zip(*pairs, strict=True))
    except Invalid as refusal:
        raise Invalid(refusal.rule, refusal.message, fields={"replaced": refusal.message}, offenders=refusal.offenders) from refusal
    fate = as_fate(typed["fate"])
    place_of_old = None if fate is Fate.WRITTEN_OFF or not typed["place_of_old"].strip() else place_typed(typed["place_of_old"])
    swaps = [Swap(out, into) for out, into in zip(old, new, strict=True)]
    return Replacing(swaps, Outcome(fate, place_of_old), write_off_reason=whole_number(typed["write_off_reason"]) or None)


def told_beside(form: TypedForm) -> Callable[[Refused], None]:
    """What puts a refusal's word on a component beside the field in which it was typed."""

    def tell(refusal: Refused) -> None:
        for name, sentence in refusal.fields.items():
            if _BESIDE.get(name) in form.fields:
                form.add_error(_BESIDE[name], sentence)

    return tell
