"""The pages of a file that is brought in: what they say beside what was typed, and what each job shows."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from nameplate.jobs import running
from nameplate.models import Import, Job, JobStatus, Serial, User
from tests import world
from tests.jobs.files import csv_of, drives


@pytest.fixture
def browser(db: None, manager: User) -> Client:
    world.location(of=world.site(name="Main plant"))
    client = Client()
    client.force_login(manager)
    return client


def sent(browser: Client, data: bytes, name: str = "drives.csv") -> str:
    answer = browser.post("/imports/new", {"file": SimpleUploadedFile(name, data), "idempotency_key": "one"})
    assert answer.status_code == 303, answer.content.decode()
    return str(answer["Location"])


MAPPED = {"column-1": "received_on", "column-2": "serial", "column-3": "item", "mode": "receipt", "vendor": "Westdale"}
PLACED = {**MAPPED, "location": "Main plant · A-01"}


def ended(answer_location: str) -> str:
    running.run(int(answer_location.rsplit("/", 1)[1]), beats=False)
    return answer_location


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "There is nothing in this file."),
        (b"serial,item\n", "There is nothing below the first row"),
        (b"A1,M1\nA2,M1\nA3,M1\n", "does not say what its columns are"),
        (b"%PDF-1.7", "This is a PDF, not a table."),
        (b'sn,item\n"A1,M\n', "a quotation mark is not closed"),
    ],
)
def test_what_is_no_file_of_units_is_said_on_the_page(browser: Client, data: bytes, says: str) -> None:
    answer = browser.post("/imports/new", {"file": SimpleUploadedFile("x.csv", data)})
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not Import.objects.exists()


def test_from_the_file_to_its_units_without_scripts(browser: Client) -> None:
    at = sent(browser, csv_of(drives(3)))
    page = browser.get(at).content.decode()
    assert 'value="serial" selected' in page
    refused = browser.post(f"{at}/checks", {**MAPPED, "vendor": "", "column-4": "serial"})
    said = refused.content.decode()
    assert refused.status_code == 422
    assert "“serial_number” is the serial number already; only one column can be." in said
    assert "Say who the units come from" in said
    check = ended(browser.post(f"{at}/checks", {**PLACED, "remember": "Westdale"})["Location"])
    report = browser.get(check).content.decode()
    assert "Receive 3 units" in report
    run = ended(browser.post(f"{at}/runs", {"check": check.rsplit("/", 1)[1]})["Location"])
    done = browser.get(run).content.decode()
    assert "3 units received." in done
    assert Serial.objects.count() == 3
    assert browser.get(f"{run}/progress")["HX-Refresh"] == "true"
    order = Serial.objects.select_related("source").first()
    assert order is not None
    assert "Undo" in browser.get(f"/purchase-orders/{order.source_id}").content.decode()


def test_dates_that_can_be_read_in_two_ways_are_asked_and_then_read_so(browser: Client) -> None:
    at = sent(browser, csv_of(drives(2, day="01/02/2013")))
    check = ended(browser.post(f"{at}/checks", PLACED)["Location"])
    report = browser.get(check).content.decode()
    assert "can be read in 2 ways" in report
    assert "Receive 2 units" not in report
    again = ended(browser.post(f"{at}/checks", {"again": check.rsplit("/", 1)[1], "dates-received_on": "day"})["Location"])
    assert "Received on 2013-02-01." in browser.get(again).content.decode()


def test_a_job_is_canceled_by_its_button(browser: Client) -> None:
    at = sent(browser, csv_of(drives(1)))
    job = browser.post(f"{at}/checks", PLACED)["Location"]
    assert "Waiting for the worker" in browser.get(job).content.decode()
    assert browser.post(f"{job}/cancellation")["Location"] == job
    assert Job.objects.get().status == JobStatus.CANCELED
    assert browser.post(f"{job}/cancellation").status_code == 409


def test_a_list_is_exported_as_it_is_narrowed(browser: Client) -> None:
    world.vendor(name="Kestrel")
    world.vendor(name="Westdale")
    page = browser.get("/exports/new?list=vendors&name=Kes*").content.decode()
    assert "Export 1 vendor" in page
    job = ended(browser.post("/exports/new?list=vendors&name=Kes*", {"form": "csv"})["Location"])
    got = browser.get(f"{job}/result")
    assert b"Kestrel" in got.content
    assert b"Westdale" not in got.content
    assert "attachment" in got["Content-Disposition"]
