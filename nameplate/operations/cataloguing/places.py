"""Sites and their locations: made, edited, archived. Each site has an "Unknown" and an "In transit" that stay."""

from __future__ import annotations

from typing import TypedDict, Unpack

from django.db.models import F, TextField, Value
from django.db.models.functions import Concat

from nameplate import access, functions
from nameplate.ledger.transacting import transacting
from nameplate.models import Item, Location, Site, Stock, User
from nameplate.operations.cataloguing.changes import log_changes
from nameplate.operations.cataloguing.texts import Text, read_texts, refuse_wrong, require_texts
from nameplate.operations.cataloguing.things import find, refuse_stale, set_archived, told_when_taken, write
from nameplate.refusals import Cause, Conflict, Invalid, NotFound
from nameplate.serial_text import canonical

SITE_TEXTS = {"name": Text("Name", 100, required=True, identifier=True), "address": Text("Address", 1000, lines=True)}
LOCATION_TEXTS = {"name": Text("Name", 100, required=True, identifier=True)}
SPECIAL = {Location.Purpose.UNKNOWN: "Unknown", Location.Purpose.TRANSIT: "In transit"}
BETWEEN = " · "


class SiteFields(TypedDict, total=False):
    """What can be typed about a site. What is left out keeps its value."""

    name: str
    address: str


@transacting()
def create_site(*, actor: User, **given: Unpack[SiteFields]) -> Site:
    """A new site, with its two special locations."""
    access.require(actor, "catalogue", "create")
    wrong: dict[str, str] = {}
    require_texts(SITE_TEXTS, given, wrong)
    texts = read_texts(SITE_TEXTS, given, wrong)
    refuse_wrong(wrong)
    _require_room()
    site = Site(**texts, name_key=canonical(texts["name"]))
    with told_when_taken(lambda: _site_taken(site.name, None)):
        site.save(force_insert=True)
    Location.objects.bulk_create(new_location(site, name, purpose) for purpose, name in SPECIAL.items())
    log_changes(actor=actor, noun="sites", subject=site.pk, changes=[("created", "", site.name)])
    return site


@transacting()
def edit_site(*, actor: User, site: Site | int, version: int, **given: Unpack[SiteFields]) -> Site:
    """The site with what was given; its locations' labels follow its name."""
    access.require(actor, "catalogue", "edit")
    found = find(Site, site, "site")
    refuse_stale(found, version, given, noun="sites")
    wrong: dict[str, str] = {}
    values = read_texts(SITE_TEXTS, given, wrong)
    refuse_wrong(wrong)
    if "name" in values:
        values["name_key"] = canonical(values["name"])
    with told_when_taken(lambda: _site_taken(values.get("name", ""), found.pk)):
        found = write(found, values, actor=actor, noun="sites", logged=given)
    if "name" in values:
        label = Concat(Value(found.name_key + BETWEEN), F("name_key"), output_field=TextField())
        Location.objects.filter(site=found).update(label_key=label)
    return found


@transacting()
def archive_site(*, actor: User, site: Site | int, version: int) -> Site:
    """Take the site out of what can be chosen. Refused while anything lies there."""
    access.require(actor, "catalogue", "delete")
    found = find(Site, site, "site")
    for location in Location.objects.filter(site=found).order_by("id"):
        _refuse_in_use(location, f"{found}{BETWEEN}{location}")
    return set_archived(found, True, actor=actor, noun="sites", version=version)


@transacting()
def restore_site(*, actor: User, site: Site | int, version: int) -> Site:
    """Bring an archived site back, with its locations as they were."""
    access.require(actor, "catalogue", "delete")
    found = find(Site, site, "site")
    if found.archived:
        _require_room()
    return set_archived(found, False, actor=actor, noun="sites", version=version)


@transacting()
def create_location(*, actor: User, site: Site | int, name: str) -> Location:
    """A new location of a site; its name is unlike every other of that site."""
    access.require(actor, "catalogue", "create")
    found = _site_to_be_in(site)
    _refuse_archived_site(found)
    wrong: dict[str, str] = {}
    texts = read_texts(LOCATION_TEXTS, {"name": name}, wrong)
    refuse_wrong(wrong)
    location = new_location(found, texts["name"])
    with told_when_taken(lambda: _location_taken(found, location.name, None)):
        location.save(force_insert=True)
    log_changes(actor=actor, noun="locations", subject=location.pk, changes=[("created", "", location.name)])
    return location


