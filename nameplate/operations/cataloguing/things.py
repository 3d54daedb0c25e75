"""What editing has in common, whatever is edited: find and lock, refuse a stale edit, write, log."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TypeVar, cast

from django.db import IntegrityError, models, transaction

from nameplate.models import Change, CustomField, Document, Item, Location, Party, Reason, Site, User
from nameplate.operations.cataloguing.changes import in_words, log_changes
from nameplate.quantities import from_micro
from nameplate.refusals import Conflict, NotFound, Stale

MONEY = {"cost"}
"""Columns that are kept in millionths, and shown as what they stand for."""

Thing = TypeVar("Thing", bound=Item | Party | Site | Location | Document | CustomField | Reason)
Archivable = TypeVar("Archivable", bound=Item | Party | Site | Location | CustomField | Reason)


def id_of(thing: models.Model | int | None) -> int:
    """The id, whether the thing itself or its id was given; 0, which nothing has, for neither."""
    if thing is None:
        return 0
    return thing if isinstance(thing, int) else int(thing.pk)


def find(model: type[Thing], thing: Thing | int, name: str, **which: object) -> Thing:
    """The thing as it stands now, locked until the transaction ends, or a refusal."""
    found = model.objects.select_for_update(of=("self",), no_key=True).filter(pk=id_of(thing), **which).first()
    if found is None:
        raise NotFound("not-found", f"There is no such {name}.", way_out="Go back to the list; it may have been opened from an old link.")
    return cast(Thing, found)


def refuse_stale(thing: Thing, version: int, given: Mapping[str, object], *, noun: str) -> None:
    """Refuse an edit of another version than the one that stands, with both, so that a person can compare."""
    if thing.version == version:
        return
    now = {name: current_words(thing, name) for name in given}
    typed = {name: _words(thing, name, value) for name, value in given.items()}
    raise stale(thing, version, noun=noun, typed=typed, now=now)


def stale(thing: Thing, version: int, *, noun: str, typed: Mapping[str, str], now: Mapping[str, str]) -> Stale:
    """The refusal of a stale edit: what was typed and what stands now, in words, by field."""
    other = {name: f"It is “{now[name]}” now." if now[name] else "It is empty now." for name in typed if now[name] != typed[name]}
    last = Change.objects.filter(noun=noun, subject=thing.pk).select_related("actor").order_by("-id").first()
    who = last.actor.get_username() if last else "Somebody"
    return Stale(
        "stale",
        f"{who} changed {thing} since you opened it. Nothing was saved.",
        fields=other,
        way_out="Compare with what it is now, and save again if yours is right.",
        extra={"yours": {"version": version, **typed}, "theirs": {"version": thing.version, **now}},
    )


def write(
    thing: Thing, values: Mapping[str, object], *, actor: User, noun: str, logged: Mapping[str, object], touched: bool = False
) -> Thing:
    """Set `values` on the locked thing and log those that `logged` names, if any differs; its version grows by one.

    `touched` says that something beside its columns changes too: then the version grows in any case.
    """
    before = {name: current_words(thing, name) for name in logged if name in values}
    different = [name for name, value in values.items() if getattr(thing, name) != value]
    if not different and not touched:
        return thing
    seen = thing.version
    for name in different:
        setattr(thing, name, values[name])
    thing.version = seen + 1
    fields = {name: getattr(thing, name) for name in [*different, "version"]}
    # The lock makes this certain; the condition proves it.
    if type(thing).objects.filter(pk=thing.pk, version=seen).update(**fields) != 1:
        raise Stale("stale", f"{thing} was changed at the same moment. Nothing was saved.", way_out="Open it again and repeat the edit.")
    log_changes(
        actor=actor,
        noun=noun,
        subject=thing.pk,
        changes=[(name, before[name], current_words(thing, name)) for name in before if name in different],
    )
    return thing


def set_archived(thing: Archivable, archived: bool, *, actor: User, noun: str, version: int) -> Archivable:
    """Archive or restore the locked thing; asking for what is so already changes nothing."""
    if thing.archived == archived:
        return thing
    refuse_stale(thing, version, {}, noun=noun)
    return write(thing, {"archived": archived}, actor=actor, noun=noun, logged={"archived": None})


@contextmanager
def told_when_taken(holder: Callable[[], Conflict | None]) -> Iterator[None]:
    """Turn the database's “not unique” into the refusal that names who has it. Two writers at once cannot both pass."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        refusal = holder()
        if refusal is None:
            raise
        raise refusal from None


def current_words(thing: models.Model, name: str) -> str:
    """A column of the thing as it stands, as the log and the page write it."""
    if name.startswith("custom."):
        return in_words((getattr(thing, "custom", None) or {}).get(name.removeprefix("custom.")))
    value = getattr(thing, name, None)
    return _words(thing, name, from_micro(value) if name in MONEY and value is not None else value)


def _words(thing: models.Model, name: str, value: object) -> str:
    field = next((one for one in thing._meta.concrete_fields if one.name == name), None)  # noqa: SLF001 (public by Django’s documentation)
    if isinstance(field, models.ForeignKey) and isinstance(value, int):
        return ", ".join(map(str, models.QuerySet(field.related_model).filter(pk=value)))
    return in_words(value, field)
