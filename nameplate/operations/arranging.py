"""How people arrange lists: their columns and order, each for themselves, and the searches that they keep or share.

Whoever may see a list may arrange it; nothing of stock is touched, so nothing goes into the ledger or the activity log.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict, Unpack
from urllib.parse import parse_qsl

from nameplate import access, listings
from nameplate.ledger.transacting import transacting
from nameplate.listings.engine import Listing
from nameplate.listings.query import columns_in, parse
from nameplate.models import ListLayout, SavedSearch, User
from nameplate.operations.cataloguing.texts import Text, read_texts, refuse_wrong
from nameplate.operations.cataloguing.things import told_when_taken
from nameplate.refusals import Conflict, Forbidden, Invalid, NotFound, Stale, TooLarge
from nameplate.serial_text import canonical

TEXTS = {"name": Text("Name", 80, required=True, identifier=True)}
MOST = 50
"""Searches that one person keeps of one list: they stand side by side above it."""
LONGEST = 6000
"""Characters of a search; longer addresses do not get through every server."""


class SearchFields(TypedDict, total=False):
    """What can be given of a saved search; what is left out keeps its value."""

    name: str
    query: str
    shared: bool
    opens: bool
    """Whether the list opens with it, for the actor alone."""


@transacting()
def arrange_list(*, actor: User, listing: str, columns: str | None = None, sort: str | None = None) -> ListLayout:
    """Keep which columns the actor sees of a list (`serial:176,status`), or the order that it usually has; "" is the list's own."""
    _, known = _readable(actor, listing)
    wrong: dict[str, str] = {}
    values: dict[str, str] = {}
    if columns is not None:
        found, problem = columns_in(columns, known)
        wrong |= {"columns": problem} if problem else {}
        values["columns"] = ",".join(map(str, found))
    if sort is not None:
        query = parse({"sort": sort}, list(known.values()))
        wrong |= query.errors
        values["sort"] = ",".join(map(str, query.sorts))
    refuse_wrong(wrong)
    return _layout(actor, listing, values)


@transacting()
def save_search(*, actor: User, listing: str, name: str, query: str, shared: bool = False, opens: bool = False) -> SavedSearch:
    """Keep a search of a list: `query` is what stands behind the question mark of its address.

    Refused: a name that the actor gave to another search of the list; a search with a mistake in it.
    """
    text = _understood(actor, listing, query)
    wrong: dict[str, str] = {}
    named = read_texts(TEXTS, {"name": name}, wrong)
    refuse_wrong(wrong)
    if SavedSearch.objects.filter(listing=listing, owner=actor).count() >= MOST:
        raise TooLarge("too-many", f"{MOST} searches of a list are the most.", way_out="Delete one that is not needed any more.")
    search = SavedSearch(listing=listing, owner=actor, name=named["name"], query=text, shared=shared)
    search.name_key = canonical(search.name)
    with told_when_taken(lambda: _taken(search)):
        search.save(force_insert=True)
    if opens:
        _layout(actor, listing, {"opens": search})
    return search


@transacting()
def edit_search(*, actor: User, search: int, version: int, **given: Unpack[SearchFields]) -> SavedSearch:
    """Another name or search, shared or kept: by its owner alone. `opens` is each reader's own, of a shared search too."""
    found = _find(actor, search)
    values: dict[str, object] = {}
    wrong: dict[str, str] = {}
    if "name" in given:
        named = read_texts(TEXTS, {"name": given["name"]}, wrong)
        refuse_wrong(wrong)
        values |= {"name": named["name"], "name_key": canonical(named["name"])}
    if "query" in given:
        values["query"] = _understood(actor, found.listing, given["query"])
    if "shared" in given:
        values["shared"] = given["shared"]
    if values:
        _refuse_strangers(actor, found)
        _write(found, version, values)
    if values.get("shared") is False:
        ListLayout.objects.filter(opens=found).exclude(owner=actor).update(opens=None)
    if "opens" in given:
        _open_with(actor, found, given["opens"])
    return found


@transacting()
def delete_search(*, actor: User, search: int, version: int) -> None:
    """Delete a search; lists that opened with it open whole again. By its owner, or of a shared one by whoever may edit settings."""
    found = _find(actor, search)
    if not (found.shared and access.may(actor, "settings", "edit")):
        _refuse_strangers(actor, found)
    _refuse_stale(found, version)
    ListLayout.objects.filter(opens=found).update(opens=None)
    found.delete()


def _readable(actor: User, listing: str) -> tuple[Listing, Mapping[str, listings.Column]]:
    """The list and the columns that the actor may see."""
    found = listings.ALL.get(listing)
    if found is None:
        sentence = f"There is no such list. There are: {', '.join(listings.ALL)}."
        raise Invalid("no-such-list", sentence, fields={"list": sentence})
    return found, {column.name: column for column in found.readable(actor)}


def _understood(actor: User, listing: str, query: str) -> str:
    """The search as an address, in one form and without a place in the list."""
    found, known = _readable(actor, listing)
    params = {
        name: value for name, value in parse_qsl(query.removeprefix("?"), errors="replace") if name not in {"after", "before", "search"}
    }
    errors = found.mistakes(params, actor=actor)
    text = parse(params, list(known.values())).address()
    if errors or len(text) > LONGEST:
        named, sentence = next(iter(errors.items()), ("query", f"This is longer than {LONGEST:,} characters."))
        raise Invalid("bad-query", f"{named}: {sentence}", fields={"query": f"{named}: {sentence}"}, way_out="Mend the search in the list.")
    return text


def _find(actor: User, search: int) -> SavedSearch:
    """The search, locked, if the actor sees it."""
    found = SavedSearch.objects.select_for_update(of=("self",), no_key=True).filter(pk=search).first()
    if found is None or not (found.shared or found.owner_id == actor.pk):
        raise NotFound("not-found", "There is no such search.", way_out="Go back to the list; it may have been deleted.")
    _readable(actor, found.listing)
    return found


def _refuse_strangers(actor: User, search: SavedSearch) -> None:
    if search.owner_id != actor.pk:
        raise Forbidden("not-yours", f"“{search}” belongs to {search.owner.get_username()}.", way_out="Save a search of your own.")


def _refuse_stale(search: SavedSearch, version: int) -> None:
    if search.version != version:
        raise Stale("stale", f"“{search}” was changed since you opened it. Nothing was saved.", way_out="Look at it again.")


def _write(search: SavedSearch, version: int, values: Mapping[str, object]) -> None:
    _refuse_stale(search, version)
    for name, value in values.items():
        setattr(search, name, value)
    search.version += 1
    with told_when_taken(lambda: _taken(search)):
        search.save(update_fields=[*values, "version"])


def _taken(search: SavedSearch) -> Conflict | None:
    others = SavedSearch.objects.filter(listing=search.listing, owner=search.owner_id, name_key=search.name_key).exclude(pk=search.pk)
    if not others.exists():
        return None
    sentence = f"You have a search “{search.name}” of this list already."
    return Conflict("name-taken", sentence, fields={"name": sentence}, way_out="Give it another name, or delete the other one.")


def _open_with(actor: User, search: SavedSearch, opens: bool) -> None:
    if opens:
        _layout(actor, search.listing, {"opens": search})
    else:
        ListLayout.objects.filter(owner=actor, opens=search).update(opens=None)


def _layout(actor: User, listing: str, values: Mapping[str, object]) -> ListLayout:
    found, _ = ListLayout.objects.update_or_create(listing=listing, owner=actor, defaults=dict(values))
    return found
