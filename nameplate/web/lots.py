"""The page of one lot, and what is written about it."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from nameplate import access, functions
from nameplate.listings.lot import lot_page
from nameplate.models import FieldNoun, Lot, LotStatus, Tracking
from nameplate.operations.cataloguing.item_fields import function_off
from nameplate.operations.company import company
from nameplate.operations.lots import LotFields, edit_lot
from nameplate.operations.lots.making import IN_STOCK
from nameplate.operations.rejecting import can_reject
from nameplate.operations.returned_goods import APART, returns_of_lots
from nameplate.quantities import from_micro
from nameplate.web import own_fields
from nameplate.web.acting import form_page, viewing
from nameplate.web.forms import EditForm, day_field, long_text_field, new_key, text_field
from nameplate.web.lot_making import lot_or_404

MOST_NAMED = 40
"""As many lots are named in the address of a search."""


class LotForm(EditForm):
    """What can be written about a lot."""

    vendor_batch = text_field("Vendor batch", "As it stands on the vendor’s label.")
    expires_on = day_field("Expires on")
    cost = text_field("Cost of one", inputmode="decimal")
    notes = long_text_field("Notes", rows=5)


@require_safe
def page(request: HttpRequest, lot_id: int) -> HttpResponse:
    """A lot: its source, its stock by location, its units by status, and every entry that touched it."""
    actor = viewing(request, "stock")
    found = lot_page(actor=actor, lot_id=lot_id)
    lot = found.lot
    stands_still = bool(function_off(lot.item.tracking))
    own = company()
    context = {
        "page": found,
        "lot": lot,
        "exactly": urlencode({"lot": f'="{lot.number.replace(chr(34), chr(34) * 2)}"'}),
        "family": urlencode({"lot": ", ".join(f'="{one.number.replace(chr(34), chr(34) * 2)}"' for one in found.family[:MOST_NAMED])}),
        "in_hand": urlencode({"lot": f'="{lot.number.replace(chr(34), chr(34) * 2)}"', "status": "received,rejected,returned"}),
        "can_reject": can_reject(),
        "by_serials": lot.item.tracking == Tracking.SERIAL,
        "currency": own.currency,
        "may_add": access.may(actor, "stock", "create") and lot.status in IN_STOCK and not (lot.item.archived or stands_still),
        "may_edit": access.may(actor, "stock", "edit"),
        "may_move": access.may(actor, "stock", "edit") and not stands_still and (bool(found.units) or found.quantity > 0),
        "in_stock": found.quantity > 0 and not stands_still,
        "own": own_fields.shown(FieldNoun.LOTS, lot.custom),
        "today": timezone.localdate(),
        "soon": timezone.localdate() + timedelta(days=own.expiry_warning),
        "rejected_goods": lot.status == LotStatus.REJECTED and lot.item.tracking != Tracking.SERIAL,
        "came_with": returns_of_lots([lot.pk])[:1] if lot.status in APART and lot.item.tracking != Tracking.SERIAL else [],
        "held_whole": lot.status == LotStatus.ON_HOLD,
    }
    return render(request, "lots/page.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, lot_id: int) -> HttpResponse:
    """Batch, expiry, cost and notes."""
    actor = viewing(request, "stock", "edit")
    lot = lot_or_404(lot_id)
    form = LotForm(request.POST or None, initial=_initial(lot))
    own_fields.add_controls(form, FieldNoun.LOTS, lot.custom)
    if not functions.is_on(functions.EXPIRY_DATES):
        del form.fields["expires_on"]

    def act() -> tuple[str, str]:
        typed: LotFields = own_fields.gathered(form)  # type: ignore[assignment]  # the form's fields are those
        entry = edit_lot(actor=actor, lot=lot, version=form.seen_version(), **typed)
        return f"/lots/{lot_id}", f"Lot {lot} was saved." if entry else "Nothing was changed."

    words = {"title": "Edit", "button": "Save", "intro": "Each change stands in the lot’s history and can be undone."}
    return form_page(request, form, "lots/act.html", act, {"lot": lot, "item": lot.item, **words})


def _initial(lot: Lot) -> dict[str, object]:
    return {
        "vendor_batch": lot.vendor_batch,
        "expires_on": lot.expires_on.isoformat() if lot.expires_on else "",
        "cost": str(from_micro(lot.cost)) if lot.cost is not None else "",
        "notes": lot.notes,
        "version": lot.version,
        "idempotency_key": new_key(),
    }
