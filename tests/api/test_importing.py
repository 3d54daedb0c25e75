"""A vendor's file over the API: sent, checked, brought in; each step once, however often it is asked for."""

from __future__ import annotations

import base64
import re
from io import BytesIO
from typing import Any

import pytest
import xlsxwriter

from nameplate.jobs import running
from nameplate.models import Job, Serial, User
from tests.api.asking import Program, program_of
from tests.api.stock import location

TEXT = "date,serial_number,model\n2013-04-10,A1,M\n2013-04-10,A2,M\n"


@pytest.fixture
def program(db: None, manager: User) -> Program:
    program = program_of(manager)
    location(program)
    return program


def ended(program: Program, job: Any) -> Any:
    running.run(int(job["id"]), beats=False)
    return program.get(f"/jobs/{job['id']}").json


def body(found: Any, **more: Any) -> dict[str, Any]:
    return {**found["mapping"], "constants": {"vendor": "Westdale", "location": "Depot · A1"}, **more}


def test_a_file_is_sent_checked_and_brought_in(program: Program) -> None:
    found = program.made("/imports", {"name": "drives.csv", "text": TEXT})
    assert [one["target"] for one in found["mapping"]["columns"]] == ["received_on", "serial", "item"]
    check = ended(program, program.made(f"/imports/{found['id']}/checks", body(found, remember="Westdale's")))
    assert (check["status"], check["outcome"]["good"], check["outcome"]["new_items"]) == ("done", 2, 1)
    run = ended(program, program.made(f"/imports/{found['id']}/runs", {"check": check["id"]}))
    assert (run["status"], run["outcome"]["units"]) == ("done", 2)
    assert program.get(f"/entries/{run['entry_id']}").json["units"] == 2
    again = program.made("/imports", {"name": "more.csv", "text": TEXT})
    assert again["mapping"]["constants"]["vendor"] == "Westdale", "it was remembered for these heads"
    refused = ended(program, program.made(f"/imports/{again['id']}/runs", {}))
    assert (refused["status"], refused["outcome"]["rule"]) == ("failed", "lines-refused")
    bad = program.get(refused["result"])
    assert re.search(rb"Already received on 2013-04-10 with PO\d{5}\.", bad.content)
    assert program.made(f"/entries/{run['entry_id']}/reversal")["units"] == 2


def test_the_same_request_sent_twice_is_one_file_and_one_run(program: Program) -> None:
    sent = {"name": "drives.csv", "text": TEXT}
    found, same = (program.made("/imports", sent, Idempotency_Key="one") for _ in range(2))
    assert found == same
    runs = [program.made(f"/imports/{found['id']}/runs", {"mapping": body(found)}, Idempotency_Key="two")["id"] for _ in range(2)]
    assert runs[0] == runs[1]
    other = program.post(f"/imports/{found['id']}/runs", {"mapping": body(found)})
    assert (other.status, other.json["rule"]) == (409, "run-already")
    ended(program, {"id": runs[0]})
    assert (Job.objects.count(), Serial.objects.count()) == (1, 2)


@pytest.mark.parametrize(
    ("columns", "rule"),
    [
        ([{"column": 2, "target": "serial"}, {"column": 3, "target": "item"}, {"column": 3, "target": "vendor_batch"}], "column-twice"),
        ([{"column": 2, "target": "serial"}, {"column": 3, "target": "serial"}], "target-twice"),
        ([{"column": 2, "target": "serial"}, {"column": 3, "target": "item", "label": "Part"}], "target-renamed"),
        ([{"column": 2, "target": "serial"}, {"column": 3, "target": "custom.items.gone", "label": "Gone"}], "target-unknown"),
        ([{"column": 9, "target": "serial"}], "mapping-wrong"),
    ],
)
def test_a_mapping_that_cannot_be_is_refused_beside_the_column(program: Program, columns: list[Any], rule: str) -> None:
    found = program.made("/imports", {"name": "drives.csv", "text": TEXT})
    answer = program.post(f"/imports/{found['id']}/checks", body(found, columns=columns))
    assert (answer.status, answer.json["rule"]) == (422, rule)
    assert any(name.startswith("columns.") for name in answer.json["fields"])


def test_a_list_is_exported_as_a_sheet_in_which_texts_stay_texts(program: Program) -> None:
    program.made("/vendors", {"name": "=1+1"})
    job = ended(program, program.made("/exports", {"list": "vendors", "query": 'name=%3D"%3D1%2B1"', "format": "xlsx"}))
    assert (job["status"], job["outcome"]["rows"]) == ("done", 1)
    sheet = program.get(job["result"]).content
    assert sheet[:2] == b"PK"
    found = program.made("/imports", {"name": "vendors.xlsx", "base64": base64.b64encode(sheet).decode()})
    assert any("=1+1" in column["examples"] for column in found["columns"])
    wrong = program.post("/exports", {"list": "vendors", "query": "colour=red"})
    assert (wrong.status, wrong.json["rule"]) == (422, "bad-query")


def test_a_sheet_with_days_and_numbers_is_read_as_it_is_meant(program: Program) -> None:
    out = BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["date", "serial_number", "model"])
    sheet.write(1, 0, 41374, book.add_format({"num_format": "yyyy-mm-dd"}))
    sheet.write(1, 1, 1234567890)
    sheet.write_string(1, 2, "M")
    book.close()
    found = program.made("/imports", {"name": "drives.xlsx", "base64": base64.b64encode(out.getvalue()).decode()})
    run = ended(program, program.made(f"/imports/{found['id']}/runs", {"mapping": body(found)}))
    assert run["status"] == "done", run["outcome"]
    assert [str(unit.received_on) for unit in Serial.objects.filter(number="1234567890")] == ["2013-04-10"]
