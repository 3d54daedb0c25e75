"""Items as a file: recognised by their number, with their custom fields, in every field that is typed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from nameplate.ledger import bulk, custom_values
from nameplate.models import CustomField, Document, FieldNoun, Item, Location, Tracking, User
from nameplate.operations import customizing
from nameplate.operations.cataloguing.item_fields import TEXTS, ItemFields, read_item, require_tracking
from nameplate.operations.cataloguing.items import NOUN
from nameplate.operations.cataloguing.open_papers import WAY_OUT, are_open
from nameplate.operations.cataloguing.places import BETWEEN
from nameplate.operations.cataloguing.texts import read_texts
from nameplate.operations.cataloguing.things import current_words
from nameplate.operations.customizing.reading import value_in_words
from nameplate.operations.customizing.values import PREFIX, CustomEdit
from nameplate.operations.exchanging.judging import (
    Judged,
    Kind,
    first_lines,
    insert_things,
    set_values,
    update_things,
    yes_or_no,
)
from nameplate.operations.exchanging.reading import FileColumn, GivenLine, GivenSheet, folded_head
from nameplate.quantities import from_micro
from nameplate.refusals import Refused
from nameplate.serial_text import canonical, fold

OWN = (
    FileColumn("number", "Item number", exact=True),
    FileColumn("description", "Description"),
    FileColumn("group", "Group"),
    FileColumn("tracking", "Followed by"),
    FileColumn("unit", "Unit of measure"),
    FileColumn("gtin", "GTIN", exact=True),
    FileColumn("bought", "Bought"),
    FileColumn("made", "Made"),
    FileColumn("requires_inspection", "Requires inspection"),
    FileColumn("default_location", "Default location"),
    FileColumn("cost", "Cost"),
    FileColumn("shelf_life_days", "Shelf life (days)"),
    FileColumn("warranty_months", "Warranty (months)"),
    FileColumn("serial_format", "Accepted format", exact=True),
    FileColumn("serial_shortest", "Fewest characters"),
    FileColumn("serial_longest", "Most characters"),
    FileColumn("serial_characters", "Allowed characters", exact=True),
    FileColumn("serial_prefix", "Prefix to take off", exact=True),
    FileColumn("serial_pattern", "Numbering pattern", exact=True),
    FileColumn("notes", "Notes"),
    FileColumn("archived", "Archived"),
)
KEPT_WHEN_BLANK = ("tracking", "unit")
"""What nobody means to empty by leaving the cell blank."""
YES_NO = ("bought", "made", "requires_inspection", "archived")
_TRACKING = {fold(text): choice.value for choice in Tracking for text in (choice.value, choice.label)}

Fields = Mapping[str, CustomField]


def _fields() -> Fields:
    return {field.slug: field for field in CustomField.objects.of(FieldNoun.ITEMS) if not field.archived}


def _columns(fields: Fields) -> Sequence[FileColumn]:
    """Those of every item, then the company's own; one that is called like another goes by its lasting name."""
    taken = {folded_head(text) for column in OWN for text in (column.label, column.name)}
    labels = {slug: PREFIX + slug if folded_head(field.name) in taken else field.name for slug, field in fields.items()}
    return (*OWN, *(FileColumn(PREFIX + slug, label) for slug, label in labels.items()))


def _rows() -> tuple[Sequence[FileColumn], Iterator[Mapping[str, str]]]:
    fields = _fields()
    items = Item.objects.select_related("default_location__site").order_by("number_key", "id")
    return _columns(fields), (_row(item, fields) for item in items.iterator())


def _row(item: Item, fields: Fields) -> dict[str, str]:
    """The texts of one item."""
    plain = {column.name: current_words(item, column.name) for column in OWN if column.name != "default_location"}
    place, values = item.default_location, item.custom or {}
    return {
        **plain,
        "cost": "" if item.cost is None else f"{from_micro(item.cost):f}",
        "default_location": f"{place.site.name}{BETWEEN}{place.name}" if place else "",
        **{PREFIX + slug: value_in_words(field, values.get(slug)) for slug, field in fields.items()},
    }


