"""Custom fields: which serial numbers, lots and items have, and what each takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from nameplate.api.describing import ANY_VALUE, TEXT
from nameplate.api.fields import Body, CustomValue, Version, Word
from nameplate.api.things import Kind, router_of
from nameplate.listings.definitions import CUSTOM_FIELDS
from nameplate.models import CustomField
from nameplate.operations import cataloguing
from nameplate.operations.cataloguing.field_options import MOST_OPTIONS

KINDS = Literal["text", "long_text", "whole", "decimal", "date", "yes_no", "choice", "link"]


class FieldOption(Body):
    """An option of a choice. `slug` names one that stands already, so that another label renames it; values hold the slug."""

    slug: Word | None = None
    label: Word = ""
    archived: bool = False


Options = Annotated[list[FieldOption], Field(max_length=MOST_OPTIONS)]


class NewCustomField(Body):
    """A field. Its slug is made from its name and stays; it is a filter and a member of answers at once, `custom.<slug>`."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"noun": "serials", "name": "Grade", "kind": "choice", "options": [{"label": "A"}, {"label": "B"}], "default": "A"}
            ]
        }
    )

    noun: Literal["serials", "lots", "items"]
    name: Word
    kind: KINDS
    required: bool = False
    default: CustomValue = None
    help: Word = ""
    options: Options = []
    persistent: bool = False


class CustomFieldEdit(Body):
    """What shall be different. Options that are not named are archived once the field was used, and dropped before."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Quality", "position": 1}]})

    version: Version | None = None
    name: Word = ""
    kind: KINDS = "text"
    required: bool = False
    default: CustomValue = None
    help: Word = ""
    options: Options = []
    persistent: bool = False
    position: Annotated[int, Field(ge=1, le=1_000, description="Its place among the fields of its noun; the others make room.")] = 1


def _more(pk: int) -> Mapping[str, Any]:
    field = CustomField.objects.get(pk=pk)
    return {"default": field.default, "options": field.options, "used": field.used, "version": field.version}


OPTION = {"type": "object", "properties": {"slug": TEXT, "label": TEXT, "archived": {"type": "boolean"}}, "required": ["slug", "label"]}
MORE = {
    "default": {**ANY_VALUE, "description": "What a new one begins with where nothing is given."},
    "options": {"type": "array", "items": OPTION},
    "used": {"type": "boolean", "description": "It has or had values, so its kind is settled."},
}

ROUTERS = (
    router_of(
        Kind(
            listing=CUSTOM_FIELDS,
            name="custom_field",
            keyword="field",
            create=cataloguing.create_custom_field,
            edit=cataloguing.edit_custom_field,
            archive=cataloguing.archive_custom_field,
            restore=cataloguing.restore_custom_field,
            more=_more,
            more_schema=MORE,
            new=NewCustomField,
            edited=CustomFieldEdit,
        )
    ),
)
