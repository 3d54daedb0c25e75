"""Bulk editing: which fields of many units shall be what, what that would do, and then all of it or nothing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms import BoundField
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_http_methods

from nameplate.jobs.editing import MOST_AT_ONCE, start_edit
from nameplate.models import FieldNoun, User
from nameplate.operations.editing import edit_units
from nameplate.operations.previewing_edits import EditPreview, labels_of, preview_edit, refused_file
from nameplate.operations.selecting import keep_selection
from nameplate.refusals import Conflict, Forbidden, NotFound, Refused
from nameplate.web import own_fields
from nameplate.web.acting import act_once, viewing
from nameplate.web.chosen import ChosenForm, first_choice
from nameplate.web.forms import day_field, long_text_field, text_field

AT = "/serials/edits/new"
PREVIEW, CHANGE, REFUSED, LEAVE = "preview", "change", "refused", "leave"
"""What a button of the form asks for. `LEAVE` leaves out the refused units."""
CHANGED = "changed-meanwhile"


class BulkEditForm(ChosenForm):
    """Which units, which fields, and what they shall be. A field whose box is not ticked is left as it is."""

    previewed = forms.CharField(widget=forms.HiddenInput, required=False)
    reason = text_field("Reason", "Stands in the history of each.")
    warranty_until = day_field("Warranty until", "Left empty, the date is taken away.")
    notes = long_text_field("Notes", "In place of the notes that are there.")

    def shape(self) -> None:
        """Add the custom fields; leave out the box where the units were chosen elsewhere."""
        own_fields.add_controls(self, FieldNoun.SERIALS, None)
        self.without()
        for bound in self.fields_to_set():
            bound.field.required = True  # no word of “optional”: what counts is the box before it

    def fields_to_set(self) -> list[BoundField]:
        """What can be changed: custom fields first, in their order."""
        return [*own_fields.controls(self), self["warranty_until"], self["notes"]]

    @property
    def ticked(self) -> list[str]:
        """The names of the fields that shall be set."""
        return self.data.getlist("set") if isinstance(self.data, QueryDict) else []

    def rows(self) -> list[tuple[BoundField, bool]]:
        """Each field with whether it is ticked."""
        return [(bound, bound.name in self.ticked) for bound in self.fields_to_set()]

    def given(self) -> dict[str, Any]:
        """The ticked fields with what was typed."""
        known = [bound.name for bound in self.fields_to_set() if bound.name in self.ticked]
        typed = {name: str(value or "") for name, value in self.typed(*known).items()} if known else {}
        custom = own_fields.sent(typed)
        plain = {name: value for name, value in typed.items() if not name.startswith(own_fields.PREFIX)}
        return {**plain, **({"custom": custom} if custom else {})}


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The form; sent, what it would do; sent again from there, done."""
    actor = viewing(request, "stock", "edit")
    step = request.POST.get("step", "")
    form = _form(actor, request, step)
    preview: EditPreview | None = None
    refused: Refused | None = None
    if request.method == "POST":
        try:
            units = form.unit_ids(actor)
            preview = preview_edit(actor=actor, unit_ids=units, **form.given())
            if step == REFUSED:
                return _file(preview)
            if step == CHANGE:
                return act_once(request, lambda: _change(actor, form, units))
        except (Forbidden, NotFound):
            raise
        except Refused as refusal:
            form.tell(refusal)
            refused = refusal
            if refusal.rule == CHANGED:
                preview = preview_edit(actor=actor, unit_ids=units, **form.given())
    context: dict[str, Any] = {
        "form": form,
        "chosen": form.shown(),
        "preview": preview,
        "seal": preview.seal if preview else "",
        "what": labels_of([one.name for one in preview.fields]) if preview else "",
        "most": MOST_AT_ONCE,
        "refused": refused,
    }
    return render(request, "serials/edits.html", context, status=refused.status if refused else 200)


def _form(actor: User, request: HttpRequest, step: str) -> BulkEditForm:
    """The form as it was sent; without the units that were refused, where that is asked."""
    form = BulkEditForm(request.POST or None, initial=first_choice(actor, request.GET))
    form.shape()
    if request.method != "POST" or step != LEAVE:
        return form
    units = form.unit_ids(actor)
    gone = {one.unit_id for one in preview_edit(actor=actor, unit_ids=units, **form.given()).refused}
    kept = keep_selection(actor=actor, listing="serials", section="stock", ids=[unit for unit in units if unit not in gone])
    data = request.POST.copy()
    for name, value in {"search": f"chosen={kept.pk}", "seen": str(len(kept.ids)), "unit": "", "units": ""}.items():
        data[name] = value
    fewer = BulkEditForm(data)
    fewer.shape()
    return fewer


def _change(actor: User, form: BulkEditForm, units: list[int]) -> tuple[str, str]:
    given, reason = form.given(), str(form.typed("reason")["reason"] or "")
    seen = form.data.get("previewed") or "nothing"
    if len(units) > MOST_AT_ONCE:
        job = start_edit(actor=actor, unit_ids=units, seen=seen, reason=reason, **given)
        return f"/jobs/{job.pk}", ""
    entry = edit_units(actor=actor, unit_ids=units, seen=seen, reason=reason, **given)
    if entry is None:
        raise Conflict("nothing-to-edit", "All of these units stand so already.")
    return f"/entries/{entry.pk}", f"{entry.units:,} unit{'' if entry.units == 1 else 's'} changed."


def _file(preview: EditPreview) -> HttpResponse:
    answer = HttpResponse(refused_file(preview.refused), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="refused-units.csv"'
    answer["Cache-Control"] = "private, no-store"
    return answer


paths = [path(AT.removeprefix("/"), new)]