@dataclass(frozen=True, slots=True)
class _Ground:
    """What lines are judged against."""

    places: Mapping[str, Location | None]
    """By the folded label; None where two locations are called so."""
    fields: Fields
    off: Mapping[str, str]
    """Ways to follow units that are switched off, with why not."""


def judge(sheet: GivenSheet) -> list[Judged]:
    """What the lines would do. Everything that the database knows is asked once, however many they are."""
    keyed = list(_keyed(sheet))
    first = first_lines(sheet, keyed, "number")
    known = _known(first)
    places = _places(sheet)
    fields = _fields()
    ground = _Ground(places, fields, _switched_off())
    found = [_judge_one(sheet, line, known.get(key), ground) for key, line in first.items()]
    _refuse_other_tracking(sheet, found)
    _refuse_archiving(sheet, found)
    return found


def _keyed(sheet: GivenSheet) -> Iterator[tuple[GivenLine, str]]:
    for line in sheet.lines:
        wrong: dict[str, str] = {}
        texts = read_texts({"number": TEXTS["number"]}, line.texts, wrong)
        sheet.take(line, wrong)
        if not wrong:
            yield line, canonical(texts["number"])


def _known(keys: Mapping[str, GivenLine]) -> dict[str, Item]:
    within = f"nameplate_item.number_key IN {bulk.text_set()}"
    found = Item.objects.extra(where=[within], params=[bulk.texts(keys)])  # noqa: S610  # the SQL is ours
    return {item.number_key: item for item in found.select_for_update(of=("self",), no_key=True).order_by("pk")}


def _places(sheet: GivenSheet) -> dict[str, Location | None]:
    """The locations that the lines name, by the folded text; None where two are called so."""
    texts = {canonical(line.texts.get("default_location", "")) for line in sheet.lines}
    within = f"nameplate_location.label_key IN {bulk.text_set()}"
    wanted = bulk.texts(text for text in texts if text and "\x00" not in text)
    found: dict[str, Location | None] = {}
    for place in Location.objects.extra(where=[within], params=[wanted]).select_related("site"):  # noqa: S610  # the SQL is ours
        found[place.label_key] = None if place.label_key in found else place
    return found


def _judge_one(sheet: GivenSheet, line: GivenLine, item: Item | None, ground: _Ground) -> Judged:
    new = item is None
    thing = item or Item()
    judged = Judged(line.line, NOUN, line.texts["number"].strip(), thing, new)
    wrong: dict[str, str] = {}
    given = _given(sheet, line, thing, ground.places, wrong)
    archived = given.pop("archived", thing.archived)
    custom = _custom(line, thing, new=new, fields=ground.fields, wrong=wrong)
    # The location was found already, and is given as itself.
    values = read_item(cast(ItemFields, given), thing, wrong, places=lambda place: cast(Location, place))
    tracking = values.get("tracking", thing.tracking)
    if tracking in ground.off and (new or tracking != thing.tracking):
        wrong["tracking"] = ground.off[str(tracking)]
    sheet.take(line, wrong)
    logged = [name for name in (*given, "archived") if name != "custom"]
    set_values(judged, {**values, "archived": archived}, current_words, logged)
    _set_custom(judged, custom)
    if new:
        judged.words = [("created", "", thing.number)]
    return judged


def _given(sheet: GivenSheet, line: GivenLine, item: Item, places: Mapping[str, Location | None], wrong: dict[str, str]) -> dict[str, Any]:
    """The line as an operation takes it."""
    given: dict[str, Any] = {name: text for name, text in line.texts.items() if not name.startswith(PREFIX)}
    for name in KEPT_WHEN_BLANK:
        if not given.get(name, "").strip():
            given.pop(name, None)
    for name in YES_NO:
        if name in given and (said := yes_or_no(sheet, line, name)) is not None:
            given[name] = said
        else:
            given.pop(name, None)
    if "tracking" in given:
        given["tracking"] = _TRACKING.get(fold(given["tracking"].strip()), given["tracking"])
    if "default_location" in given:
        _take_place(given, item, places, wrong)
    return given


