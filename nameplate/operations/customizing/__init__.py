"""Values of custom fields: read at every door by one function, kept by the one writer."""

from nameplate.operations.customizing.converting import Converted, convert_column
from nameplate.operations.customizing.reading import Unreadable, read_value, value_in_words
from nameplate.operations.customizing.values import CustomEdit, keep_values, named_apart, new_unit_values, read_custom

__all__ = [
    "Converted",
    "CustomEdit",
    "Unreadable",
    "convert_column",
    "keep_values",
    "named_apart",
    "new_unit_values",
    "read_custom",
    "read_value",
    "value_in_words",
]
