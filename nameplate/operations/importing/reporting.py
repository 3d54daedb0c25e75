"""What a dry run says, as plain values: counts, what would be made, the first lines, everything wrong; and the file of the bad lines."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from nameplate.operations.importing.columns import Sheet, shown
from nameplate.operations.importing.judging import Judged
from nameplate.operations.importing.mapping import DECISIONS, left_out
from nameplate.operations.importing.reading import Wrong
from nameplate.operations.importing.targets import ITEM, RECEIVED_ON, VENDOR, targets

MOST_SHOWN = 200
"""Wrong cells of a report; the file of bad lines has all of them."""
MOST_GROUPS = 500
FIRST = 10
"""Lines of data that a report shows as they are understood."""


def report_of(judged: Judged, sheet: Sheet) -> dict[str, Any]:
    """The report of a dry run. `resolved` is what the texts of the file meant: the real run tells what means something else by then."""
    lines = judged.lines
    bad = judged.bad_lines
    days = sorted(set(lines.days.get(RECEIVED_ON, {}).values()))
    return {
        "lines": len(lines),
        "good": sum(at not in bad for at in lines.at),
        "bad": len(bad),
        "mode": judged.mapping.mode,
        "order": judged.mapping.order,
        "wrong": [_wrong(judged, one) for one in judged.wrong[:MOST_SHOWN]],
        "wrong_count": len(judged.wrong),
        "rules": dict(Counter(one.rule for one in judged.wrong).most_common()),
        "decide": {rule: count for rule, count in lines.kept.items() if rule in DECISIONS},
        "groups": _groups(judged),
        "new_items": sum(named.id is None and not named.problem for named in judged.known.items.values()),
        "new_vendors": sum(named.id is None and not named.problem for named in judged.known.vendors.values()),
        "days": [day.isoformat() for day in (days[:1] + days[-1:] if len(days) > 1 else days)],
        "day_count": len(days),
        "asked": {target: list(choices) for target, choices in lines.asked.items()},
        "first": _first(judged, sheet),
        "notes": judged.notes,
        "left_out": [targets()[target].label for target in left_out(judged.mapping) if target in judged.mapping.targets],
        "resolved": resolved(judged),
    }


def resolved(judged: Judged) -> dict[str, dict[str, int | None]]:
    """What each text that names something means: the id of a row, or None for what is to be made."""
    known = judged.known
    return {target: {text: named.id for text, named in found.items()} for target, found in ((ITEM, known.items), (VENDOR, known.vendors))}


def changed_since(judged: Judged, before: Mapping[str, Mapping[str, int | None]]) -> list[str]:
    """What means something else than the dry run said, in words: an item or vendor renamed, made or taken away meanwhile."""
    now = resolved(judged)
    labels = {ITEM: "item", VENDOR: "vendor"}
    return [
        f"“{text}” was {'an' if target == ITEM else 'a'} {labels[target]} that is known, and there is none of that name now"
        if now[target][text] is None
        else f"“{text}” was a new {labels[target]}, and there is one by now"
        if meant is None
        else f"“{text}” is another {labels[target]} now"
        for target, texts in before.items()
        for text, meant in texts.items()
        if text in now.get(target, {}) and now[target][text] != meant
    ]


def _wrong(judged: Judged, one: Wrong) -> dict[str, Any]:
    return {
        "line": one.line,
        "column": one.column,
        "head": judged.lines.heads.get(one.column, ""),
        "text": one.text,
        "rule": one.rule,
        "message": one.message,
        "way_out": one.way_out,
        "unit_id": one.unit_id,
    }


def _groups(judged: Judged) -> list[dict[str, Any]]:
    """Each pair of item and vendor with how many units it has: the orders that are made, or what of the order is filled."""
    lines = judged.lines
    texts: dict[tuple[str, str], tuple[str, str]] = {}
    counts: Counter[tuple[str, str]] = Counter()
    for index, pair in enumerate(zip(judged.items, judged.vendors, strict=True)):
        counts[pair] += 1
        texts.setdefault(pair, (lines.text(ITEM, index), lines.text(VENDOR, index)))
    found = []
    for pair, units in counts.most_common(MOST_GROUPS):
        item, vendor = texts[pair]
        named, seller = judged.known.items.get(item), judged.known.vendors.get(vendor)
        row = judged.known.rows.get(named.id) if named and named.id else None
        found.append(
            {
                "item": row.number if row else item,
                "item_id": row.pk if row else None,
                "new_item": named is not None and named.id is None and not named.problem,
                "vendor": vendor,
                "new_vendor": seller is not None and seller.id is None and not seller.problem,
                "units": units,
            }
        )
    return found


def _first(judged: Judged, sheet: Sheet) -> dict[str, Any]:
    """The first lines as they are understood: a head for each target, and its texts."""
    lines, known = judged.lines, targets()
    chosen = [target for target in known if lines.has(target)]
    rows = []
    for index in range(min(FIRST, len(lines))):
        cells = []
        for target in chosen:
            text = lines.text(target, index)
            day = lines.days.get(target, {}).get(text)
            cells.append(day.isoformat() if day else shown(text))
        rows.append({"line": lines.at[index], "cells": cells, "bad": lines.at[index] in judged.bad_lines})
    return {"heads": [known[target].label for target in chosen], "rows": rows}


def bad_lines_file(judged: Judged, sheet: Sheet) -> bytes:
    """The bad lines as CSV, as they stand in the file, each with where it stands and why: to be mended and chosen again."""
    why: dict[int, list[str]] = {}
    for one in judged.wrong:
        head = judged.lines.heads.get(one.column, "")
        why.setdefault(one.line, []).append(f"{head}: {one.message}" if head else one.message)
    out = io.StringIO()
    writer = csv.writer(out)
    columns = [column.number - 1 for column in sheet.columns]
    writer.writerow([*(column.head for column in sheet.columns), "line", "why"])
    for row in sheet.rows:
        if row.line in why:
            cells: Sequence[Any] = [row.cells[place] if place < len(row.cells) else "" for place in columns]
            writer.writerow([*map(_cell, cells), row.line, " ".join(why[row.line])])
    if 0 in why:
        writer.writerow([*[""] * len(columns), "", " ".join(why[0])])
    return ("\ufeff" + out.getvalue()).encode(errors="replace")


_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def _cell(value: Any) -> str:
    """A cell as no spreadsheet runs it: an apostrophe before what it would take for a formula, as in every file that is sent out."""
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
