"""Custom fields on the pages: defined under Settings, filled on units, items and lots, refused beside their control."""

from __future__ import annotations

import re

from django.test import Client

from nameplate.models import CustomField, FieldKind, FieldNoun, Item, Lot, Role, Serial, User
from nameplate.operations import cataloguing
from nameplate.web.options import label_of
from tests import world

AT = "/settings/custom-fields"


def test_a_choice_is_defined_and_its_options_are_renamed_moved_and_archived(client: Client, administrator: User) -> None:
    client.force_login(administrator)
    sent = {"name": "Grade", "kind": "choice", "options": "A\nB\n\nC", "default": "b", "required": "on"}
    assert client.post(f"{AT}/new?noun=serials", sent).status_code == 303
    field = CustomField.objects.get()
    assert (field.default, field.required, [option["label"] for option in field.options]) == ("b", True, ["A", "B", "C"])
    again = client.post(f"{AT}/new?noun=serials", {"name": "grade", "kind": "text"})
    assert (again.status_code, "There is a field Grade already" in again.content.decode()) == (409, True)
    CustomField.objects.update(used=True)
    options = {"option.a": "Best", "place.a": "2", "option.b": "B", "place.b": "1", "option.c": "", "place.c": "3", "options": "D"}
    edited = client.post(f"{AT}/{field.pk}/edit", {"version": "1", "name": "Quality", "help": "By eye", "default": "", **options})
    assert edited.status_code == 303
    field.refresh_from_db()
    assert [(one["slug"], one["label"], one["archived"]) for one in field.options] == [
        ("b", "B", False),
        ("a", "Best", False),
        ("d", "D", False),
        ("c", "C", True),
    ]
    assert (field.slug, field.name, field.default, field.required) == ("grade", "Quality", None, False)


def test_fields_are_moved_archived_and_restored(client: Client, administrator: User) -> None:
    first, second = (world.custom_field(name=name) for name in ("First", "Second"))
    client.force_login(administrator)
    assert client.post(f"{AT}/{second.pk}/position", {"version": "1", "position": "1"}).status_code == 303
    assert [field.name for field in CustomField.objects.of("serials")] == ["Second", "First"]
    assert client.post(f"{AT}/{first.pk}/archival", {"version": "1"}).status_code == 303
    assert f"{AT}/{first.pk}/restoration" in client.get(AT).content.decode()
    assert client.post(f"{AT}/{first.pk}/restoration", {"version": "1"}).status_code == 409
    assert client.post(f"{AT}/{first.pk}/restoration", {"version": "2"}).status_code == 303


def test_a_unit_is_edited_shown_and_told_in_words(client: Client, operator: User) -> None:
    grade = world.custom_field(name="Grade", kind=FieldKind.CHOICE)
    world.custom_field(name="Hours", kind=FieldKind.WHOLE)
    world.custom_field(name="Tested", kind=FieldKind.YES_NO)
    world.custom_field(name="Report", kind=FieldKind.LINK)
    world.receipt(numbers=["A1"])
    unit = Serial.objects.get()
    at = f"/serials/{unit.pk}"
    client.force_login(operator)
    typed = {"version": "1", "notes": "dented", "warranty_until": "", "custom.grade": "green", "custom.hours": "many"}
    refused = client.post(f"{at}/edit", typed)
    page = refused.content.decode()
    assert refused.status_code == 422
    assert "Hours takes a whole number" in page
    assert 'value="many"' in page
    assert '<option value="green" selected>' in page
    right = typed | {"custom.hours": "1200", "custom.tested": "no", "custom.report": "https://example.com/r?a=1&b=2"}
    assert client.post(f"{at}/edit", right).status_code == 303
    cataloguing.edit_custom_field(actor=world.user(role=Role.ADMINISTRATOR), field=grade, version=grade.version, name="Quality")
    page = client.get(at).content.decode()
    assert "<dt>Quality</dt><dd>Green</dd><dt>Hours</dt><dd>1,200</dd><dt>Tested</dt><dd>no</dd>" in page
    assert '<a href="https://example.com/r?a=1&amp;b=2" rel="noopener noreferrer">' in page
    assert "<span>Quality</span> <b>Green</b>" in page
    assert "<span>Tested</span> <b>no</b>" in page
    stale = client.post(f"{at}/edit", right | {"custom.hours": "7"})
    assert (stale.status_code, "It is “1200” now." in stale.content.decode()) == (409, True)


def test_items_and_lots_take_values_on_their_forms(client: Client, manager: User) -> None:
    world.custom_field(noun=FieldNoun.ITEMS, name="Capacity", kind=FieldKind.WHOLE, default=7)
    world.custom_field(noun=FieldNoun.LOTS, name="Shift")
    client.force_login(manager)
    sent = {"number": "HD-1", "unit": "pcs", "tracking": "serial", "bought": "on"}
    assert 'value="7"' in client.get("/items/new").content.decode()
    assert "Capacity takes a whole number" in client.post("/items/new", sent | {"custom.capacity": "big"}).content.decode()
    assert client.post("/items/new", sent | {"custom.capacity": "4,000"}).status_code == 303
    item = Item.objects.get()
    assert item.custom == {"capacity": 4000}
    # A page that was opened before the field was there empties nothing.
    assert client.post(f"/items/{item.pk}/edit", sent | {"version": "1", "notes": "x"}).status_code == 303
    item.refresh_from_db()
    assert item.custom == {"capacity": 4000}
    world.receipt(numbers=["A1"], of=item)
    lot = Lot.objects.get()
    assert client.post(f"/lots/{lot.pk}/edit", {"version": str(lot.version), "custom.shift": "night"}).status_code == 303
    page = client.get(f"/lots/{lot.pk}").content.decode()
    assert "<dt>Shift</dt><dd>night</dd>" in page
    assert "Shift:" in page


def test_a_receipt_asks_for_what_units_need(client: Client, operator: User) -> None:
    world.custom_field(name="Hours", kind=FieldKind.WHOLE, required=True)
    world.custom_field(name="Remark")
    order = world.purchase_order(lines=[(world.item(), 2)])
    at, line = f"/purchase-orders/{order.pk}/receipts", order.lines.get().pk
    client.force_login(operator)
    assert 'name="custom.hours"' in client.get(at).content.decode()
    place = label_of(world.location())
    typed = {"place": place, f"text-{line}": "A1", "custom.hours": "some"}
    shown = client.post(at, typed | {"action": "preview"}).content.decode()
    assert 'name="custom.remark"' not in shown
    button = re.search(r'value="(receive:[^"]*)"', shown)
    assert button is not None
    refused = client.post(at, typed | {"action": button[1]})
    assert (refused.status_code, "Hours takes a whole number" in refused.content.decode()) == (422, True)
    assert client.post(at, typed | {"action": button[1], "custom.hours": "7"}).status_code == 303
    assert Serial.objects.get(number="A1").custom == {"hours": 7}
