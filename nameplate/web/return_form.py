"""The form of a return that is opened: whose, which units, why, and whether they lie here already."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict

from nameplate.models import Document, DocumentKind, Party, PartyRole, ReasonKind, User
from nameplate.operations import returning
from nameplate.operations.returning.candidates import candidates
from nameplate.web.chosen import ChosenForm, first_choice
from nameplate.web.forms import choosing_field, day_field, long_text_field, text_field, whole_number
from nameplate.web.options import customer_named, vendor_text
from nameplate.web.reasons import reason_choices


class ReturnForm(ChosenForm):
    """Who sends back what, and why."""

    customer = choosing_field("Customer", "customers", required=True)
    customer_reference = text_field("Customer’s reference", "Their number of the complaint.")
    reason = forms.ChoiceField(label="Reason", choices=[], required=False)
    complaint = long_text_field("What is wrong", "In the customer’s words.")
    place = choosing_field("Where they lie now", "locations", "Empty: they are only announced, and received later.")
    returned_on = day_field("Came back on", "Empty for today.")
    stays = forms.BooleanField(
        label="They stay with the customer", help_text="Dead on arrival, credit only, or replaced in advance.", required=False
    )
    contradiction = text_field("Why take what the records have elsewhere", "Marks such units a contradiction, to be settled.")

    def shape(self) -> None:
        """The reasons in use."""
        self.set_choices("reason", reason_choices(ReasonKind.RETURN, "Not said"))

    def picked(self) -> list[int]:
        """The units that were ticked among those of the customer."""
        return [whole_number(value) for value in self.data.getlist("pick")] if isinstance(self.data, QueryDict) else []

    def all_units(self, actor: User) -> list[int]:
        """What was ticked, chosen elsewhere, scanned or typed."""
        return list(dict.fromkeys([*self.picked(), *self.unit_ids(actor)]))

    def said(self) -> returning.Said:
        """What the customer says."""
        typed = self.typed("reason", "complaint", "stays", "contradiction")
        return returning.Said(
            reason=whole_number(str(typed["reason"])) if typed["reason"] else None,
            complaint=str(typed["complaint"] or ""),
            coming=not typed["stays"],
            contradiction=str(typed["contradiction"] or ""),
        )


def first(actor: User, given: QueryDict) -> dict[str, str]:
    """What the form begins with: opened from a unit, a search, a shipment or a customer."""
    begun = first_choice(actor, given)
    shipment = Document.objects.filter(kind=DocumentKind.SHIPMENT, pk=whole_number(given.get("shipment", ""))).first()
    customer = None
    if shipment is not None:
        customer, begun["shipment"] = shipment.party, str(shipment.pk)
    elif begun.get("unit"):
        unit = candidates([whole_number(begun["unit"])])[0]
        customer = Party.objects.filter(pk=unit.customer_id or 0).first()
    elif given.get("customer"):
        customer = Party.objects.filter(role=PartyRole.CUSTOMER, pk=customer_named(str(given["customer"]))).first()
    return {**begun, "customer": vendor_text(customer)}


def offers(form: ReturnForm, given: QueryDict) -> dict[str, Any]:
    """The units that the customer has, to tick; none where units were chosen elsewhere or nobody is named."""
    named = str(form.data.get("customer") or form.initial.get("customer") or "")
    if form.chosen_elsewhere or not named.strip():
        return {"offered": [], "more": False, "asked": False}
    shipment = whole_number(given.get("shipment", "")) or None
    offered, more = returning.offered(customer_named(named), shipment=shipment)
    ticked = set(form.picked())
    return {"offered": [(one, one.id in ticked) for one in offered], "more": more, "asked": True}
