"""Results pasted as a block: a line for each unit, its serial number first, then a value for each check."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from nameplate.ledger import bulk
from nameplate.models import Document, InspectionPlan, PlanCheck, Verdict
from nameplate.operations.inspecting.results import Found
from nameplate.refusals import Invalid, Offender, TooLarge
from nameplate.serial_text import canonical, trim

MOST_LINES = 50_000
LONGEST_TEXT = 8_000_000
_WAITING = (
    "SELECT s.key, s.id, s.item_id, w.plan_id FROM nameplate_inspectedunit w JOIN nameplate_serial s ON s.id = w.serial_id "
    f"WHERE w.inspection_id = %s AND w.verdict = '{Verdict.WAITING.value}' AND s.key IN {{keys}}"
)


def read_block(paper: Document, text: str) -> list[Found]:
    """What the block says of each unit. A first line of check names says which column is what; else they stand in the plan's order.

    Columns are separated by tabs, semicolons or commas. Refused, each line named: a number that does not wait here, or twice; a column
    too many; a heading that is no check.
    """
    rows = _rows(text)
    bearers: dict[str, list[tuple[int, int, int | None]]] = {}
    keys = [canonical(trim(row[0])) for _, row in rows]
    for key, unit, item, plan in bulk.query(
        _WAITING.format(keys=bulk.text_set()), [paper.pk, bulk.texts(k for k in keys if "\x00" not in k)]
    ):
        bearers.setdefault(key, []).append((unit, item, plan))
    plans = _plans(bearers)
    head = _head(rows, keys, bearers, plans)
    offenders: list[Offender] = []
    found: list[Found] = []
    seen: set[int] = set()
    for (line, row), key in list(zip(rows, keys, strict=True))[1 if head else 0 :]:
        units = bearers.get(key, [])
        names = head or plans.get((units[0][1], units[0][2]), []) if units else []
        cells = [cell.strip() for cell in row[1:]]
        if len(units) != 1:
            why = "units of several items bear it; enter it on the unit’s page" if units else "it does not wait in this inspection"
            offenders.append(Offender(row[0][:120], why, line=line))
        elif units[0][0] in seen:
            offenders.append(Offender(row[0][:120], "it stands here twice", units[0][0], line=line))
        elif len(cells) > len(names) and any(cells[len(names) :]):
            offenders.append(Offender(row[0][:120], f"{len(cells)} values for {len(names)} checks", units[0][0], line=line))
        else:
            seen.add(units[0][0])
            found.append(Found(units[0][0], {name: cell for name, cell in zip(names, cells, strict=False) if cell}))
    if offenders:
        first = f"Line {offenders[0].line}, {offenders[0].text}: {offenders[0].why}."
        sentence = first if len(offenders) == 1 else f"{len(offenders):,} lines cannot be read; the first: {first}"
        raise Invalid("bad-block", sentence, fields={"block": sentence}, offenders=offenders)
    return found


def _rows(text: str) -> list[tuple[int, list[str]]]:
    if len(text) > LONGEST_TEXT:
        raise TooLarge("too-much-text", "This is more text than is taken at once.", way_out="Enter it in parts.")
    mark = next((mark for mark in "\t;" if mark in text), ",")
    lines = csv.reader(io.StringIO(text.replace("\x00", "\ufffd")), delimiter=mark)
    try:
        rows = [(number, row) for number, row in enumerate(lines, 1) if any(cell.strip() for cell in row)]
    except csv.Error as error:
        sentence = "A quotation mark does not end."
        raise Invalid("bad-block", sentence, fields={"block": sentence}) from error
    if not rows:
        raise Invalid("nothing-judged", "Nothing is entered.", fields={"block": "Paste a line for each unit."})
    if len(rows) > MOST_LINES:
        raise TooLarge("too-many", f"At most {MOST_LINES:,} lines.", way_out="Enter them in parts.")
    return rows


def _plans(bearers: dict[str, list[tuple[int, int, int | None]]]) -> dict[tuple[int, int | None], list[str]]:
    """By item and settled plan (None: the item's plan now), the names of the checks in their order."""
    cases = {(item, plan) for units in bearers.values() for _, item, plan in units}
    current = {plan.item_id: plan.pk for plan in InspectionPlan.objects.filter(item__in={item for item, _ in cases}).order_by("version")}
    wanted = {case: case[1] or current.get(case[0], 0) for case in cases}
    names: dict[int, list[str]] = {}
    for plan, name in PlanCheck.objects.filter(plan__in=set(wanted.values())).order_by("position").values_list("plan", "name"):
        names.setdefault(plan, []).append(name)
    return {case: names.get(plan, []) for case, plan in wanted.items()}


def _head(
    rows: Sequence[tuple[int, list[str]]],
    keys: Sequence[str],
    bearers: dict[str, list[tuple[int, int, int | None]]],
    plans: dict[tuple[int, int | None], list[str]],
) -> list[str]:
    """The names over the columns, when the first line holds them rather than a unit."""
    if keys[0] in bearers:
        return []
    known = {canonical(name): name for names in plans.values() for name in names}
    cells = [cell.strip() for cell in rows[0][1][1:]]
    if not any(canonical(cell) in known for cell in cells):
        return []
    strange = [cell for cell in cells if cell and canonical(cell) not in known]
    if strange:
        sentence = f"There is no check “{strange[0][:60]}”."
        raise Invalid("bad-block", sentence, fields={"block": sentence})
    return [known.get(canonical(cell), "") for cell in cells]