def _site_to_be_in(site: Site | int) -> Site:
    try:
        return find(Site, site, "site")
    except NotFound:
        sentence = "There is no such site."
        raise Invalid("no-such-site", sentence, fields={"site": sentence}) from None


@transacting()
def edit_location(*, actor: User, location: Location | int, version: int, name: str) -> Location:
    """Give the location another name; the special ones keep theirs."""
    access.require(actor, "catalogue", "edit")
    found = find(Location, location, "location")
    _refuse_special(found, "renamed")
    refuse_stale(found, version, {"name": name}, noun="locations")
    wrong: dict[str, str] = {}
    values = read_texts(LOCATION_TEXTS, {"name": name}, wrong)
    refuse_wrong(wrong)
    key = canonical(values["name"])
    values |= {"name_key": key, "label_key": found.site.name_key + BETWEEN + key}
    with told_when_taken(lambda: _location_taken(found.site, values["name"], found.pk)):
        return write(found, values, actor=actor, noun="locations", logged={"name": name})


@transacting()
def archive_location(*, actor: User, location: Location | int, version: int) -> Location:
    """Take the location out of what can be chosen. Refused while anything lies there or an item has it as its default."""
    access.require(actor, "catalogue", "delete")
    found = find(Location, location, "location")
    _refuse_special(found, "archived")
    _refuse_in_use(found, str(found))
    item = Item.objects.filter(default_location=found, archived=False).order_by("id").first()
    if item is not None and not found.archived:
        raise Conflict(
            "default-location",
            f"{found} is the default location of {item}.",
            causes=[Cause("items", item.pk, item.number)],
            way_out="Give the item another default location first.",
        )
    return set_archived(found, True, actor=actor, noun="locations", version=version)


@transacting()
def restore_location(*, actor: User, location: Location | int, version: int) -> Location:
    """Bring an archived location back."""
    access.require(actor, "catalogue", "delete")
    found = find(Location, location, "location")
    _refuse_archived_site(found.site)
    return set_archived(found, False, actor=actor, noun="locations", version=version)


def _require_room() -> None:
    """Refuse another site beside one that is in use, while Multiple sites is off."""
    if Site.objects.filter(archived=False).exists():
        functions.require_on(functions.MULTIPLE_SITES, "Another site")


def new_location(site: Site, name: str, purpose: Location.Purpose = Location.Purpose.STORAGE) -> Location:
    """A location of the site that is not kept yet."""
    key = canonical(name)
    return Location(site=site, name=name, name_key=key, label_key=site.name_key + BETWEEN + key, purpose=purpose)


def _refuse_special(location: Location, verb: str) -> None:
    if location.purpose != Location.Purpose.STORAGE:
        raise Conflict("special-location", f"Every site keeps its location “{location}”; it cannot be {verb}.")


def _refuse_archived_site(site: Site) -> None:
    if site.archived:
        sentence = f"{site} is archived."
        raise Conflict("site-archived", sentence, causes=[Cause("sites", site.pk, site.name)], way_out="Restore the site first.")


def _refuse_in_use(location: Location, label: str) -> None:
    lots = Stock.objects.filter(location=location, quantity__gt=0).count()
    if lots:
        sentence = f"{label} is not empty: stock of {lots:,} lot{'' if lots == 1 else 's'} lies there."
        raise Conflict("not-empty", sentence, causes=[Cause("locations", location.pk, label)], way_out="Move it elsewhere first.")


def _site_taken(name: str, but: int | None) -> Conflict | None:
    other = Site.objects.filter(name_key=canonical(name)).exclude(pk=but or 0).first()
    return _name_taken("sites", other, f"There is a site {other} already") if other else None


def _location_taken(site: Site, name: str, but: int | None) -> Conflict | None:
    other = Location.objects.filter(site=site, name_key=canonical(name)).exclude(pk=but or 0).first()
    return _name_taken("locations", other, f"{site} has a location {other} already") if other else None


def _name_taken(noun: str, other: Site | Location, sentence: str) -> Conflict:
    sentence += ", archived; restore it instead." if other.archived else "."
    return Conflict("name-taken", sentence, fields={"name": sentence}, causes=[Cause(noun, other.pk, other.name)])
