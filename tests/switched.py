"""What every route answers while a function is off: it works, or says `switched-off`; it never fails.

A row of `switched_off.csv` is `function,route,answer`: routes as `METHOD route` with `*` for whatever stands there, the first row that
fits; `hidden` by its address, `refused` by what it would do. What no row names works, whatever the body that it was sent is worth.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

from django.http import HttpResponseBase

from nameplate import functions
from nameplate.models import Role, Switch
from tests.proving import times
from tests.rights import Ask, Matrix, drawn

MAIN = (functions.SERIAL_NUMBERS, functions.LOTS, functions.EXPIRY_DATES)


def differences(file: Path, rights: Matrix, ask: Ask) -> Iterator[str]:
    """What the file and the site do not agree on, a line each."""
    with file.open(newline="") as rows:
        expected = [(row["function"], row["route"], row["answer"]) for row in csv.DictReader(rows)]
    met: set[tuple[str, str, str]] = set()
    tried = MAIN[: times(1, len(MAIN))] + tuple(name for name in functions.ALL if name not in MAIN)[: times(0, len(functions.ALL))]
    for name in tried:
        open_ = [key for key, row in rights.rows.items() if row[Role.ADMINISTRATOR.value] == "yes"]
        looked_at = set(drawn(route for _, route in open_))
        for method, route in open_:
            rule = next((row for row in expected if row[0] == name and fnmatchcase(f"{method} {route}", row[1])), None)
            if rule:
                met.add(rule)
            if route not in looked_at:
                continue
            Switch.objects.exclude(name=name).delete()
            Switch.objects.update_or_create(name=name, defaults={"on": False})
            found = _answer(name, ask(Role.ADMINISTRATOR.value, method, route), route)
            if found != (rule[2] if rule else "works"):
                yield f"{method} {route}: {found} while {name} is off, and should be {rule[2] if rule else 'works'}"
    Switch.objects.all().delete()
    for row in expected:
        if row[0] in tried and row not in met:
            yield f"{','.join(row)}: no such route"


def _answer(name: str, answer: HttpResponseBase, route: str) -> str:
    if answer.status_code >= 500:
        return f"fails with {answer.status_code}"
    if answer.status_code != 409 or b"switched off" not in getattr(answer, "content", b""):
        return "works"
    return "hidden" if functions.of_address(route) in functions.closed([name]) else "refused"
