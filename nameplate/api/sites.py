"""Sites, and the locations in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ConfigDict

from nameplate import listings
from nameplate.api.fields import Body, Id, Prose, Version, Word
from nameplate.api.things import Kind, router_of
from nameplate.models import Location, Site
from nameplate.operations import cataloguing


class NewSite(Body):
    """A warehouse or plant."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Tallinn", "address": "Sadama 1"}]})

    name: Word
    address: Prose = ""


class SiteEdit(NewSite):
    """What shall be different."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"address": "Sadama 2"}]})

    version: Version | None = None
    name: Word = ""


class NewLocation(Body):
    """A bin, shelf or room of a site."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"site": "1", "name": "A-01-3"}]})

    site: Id
    name: Word


class LocationEdit(Body):
    """Another name."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "A-01-4"}]})

    version: Version | None = None
    name: Word


def _more_of_site(pk: int) -> Mapping[str, Any]:
    return {"version": Site.objects.values_list("version", flat=True).get(pk=pk)}


def _more_of_location(pk: int) -> Mapping[str, Any]:
    return {"version": Location.objects.values_list("version", flat=True).get(pk=pk)}


ROUTERS = (
    router_of(
        Kind(
            listing=listings.ALL["sites"],
            name="site",
            keyword="site",
            create=cataloguing.create_site,
            edit=cataloguing.edit_site,
            archive=cataloguing.archive_site,
            restore=cataloguing.restore_site,
            more=_more_of_site,
            more_schema={},
            new=NewSite,
            edited=SiteEdit,
        )
    ),
    router_of(
        Kind(
            listing=listings.ALL["locations"],
            name="location",
            keyword="location",
            create=cataloguing.create_location,
            edit=cataloguing.edit_location,
            archive=cataloguing.archive_location,
            restore=cataloguing.restore_location,
            more=_more_of_location,
            more_schema={},
            new=NewLocation,
            edited=LocationEdit,
        )
    ),
)
