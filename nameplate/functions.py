"""The functions that a company switches off or on: what each is, which are on, and the one refusal that names them.

Every layer above the models asks here: the ledger and the operations refuse, lists leave columns out, doors hide pages. Off keeps all data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from nameplate.models import Switch
from nameplate.refusals import Conflict

SERIAL_NUMBERS = "serial-numbers"
LOTS = "lots"
EXPIRY_DATES = "expiry-dates"
QUALITY_CONTROL = "quality-control"
RMA = "rma"
MULTIPLE_SITES = "multiple-sites"


@dataclass(frozen=True, slots=True)
class Function:
    """One function. `needs` names others without which it is off too; `nouns` are the path segments, in both doors, that are its own."""

    name: str
    label: str
    meaning: str
    """What it is for, a sentence."""
    off: str
    """What being off means, a sentence."""
    needs: tuple[str, ...] = ()
    nouns: tuple[str, ...] = ()
    heads: tuple[str, ...] = ()
    """Segments that are its own only where an address begins with them: `/imports` brings in units, `/vendors/imports` vendors."""


ALL: Mapping[str, Function] = {
    one.name: one
    for one in (
        Function(
            SERIAL_NUMBERS,
            "Serial numbers",
            "Every unit of an item has a number of its own, and a history of its own.",
            "Units stay as they are: nothing is received, moved, corrected or undone for items that have serial numbers.",
            nouns=(
                "serials",
                "labels",
                "rejections",
                "stock-releases",
                "re-entries",
                "reports",
                "replacements",
                "removals",
                "installations",
                "placements",
                "disassemblies",
                "rework",
                "vendor-returns",
            ),
            heads=("imports",),
        ),
        Function(
            LOTS,
            "Lots",
            "What came together stays together: batches that are looked up, moved and traced.",
            "Lots have no pages or columns, and items that are followed by lot stay as they are.",
            nouns=("lots", "lot-corrections"),
        ),
        Function(
            EXPIRY_DATES,
            "Expiry dates",
            "Each lot can have a day after which it is no longer used.",
            "No expiry date is asked for, kept or shown.",
            needs=(LOTS,),
        ),
        Function(
            QUALITY_CONTROL,
            "Quality control",
            "What comes in is inspected unit by unit, and what fails is Rejected.",
            "What comes in is stock at once; nothing is rejected unless by a return’s inspection.",
            nouns=("inspections", "inspected-units", "check-results", "inspection-plan"),
        ),
        Function(
            RMA,
            "Returns (RMA)",
            "Customers send units back; each is inspected, repaired, replaced or restocked.",
            "Nothing is taken back from a customer.",
            needs=(SERIAL_NUMBERS,),
            nouns=("returns", "returned", "shipment-swaps"),
        ),
        Function(
            MULTIPLE_SITES,
            "Multiple sites",
            "More than one warehouse or plant, and goods on their way between them.",
            "There is one site, and no second one is made.",
            nouns=("transfer-orders",),
        ),
    )
}

_OF_NOUN = {noun: one.name for one in ALL.values() for noun in one.nouns}
_OF_HEAD = {head: one.name for one in ALL.values() for head in one.heads}
_answered: ContextVar[list[frozenset[str]] | None] = ContextVar("nameplate_functions_off", default=None)
"""What a request was answered already, so that its page, menu and list ask once; None outside of a request."""


def off() -> frozenset[str]:
    """The functions that are off now, with those that need one of them."""
    answered = _answered.get()
    if answered:
        return answered[0]
    found = closed(Switch.objects.filter(on=False).values_list("name", flat=True))
    if answered is not None:
        answered.append(found)
    return found


def closed(names: Iterable[str]) -> frozenset[str]:
    """These functions and all that are off because of them."""
    found = set(names)
    while more := {one.name for one in ALL.values() if one.name not in found and found & set(one.needs)}:
        found |= more
    return frozenset(found)


def is_on(name: str) -> bool:
    """Whether the function is on, and all that it needs."""
    return name not in off()


def require_on(name: str, what: str, *, field: str = "") -> None:
    """Go on only while the function is on. `what` begins the refusal's sentence (“Receiving WD30EZRX”); `field` is the input at fault."""
    if not is_on(name):
        raise switched_off([name], what, field=field)


def switched_off(names: Iterable[str], what: str, *, field: str = "") -> Conflict:
    """The refusal of what needs any one of these functions, all of which are off."""
    wanted = [ALL[name] for name in names]
    labels = " or ".join(one.label for one in wanted)
    needed = [ALL[name].label for one in wanted for name in one.needs if name in off()]
    sentence = f"{what} needs {labels}, which is switched off."
    return Conflict(
        "switched-off",
        sentence,
        fields={field: sentence} if field else {},
        way_out=f"An administrator switches {' and '.join([*needed, labels])} on under Settings → Functions. Nothing was lost meanwhile.",
        extra={"functions": [one.name for one in wanted]},
    )


def of_noun(noun: str) -> str:
    """The function that owns the pages of this noun; empty for none."""
    return _OF_NOUN.get(noun, "")


def of_address(path: str) -> str:
    """The function whose page this is, in either door; empty for an address that is nobody's own, as that of each setting."""
    segments = path.partition("?")[0].strip("/").removesuffix(".csv").removesuffix(".xlsx").removesuffix(".pdf").split("/")
    if "settings" in segments:
        return ""
    head = segments[2:3] if segments[0] == "api" else segments[:1]
    if "reports" in segments:  # a report may be of another function than reports are
        segments.reverse()
    return next((_OF_NOUN[segment] for segment in segments if segment in _OF_NOUN), _OF_HEAD.get("".join(head), ""))


def forget() -> None:
    """Ask the database anew from here on: a switch was just moved."""
    answered = _answered.get()
    if answered is not None:
        answered.clear()


def remembering(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: within one request, which functions are off is asked once."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        token = _answered.set([])
        try:
            return get_response(request)
        finally:
            _answered.reset(token)

    return answer
