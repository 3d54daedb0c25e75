"""The pages of inspections: opened by hand, two boxes, one unit, results pasted, goods, called off; an item's plan."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from nameplate.models import Attachment, CheckResult, Document, InspectedUnit, Item, Lot, Reason, Serial, Status, Tracking, User
from nameplate.operations.inspecting.plans import Check, plan_of, set_plan
from nameplate.operations.lots import Contents, create_lot
from nameplate.operations.reasons import create_reason
from nameplate.operations.rejecting import reject_units
from nameplate.operations.switching import switch_function
from tests import world
from tests.web.test_write_offs import sent


@pytest.fixture
def slow(administrator: User) -> Reason:
    return create_reason(actor=administrator, kind="rejection", name="Too slow")


@pytest.fixture
def browser(manager: User) -> Client:
    client = Client()
    client.force_login(manager)
    return client


@pytest.fixture
def item(manager: User) -> Item:
    found = world.item(number="DRIVE", requires_inspection=True)
    set_plan(actor=manager, item=found, version=0, checks=[Check("Speed", unit="MB/s", lowest="140"), Check("Photo", "file")])
    return found


@pytest.fixture
def paper(item: Item) -> Document:
    """Five units that wait."""
    world.receipt(numbers=["A1", "A2", "A3", "A4", "A5"], of=item)
    return Document.objects.get(kind="QC")


def unit(number: str) -> Serial:
    return Serial.objects.get(number=number, withdrawn=False)


def verdicts(paper: Document) -> dict[str, str]:
    return dict(InspectedUnit.objects.filter(inspection=paper.pk).values_list("serial__number", "verdict"))


def button(page: str) -> str:
    """What the button of the two boxes sends."""
    found = re.search(r'name="action" value="(judge:\w+)"', page)
    assert found
    return found[1]


def test_two_boxes_with_the_good_judged_and_the_bad_kept(browser: Client, paper: Document, slow: Reason) -> None:
    world.receipt(numbers=["B1"])
    at = f"/inspections/{paper.pk}/verdicts"
    typed = {"text-passed": "A1, A2\nA3\nnobody\nB1", "text-failed": "A3\nA4 A4"}
    seen = browser.post(at, {**typed, "action": "preview"}).content.decode()
    assert "no unit bears it" in seen
    assert "it is not in this inspection (Received)" in seen
    assert "it stands in both boxes" in seen
    assert "Record 3 passed" in seen
    refused = browser.post(at, {**typed, "text-failed": "A4", "action": button(seen)}).content.decode()
    assert "say why it failed" in refused
    typed |= {"text-failed": "A4", "reason": str(slow.pk), "failed_note": "Read twice"}
    seen = browser.post(at, {**typed, "action": "preview"}).content.decode()
    stale = browser.post(at, {**typed, "text-passed": "A1", "action": button(seen)})
    assert (stale.status_code, "has changed since the button was shown" in stale.content.decode()) == (409, True)
    typed["happened_on"] = "2999-01-01"
    early = browser.post(at, {**typed, "action": button(seen)}).content.decode()
    assert ("Today at the latest." in early, 'value="2999-01-01"' in early) == (True, True)
    typed["happened_on"] = ""
    done = browser.post(at, {**typed, "action": button(seen)})
    assert (done.status_code, done["Location"]) == (303, at)
    assert verdicts(paper) == {"A1": "passed", "A2": "passed", "A3": "passed", "A4": "failed", "A5": "waiting"}
    kept = browser.get(at).content.decode()
    assert "nobody\nB1" in kept
    assert "2 stayed here as a draft" in kept
    said = ["“Too slow”" in browser.get(f"/serials/{unit(number).pk}").content.decode() for number in ("A1", "A4")]
    assert said == [False, True]


def test_the_preview_says_it_while_somebody_types(browser: Client, manager: User, paper: Document) -> None:
    at = f"/inspections/{paper.pk}/verdicts"
    answer = browser.post(f"{at}/preview", {"text-passed": "A1..A3", "text-failed": "A9", "rest": "yes", "keep_draft": "1"}).json()
    assert "waits here; passed" in answer["panels"]["passed"]
    assert "no unit bears it" in answer["panels"]["failed"]
    assert "Record 3 passed, 2 by sample" in answer["foot"]
    reject_units(actor=manager, unit_ids=[unit("A4").pk], reason="Bent")
    foot = browser.post(f"{at}/preview", {"text-passed": "A1..A3", "text-failed": "", "rest": "yes"}).json()["foot"]
    assert "1 unit is left to be judged: rejected, or a result is out of its limits." in foot
    assert "Record 3 passed, 1 by sample" in foot
    assert "A1..A3" in browser.get(at).content.decode()
    assert browser.post(f"{at}/preview", {"text-passed": "A1..A99999"}).status_code in {200, 413}
    browser.post(at, {"text-passed": "", "text-failed": "", "action": "draft"})
    assert "A1..A3" not in browser.get(at).content.decode()


def test_one_unit_with_its_results_a_photo_and_its_verdict(browser: Client, item: Item, paper: Document, slow: Reason) -> None:
    at = f"/inspections/{paper.pk}/serials/{unit('A1').pk}"
    speed, photo = (f"check-{check}" for check in plan_of(item).checks.order_by("position").values_list("pk", flat=True))  # type: ignore[union-attr]
    status, page = sent(browser, at, **{speed: "fast", "verdict": ""})
    assert (status, "“fast” is not a number." in page) == (409, True)
    status, page = sent(browser, at, verdict="")
    assert (status, "Nothing is entered yet." in page) == (422, True)
    picture = SimpleUploadedFile("dent.png", b"\x89PNG\r\n\x1a\n.")
    status, page = sent(browser, at, **{speed: "96.7", photo: picture, "verdict": ""})
    assert (status, "The results of A1 are kept." in page) == (303, True)
    assert CheckResult.objects.get(attachment__isnull=False).attachment == Attachment.objects.get(noun="serials", subject=unit("A1").pk)
    page = browser.get(at).content.decode()
    assert "Not everything fits" in page
    assert re.search(r'value="failed"[^>]*checked', page)
    status, page = sent(browser, at, **{speed: "96.7", "verdict": "failed"})
    assert (status, "Choose why it failed." in page) == (409, True)
    status, page = sent(browser, at, **{speed: "96.7", "verdict": "failed", "reason": slow.pk, "note": "Twice"})
    assert (status, "A1 failed." in page, unit("A1").status) == (303, True, Status.REJECTED)
    assert "It is judged" in browser.get(at).content.decode()
    page = browser.get(f"/serials/{unit('A1').pk}").content.decode()
    assert paper.number in page
    assert "96.7" in page


def test_results_are_pasted_and_propose_the_verdicts(browser: Client, manager: User, item: Item, paper: Document, slow: Reason) -> None:
    set_plan(actor=manager, item=item, version=1, checks=[Check("Speed", unit="MB/s", lowest="140"), Check("Hot", "yes-no")])
    at = f"/inspections/{paper.pk}/results"
    for block, words in (
        ("", "Nothing is entered."),
        ("A1\t150\tyes\textra", "3 values for 2 checks"),
        ("A1;150\nA1;151", "it stands here twice"),
        ("serial\tSpeed\tWeight\nA1\t1\t2", "There is no check “Weight”."),
        ("nobody,3", "it does not wait in this inspection"),
    ):
        status, page = sent(browser, at, block=block)
        assert (status, words in page) == (422, True)
    status, page = sent(browser, at, block="Number\tHot\tSpeed\nA1\tyes\t150\nA2\tyes\t96.7\nA3\t\t151\n")
    assert (status, "5 results kept." in page) == (303, True)
    assert re.search(r"<strong>1</strong> pass and <strong>1</strong> fail; 3 are not checked wholly", page)
    status, page = sent(browser, at, action="judge")
    assert (status, "say why it failed" in page) == (409, True)
    status, page = sent(browser, at, action="judge", reason=slow.pk)
    assert (status, "2 units judged by their results." in page) == (303, True)
    assert verdicts(paper) == {"A1": "passed", "A2": "failed", "A3": "waiting", "A4": "waiting", "A5": "waiting"}


def test_opened_by_hand_from_the_box_a_unit_and_a_search(browser: Client) -> None:
    world.receipt(numbers=["C1", "C2", "C3"])
    status, page = sent(browser, "/inspections/new", units="C1\nnobody")
    assert (status, "no unit bears it" in page) == (422, True)
    status, page = sent(browser, "/inspections/new", units="C1", note="A random look")
    assert (status, "is open. What is in it is on hold" in page, "A random look" in page) == (303, True, True)
    status, _ = sent(browser, f"/inspections/new?unit={unit('C2').pk}")
    assert status == 303
    assert "/inspections/new?search=" in browser.get("/serials").content.decode()
    status, page = sent(browser, f"/inspections/new?{urlencode({'search': urlencode({'serial': 'C'})})}")
    assert (status, "waits for inspection" in page) == (409, True)


def test_goods_are_judged_called_off_and_released(browser: Client, manager: User, slow: Reason) -> None:
    place = world.location()
    lot = create_lot(
        actor=manager, item=world.item(tracking=Tracking.LOT), contents=Contents(quantity=50), location_id=place.pk, reason="S"
    )[0]
    status, page = sent(browser, "/inspections/new", lot=lot.number, quantity="20")
    paper = Document.objects.get(kind="QC")
    assert (status, "Judge goods" in page) == (303, True)
    at = f"/inspections/{paper.pk}"
    status, page = sent(browser, f"{at}/goods", lot=lot.pk, quantity="21", verdict="passed")
    assert (status, "At most 20." in page) == (409, True)
    status, page = sent(browser, f"{at}/goods", lot=lot.pk, quantity="5", verdict="failed")
    assert (status, "Say what is wrong with it." in page) == (422, True)
    assert sent(browser, f"{at}/goods", lot=lot.pk, quantity="5", verdict="failed", reason=slow.pk)[0] == 303
    status, page = sent(browser, f"{at}/cancellation", reason="")
    assert (status, "Say why they are not inspected." in page) == (422, True)
    status, page = sent(browser, f"{at}/cancellation", reason="Enough")
    assert (status, "Called off" in page, "Taken out" in page) == (303, True, True)
    rejected = Lot.objects.get(split_from=lot)
    assert "Release to stock" in browser.get(f"/lots/{rejected.pk}").content.decode()
    status, page = sent(browser, f"/goods-releases/new?lot={rejected.pk}", quantity="6")
    assert (status, "At most 5." in page) == (409, True)
    status, page = sent(browser, f"/goods-releases/new?lot={rejected.pk}", quantity="", reason="Straightened")
    assert (status, "It is in stock again" in page) == (303, True)
    assert browser.get("/goods-releases/new?lot=0").status_code == 422


def test_the_plan_of_an_item_is_edited_row_by_row(browser: Client, item: Item) -> None:
    at = f"/items/{item.pk}/inspection-plan"
    rows = {"rows": "2", "line-0-name": "Speed", "line-0-kind": "number", "line-0-lowest": "140", "line-1-kind": "number", "version": "1"}
    added = browser.post(f"{at}?add=1", rows).content.decode()
    assert added.count('aria-label="Check ') == 3
    assert browser.post(f"{at}?remove=0", rows).content.decode().count('aria-label="Check ') == 1
    wrong = browser.post(at, {**rows, "line-0-lowest": "3", "line-0-highest": "2", "line-0-kind": "number"})
    assert (wrong.status_code, "This is below the lowest." in wrong.content.decode()) == (422, True)
    saved = browser.post(at, rows)
    assert (saved.status_code, plan_of(item).version) == (303, 2)  # type: ignore[union-attr]  # it has one
    page = browser.get(f"/items/{item.pk}").content.decode()
    assert "at least 140" in page
    assert "on hold until it is inspected" in page


def test_whoever_does_not_judge_sees_that_somebody_will(client: Client, operator: User, paper: Document) -> None:
    client.force_login(operator)
    page = client.get(f"/inspections/{paper.pk}").content.decode()
    assert "Somebody with the right to inspect judges these units." in page
    assert "Judge units" not in page


def test_while_quality_control_is_off_nothing_of_it_shows(browser: Client, administrator: User, paper: Document, item: Item) -> None:
    switch_function(actor=administrator, name="quality-control", on=False, version=0, confirmed=True)
    assert "/inspections" not in browser.get("/serials").content.decode()
    for address, words in ((f"/items/{item.pk}", "On arrival"), (f"/items/{item.pk}/edit", "Requires inspection")):
        assert words not in browser.get(address).content.decode()
    assert paper.number not in browser.get(f"/serials/{unit('A1').pk}").content.decode().replace(unit("A1").hold, "")
    assert browser.get(f"/inspections/{paper.pk}").status_code == 409
    typed = {"number": "DRIVE", "unit": "pcs", "tracking": "serial", "bought": "on", "version": str(item.version)}
    assert browser.post(f"/items/{item.pk}/edit", typed).status_code == 303
    item.refresh_from_db()
    assert item.requires_inspection
