from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from nameplate.operations.entering.files import DroppedFile, read_file, read_table
from nameplate.operations.entering.parsing import parse
from nameplate.operations.entering.runs import LIMIT
from nameplate.refusals import Refused, TooLarge
from tests.proving import times


def numbers(dropped: DroppedFile) -> list[str]:
    return parse(dropped.text).prepared.numbers


def workbook(rows: list[list[object]], *, sheets: int = 1) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_numbers": False}) as book:
        for index in range(sheets):
            sheet = book.add_worksheet()
            for row, cells in enumerate(rows if index == 0 else []):
                for column, cell in enumerate(cells):
                    if isinstance(cell, datetime):
                        sheet.write_datetime(row, column, cell.replace(tzinfo=None), book.add_format({"num_format": "yyyy-mm-dd"}))
                    elif isinstance(cell, str):
                        sheet.write_string(row, column, cell)
                    else:
                        sheet.write(row, column, cell)
    return stream.getvalue()


def rewritten(content: bytes, change: Callable[[str, bytes], bytes], extra: dict[str, bytes] | None = None) -> bytes:
    """The workbook with its parts changed, and parts added."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
        for name, data in (extra or {}).items():
            new.writestr(name, data)
    return stream.getvalue()


def refused(content: bytes, column: int | None = None) -> str:
    with pytest.raises(Refused) as refusal:
        read_file(content, column)
    assert refusal.value.message.endswith(".")
    assert refusal.value.fields
    return refusal.value.rule


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "utf-32"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_encoding_and_separator(encoding: str, separator: str, end: str) -> None:
    lines = [separator.join(cells) for cells in (["model", "Serial Number"], ["Gerät", "A-1"], ["Gerät", "0002"], ["Gerät", "12E5"])]
    dropped = read_file((end.join(lines) + end).encode(encoding))
    assert numbers(dropped) == ["A-1", "0002", "12E5"]
    assert dropped.column is not None
    assert (dropped.column.number, dropped.column.header) == (2, "Serial Number")


def test_lines_of_the_box_are_lines_of_the_file() -> None:
    dropped = read_file(b"serial,x\n\nA1,1\n,2\nA3,3\na1,4\n")
    parsed = parse(dropped.text)
    assert [(candidate.line, candidate.raw) for candidate in parsed.candidates] == [(3, "A1"), (5, "A3"), (6, "a1")]


@pytest.mark.parametrize("head", ["serial", "Serial no.", "SERIAL_NUMBER", "S/N", "sn", "Serial #"])
def test_heads_of_serial_numbers(head: str) -> None:
    assert numbers(read_file(f"qty,{head}\n1,A1\n1,A2\n".encode())) == ["A1", "A2"]


def test_without_a_known_head_a_person_chooses() -> None:
    content = b"drive,make,rack\nA1,WD,5\nA2,ST,6\nA3,ST,7\n"
    dropped = read_file(content)
    assert dropped.column is None
    assert not dropped.text
    assert [(column.number, column.examples[0]) for column in dropped.columns] == [(1, "drive"), (2, "make"), (3, "rack")]
    assert numbers(read_file(content, 1)) == ["A1", "A2", "A3"]
    assert refused(content, 4) == "column-unknown"


def test_the_only_column_needs_no_head() -> None:
    assert numbers(read_file(b"A1\nA2\nA3")) == ["A1", "A2", "A3"]
    assert numbers(read_file(b"Drives\nA1\nA2\nA3")) == ["A1", "A2", "A3"]


def test_text_that_the_box_would_read_otherwise_stays_one_number() -> None:
    content = b'serial;x\n"A, 1";1\nB1..B5;1\n"C ""2""";1\n"=""0001""";1\n'
    assert numbers(read_file(content)) == ["A, 1", "B1..B5", 'C "2"', "0001"]


def test_a_separator_that_excel_states() -> None:
    dropped = read_file(b"sep=;\r\nserial;x\r\nA1;1\r\n")
    assert parse(dropped.text).candidates[0].line == 3


