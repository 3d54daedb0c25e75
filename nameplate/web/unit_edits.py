"""What is noted of one unit: its notes, its warranty date and its custom fields, on one form; in its place on the unit's page, too."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_http_methods

from nameplate.models import FieldNoun
from nameplate.operations.editing import edit_units
from nameplate.refusals import Refused
from nameplate.web import own_fields
from nameplate.web.acting import form_page, viewing
from nameplate.web.forms import EditForm, day_field, long_text_field, new_key
from nameplate.web.unit_acts import unit_or_404

SAVED = 303


class UnitForm(EditForm):
    """What can be noted of a unit, its custom fields behind it."""

    notes = long_text_field("Notes", rows=4)
    warranty_until = day_field("Warranty until")


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, unit_id: int) -> HttpResponse:
    """The form; saved, an entry in the unit's history that can be undone."""
    actor = viewing(request, "stock", "edit")
    unit = unit_or_404(unit_id)
    first = {
        "notes": unit.notes,
        "warranty_until": unit.warranty_until.isoformat() if unit.warranty_until else "",
        "version": unit.version,
        "idempotency_key": new_key(),
    }
    form = UnitForm(request.POST or None, initial=first)
    own_fields.add_controls(form, FieldNoun.SERIALS, unit.custom)

    def act() -> tuple[str, str]:
        entry = edit_units(actor=actor, unit_ids=[unit_id], version=form.seen_version(), **own_fields.gathered(form))
        return f"/serials/{unit_id}", f"{unit.number} was saved." if entry else "Nothing was changed."

    def taken(refusal: Refused) -> None:
        """After a stale edit, what the person had left alone shows what stands there now."""
        theirs = refusal.extra.get("taken")
        for name, value in theirs.items() if isinstance(theirs, dict) else ():
            form.show_instead(name, value)

    words = {"title": "Edit", "button": "Save", "intro": "Each change stands in the unit’s history and can be undone."}
    in_place = bool(request.headers.get("HX-Request"))
    form[next(name for name, field in form.fields.items() if not field.widget.is_hidden)].field.widget.attrs["autofocus"] = in_place
    template = "serials/noted_form.html" if in_place else "lots/act.html"
    answer = form_page(request, form, template, act, {"unit": unit, "item": unit.item, **words}, tell=taken)
    if in_place and answer.status_code == SAVED:
        # History, warranty and availability tell of it too: the page as it is now.
        answer = HttpResponse(headers={"HX-Refresh": "true"})
    answer["Vary"] = "HX-Request"
    answer["Cache-Control"] = "private, no-store"
    return answer


paths = [path("serials/<int:unit_id>/edit", edit)]
