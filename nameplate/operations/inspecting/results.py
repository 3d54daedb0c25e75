"""What checks found of each unit: kept beside the unit while it waits, and proposing what the verdict is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone

from nameplate import access, ledger
from nameplate.ledger import bulk
from nameplate.models import Attachment, CheckKind, Document, PlanCheck, Request, User, Verdict
from nameplate.operations.inspecting.documents import lock_inspection, refuse_closed, require_quality_control
from nameplate.operations.inspecting.lines import numbers_of
from nameplate.operations.inspecting.photos import File, Photo, attach_photos
from nameplate.operations.inspecting.plans import settle_plans
from nameplate.quantities import to_micro
from nameplate.refusals import Conflict, Invalid, Offender, Refused, TooLarge
from nameplate.serial_text import canonical, fold, refused_kind

Value = Decimal | int | str | bool | File | None
Kept = dict[tuple[int, int], tuple[Any, ...] | None]
"""By inspected unit and check: the number, the text, the file and whether it fits; None takes it away."""
MOST_VALUES = 500_000
LONGEST = 2_000
YES, NO = frozenset({"yes", "y", "true", "1", "ok"}), frozenset({"no", "n", "false", "0"})
COLUMNS = ("inspected_id", "plan_check_id", "number", "text", "text_key", "attachment_id", "fits", "entered_at", "entered_by_id")
_LINES = (
    "SELECT w.serial_id, w.id, w.plan_id, s.number FROM nameplate_inspectedunit w JOIN nameplate_serial s ON s.id = w.serial_id "
    f"WHERE w.inspection_id = %s AND w.verdict = '{Verdict.WAITING.value}' AND w.serial_id IN {{ids}}"
)
_FORGET = (
    "DELETE FROM nameplate_checkresult WHERE id IN (SELECT r.id FROM {given} CROSS JOIN nameplate_checkresult r "
    "WHERE r.inspected_id = given.inspected AND r.plan_check_id = given.planned)"
)


@dataclass(frozen=True, slots=True)
class Found:
    """What was found of one unit: values by the names of checks. None, or an empty text, takes one away."""

    unit_id: int
    values: Mapping[str, Value]


def record_results(
    *, actor: User, inspection: Document | int, found: Sequence[Found], photos: Sequence[Photo] = (), request: Request | None = None
) -> int:
    """Keep what the checks found of units that wait in an inspection, in place of what was kept before; how many values that were.

    `photos` are put on their units, and are the results of the checks that they name. Refused, each named with its check: a unit that does
    not wait here; a check that its plan does not have; a value that is none.
    """
    access.require(actor, "stock", "inspect")
    require_quality_control()
    with ledger.transacting():
        paper = lock_inspection(inspection)
        refuse_closed(paper)
        return record(actor=actor, document=paper, found=found, photos=photos)


def record(*, actor: User, document: Document, found: Sequence[Found], photos: Sequence[Photo] = ()) -> int:
    """The same within a judgement, whose inspection is locked. As many statements for one unit as for ten thousand."""
    found = _with_photos(actor, found, photos)
    if sum(len(one.values) for one in found) > MOST_VALUES:
        raise TooLarge("too-many", f"At most {MOST_VALUES:,} values in one act.", way_out="Enter them in parts.")
    settle_plans(document)
    rows = bulk.query(_LINES.format(ids=bulk.id_set()), [document.pk, bulk.ids({one.unit_id for one in found})])
    lines = {unit: (line, plan, number) for unit, line, plan, number in rows}
    checks: dict[int, dict[str, PlanCheck]] = {}
    for check in PlanCheck.objects.filter(plan__in={plan for _, plan, _ in lines.values() if plan is not None}):
        checks.setdefault(check.plan_id, {})[check.name_key] = check
    files = _files(found)
    strangers = numbers_of(one.unit_id for one in found if one.unit_id not in lines)
    offenders: list[Offender] = []
    kept: Kept = {}
    for place, one in enumerate(found, 1):
        if one.unit_id not in lines:
            offenders.append(Offender(strangers[one.unit_id], "it does not wait in this inspection", one.unit_id, line=place))
            continue
        line, plan, number = lines[one.unit_id]
        for name, value in one.values.items():
            asked = checks.get(plan or 0, {}).get(canonical(name))
            if asked is None:
                offenders.append(Offender(number, f"its plan has no check “{name[:60]}”", one.unit_id, line=place))
                continue
            try:
                kept[line, asked.pk] = read_value(asked, value, files.get(one.unit_id, {}))
            except Refused as refusal:
                offenders.append(Offender(number, f"{asked.name}: {refusal.message}", one.unit_id, line=place))
    _refuse(offenders)
    _write(actor, kept)
    return len(kept)


def _with_photos(actor: User, found: Sequence[Found], photos: Sequence[Photo]) -> Sequence[Found]:
    """What was found, with the photos among it. Refused: a check that has a value beside its photo."""
    if not photos:
        return found
    answers = attach_photos(actor=actor, photos=photos)
    given = {(one.unit_id, canonical(name)) for one in found for name in one.values}
    for photo in photos:
        if photo.check and (photo.unit_id, canonical(photo.check)) in given:
            raise Invalid(
                "twice",
                f"“{photo.check[:60]}” has a file and a value.",
                fields={f"{photo.field}.check": "Give it the file alone, please."},
            )
    units = {one.unit_id for one in found}
    whole = [*found, *(Found(unit, {}) for unit in answers if unit not in units)]
    return [Found(one.unit_id, {**one.values, **answers.get(one.unit_id, {})}) for one in whole]


def _write(actor: User, kept: Kept) -> None:
    if not kept:
        return
    bulk.execute(_FORGET.format(given=bulk.table(("inspected", "planned"))), [bulk.table_value([list(key) for key in kept])])
    now = timezone.now()
    bulk.insert(
        "nameplate_checkresult",
        COLUMNS,
        (
            (*key, number, text, canonical(text)[:LONGEST], file, fits, now, actor.pk)
            for key, value in kept.items()
            if value is not None
            for number, text, file, fits in [value]
        ),
    )


def _refuse(offenders: Sequence[Offender]) -> None:
    if offenders:
        first = f"{offenders[0].text}: {offenders[0].why.rstrip('.')}."
        sentence = first if len(offenders) == 1 else f"{len(offenders):,} of these results cannot be kept; the first: {first}"
        raise Conflict("bad-results", sentence, fields={"results": sentence}, offenders=offenders, way_out="Mend these; nothing was kept.")


def read_value(check: PlanCheck, value: Value, files: Mapping[int, str]) -> tuple[Any, ...] | None:
    """(number, text, file, whether it fits) of a value; None for nothing. `files` are those on the unit. Refused: what the check is not."""
    if isinstance(value, File):
        if check.kind != CheckKind.FILE:
            raise Invalid("no-such-file", "it asks for no file")
        value = value.id
    text = ("yes" if value else "no") if isinstance(value, bool) else "" if value is None else str(value).strip()
    if not text:
        return None
    if check.kind == CheckKind.NUMBER:
        number = to_micro(text)
        fits = (check.lowest is None or number >= check.lowest) and (check.highest is None or number <= check.highest)
        return number, text, None, fits if check.lowest is not None or check.highest is not None else None
    if check.kind == CheckKind.YES_NO:
        said = fold(text)
        if said not in YES | NO:
            raise Invalid("not-yes-or-no", f"“{text[:40]}” is neither yes nor no")
        return None, "yes" if said in YES else "no", None, said in YES
    if check.kind == CheckKind.FILE:
        file = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
        if file not in files:
            raise Invalid("no-such-file", "there is no such file on the unit")
        return None, files[file], file, None
    if len(text) > LONGEST or any(refused_kind(sign) for sign in text):
        raise Invalid("bad-text", "it is too long, or holds a character that cannot be shown")
    return None, text, None, None


def _files(found: Sequence[Found]) -> dict[int, dict[int, str]]:
    """By unit, the files on it. Asked only where a value may name one."""
    named = {one.unit_id for one in found if any(_may_be_file(value) for value in one.values.values())}
    files: dict[int, dict[int, str]] = {}
    own = f"nameplate_attachment.subject IN {bulk.id_set()}"
    rows = Attachment.objects.filter(noun="serials", removed_at=None).extra(where=[own], params=[bulk.ids(named)]) if named else []  # noqa: S610  # ours
    for file in rows:
        files.setdefault(file.subject, {})[file.pk] = file.name
    return files


def _may_be_file(value: Value) -> bool:
    return isinstance(value, File) or str(value or "").strip().isdigit()