def test_a_break_within_a_cell_is_said() -> None:
    [problem] = read_file(b'serial,x\n"A\nB",1\nC1,2\n').problems
    assert (problem.line, problem.problem.rule) == (2, "refused-character")


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "file-empty"),
        (b" \n\n", "file-empty"),
        (b"%PDF-1.4", "file-foreign"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "file-foreign"),
        (b"\x81\x8d\x8f", "not-text"),
        (b"\xff\xfeA", "not-text"),
        (b"PK\x03\x04" + b"x" * 100, "file-damaged"),
        (b"x" * 20_000_001, "file-too-large"),
        (b'serial,x\n"' + b"y" * 200_000, "csv-broken"),
        (b"A1\n" * (LIMIT + 2), "too-many-rows"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_list_is_refused(content: bytes, rule: str) -> None:
    assert refused(content) == rule


def test_a_nul_is_named_not_swallowed() -> None:
    parsed = parse(read_file(b"serial,x\nA\x00B,1\n").text)
    assert parsed.problems == {"refused-character": 1}


def test_a_workbook() -> None:
    dropped = read_file(workbook([["Model", "Serial number"], ["WD", "0001"], ["WD", "12E5"], ["WD", "123456789012345678"]], sheets=2))
    assert numbers(dropped) == ["0001", "12E5", "123456789012345678"]
    assert parse(dropped.text).candidates[0].line == 2
    assert "first of 2" in dropped.form


def test_numbers_of_a_sheet_are_exact_or_said() -> None:
    dropped = read_file(
        workbook([["serial"], [17], [123456789012345], [123456789012345678], [1.5], [datetime(2026, 1, 2, tzinfo=UTC)], [True]])
    )
    assert numbers(dropped) == ["17", "123456789012345"]
    assert [(problem.line, problem.problem.rule) for problem in dropped.problems] == [
        (4, "cell-number"),
        (5, "cell-number"),
        (6, "cell-not-text"),
        (7, "cell-not-text"),
    ]
    assert dropped.numeric == 4


def test_far_cells_are_refused_before_their_rectangle_is_laid_out() -> None:
    far_row = workbook([["serial"], ["A1"]])
    for reference in (b"XFD200", b"A1048576", b"ZZ40000", b"xfd1048576"):
        moved = rewritten(far_row, partial(_move_second_cell, reference=reference))
        assert refused(moved) == "file-bomb"


def _move_second_cell(_: str, data: bytes, reference: bytes) -> bytes:
    return data.replace(b'r="A2" t', b'r="' + reference + b'" t')


def test_a_row_that_states_its_number_reaches_there() -> None:
    def change(_: str, data: bytes) -> bytes:
        return data.replace(b'<row r="2"', b'<row r="1000000"').replace(b'r="A2" t', b"t")

    assert refused(rewritten(workbook([["serial"], ["A1"]]), change)) == "file-bomb"


def test_formatting_down_to_the_last_row_is_no_bomb() -> None:
    def change(_: str, data: bytes) -> bytes:
        return data.replace(b"</sheetData>", b'<row r="1048576"><c r="A1048576" s="0"/></row></sheetData>')

    assert numbers(read_file(rewritten(workbook([["serial"], ["A1"]]), change))) == ["A1"]


def test_a_bomb_is_stopped_while_it_unpacks() -> None:
    content = rewritten(workbook([["serial"], ["A1"]]), lambda _, data: data, {"xl/media/a.bin": b"\x00" * 80_000_000})
    assert len(content) < 200_000
    assert refused(content) == "file-bomb"


def test_a_bomb_that_lies_about_its_size_is_stopped() -> None:
    end = b" " * 80_000_000 + b"</sst>"
    content = rewritten(workbook([["serial"], ["A1"]]), lambda _, data: data.replace(b"</sst>", end))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        stated = archive.getinfo("xl/sharedStrings.xml").file_size
    lie = content.replace(struct.pack("<L", stated), struct.pack("<L", 100))
    with zipfile.ZipFile(io.BytesIO(lie)) as archive:
        assert archive.getinfo("xl/sharedStrings.xml").file_size == 100
    assert refused(lie) == "file-bomb"


def test_a_comment_as_long_as_a_book_is_read_once() -> None:
    # Looked for anew from each piece it would take hours, which nobody would overlook.
    filler = b"<!--" + b" " * 60_000_000 + b"-->"
    content = rewritten(workbook([["serial"], ["A1"]]), lambda name, data: data + filler if name == "xl/sharedStrings.xml" else data)
    assert refused(content) == "file-damaged"


def test_entities_macros_passwords_and_other_archives_are_refused() -> None:
    plain = workbook([["serial"], ["A1"]])
    doctype = b'?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    assert refused(rewritten(plain, lambda _, data: data.replace(b"?>", doctype, 1))) == "file-entities"
    assert refused(rewritten(plain, lambda _, data: data, {"xl/vbaProject.bin": b"x"})) == "file-macros"
    assert refused(rewritten(plain, lambda _, data: data, {"xl/hidden.dat": b"<worksheet/>"})) == "file-damaged"
    assert refused(rewritten(plain, lambda _, data: data.replace(b"sheet.main", b"sheet.macroEnabled.main"))) == "file-macros"
    assert refused(rewritten(plain, lambda name, data: data[:-9] if name.endswith("sheet1.xml") else data)) == "file-damaged"
    assert refused(rewritten(plain, lambda _, data: data, {f"x{index}": b"" for index in range(1001)})) == "file-bomb"
    assert refused(plain[: len(plain) // 2]) == "file-damaged"
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a.txt", "A1")
    assert refused(stream.getvalue()) == "file-not-xlsx"
    flagged = bytearray(plain)
    flagged[flagged.index(b"PK\x01\x02") + 8] |= 1
    assert refused(bytes(flagged)) == "file-encrypted"


def test_as_many_rows_of_a_workbook_as_are_taken_and_one_more() -> None:
    most = times(5_000, LIMIT)
    rows: list[list[object]] = [["serial"]]
    rows.extend([f"A{value}"] for value in range(most))
    assert len(read_table(workbook(rows), most).rows) == most + 1
    rows.append(["B1"])
    with pytest.raises(TooLarge) as refusal:
        read_table(workbook(rows), most)
    assert refusal.value.rule == "too-many-rows"


@given(st.one_of(st.binary(max_size=200), st.text(max_size=100).map(lambda text: text.encode("utf-8", "surrogatepass"))))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    try:
        dropped = read_file(content)
    except Refused:
        return
    parse(dropped.text)


@given(st.integers(0, 5000), st.integers(0, 255))
def test_a_damaged_workbook_is_read_or_refused(position: int, byte: int) -> None:
    content = bytearray(PLAIN)
    content[position % len(content)] = byte
    try:
        parse(read_file(bytes(content)).text)
    except Refused:
        return


PLAIN = workbook([["serial"], ["A1"], ["A2"]])


def test_a_part_in_an_encoding_that_does_not_exist_is_damaged() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(PLAIN)) as source, zipfile.ZipFile(target, "w") as copy:
        for name in source.namelist():
            copy.writestr(name, source.read(name).replace(b'encoding="UTF-8"', b'encoding="otTF-8"'))
    assert refused(target.getvalue()) == "file-damaged"


def test_the_example_of_real_drives_is_found_in_its_own_form(tmp_path: Path) -> None:
    path = tmp_path / "drives.csv"
    path.write_text("date,serial_number,model\n2013-04-10,MJ0351YNG9Z0XA,Hitachi\n2013-04-10,WD-WCAW1,WDC\n")
    assert numbers(read_file(path.read_bytes())) == ["MJ0351YNG9Z0XA", "WD-WCAW1"]
