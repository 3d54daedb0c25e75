"""Help: serial numbers and where they come from; and, printed from the code, the seven statuses and what may happen to a unit."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from nameplate import functions
from nameplate.ledger.kinds import GUARDS, LOT_AFTER, LOT_STATUSES, PUBLISHED, RULE, Rule, status_names
from nameplate.models import LotStatus, Status
from nameplate.web.refusal_rules import RULES

MEANINGS = {
    Status.PLANNED: "numbered, not yet received",
    Status.RECEIVED: "in stock",
    Status.CONSUMED: "built into a product or used up in manufacturing",
    Status.SHIPPED: "sent to a customer",
    Status.WRITTEN_OFF: "written off by hand",
    Status.REJECTED: "failed quality control or the inspection of a return",
    Status.RETURNED: "back from the customer",
}


@dataclass(frozen=True, slots=True)
class Transition:
    """A row of the table in words."""

    label: str
    sources: str
    unusual: str
    targets: str
    conditions: str


def _transition(rule: Rule) -> Transition:
    sources = [*(["new"] if rule.from_new and not rule.new_is_unusual else []), *[status.label for status in rule.sources]]
    unusual = [*(["new"] if rule.new_is_unusual else []), *[status.label for status in rule.unusual]]
    needs = [text for text, wanted in (("a reason", rule.needs_reason), ("a document", rule.needs_document)) if wanted]
    return Transition(
        label=rule.label,
        sources="any" if len(rule.sources) == len(Status) else ", ".join(sources),
        unusual=", ".join(unusual),
        targets="any" if len(rule.targets) == len(Status) else status_names(rule.targets) or "the same",
        conditions="; ".join([*([rule.note] if rule.note else []), *([f"needs {' and '.join(needs)}"] if needs else [])]),
    )


TOPICS = (
    ("tips", "Tips and tricks"),
    ("saving", "How are serial numbers saved to parts and products?"),
    ("statuses", "What do the statuses say?"),
    ("receiving", "How are they recorded when a purchase order is received?"),
    ("manufacturing", "How are they recorded in manufacturing?"),
    ("write-offs", "How are units written off?"),
    ("transfers", "How do units go to another warehouse?"),
    ("shipping", "How are units shipped to customers?"),
    ("tracking", "Where did a shipped unit go?"),
    ("returns", "How are returns of customers accepted?"),
)
"""The headings of the help on serial numbers, by their anchors."""


def _statuses() -> list[tuple[Status, str, str]]:
    """The seven, each with its meaning and the statuses of its lot."""
    lots = {status: [lot.label for lot in LOT_STATUSES.get(status, ()) if lot != LotStatus.REQUESTED] for status in Status}
    return [(status, MEANINGS[status], " or ".join(lots[status])) for status in Status]


@require_safe
def serial_numbers(request: HttpRequest) -> HttpResponse:
    """What there is to know about the list of serial numbers and the pages that feed it. Refused while there is no such list."""
    functions.require_on(functions.SERIAL_NUMBERS, "This page")
    return render(request, "help/serial_numbers.html", {"topics": TOPICS, "statuses": _statuses()})


@require_safe
def statuses(request: HttpRequest) -> HttpResponse:
    """The seven statuses, the published table, and what each fact of a unit still allows."""
    context = {
        "statuses": _statuses(),
        "transitions": [_transition(rule) for rule in PUBLISHED],
        "lots": [(RULE[kind].label, where) for kind, where in LOT_AFTER.items()],
        "guards": [(fact.label, ", ".join(RULE[kind].label for kind in sorted(kinds))) for fact, kinds in GUARDS.items()],
    }
    return render(request, "help/statuses.html", context)


@require_safe
def refusals(request: HttpRequest) -> HttpResponse:
    """Every rule by which something is refused, each at its own anchor."""
    return render(request, "help/refusals.html", {"rules": sorted(RULES.items())})
