"""Stock → Check results: what each check of an inspection plan found, of which unit, and whether it fits."""

from __future__ import annotations

from nameplate.listings import links
from nameplate.listings.columns import Column, Link, choices_of
from nameplate.listings.engine import Listing
from nameplate.listings.yes_no import YES_NO
from nameplate.models import Verdict

_INSPECTED = "(SELECT {} FROM nameplate_inspectedunit w WHERE w.id = s.inspected_id)"
_SERIAL = Link("serial", links.SERIAL, _INSPECTED.format("w.serial_id"), nullable=False)
_ITEM = Link(
    "item",
    links.ITEM,
    "(SELECT x.item_id FROM nameplate_inspectedunit w JOIN nameplate_serial x ON x.id = w.serial_id WHERE w.id = s.inspected_id)",
    nullable=False,
)
_PAPER = Link("inspection", links.DOCUMENT, _INSPECTED.format("w.inspection_id"), nullable=False)
_CHECK = Link("check", links.PLAN_CHECK, "s.plan_check_id", nullable=False)
_BY = Link("entered_by", links.USER, "s.entered_by_id", nullable=False)
_FITS = "(CASE WHEN s.fits IS NULL THEN NULL WHEN s.fits THEN 1 ELSE 0 END)"

CHECK_RESULTS = Listing(
    name="check-results",
    label="Check results",
    table="nameplate_checkresult s",
    columns=(
        Column("serial", "Serial number", "t.number", "link", _SERIAL, key="t.key", noun="serials", ref="serial_id"),
        Column("item", "Item", "t.number", "link", _ITEM, key="t.number_key", noun="items", ref="item_id"),
        Column("check", "Check", "t.name", via=_CHECK, key="t.name_key"),
        Column("result", "Result", "s.text", key="s.text_key"),
        Column("number", "As a number", "s.number", "quantity", order="s.number", nullable=True, default_shown=False),
        Column("unit", "Unit of measure", "t.unit", via=_CHECK),
        Column("lowest", "Lowest", "t.lowest", "quantity", _CHECK, nullable=True),
        Column("highest", "Highest", "t.highest", "quantity", _CHECK, nullable=True),
        Column("fits", "Within limits", _FITS, "choice", choices=YES_NO, nullable=True),
        Column("verdict", "Verdict", _INSPECTED.format("w.verdict"), "choice", choices=choices_of(Verdict.choices)),
        Column("inspection", "Inspection", "t.number", "link", _PAPER, key="t.number_key", noun="inspections", ref="inspection_id"),
        Column("plan_version", "Plan version", "u.version", "number", _CHECK, default_shown=False),
        Column("entered_at", "Entered", "s.entered_at", "time", order="s.id"),
        Column("entered_by", "By whom", "t.username", via=_BY),
    ),
    natural=(),
    walked=("s.id",),
    section="stock",
    sort="-entered_at",
)
