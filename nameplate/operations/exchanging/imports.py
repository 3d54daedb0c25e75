"""A file of things comes in: judged as a whole, then all of it or nothing, each change in the log of its thing."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from nameplate import access
from nameplate.ledger.transacting import transacting
from nameplate.listings.export import escaped
from nameplate.models import User
from nameplate.operations.cataloguing.changes import log_many
from nameplate.operations.exchanging.judging import Judged, Kind
from nameplate.operations.exchanging.kinds import kind_of
from nameplate.operations.exchanging.reading import Fault, GivenSheet, read_lines
from nameplate.refusals import Conflict, Invalid, Offender

MOST_OFFENDERS = 1_000
"""Faults that a refusal names; the file of the bad lines has all of them."""


@dataclass(slots=True)
class Report:
    """What a file would do, or did: how many things it makes, changes and leaves as they are, and everything wrong with it."""

    kind: Kind
    sheet: GivenSheet
    judged: list[Judged] = field(repr=False)

    @property
    def lines(self) -> int:
        """How many lines hold anything."""
        return len(self.sheet.lines)

    @property
    def made(self) -> int:
        """How many things are new."""
        return sum(one.new for one in self.judged)

    @property
    def changed(self) -> int:
        """How many that stand already become different."""
        return len(self.judged) - self.made - self.same

    @property
    def same(self) -> int:
        """How many are as the file says already."""
        return sum(one.same for one in self.judged)

    @property
    def faults(self) -> Sequence[Fault]:
        """Everything wrong, in the order of the file."""
        places = {column.label: place for place, column in enumerate(self.sheet.columns.values())}
        return sorted(self.sheet.faults, key=lambda fault: (fault.line, places.get(fault.column, -1)))

    @property
    def signature(self) -> str:
        """What it would do, in short: a file that would do anything else by now is not taken on the strength of this report."""
        told = [(one.line, one.noun, one.name, one.new, one.words) for one in self.judged]
        return hashlib.sha256(orjson.dumps(told)).hexdigest()


def judge_file(*, actor: User, noun: str, content: bytes) -> Report:
    """The dry run: every line judged, nothing written. Refused: what is no file of these things at all."""
    access.require(actor, "catalogue", "create")
    with transacting():
        return _judged(kind_of(noun), content)


def import_file(*, actor: User, noun: str, content: bytes, seen: str = "") -> Report:
    """Bring the file in, all of it or nothing. `seen` is the signature of the dry run that somebody agreed to.

    Refused: anything wrong on any line, each named with line and column; a file that would do something else by now.
    """
    for right in ("create", "edit", "delete"):  # a file makes, changes and archives
        access.require(actor, "catalogue", right)
    with transacting():
        kind = kind_of(noun)
        report = _judged(kind, content)
        if report.sheet.faults:
            raise _faulty(report)
        if seen and seen != report.signature:
            raise Conflict(
                "changed-meanwhile",
                "The file would do something else by now, since somebody changed these things meanwhile. Nothing was changed.",
                way_out="Look through it once more.",
            )
        kind.write(actor, [one for one in report.judged if not one.same])
        _log(actor, report.judged)
        return report


def _judged(kind: Kind, content: bytes) -> Report:
    sheet = read_lines(content, kind.columns(), kind.needed)
    if not sheet.lines:
        message = "There is nothing below the first row of this file."
        raise Invalid("file-only-heads", message, fields={"file": message}, way_out="Write a line for each thing, and choose it again.")
    return Report(kind, sheet, kind.judge(sheet))


def _faulty(report: Report) -> Invalid:
    faults = report.faults
    bad = len(report.sheet.bad_lines)
    offenders = [
        Offender(fault.text, f"{fault.column}: {fault.message}" if fault.column else fault.message, line=fault.line)
        for fault in faults[:MOST_OFFENDERS]
    ]
    sentence = f"{bad:,} line{' needs' if bad == 1 else 's need'} another look; nothing was brought in."
    return Invalid("file-faults", sentence, fields={"file": sentence}, offenders=offenders, way_out="Mend them, and send the file again.")


def _log(actor: User, judged: Sequence[Judged]) -> None:
    """One entry of the log for each thing made and each field changed."""
    for noun in dict.fromkeys(one.noun for one in judged):
        log_many(actor=actor, noun=noun, changes=((one.thing.pk, *words) for one in judged if one.noun == noun for words in one.words))


def bad_lines_of(report: Report) -> bytes:
    """The bad lines as CSV, as they stand in the file, each with where it stands and why: to be mended and chosen again."""
    why: dict[int, list[str]] = {}
    for fault in report.faults:
        why.setdefault(fault.line, []).append(f"{fault.column}: {fault.message}" if fault.column else fault.message)
    out = io.StringIO()
    writer = csv.writer(out)
    width = len(report.sheet.heads.cells)
    writer.writerow([*map(_cell, report.sheet.heads.cells), "Line", "What is wrong"])
    for row in report.sheet.rows:
        if row.line in why:
            cells = [*row.cells[:width], *[""] * (width - len(row.cells))]
            writer.writerow([*map(_cell, cells), row.line, escaped(" ".join(why[row.line]))])
    return ("\ufeff" + out.getvalue()).encode(errors="replace")


def _cell(value: Any) -> str:
    """A cell as it stood; what was escaped already stays as it is."""
    text = str(value)
    return text if text.startswith("'") and escaped(text[1:]) == text else escaped(text)
