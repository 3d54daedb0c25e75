"""Judging what a file says of lots and in custom fields: what can be kept, and what lines of one item must agree on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nameplate.operations.customizing import new_unit_values
from nameplate.operations.importing.reading import Wrong
from nameplate.operations.importing.targets import BATCH, DESCRIPTION, EXPIRES_ON, Target, custom, targets
from nameplate.operations.receiving.lines import LONGEST_BATCH
from nameplate.serial_text import problem_of

if TYPE_CHECKING:
    from nameplate.operations.importing.judging import Judged

PREFIX = "custom."


def judge_lots(judged: Judged) -> None:
    """On an order that stands, lots are there already: what is theirs alone is said elsewhere."""
    lines, known = judged.lines, targets()
    if judged.order is not None:
        facts = [BATCH, EXPIRES_ON] if judged.mapping.mode == "announcement" else []
        early = [known[target].label for target in (*facts, *custom(known, "lot")) if target in known and lines.has(target)]
        if early:
            message = f"On an order that stands, this is said on the page of the lot: {', '.join(early)}."
            judged.wrong.append(Wrong(0, 0, "", "lot-facts", message, "Leave these columns out, or let new orders be made."))
    said = {text: _batch_problem(text) for text in lines.distinct(BATCH)}
    if any(said.values()):
        for index in range(len(lines)):
            if problem := said.get(lines.text(BATCH, index)):
                lines.note(index, BATCH, "vendor-batch", problem)


def _batch_problem(text: str) -> str:
    problem = problem_of(text)
    if len(text) > LONGEST_BATCH:
        return f"At most {LONGEST_BATCH} characters."
    return problem.message if problem else ""


def judge_fields(judged: Judged) -> None:
    """Lines of one item must say the same of the item; what new units need must be there."""
    lines, known = judged.lines, targets()
    own = custom(known, "item")
    for name in (*own, DESCRIPTION):
        if lines.has(name):
            _judge_item_fact(judged, known[name])
    wrong: dict[str, str] = {}
    given = {target.removeprefix("custom.serials.") for target in custom(known, "unit") if lines.has(target)}
    begins = new_unit_values(None, wrong) or {}
    judged.begins = {slug: value for slug, value in begins.items() if slug not in given}
    for name, sentence in wrong.items():
        if name.removeprefix(PREFIX) not in given:
            judged.wrong.append(Wrong(0, 0, "", "field-needed", sentence, "Say which column it is."))
    if any(item.id is None for item in judged.known.items.values()):
        for target in own.values():
            if target.field is not None and target.field.required and target.field.default is None and not lines.has(target.name):
                message = f"{target.label} is needed for the items that would be made."
                judged.wrong.append(Wrong(0, 0, "", "field-needed", message, "Say which column it is, or make the items first."))


def _judge_item_fact(judged: Judged, target: Target) -> None:
    """Every line of an item must say the same; an item that is known keeps what it has."""
    lines = judged.lines
    first: dict[str, tuple[Any, int]] = {}
    for index, item in enumerate(judged.items):
        said = lines.value(target.name, index) if target.field is not None else lines.text(target.name, index)
        before, place = first.setdefault(item, (said, index))
        if said != before:
            shown = lines.text(target.name, place)
            lines.note(index, target.name, "item-differs", f"Line {lines.at[place]} says “{shown[:60]}” of the same item.")
    if target.field is None:
        return
    rows = {f"#{pk}": row for pk, row in judged.known.rows.items()}
    other = [rows[item] for item, (said, _) in first.items() if item in rows and (rows[item].custom or {}).get(target.field.slug) != said]
    if other:
        judged.notes.append(
            f"{target.label}: {len(other):,} known item{'' if len(other) == 1 else 's'} ({', '.join(row.number for row in other[:3])}"
            f"{'…' if len(other) > 3 else ''}) keep{'s' if len(other) == 1 else ''} what {'it has' if len(other) == 1 else 'they have'}."
        )


def item_values(judged: Judged) -> dict[str, dict[str, Any]]:
    """The custom values of each item that is to be made, by its key; defaults fill in what the file has no column for."""
    return _values(judged, "item", judged.items)


def _values(judged: Judged, scope: Any, keys: list[str]) -> dict[str, dict[str, Any]]:
    own = custom(targets(), scope)
    found: dict[str, dict[str, Any]] = {}
    for index, key in enumerate(keys):
        if key in found:
            continue
        values = {
            target.field.slug: judged.lines.value(name, index) if judged.lines.has(name) else target.field.default
            for name, target in own.items()
            if target.field is not None
        }
        found[key] = {slug: value for slug, value in values.items() if value is not None}
    return found


def unit_values(judged: Judged) -> list[dict[str, Any] | None]:
    """The custom values that each line's unit begins with; empty when no field has any."""
    own = {name: name.removeprefix("custom.serials.") for name in custom(targets(), "unit") if judged.lines.has(name)}
    if not own and not judged.begins:
        return []
    shared: dict[tuple[Any, ...], dict[str, Any] | None] = {}
    found = []
    for index in range(len(judged.lines)):
        given = tuple(judged.lines.value(name, index) for name in own)
        if given not in shared:
            values = {**judged.begins, **dict(zip(own.values(), given, strict=True))}
            shared[given] = {slug: value for slug, value in values.items() if value is not None} or None
        found.append(shared[given])
    return found


def lot_values(judged: Judged) -> list[tuple[tuple[str, Any], ...]]:
    """What each line says in the custom fields of its lot, defaults included, so that lines of one lot can be told from others."""
    own = {name: target for name, target in custom(targets(), "lot").items() if target.field is not None}
    slugs = [target.field.slug for target in own.values() if target.field is not None]
    defaults = [target.field.default for target in own.values() if target.field is not None]
    read = [name if judged.lines.has(name) else "" for name in own]
    shared: dict[tuple[Any, ...], tuple[tuple[str, Any], ...]] = {}
    found = []
    for index in range(len(judged.lines)):
        values = tuple(judged.lines.value(name, index) if name else default for name, default in zip(read, defaults, strict=True))
        if values not in shared:
            shared[values] = tuple((slug, value) for slug, value in zip(slugs, values, strict=True) if value is not None)
        found.append(shared[values])
    return found
