"""The forms of a return: whose, which units and goods, why, and whether they lie here already."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict

from nameplate.models import Document, DocumentKind, Lot, Party, PartyRole, ReasonKind, User
from nameplate.operations import returning
from nameplate.operations.entering.parsing import parse
from nameplate.operations.returning import GoodsSaid, Unknown
from nameplate.operations.returning.candidates import candidates
from nameplate.refusals import Invalid, Offender
from nameplate.serial_text import canonical
from nameplate.web import own_fields
from nameplate.web.chosen import ChosenForm, first_choice
from nameplate.web.forms import TypedForm, choosing_field, day_field, long_text_field, text_field, whole_number
from nameplate.web.options import customer_named, item_named, vendor_text
from nameplate.web.reasons import reason_choices

WHY_ODD = "Marks it a contradiction, to be settled."


class SayingForm(TypedForm):
    """What the customer says of what comes."""

    reason = forms.ChoiceField(label="Reason", choices=[], required=False)
    complaint = long_text_field("What is wrong", "In the customer’s words.")
    contradiction = text_field("Why take what the records have elsewhere", WHY_ODD)

    def shape(self) -> None:
        """The reasons in use."""
        self.set_choices("reason", reason_choices(ReasonKind.RETURN, "Not said"))

    @property
    def any_reasons(self) -> bool:
        """Whether the company has reasons for returns."""
        return len(self.choices_of("reason")) > 1

    def said(self) -> returning.Said:
        """What the customer says."""
        typed = self.typed("reason", "complaint", "stays", "contradiction")
        return returning.Said(
            reason=whole_number(str(typed["reason"])) if typed["reason"] else None,
            complaint=str(typed["complaint"] or ""),
            coming=not typed.get("stays"),
            contradiction=str(typed["contradiction"] or ""),
        )


class ContentsForm(SayingForm, ChosenForm):
    """Which units and goods the customer sends back."""

    goods = text_field("Lot or item", "Of goods without serial numbers.", spellcheck="false")
    quantity = text_field("Quantity", inputmode="decimal")
    stays = forms.BooleanField(
        label="They stay with the customer", help_text="Dead on arrival, credit only, or replaced in advance.", required=False
    )

    def picked(self) -> list[int]:
        """The units that were ticked among those of the customer."""
        return [whole_number(value) for value in self.data.getlist("pick")] if isinstance(self.data, QueryDict) else []

    def all_units(self, actor: User) -> list[int]:
        """What was ticked, chosen elsewhere, scanned or typed."""
        return list(dict.fromkeys([*self.picked(), *self.unit_ids(actor)]))

    def all_goods(self) -> list[GoodsSaid]:
        """The quantities that were typed beside what the customer has, and of the lot or item that was named."""
        found = [GoodsSaid(amount, lot=lot, shipment=shipment) for (shipment, lot), amount in self.taken().items()]
        typed = {name: str(value or "").strip() for name, value in self.typed("goods", "quantity").items()}
        if typed.get("goods"):
            key = canonical(typed["goods"]).replace("\x00", "\ufffd")
            lot = Lot.objects.filter(number_key=key).first()
            found.append(GoodsSaid(typed["quantity"], lot=lot, item=None if lot else item_named(typed["goods"])))
        return found

    def taken(self) -> dict[tuple[int, int], str]:
        """(shipment, lot) → the quantity that was typed beside it."""
        texts = {name: str(value).strip() for name, value in self.data.items() if name.startswith("take-")}
        keys = {name: [whole_number(part) for part in name.split("-")[1:3]] for name in texts}
        return {(ids[0], ids[1]): texts[name] for name, ids in keys.items() if texts[name] and len(ids) == 2}


class UnknownForm(SayingForm):
    """Units that the records never had, as they come."""

    serials = long_text_field("Serial numbers", "Scan, paste or type them; A1..A9 is a range.", required=True, rows=4)
    item = choosing_field("Item", "components", required=True)
    place = choosing_field("Where they lie now", "locations", required=True)
    returned_on = day_field("Came back on", "Empty for today.")
    contradiction = text_field("Why they are taken all the same", WHY_ODD, required=True)
    keep = forms.BooleanField(label="Keep numbers that another item has too", required=False)

    def unknown(self) -> Unknown:
        """The numbers and their item. Refused, each with its line: what is no number."""
        typed = self.typed("serials", "item", "keep")
        parsed = parse(str(typed["serials"] or ""))
        wrong = [Offender(one.raw, one.problem.message, line=one.line) for one in parsed.candidates if one.problem]
        if wrong:
            sentence = f"{wrong[0].text}: {wrong[0].why}"
            raise Invalid("bad-numbers", sentence, fields={"serials": sentence}, offenders=wrong)
        custom = own_fields.gathered(self)["custom"]
        keep = frozenset({"other-item"} if typed["keep"] else ())
        return Unknown(item_named(str(typed["item"] or "")), list(parsed.prepared.numbers), keep=keep, custom=custom)


class ReturnForm(ContentsForm):
    """Who sends back what, and why."""

    customer = choosing_field("Customer", "customers", required=True)
    customer_reference = text_field("Customer’s reference", "Their number of the complaint.")
    place = choosing_field("Where they lie now", "locations", "Empty: they are only announced, and received later.")
    returned_on = day_field("Came back on", "Empty for today.")


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


def offers(form: ContentsForm, given: QueryDict, customer: int | None = None) -> dict[str, Any]:
    """What the customer has, to tick; nothing where units were chosen elsewhere or nobody is named."""
    named = str(form.data.get("customer") or form.initial.get("customer") or "")
    whose = customer if customer is not None else customer_named(named) if named.strip() else None
    if form.chosen_elsewhere or whose is None:
        return {"offered": [], "more": False, "asked": False, "goods": []}
    shipment = whole_number(given.get("shipment", "")) or None
    offered, more = returning.offered(whose, shipment=shipment)
    ticked, taken = set(form.picked()), form.taken()
    goods = [(one, taken.get((one.shipment_id, one.lot_id), "")) for one in returning.goods_there(whose, shipment=shipment)]
    return {"offered": [(one, one.id in ticked) for one in offered], "more": more, "asked": True, "goods": goods}
