"""Sites with their locations as a file: a line without a location is the site itself, each other one a location of its site."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from nameplate import functions
from nameplate.ledger import bulk
from nameplate.models import Item, Location, Site, Stock, User
from nameplate.operations.cataloguing.places import BETWEEN, LOCATION_TEXTS, SITE_TEXTS, SPECIAL, new_location
from nameplate.operations.cataloguing.texts import read_texts
from nameplate.operations.cataloguing.things import current_words
from nameplate.operations.exchanging.judging import (
    Judged,
    Kind,
    first_lines,
    insert_things,
    set_values,
    update_things,
    yes_or_no,
)
from nameplate.operations.exchanging.reading import FileColumn, GivenLine, GivenSheet
from nameplate.serial_text import canonical

COLUMNS = (
    FileColumn("site", "Site", exact=True),
    FileColumn("location", "Location", exact=True),
    FileColumn("address", "Address"),
    FileColumn("archived", "Archived"),
)
Key = tuple[str, str]
"""The folded names of a site and of a location in it; no location: the site itself."""


@dataclass(slots=True)
class _Places:
    """What the lines are judged against, and what they make of it."""

    sites: dict[str, Site]
    locations: dict[Key, Location]
    judged: dict[Key, Judged]

    def site(self, line: GivenLine, key: str) -> Site:
        """The site of a line; one that nobody made yet is made with it."""
        if key not in self.sites:
            name = line.texts["site"].strip()
            self.sites[key] = Site(name=name, name_key=key)
            self.judged[key, ""] = Judged(line.line, "sites", name, self.sites[key], True, words=[("created", "", name)])
        return self.sites[key]


def _rows() -> tuple[Sequence[FileColumn], Iterator[Mapping[str, str]]]:
    """Each site and, behind it, its locations; those that every site keeps are not told."""
    locations: dict[int, list[Location]] = {}
    for location in Location.objects.filter(purpose=Location.Purpose.STORAGE).order_by("name_key", "id"):
        locations.setdefault(location.site_id, []).append(location)
    return COLUMNS, _told(list(Site.objects.order_by("name_key", "id")), locations)


def _told(sites: Sequence[Site], locations: Mapping[int, Sequence[Location]]) -> Iterator[Mapping[str, str]]:
    for site in sites:
        yield {"site": site.name, "address": site.address, "archived": current_words(site, "archived")}
        for location in locations.get(site.pk, ()):
            yield {"site": site.name, "location": location.name, "archived": current_words(location, "archived")}


def judge(sheet: GivenSheet) -> list[Judged]:
    """What the lines would do, the sites first."""
    keyed = list(_keyed(sheet))
    first = first_lines(sheet, keyed, "location")
    places = _known(first)
    for key, line in sorted(first.items(), key=lambda pair: (pair[0][1] != "", pair[1].line)):
        if key[1]:
            _judge_location(sheet, line, key, places)
        else:
            _judge_site(sheet, line, key, places)
    _refuse_archiving(sheet, first, places)
    _refuse_sites(sheet, places)
    return sorted(places.judged.values(), key=lambda one: (one.line, one.noun != "sites"))


def _keyed(sheet: GivenSheet) -> Iterator[tuple[GivenLine, Key]]:
    for line in sheet.lines:
        wrong: dict[str, str] = {}
        site = read_texts({"name": SITE_TEXTS["name"]}, {"name": line.texts.get("site", "")}, wrong)
        if wrong:
            sheet.fault(line, "site", wrong["name"].replace("Name", "Site", 1))
        text = line.texts.get("location", "").strip()
        mistakes: dict[str, str] = {}
        location = read_texts(LOCATION_TEXTS, {"name": text}, mistakes) if text else {"name": ""}
        if mistakes:
            sheet.fault(line, "location", mistakes["name"])
        if not wrong and not mistakes:
            yield line, (canonical(site["name"]), canonical(location["name"]))


def _known(keys: Mapping[Key, GivenLine]) -> _Places:
    within = f"nameplate_site.name_key IN {bulk.text_set()}"
    found = Site.objects.extra(where=[within], params=[bulk.texts({site for site, _ in keys})])  # noqa: S610  # the SQL is ours
    sites = {site.name_key: site for site in found.select_for_update(of=("self",), no_key=True).order_by("pk")}
    by_id = {site.pk: site for site in sites.values()}
    within = f"nameplate_location.site_id IN {bulk.id_set()}"
    locations = {}
    for location in Location.objects.extra(where=[within], params=[bulk.ids(by_id)]).order_by("pk"):  # noqa: S610  # the SQL is ours
        location.site = by_id[location.site_id]
        locations[location.site.name_key, location.name_key] = location
    return _Places(sites, locations, {})


def _judge_site(sheet: GivenSheet, line: GivenLine, key: Key, places: _Places) -> None:
    new = key[0] not in places.sites
    site = places.site(line, key[0])
    judged = places.judged.setdefault(key, Judged(line.line, "sites", site.name, site, new))
    wrong: dict[str, str] = {}
    given = {"name": line.texts["site"], **({"address": line.texts["address"]} if "address" in line.texts else {})}
    values: dict[str, object] = {**read_texts(SITE_TEXTS, given, wrong)}
    archived = yes_or_no(sheet, line, "archived")
    sheet.take(line, wrong)
    set_values(judged, values if archived is None else {**values, "archived": archived}, current_words, ["name", "address", "archived"])


def _judge_location(sheet: GivenSheet, line: GivenLine, key: Key, places: _Places) -> None:
    if line.texts.get("address", "").strip():
        sheet.fault(line, "address", "The address is the site’s: write it on a line of its own, without a location.")
    known = places.locations.get(key)
    site = places.site(line, key[0])
    name = line.texts["location"].strip()
    location = known or new_location(site, name)
    judged = places.judged[key] = Judged(line.line, "locations", f"{site.name}{BETWEEN}{name}", location, known is None)
    archived = yes_or_no(sheet, line, "archived")
    if known is not None and known.purpose != Location.Purpose.STORAGE:
        if archived or name != known.name:
            sheet.fault(line, "location", "Every site keeps this location as it is.")
        return
    if known is None:
        judged.words = [("created", "", name)]
    set_values(judged, {"name": name} if archived is None else {"name": name, "archived": archived}, current_words, ["name", "archived"])
    if site.pk and site.archived and (known is None or (judged.changed and not location.archived)):
        sheet.fault(line, "site", f"{site} is archived; restore the site first.")


def _refuse_archiving(sheet: GivenSheet, lines: Mapping[Key, GivenLine], places: _Places) -> None:
    """Nothing is archived where anything lies, or where an item is kept."""
    going: list[tuple[int, Key]] = []
    for key, one in places.judged.items():
        if "archived" in one.changed and one.thing.archived:
            site = key[0] if one.noun == "sites" else ""
            inside = [location for (of, _), location in places.locations.items() if of == site] if site else [one.thing]
            going += [(location.pk, key) for location in inside if location.pk]
    if not going:
        return
    full = set(Stock.objects.filter(quantity__gt=0).values_list("location_id", flat=True))
    homes = dict(Item.objects.filter(archived=False, default_location__isnull=False).values_list("default_location_id", "number"))
    told: set[Key] = set()
    for pk, key in going:
        if pk in full and key not in told:
            told.add(key)
            sheet.fault(lines[key], "archived", "Something is still kept there; move it elsewhere first.")
        elif pk in homes and key[1]:
            sheet.fault(lines[key], "archived", f"It is the default location of {homes[pk]}; give the item another one first.")


def _refuse_sites(sheet: GivenSheet, places: _Places) -> None:
    """While Multiple sites is off there is one."""
    more = [one for one in places.judged.values() if one.noun == "sites" and one.new and not one.thing.archived]
    if not more or functions.is_on(functions.MULTIPLE_SITES):
        return
    standing = Site.objects.filter(archived=False).exists()
    at = {line.line: line for line in sheet.lines}
    for one in more if standing else more[1:]:
        sheet.fault(at[one.line], "site", "Another site needs Multiple sites, which is switched off.")


def write(actor: User, judged: Sequence[Judged]) -> None:
    """Insert sites with the locations that each keeps, then the others; update those that differ."""
    made = [one.thing for one in judged if one.new and one.noun == "sites"]
    insert_things(made)
    kept = [new_location(site, name, purpose) for site in made for purpose, name in SPECIAL.items()]
    others = [one.thing for one in judged if one.new and one.noun == "locations"]
    for location in (*kept, *others):
        location.site_id = location.site.pk  # the site had none when the line was judged
    insert_things([*kept, *others])
    for noun in ("sites", "locations"):
        edited = [one for one in judged if one.changed and one.noun == noun]
        update_things([one.thing for one in edited], (name for one in edited for name in one.changed))


SITES = Kind("sites", "site or location", "sites and locations", ("site",), lambda: COLUMNS, _rows, judge, write)