def _take_place(given: dict[str, Any], item: Item, places: Mapping[str, Location | None], wrong: dict[str, str]) -> None:
    """The location that is named, in place of its name."""
    text = canonical(given["default_location"])
    place = places.get(text)
    if not text:
        given["default_location"] = None
    elif place is None:
        given.pop("default_location")
        several = text in places
        wrong["default_location"] = "Several locations are called so." if several else "There is no such location. Write “site · location”."
    elif place.pk == item.default_location_id or given.get("archived"):
        given["default_location"] = place  # as it stands already, or as an archived item has it
    elif place.archived or place.site.archived or place.purpose == Location.Purpose.TRANSIT:
        given.pop("default_location")
        wrong["default_location"] = "Nothing is kept there, or it is archived; choose another."
    else:
        given["default_location"] = place


def _custom(line: GivenLine, item: Item, *, new: bool, fields: Fields, wrong: dict[str, str]) -> CustomEdit:
    """The custom values that differ. A blank cell of a new item leaves it to the field's default."""
    stands = item.custom or {}
    texts = {name.removeprefix(PREFIX): text for name, text in line.texts.items() if name.startswith(PREFIX)}
    given = {
        slug: text
        for slug, text in texts.items()
        if (text.strip() if new else text.strip() != value_in_words(fields[slug], stands.get(slug)))
    }
    return customizing.read_custom(noun=FieldNoun.ITEMS, given=given, before=item.custom, new=new, wrong=wrong, fields=fields)


def _set_custom(judged: Judged, custom: CustomEdit) -> None:
    judged.more = custom
    judged.thing.custom = custom.merged
    if custom.changed and not judged.new:
        judged.changed.append("custom")
        judged.words += [
            (PREFIX + slug, value_in_words(custom.fields[slug], custom.before.get(slug)), value_in_words(custom.fields[slug], value))
            for slug, value in custom.changed.items()
        ]


def _switched_off() -> dict[str, str]:
    """The ways to follow units that are switched off, each with the sentence that says so."""
    found = {}
    for tracking in Tracking.values:
        try:
            require_tracking(tracking)
        except Refused as refusal:
            found[tracking] = refusal.message
    return found


def _at(sheet: GivenSheet) -> dict[int, GivenLine]:
    return {line.line: line for line in sheet.lines}


def _refuse_other_tracking(sheet: GivenSheet, found: Sequence[Judged]) -> None:
    """How units are followed is settled once there is a lot."""
    turned = {one.thing.pk: one for one in found if "tracking" in one.changed}
    lines = _at(sheet)
    for (pk,) in bulk.query(f"SELECT DISTINCT item_id FROM nameplate_lot WHERE item_id IN {bulk.id_set()}", [bulk.ids(turned)]):
        sheet.fault(lines[turned[pk].line], "tracking", "It has lots already, so how its units are followed is settled.")


def _refuse_archiving(sheet: GivenSheet, found: Sequence[Judged]) -> None:
    """Nothing is archived while it is on an open order."""
    going = {one.thing.pk: one for one in found if "archived" in one.changed and one.thing.archived}
    if not going:
        return
    orders = Document.objects.filter(are_open(), lines__item__archived=False)
    lines = _at(sheet)
    for pk, number in orders.order_by("pk").values_list("lines__item_id", "number"):
        if pk in going:
            one = going.pop(pk)
            sheet.fault(lines[one.line], "archived", f"It is on {number}, which is still open. {WAY_OUT}")


def write(actor: User, judged: Sequence[Judged]) -> None:
    """Insert the new ones, update those that differ, and keep the custom values where lists find them."""
    insert_things([one.thing for one in judged if one.new])
    edited = [one for one in judged if one.changed]
    update_things([one.thing for one in edited], (name for one in edited for name in one.changed))
    custom_values.insert_new(FieldNoun.ITEMS, {one.thing.pk: one.more.changed for one in judged if one.new and one.more.changed})
    custom_values.write(FieldNoun.ITEMS, {one.thing.pk: one.more.changed for one in edited if one.more.changed})


ITEMS = Kind("items", "item", "items", ("number",), lambda: _columns(_fields()), _rows, judge, write)
