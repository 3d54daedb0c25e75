"""Why not: the one way in which anything in Nameplate says no.

An operation does what it was asked or raises `Refused`. The web shows a refusal beside the field, the API answers it as
`application/problem+json`; neither invents one of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Offender:
    """One unit, line or cell that stands in the way, and why. `unit_id` is None for what has no row yet."""

    text: str
    why: str
    unit_id: int | None = None
    line: int | None = None
    """Its position in what was sent, from 1."""
    entry_id: int | None = None
    document: str = ""
    order_line: int | None = None
    """The position of the document's line that it was sent for."""


@dataclass(frozen=True, slots=True)
class Cause:
    """The document or entry that causes a refusal, so that a door can link to it."""

    noun: str
    """The path segment of what is linked to: `entries`, `purchase-orders`, `serials`…"""
    id: int
    label: str


@dataclass
class Refused(Exception):
    """A rule says no. Nothing was written.

    `rule` is a stable slug that programs may rely on; `message` is one sentence for people; `fields` names the inputs at fault
    (a message for each); `offenders` names every unit in the way (all of them, the doors may fold); `way_out` says what to do.
    """

    rule: str
    message: str
    fields: Mapping[str, str] = field(default_factory=dict)
    offenders: Sequence[Offender] = ()
    causes: Sequence[Cause] = ()
    way_out: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)

    status = 422
    """The HTTP status of this family of refusals."""

    def __str__(self) -> str:
        return self.message


class Invalid(Refused):
    """What was sent cannot be understood or is not permitted in that field. `fields` says where."""

    status = 422


class Conflict(Refused):
    """What was asked does not fit how things stand now (a status, a quantity, somebody else's act)."""

    status = 409


class Stale(Conflict):
    """Somebody changed it since the form was opened. `extra` holds `yours` and `theirs`."""

    status = 409


class Forbidden(Refused):
    """The actor's role does not give this right."""

    status = 403


class NotFound(Refused):
    """There is no such thing, or none that this actor may see."""

    status = 404


class TooLarge(Refused):
    """More was sent than is taken in one go."""

    status = 413


class NoRoom(Refused):
    """What the database writes to is full. Reading goes on."""

    status = 507


class Busy(Refused):
    """The database was locked by another's work for too long; the same request may go through in a moment."""

    status = 503
    retry_after = 2
