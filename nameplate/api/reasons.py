"""Reasons for write-offs and returns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from nameplate.api.fields import Body, Version, Word
from nameplate.api.things import Kind, router_of
from nameplate.listings.reasons import REASONS
from nameplate.models import Reason
from nameplate.operations import reasons


class NewReason(Body):
    """A reason; it comes last among those of its kind."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"kind": "write-off", "name": "Damaged"}]})

    kind: Literal["write-off", "return", "rejection"]
    name: Word


class ReasonEdit(Body):
    """What shall be different. `position` is its place among those of its kind, from 1; the others make room."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Damaged in store", "position": 1}]})

    version: Version | None = None
    name: Word = ""
    position: Annotated[int, Field(ge=1, le=1_000)] = 1


def _more(pk: int) -> Mapping[str, Any]:
    return {"version": Reason.objects.values_list("version", flat=True).get(pk=pk)}


ROUTERS = (
    router_of(
        Kind(
            listing=REASONS,
            name="reason",
            keyword="reason",
            create=reasons.create_reason,
            edit=reasons.edit_reason,
            archive=reasons.archive_reason,
            restore=reasons.restore_reason,
            more=_more,
            more_schema={},
            new=NewReason,
            edited=ReasonEdit,
        )
    ),
)
