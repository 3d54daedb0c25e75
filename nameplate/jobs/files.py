"""Files that are brought in: taken as they come, looked at, checked by a dry run, run. What takes long is a job."""

from __future__ import annotations

from typing import Any

from nameplate import access
from nameplate.jobs.asking import start
from nameplate.ledger.transacting import transacting
from nameplate.models import Import, ImportMapping, Job, JobKind, JobStatus, User
from nameplate.operations.cataloguing.texts import Text, read_texts, refuse_wrong
from nameplate.operations.filing import clean_name, keep
from nameplate.operations.importing.columns import Column, Sheet, fingerprint, read_columns
from nameplate.operations.importing.mapping import ANNOUNCEMENT, FileMapping, checked
from nameplate.operations.importing.proposing import proposed
from nameplate.refusals import Cause, Conflict, NotFound
from nameplate.serial_text import canonical

NAME = {"name": Text("Name", 100, required=True, identifier=True)}


def take_file(*, actor: User, name: str, data: bytes) -> Import:
    """Read the file and keep it. Refused: what is no table of units with heads over them."""
    access.require(actor, "stock", "create")
    return keep_file(actor=actor, name=name, data=data, sheet=read_columns(data))


@transacting()
def keep_file(*, actor: User, name: str, data: bytes, sheet: Sheet) -> Import:
    """Keep the file, which was read before the transaction began, with its columns and a proposal of what they are."""
    access.require(actor, "stock", "create")
    mapping, _ = proposed(sheet.columns)
    return Import.objects.create(
        name=clean_name(name),
        content=keep(data),
        actor=actor,
        form=sheet.form[:200],
        lines=len(sheet.rows),
        columns=[column.plain() for column in sheet.columns],
        mapping=mapping.plain(),
    )


def find_import(*, actor: User, import_id: int) -> Import:
    """The file, if it is `actor`'s own or they look after the installation."""
    access.require(actor, "stock", "create")
    found = Import.objects.select_related("actor").filter(pk=import_id).first()
    if found is None or (found.actor_id != actor.pk and not access.may(actor, "settings", "edit")):
        raise NotFound("not-found", "There is no such file, or it is somebody else’s.", way_out="Choose the file again.")
    return found


def columns_of(found: Import) -> list[Column]:
    """Its columns as they were read when it came."""
    return [Column(one["number"], one["head"], tuple(one["examples"])) for one in found.columns]


@transacting()
def check_file(*, actor: User, import_id: int, mapping: FileMapping, remember: str = "") -> Job:
    """Begin the dry run of the file by this mapping, which is kept with it, and under the name `remember` for files with the same heads."""
    found = find_import(actor=actor, import_id=import_id)
    columns = columns_of(found)
    good = checked(mapping, columns)
    found.mapping = good.plain()
    found.save(update_fields=["mapping"])
    if remember.strip():
        _remember(actor, remember, columns, good)
    title = f"Check of {found.name}"
    return start(actor=actor, kind=JobKind.CHECK, title=title, parameters={"mapping": good.plain()}, subject=found)


@transacting()
def run_file(*, actor: User, import_id: int, mapping: FileMapping | None = None, checked_by: int | None = None) -> Job:
    """Begin the real run: by `mapping`, or exactly as the dry run `checked_by` read it.

    With a dry run named, the run refuses if what the file means has changed since. Refused: a dry run of another file, or none at all.
    """
    found = find_import(actor=actor, import_id=import_id)
    parameters: dict[str, Any] = {}
    if checked_by is not None:
        dry = Job.objects.filter(pk=checked_by, kind=JobKind.CHECK, subject=found, status=JobStatus.DONE).first()
        if dry is None:
            raise NotFound("no-such-check", "There is no such check of this file, or it is not done.", way_out="Check the file again.")
        _refuse_running(found)
        parameters = {"mapping": dry.parameters["mapping"], "checked": dry.pk}
    else:
        chosen = mapping if mapping is not None else FileMapping.of(found.mapping)
        _refuse_running(found)
        parameters = {"mapping": checked(chosen, columns_of(found)).plain()}
    verb = "Announce" if FileMapping.of(parameters["mapping"]).mode == ANNOUNCEMENT else "Receive"
    return start(
        actor=actor, kind=JobKind.IMPORT, title=f"{verb} {found.lines:,} units from {found.name}", parameters=parameters, subject=found
    )


def _refuse_running(found: Import) -> None:
    """One run of a file at a time: the second would find every number known by the first."""
    Import.objects.select_for_update(no_key=True).get(pk=found.pk)
    running = Job.objects.filter(subject=found, kind=JobKind.IMPORT, status__in=[JobStatus.QUEUED, JobStatus.RUNNING]).first()
    if running is not None:
        raise Conflict(
            "run-already",
            "This file is being brought in already.",
            causes=[Cause("jobs", running.pk, running.title)],
            way_out="Look how far that is.",
        )


def _remember(actor: User, name: str, columns: list[Column], mapping: FileMapping) -> None:
    wrong: dict[str, str] = {}
    texts = read_texts(NAME, {"name": name}, wrong)
    if wrong:
        wrong = {"remember": wrong["name"]}
    refuse_wrong(wrong)
    ImportMapping.objects.update_or_create(
        name_key=canonical(texts["name"]),
        defaults={
            "name": texts["name"],
            "head": fingerprint([column.head for column in columns]),
            "mapping": mapping.plain(),
            "saved_by": actor,
        },
    )
