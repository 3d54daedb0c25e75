"""A field of the company's own in a browser: defined, filled on a unit, refused where it is wrong, filtered by."""

from __future__ import annotations

from playwright.sync_api import expect

from nameplate.models import Serial
from tests import world
from tests.browser.fixtures import NewContext


def test_a_field_is_defined_filled_and_filtered_by(new_context: NewContext) -> None:
    item = world.item(number="FIELD-1")
    world.receipt(of=item, numbers=["F-1", "F-2", "F-3"])
    unit = Serial.objects.get(item=item, number="F-2")
    page = new_context(as_="administrator").new_page()
    page.goto("/settings/custom-fields/new?noun=serials")
    page.get_by_label("Name", exact=True).fill("Torque")
    page.get_by_label("Holds").select_option("decimal")
    page.get_by_role("button", name="Add the field").click()
    expect(page.get_by_role("status").first).to_contain_text("Torque")

    page.goto(f"/serials/{unit.pk}/edit")
    page.get_by_label("Torque").fill("tight")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("Torque")).to_have_value("tight")
    expect(page.get_by_label("Torque")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Torque").fill("12.5")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("12.5").first).to_be_visible()

    page.goto("/serials?custom.torque=>12&item=FIELD-1")
    expect(page.locator("#list-count")).to_contain_text("1 match")
    expect(page.get_by_role("link", name="F-2")).to_be_visible()
