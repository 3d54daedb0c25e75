"""Why something fails: the company's reasons for rejections, found for a judgement and said in its entry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from nameplate.models import Reason, ReasonKind
from nameplate.operations.cataloguing.things import id_of
from nameplate.refusals import Invalid


def reasons_for(given: Iterable[Reason | int | None]) -> dict[int, Reason]:
    """The reasons that are named, by id. Refused: one that is not for rejections, or archived."""
    wanted = {id_of(one) for one in given if one is not None}
    found = {reason.pk: reason for reason in Reason.objects.filter(pk__in=wanted, kind=ReasonKind.REJECTION)} if wanted else {}
    if wanted - found.keys():
        raise Invalid("no-such-reason", "A rejection needs a reason.", fields={"reason": "Choose a reason for rejections."})
    for reason in found.values():
        if reason.archived:
            sentence = f"“{reason}” is archived; choose another reason."
            raise Invalid("archived-reason", sentence, fields={"reason": sentence})
    return found


def in_words(reasons: Iterable[Reason | None]) -> str:
    """The reasons of a judgement, each with how often it was given where there are several."""
    counts = Counter(reason.name for reason in reasons if reason is not None)
    if len(counts) < 2:
        return "".join(counts)
    return ", ".join(f"{name} ({count:,})" for name, count in counts.most_common())
