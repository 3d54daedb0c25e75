"""One entry of the ledger, and taking it back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from nameplate import access
from nameplate.ledger.undoing import how_many
from nameplate.listings.entry import entry_page
from nameplate.models import Item
from nameplate.operations.assembling.replacing import ACT as REPLACED
from nameplate.operations.entering.parsing import parse
from nameplate.operations.entering.pieces import literal
from nameplate.operations.undoing import NOT_UNDONE, chosen_units, goods_of, standing_in_the_way, undo_entry
from nameplate.quantities import from_micro
from nameplate.refusals import Offender
from nameplate.web.acting import form_page, viewing
from nameplate.web.forms import TypedForm, long_text_field, new_key, text_field, whole_number

MOST_SHOWN = 50
MOST_GOODS = 5


class ReversalForm(TypedForm):
    """Which units to undo an entry for, and why."""

    scope = forms.ChoiceField(label="Undo it for", choices=[], widget=forms.RadioSelect, required=False)
    units = long_text_field("Serial numbers", "Scan, paste or type them; A1..A9 is a range.", rows=5)
    reason = text_field("Reason", "Stands in the history beside the undo.")


@require_safe
def page(request: HttpRequest, entry_id: int) -> HttpResponse:
    """An entry: what was done, by whom, to which units."""
    found = entry_page(actor=viewing(request, "stock"), entry_id=entry_id, after=whole_number(request.GET.get("after", "")))
    undoable = found.entry.reverses_id is None and not found.undone and found.entry.act not in NOT_UNDONE
    may_undo = undoable and access.may(viewing(request, "stock"), "stock", "edit")
    return render(request, "entries/entry.html", {"page": found, "entry": found.entry, "may_undo": may_undo})


@require_http_methods(["GET", "HEAD", "POST"])
def reversal(request: HttpRequest, entry_id: int) -> HttpResponse:
    """What undoing the entry would do and what stands in its way; then the undo."""
    actor = viewing(request, "stock", "edit")
    found = entry_page(actor=actor, entry_id=entry_id)
    blocked, remaining, possible = standing_in_the_way(actor=actor, entry_id=entry_id)
    free = len(possible)
    only = next((unit.number for unit in found.units if str(unit.id) == request.GET.get("unit")), "") or _number_of(request, entry_id)
    # A replacement is undone for the old and the new one together.
    only = "" if found.entry.act == REPLACED else only if parse(only).prepared.numbers == [only] else literal(only) if only else ""
    goods = goods_of(entry_id)
    may_choose = len(remaining) > 1 or (len(remaining) == 1 and bool(goods))
    first = {"idempotency_key": new_key(), "scope": "only" if only and may_choose else "free" if blocked and free else "all", "units": only}
    form = ReversalForm(request.POST or None, initial=first)
    form.set_choices(
        "scope", _scopes(len(remaining), free if blocked else 0, goods, beside=len({one.unit_id for one in blocked} - remaining))
    )

    def act() -> tuple[str, str]:
        typed = form.typed("scope", "units", "reason")
        chosen = chosen_units(entry_id=entry_id, scope=str(typed["scope"] or "all"), text=str(typed["units"] or ""))
        done = undo_entry(actor=actor, entry_id=entry_id, unit_ids=chosen, reason=str(typed["reason"] or "").strip())
        count = min(done.units, len(remaining))  # numbers that went back beside what came are not what it was undone for
        return f"/entries/{done.pk}", f"Undone for {count:,} unit{'' if count == 1 else 's'}." if count else "Undone."

    context = {
        "page": found,
        "entry": found.entry,
        "remaining": len(remaining),
        "may_choose": may_choose,
        "free": free,
        **_in_the_way(blocked, remaining),
    }
    return form_page(request, form, "entries/undo.html", act, context)


def _in_the_way(blocked: Sequence[Offender], remaining: Collection[int]) -> dict[str, Any]:
    """What the page says of units that cannot go back yet, with the entry that is undone first where there is but one."""
    stuck = {one.unit_id or 0 for one in blocked}
    later = {one.entry_id for one in blocked}
    return {
        "blocked": blocked[:MOST_SHOWN],
        "more_blocked": max(len(blocked) - MOST_SHOWN, 0),
        "stuck": how_many(stuck, len(remaining), stuck - set(remaining)),
        "stuck_count": len(stuck),
        "in_the_way": later.pop() if len(later) == 1 else None,
    }


def _number_of(request: HttpRequest, entry_id: int) -> str:
    """The number of the unit that the page was opened from, when it stands on a later page of the entry."""
    unit = whole_number(request.GET.get("unit", ""))
    if not unit:
        return ""
    found = entry_page(actor=viewing(request, "stock"), entry_id=entry_id, after=unit - 1).units
    return found[0].number if found and found[0].id == unit else ""


def _scopes(remaining: int, free: int, goods: Sequence[tuple[Item, int]], *, beside: int = 0) -> list[tuple[str, str]]:
    every = f"all {remaining:,} units" if remaining > 1 else "its unit" if remaining else "all of it"
    along = [f"{beside:,} announced number{'' if beside == 1 else 's'} that did not come"] if beside else []
    along += [f"{from_micro(amount):,f} {item.unit} {item.number}" for item, amount in goods[:MOST_GOODS]]
    if len(goods) > MOST_GOODS:
        along.append(f"{len(goods) - MOST_GOODS:,} more items")
    scopes = [("all", f"{every}{f' with {_listed(along)}' if along else ''}")]
    if free:
        scopes.append(("free", f"the {'unit' if free == 1 else f'{free:,} units'} that nothing stands in the way of"))
    if remaining > 1 or (remaining and goods):
        scopes.append(("only", "only these serial numbers" + (", with what of the goods is theirs" if goods else "")))
    return scopes


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
